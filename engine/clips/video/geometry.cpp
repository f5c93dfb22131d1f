#include "engine/clips/video/geometry.h"

#include "engine/base/contracts.h"

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <cmath>

namespace attelier::clips {
namespace {

// Around the frame's mean grey, as contrast is; saturation blends with each pixel's own grey.
void jitter(std::span<std::uint8_t> rgb, const CropPlan& plan) {
  if (plan.brightness == 1.0 && plan.contrast == 1.0 && plan.saturation == 1.0) {
    return;
  }
  const auto grey = [](const std::uint8_t* pixel) {
    return 0.299 * pixel[0] + 0.587 * pixel[1] + 0.114 * pixel[2];
  };
  double mean = 0.0;
  for (std::size_t i = 0; i < rgb.size(); i += 3) {
    mean += grey(&rgb[i]);
  }
  mean = mean * 3.0 / static_cast<double>(rgb.size());
  for (std::size_t i = 0; i < rgb.size(); i += 3) {
    const double own = grey(&rgb[i]);
    for (std::size_t c = 0; c < 3; ++c) {
      double value = own + plan.saturation * (rgb[i + c] - own);
      value = plan.brightness * (mean + plan.contrast * (value - mean));
      rgb[i + c] = static_cast<std::uint8_t>(std::clamp(std::lround(value), 0L, 255L));
    }
  }
}

}  // namespace

int storedShortSide(const SamplingSettings& settings) {
  if (settings.shortSide > 0) {
    return settings.shortSide;
  }
  return (std::max(settings.height, settings.width) * 8 + 6) / 7;
}

CropPlan planCrop(int width, int height, const SamplingSettings& settings, bool mayFlip,
                  Random* random) {
  CropPlan plan;
  // Frames smaller than the short side were not enlarged: the crop shrinks with them.
  const double stored = static_cast<double>(std::min(width, height)) / storedShortSide(settings);
  const double fits = std::min(static_cast<double>(width) / settings.width,
                               static_cast<double>(height) / settings.height);
  double scale = std::min(stored, fits);
  if (random != nullptr && settings.cropScaleMin < 1.0) {
    scale = fits * random->uniform(settings.cropScaleMin, 1.0);
  }
  plan.width = std::clamp(static_cast<int>(std::lround(settings.width * scale)), 1, width);
  plan.height = std::clamp(static_cast<int>(std::lround(settings.height * scale)), 1, height);
  plan.x = (width - plan.width) / 2;
  plan.y = (height - plan.height) / 2;
  if (random == nullptr) {
    return plan;
  }
  const auto x = static_cast<int>(random->integer(0, width - plan.width));
  const auto y = static_cast<int>(random->integer(0, height - plan.height));
  if (settings.randomCrop) {
    plan.x = x;
    plan.y = y;
  }
  plan.flipped = random->chance(settings.flip) && mayFlip;
  plan.brightness = 1.0 + settings.brightness * random->uniform(-1.0, 1.0);
  plan.contrast = 1.0 + settings.contrast * random->uniform(-1.0, 1.0);
  plan.saturation = 1.0 + settings.saturation * random->uniform(-1.0, 1.0);
  return plan;
}

void applyCrop(const DecodedFrames& frames, std::size_t frame, const CropPlan& plan,
               const ClipShape& shape, std::span<std::uint8_t> out) {
  expects(frame < frames.count(), "the frame was decoded");
  expects(out.size() * static_cast<std::size_t>(shape.frames) == shape.bytes(),
          "the target is one frame of the clip");
  // OpenCV's Mat over const data: only read.
  const cv::Mat source(frames.height, frames.width, CV_8UC3,
                       const_cast<std::uint8_t*>(frames.rgb.data()) + frame * frames.frameBytes());
  const cv::Mat part = source(cv::Rect(plan.x, plan.y, plan.width, plan.height));
  cv::Mat target(shape.height, shape.width, CV_8UC3, out.data());
  if (part.size() == target.size()) {
    part.copyTo(target);
  } else {
    const bool shrinks = part.cols > target.cols && part.rows > target.rows;
    cv::resize(part, target, target.size(), 0, 0, shrinks ? cv::INTER_AREA : cv::INTER_LINEAR);
  }
  if (plan.flipped) {
    cv::flip(target, target, 1);
  }
  jitter(out, plan);
}

}  // namespace attelier::clips
