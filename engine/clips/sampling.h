#pragma once

#include "engine/base/random.h"
#include "engine/base/result.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace attelier {
template <typename Config>
class Fields;
}

namespace attelier::clips {

enum class FrameSampling {
  Segments,  ///< one frame of each of T equal segments (TSN)
  Stride,    ///< T frames, `stride` apart
};

/// Which frames and which part of the picture of a video the network sees.
struct SamplingSettings {
  int frames = 16;
  int height = 64;
  int width = 64;
  int shortSide = 0;  ///< frames are scaled to this short side before the crop; 0: 8/7 of the
                      ///< larger of height, width
  FrameSampling sampling = FrameSampling::Stride;
  int stride = 2;
  bool randomCrop = true;  ///< train: anywhere; else the centre
  double cropScaleMin =
      0.6;  ///< train: the crop is this share up to 1 of the largest one; 1: always height x width
  double flip = 0.5;  ///< train: chance of mirroring
  std::vector<std::string>
      flipSwaps{};          ///< "label=label": a mirrored clip of one is a clip of the other
  double brightness = 0.3;  ///< train: uniform in 1 +- this
  double contrast = 0.3;
  double saturation = 0.0;
};
const Fields<SamplingSettings>& samplingFields();

/// T frame numbers, one of each of T equal segments of `frameCount` frames: the centre one, or with
/// `random` any one. A clip shorter than T repeats frames; always non-decreasing, within
/// 0..frameCount-1. Source: Wang et al., "Temporal Segment Networks", ECCV 2016, section 3.1.
std::vector<std::int64_t> segmentFrames(std::int64_t frameCount, int frames,
                                        Random* random = nullptr);

/// T frame numbers `stride` apart, from the middle of the clip or with `random` from anywhere; past
/// the end the clip starts again.
std::vector<std::int64_t> strideFrames(std::int64_t frameCount, int frames, int stride,
                                       Random* random = nullptr);

/// What mirroring does to each label.
struct FlipRule {
  /// Label of the mirrored clip; -1: this label is never mirrored. One entry a label.
  std::vector<int> mirrored;
};

/// Labels that contain left or right as a word are not mirrored unless `swaps` ("a=b") says what
/// they become. Errors: InvalidArgument for a swap that names no label.
Result<FlipRule> flipRule(const std::vector<std::string>& labels,
                          const std::vector<std::string>& swaps);

}  // namespace attelier::clips
