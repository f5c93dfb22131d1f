#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace attelier::clips {

enum class Container { Unknown, IsoMedia, Riff, Matroska, Ogg, Flash, Mpeg, Gif, Audio };

/// What the bytes of a file say before a decoder sees them.
struct Content {
  Container container = Container::Unknown;
  std::string refusal;        ///< why this cannot be a video; empty if it may be one
  bool cutShort = false;      ///< the container ends before its own header says
  bool indexMissing = false;  ///< MP4 or MOV without a moov box
};

/// Looks at the first bytes of a file and at the top-level structure of MP4, MOV and AVI.
/// Text of any kind is refused here: FFmpeg would follow the paths in a playlist.
Content inspectContent(const std::filesystem::path& path);

}  // namespace attelier::clips
