#pragma once

#include "engine/base/result.h"
#include "engine/clips/dataset.h"

#include <cstdint>
#include <filesystem>
#include <stop_token>
#include <string>

namespace attelier::clips {

struct FilmSettings {
  double fps = 25.0;       ///< 0.1 to 240
  bool overwrite = false;  ///< an existing file is replaced
};

/// A film that was written. Units: pixels; even, so perhaps one more than the pictures have.
struct Film {
  std::int64_t frames = 0;
  int width = 0;
  int height = 0;
  std::int64_t bytes = 0;
  std::string codec;  ///< "h264", or "mpeg4" where FFmpeg has no encoder for that
};

/// Encodes the PNG and JPEG pictures of a folder, in the order of their names, as an MP4.
///
/// The file appears whole or not at all; it is decoded once more before it takes its place.
/// `progress` counts pictures. Colour: BT.601. Errors: NotFound (no folder, no pictures),
/// InvalidArgument (sizes that differ, a name that is no .mp4, a file that exists), Corrupt (a
/// picture), Io (disk full, permissions), Interrupted by `stop`.
Result<Film> writeFilm(const std::filesystem::path& folder, const std::filesystem::path& file,
                       const FilmSettings& settings, std::stop_token stop = {},
                       const ScanProgress& progress = {});

}  // namespace attelier::clips
