#pragma once

#include "engine/base/result.h"
#include "engine/run/rows.h"

#include <filesystem>
#include <string>
#include <vector>

namespace attelier::run {

/// A clip that is no longer what the run recorded.
struct ClipChange {
  std::string path;
  std::string what;  ///< "is missing", "has 1200 bytes, had 1000", "was modified since"
};

/// Compares size and modification time of every readable clip with what was recorded. Empty for
/// synthetic data (empty root).
std::vector<ClipChange> changedClips(const std::vector<ClipRow>& clips,
                                     const std::filesystem::path& root);

/// `root` and the clip's path, refused when the path is absolute or climbs out of the root. Errors:
/// Corrupt.
Result<std::filesystem::path> pathUnderRoot(const std::filesystem::path& root,
                                            const std::string& path);

}  // namespace attelier::run
