#pragma once

#include "engine/base/result.h"

#include <cstdint>
#include <filesystem>
#include <span>
#include <stop_token>
#include <vector>

namespace attelier::clips {

/// Some or all frames of a video, small.
struct DecodedFrames {
  int sourceWidth = 0;  ///< upright
  int sourceHeight = 0;
  int width = 0;
  int height = 0;
  std::vector<std::uint8_t> rgb;      ///< Shape: (frames, height, width, 3)
  std::vector<double> timesMs;        ///< one a frame
  std::vector<std::int64_t> numbers;  ///< number of each in the file

  std::size_t count() const { return timesMs.size(); }
  std::size_t frameBytes() const {
    return static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 3;
  }
};

/// Every frame of a video, scaled down to this short side.
Result<DecodedFrames> decodeAll(const std::filesystem::path& path, int shortSide);

/// The wanted frames in their order, repeats included; what lies past the end is the last frame.
/// Errors: Corrupt; Interrupted by `stop`.
Result<DecodedFrames> decodeFrames(const std::filesystem::path& path,
                                   std::span<const std::int64_t> wanted, int shortSide,
                                   std::stop_token stop = {});

}  // namespace attelier::clips
