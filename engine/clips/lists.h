#pragma once

#include "engine/base/result.h"
#include "engine/clips/clip_record.h"
#include "engine/clips/dataset.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace attelier::clips {

/// One clip as a list names it; whether the file exists is not known yet.
struct ListEntry {
  std::filesystem::path file;
  std::string label;           ///< empty without one
  std::optional<Split> split;  ///< empty where the list does not say
  std::string group;
};

/// What a list, or a set of lists, says.
struct ClipList {
  ListFormat format = ListFormat::Auto;
  std::vector<ListEntry> entries;
  std::vector<std::string> labels;  ///< in their own order where the format has one; else empty
};

/// "train", "val", "validation", "test", "select", "report", ... as a split; empty for another
/// word.
std::optional<Split> splitOfName(const std::string& name);

/// One list file, its format recognised by content unless `settings.format` says it. `role` is the
/// split of entries that have none of their own. Relative paths are looked for beside the list,
/// then below `root`.
Result<ClipList> readListFile(const std::filesystem::path& list, const std::filesystem::path& root,
                              const DatasetSettings& settings, std::optional<Split> role);

/// What a folder holds: official lists if there are some, else clips by class, else clips.
Result<ClipList> readFolder(const std::filesystem::path& folder, const DatasetSettings& settings);

/// Class names of a file: a line each, "1 name", "name,1" or a name alone; in the order of the
/// numbers.
Result<std::vector<std::string>> readClassList(const std::filesystem::path& file);

}  // namespace attelier::clips
