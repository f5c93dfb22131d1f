#pragma once

#include "engine/base/result.h"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <string>
#include <vector>

namespace attelier::run {

/// What people add to a run: `user.json`. Keys that this program does not know are kept as they
/// are.
struct UserNotes {
  std::string name;
  std::string notes;
  std::vector<std::string> tags;
  int stars = 0;  ///< 0 to 5
  nlohmann::json unknown = nlohmann::json::object();
};

/// Errors: Corrupt (naming the key), Io. A missing file reads as empty notes.
Result<UserNotes> readUserNotes(const std::filesystem::path& file);

/// Replaces the file atomically. Errors: InvalidArgument, Io.
Status writeUserNotes(const std::filesystem::path& file, const UserNotes& notes);

}  // namespace attelier::run
