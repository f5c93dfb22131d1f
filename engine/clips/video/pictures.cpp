#include "engine/clips/video/pictures.h"

#include "engine/base/contracts.h"
#include "engine/clips/video/decode.h"

#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <cmath>
#include <exception>
#include <utility>

namespace attelier::clips {
namespace {

constexpr int kProbeSide = 256;
constexpr int kRawSide = 64;
constexpr std::int64_t kMaxPixels = std::int64_t{64} << 20;

// The frame so that its longer side is at most `side`.
RgbFrame within(const RgbFrame& frame, int side) {
  const int longer = std::max(frame.width, frame.height);
  if (longer <= side) {
    return frame;
  }
  const double scale = static_cast<double>(side) / longer;
  return resized(frame, std::max(1, static_cast<int>(std::lround(frame.width * scale))),
                 std::max(1, static_cast<int>(std::lround(frame.height * scale))));
}

Result<ProbeFrame> probeFrame(const RgbFrame& picture, std::int64_t number, double timeMs) {
  ProbeFrame probe;
  probe.frame = number;
  probe.timeMs = timeMs;
  const RgbFrame shown = within(picture, kProbeSide);
  probe.width = shown.width;
  probe.height = shown.height;
  ATTELIER_ASSIGN(probe.jpeg, encodeJpeg(shown));
  RgbFrame raw = within(shown, kRawSide);
  probe.rawWidth = raw.width;
  probe.rawHeight = raw.height;
  probe.raw = std::move(raw.rgb);
  return probe;
}

}  // namespace

Result<std::vector<std::uint8_t>> encodeJpeg(const RgbFrame& frame, int quality) {
  expects(frame.rgb.size() ==
              static_cast<std::size_t>(frame.width) * static_cast<std::size_t>(frame.height) * 3,
          "a frame has its pixels");
  try {
    const cv::Mat rgb(frame.height, frame.width, CV_8UC3,
                      const_cast<std::uint8_t*>(frame.rgb.data()));
    cv::Mat bgr;
    cv::cvtColor(rgb, bgr, cv::COLOR_RGB2BGR);
    std::vector<std::uint8_t> bytes;
    if (cv::imencode(".jpg", bgr, bytes, {cv::IMWRITE_JPEG_QUALITY, quality})) {
      return bytes;
    }
  } catch (const std::exception& exception) {
    return fail(ErrorCode::Internal,
                std::string("OpenCV cannot write a JPEG: ") + exception.what());
  }
  return fail(ErrorCode::Internal, "OpenCV cannot write a JPEG");
}

Result<RgbFrame> decodeJpeg(std::span<const std::uint8_t> bytes) {
  try {
    if (bytes.size() < 4 || bytes[0] != 0xFF || bytes[1] != 0xD8) {
      return fail(ErrorCode::Corrupt, "the bytes are no JPEG");
    }
    const cv::Mat data(1, static_cast<int>(bytes.size()), CV_8UC1,
                       const_cast<std::uint8_t*>(bytes.data()));
    const cv::Mat bgr = cv::imdecode(data, cv::IMREAD_COLOR | cv::IMREAD_IGNORE_ORIENTATION);
    if (bgr.empty() || static_cast<std::int64_t>(bgr.total()) > kMaxPixels) {
      return fail(ErrorCode::Corrupt, "the JPEG cannot be decoded");
    }
    RgbFrame frame{.width = bgr.cols, .height = bgr.rows, .rgb = {}};
    frame.rgb.resize(bgr.total() * 3);
    cv::Mat rgb(bgr.rows, bgr.cols, CV_8UC3, frame.rgb.data());
    cv::cvtColor(bgr, rgb, cv::COLOR_BGR2RGB);
    return frame;
  } catch (const std::exception& exception) {
    return fail(ErrorCode::Corrupt, std::string("the JPEG cannot be decoded: ") + exception.what());
  }
}

RgbFrame resized(const RgbFrame& frame, int width, int height) {
  expects(width > 0 && height > 0 && !frame.rgb.empty(), "a picture has pixels");
  RgbFrame result{.width = width, .height = height, .rgb = {}};
  result.rgb.resize(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 3);
  const cv::Mat source(frame.height, frame.width, CV_8UC3,
                       const_cast<std::uint8_t*>(frame.rgb.data()));
  cv::Mat target(height, width, CV_8UC3, result.rgb.data());
  const bool shrinks = width <= frame.width && height <= frame.height;
  cv::resize(source, target, target.size(), 0, 0, shrinks ? cv::INTER_AREA : cv::INTER_LINEAR);
  return result;
}

Result<std::vector<ProbeFrame>> probeFrames(const std::filesystem::path& path, const View& view,
                                            std::stop_token stop) {
  // Decoded at up to twice the size that is kept: frame by frame, whatever the size of the video.
  ATTELIER_ASSIGN(const DecodedFrames frames,
                  decodeFrames(path, view.frames, 2 * kProbeSide, std::move(stop)));
  std::vector<ProbeFrame> probes;
  for (std::size_t i = 0; i < frames.count(); ++i) {
    RgbFrame picture{.width = frames.width, .height = frames.height, .rgb = {}};
    const auto* first = frames.rgb.data() + i * frames.frameBytes();
    picture.rgb.assign(first, first + frames.frameBytes());
    ATTELIER_ASSIGN(ProbeFrame probe, probeFrame(picture, frames.numbers[i], frames.timesMs[i]));
    probes.push_back(std::move(probe));
  }
  return probes;
}

Result<std::vector<ProbeFrame>> probeFrames(std::span<const std::uint8_t> rgb, ClipShape shape,
                                            const View& view) {
  expects(rgb.size() == shape.bytes(), "the pixels are one clip");
  const std::size_t bytes = shape.bytes() / static_cast<std::size_t>(shape.frames);
  std::vector<ProbeFrame> probes;
  for (std::size_t i = 0; i < static_cast<std::size_t>(shape.frames); ++i) {
    RgbFrame picture{.width = shape.width, .height = shape.height, .rgb = {}};
    const auto frame = rgb.subspan(i * bytes, bytes);
    picture.rgb.assign(frame.begin(), frame.end());
    const std::int64_t number =
        i < view.frames.size() ? view.frames[i] : static_cast<std::int64_t>(i);
    ATTELIER_ASSIGN(ProbeFrame probe,
                    probeFrame(picture, number, i < view.timesMs.size() ? view.timesMs[i] : 0.0));
    probes.push_back(std::move(probe));
  }
  return probes;
}

}  // namespace attelier::clips
