#include "engine/run/dataset_check.h"

#include <algorithm>
#include <cmath>
#include <sys/stat.h>

namespace attelier::run {
namespace {

// Copies and archives keep modification times to the second or two.
constexpr double kSameTimeSeconds = 2.0;

}  // namespace

Result<std::filesystem::path> pathUnderRoot(const std::filesystem::path& root,
                                            const std::string& path) {
  const std::filesystem::path relative(path);
  const bool climbs = std::any_of(relative.begin(), relative.end(),
                                  [](const std::filesystem::path& part) { return part == ".."; });
  if (relative.is_absolute() || climbs || path.empty() || path.find('\0') != std::string::npos) {
    return fail(ErrorCode::Corrupt, "leads out of the folder of clips", path.substr(0, 200));
  }
  return root / relative;
}

std::vector<ClipChange> changedClips(const std::vector<ClipRow>& clips,
                                     const std::filesystem::path& root) {
  std::vector<ClipChange> changes;
  if (root.empty()) {
    return changes;
  }
  for (const ClipRow& clip : clips) {
    if (clip.state == "unreadable") {
      continue;
    }
    const auto path = pathUnderRoot(root, clip.path);
    struct stat found {};
    if (!path.has_value() || ::stat(path->c_str(), &found) != 0) {
      changes.push_back({clip.path, "is missing"});
      continue;
    }
    const double mtime = static_cast<double>(found.st_mtim.tv_sec) +
                         1e-9 * static_cast<double>(found.st_mtim.tv_nsec);
    if (found.st_size != clip.bytes) {
      changes.push_back({clip.path, "has " + std::to_string(found.st_size) + " bytes, had " +
                                        std::to_string(clip.bytes)});
    } else if (std::abs(mtime - clip.mtime) > kSameTimeSeconds) {
      changes.push_back({clip.path, "was modified since"});
    }
  }
  return changes;
}

}  // namespace attelier::run
