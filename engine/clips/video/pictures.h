#pragma once

#include "engine/base/result.h"
#include "engine/clips/clip_source.h"
#include "engine/clips/dataset.h"
#include "engine/clips/video/video_reader.h"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <filesystem>
#include <span>
#include <stop_token>
#include <vector>

namespace attelier::clips {

/// A frame as JPEG bytes. Units: quality 1..100.
Result<std::vector<std::uint8_t>> encodeJpeg(const RgbFrame& frame, int quality = 85);
/// Errors: Corrupt when the bytes are no JPEG or larger than 64 megapixels.
Result<RgbFrame> decodeJpeg(std::span<const std::uint8_t> bytes);
/// The frame at another size: averaged when smaller, bilinear when larger.
RgbFrame resized(const RgbFrame& frame, int width, int height);

/// One frame of a probe clip, for the table `probes`.
struct ProbeFrame {
  std::int64_t frame = 0;  ///< number in the file
  double timeMs = 0.0;
  int width = 0;
  int height = 0;
  std::vector<std::uint8_t> jpeg;  ///< the whole upright picture, at most 256 px on its longer side
  int rawWidth = 0;
  int rawHeight = 0;
  std::vector<std::uint8_t> raw;  ///< the same at most 64 px, RGB8
};

/// The pictures of the frames that `view` names, from the file.
/// Errors: those of decodeFrames.
Result<std::vector<ProbeFrame>> probeFrames(const std::filesystem::path& path, const View& view,
                                            std::stop_token stop = {});
/// The same from pixels in memory, for synthetic clips. Shape: (T, H, W, 3).
Result<std::vector<ProbeFrame>> probeFrames(std::span<const std::uint8_t> rgb, ClipShape shape,
                                            const View& view);

/// Pictures of a preview, side by side. Units: height in pixels.
struct PreviewSettings {
  int frames = 6;
  int height = 96;
};

/// Writes one JPEG strip a readable clip into `folder` and gives one JSON entry a clip: id, path,
/// preview (file name, null without one).
/// Errors: Io; Interrupted by `stop`.
Result<nlohmann::json> writePreviews(const Dataset& dataset, const std::filesystem::path& folder,
                                     const PreviewSettings& settings = {},
                                     std::stop_token stop = {}, const ScanProgress& progress = {});

}  // namespace attelier::clips
