#pragma once

#include <cstdlib>
#include <filesystem>

namespace attelier::clips {

/// Folder of the shared real clips: $ATTELIER_CLIPS, else ../shared/clips beside the source tree.
/// May not exist.
inline std::filesystem::path realClips() {
  if (const char* named = std::getenv("ATTELIER_CLIPS")) return named;
  return std::filesystem::path(ATTELIER_SOURCE_DIR).parent_path() / "shared" / "clips";
}

}  // namespace attelier::clips
