#pragma once

#include "engine/base/result.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <vector>

namespace attelier::clips {

/// A picture in memory. Shape: (H, W, 3) RGB8.
struct RgbFrame {
  int width = 0;
  int height = 0;
  std::vector<std::uint8_t> rgb;
};

/// What the header of a video says, the display rotation applied.
struct VideoInfo {
  int width = 0;     ///< upright; Units: pixels
  int height = 0;    ///< upright
  int rotation = 0;  ///< 0, 90, 180 or 270 as in the metadata
  double fps = 0.0;
  std::int64_t promisedFrames = 0;  ///< 0 where the header says nothing; often wrong
};

/// Reads a video from its first to its last frame, upright and as RGB.
///
/// Only forward and only by count of frames: seeking is not exact in every codec.
/// Colour: every stream is read with the matrix of BT.601, as OpenCV does; BT.709 clips differ by a
/// few grey levels. Threads: one object is one thread's; any number of objects side by side.
class VideoReader {
 public:
  /// Errors: NotFound; Corrupt with the reason in our words (empty, text, no video stream, index
  /// missing, ...).
  static Result<VideoReader> open(const std::filesystem::path& path);
  VideoReader(VideoReader&&) noexcept;
  VideoReader& operator=(VideoReader&&) noexcept;
  ~VideoReader();

  const VideoInfo& info() const;
  /// Decodes the next frame without converting it; false at the end.
  bool advance();
  /// Number of frames passed by advance().
  std::int64_t position() const;
  /// Time stamp of the current frame. Units: ms.
  double timeMs() const;
  /// The current frame, scaled down to this short side (0: as it is, never enlarged here).
  Result<RgbFrame> frame(int shortSide = 0) const;

 private:
  struct State;
  explicit VideoReader(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace attelier::clips
