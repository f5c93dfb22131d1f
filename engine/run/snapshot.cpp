#include "engine/run/snapshot.h"

#include "engine/base/atomic_file.h"
#include "engine/run/database.h"
#include "engine/run/read_connection.h"
#include "engine/run/run_lock.h"
#include "engine/run/user_notes.h"

#include <SQLiteCpp/Backup.h>

#include <cstdlib>
#include <fcntl.h>
#include <regex>
#include <string>
#include <unistd.h>

namespace attelier::run {
namespace {

constexpr std::size_t kMaximumUserJson = 4U << 20;

// An absolute path in a text becomes its last part.
std::string withoutPaths(const std::string& text) {
  static const std::regex path(R"((^|[\s'"=:(])(~?/[^\s'":;,)]*/)([^\s'":;,)/]*))");
  return std::regex_replace(text, path, "$1$3");
}

nlohmann::json withoutPaths(nlohmann::json json) {
  for (auto& value : json) {
    if (value.is_structured()) {
      value = withoutPaths(std::move(value));
    } else if (value.is_string()) {
      value = withoutPaths(value.get<std::string>());
    }
  }
  return json;
}

void rewriteTexts(SQLite::Database& database, const std::string& table, const std::string& column) {
  std::vector<std::pair<std::int64_t, std::string>> changed;
  SQLite::Statement rows(database, "SELECT id, " + column + " FROM " + table);
  while (rows.executeStep()) {
    const std::string text = rows.getColumn(1).getString();
    if (const std::string clean = withoutPaths(text); clean != text) {
      changed.emplace_back(rows.getColumn(0).getInt64(), clean);
    }
  }
  SQLite::Statement update(database, "UPDATE " + table + " SET " + column + " = ? WHERE id = ?");
  for (const auto& [id, text] : changed) {
    detail::execute(update, text, id);
  }
}

void removePaths(SQLite::Database& database) {
  database.exec(
      "UPDATE dataset SET path = printf('clip-%06d', id), reason = '';"
      "UPDATE probes SET name = printf('clip-%06d', id);"
      "UPDATE status SET host = '', pid = 0");
  rewriteTexts(database, "status", "message");
  rewriteTexts(database, "events", "text");
  rewriteTexts(database, "cells", "origin");
  rewriteTexts(database, "config_changes", "patch");
  rewriteTexts(database, "config_changes", "reason");
}

}  // namespace

Status writeSnapshot(const std::filesystem::path& run, const std::filesystem::path& file,
                     const SnapshotOptions& options) {
  std::error_code error;
  if (std::filesystem::exists(file, error)) {
    return fail(ErrorCode::InvalidArgument, "exists already; choose another name", file.string());
  }
  ATTELIER_ASSIGN(const RunFolder folder, RunFolder::open(run));
  ATTELIER_ASSIGN(const auto source, detail::ReadConnection::openFolder(folder, {}));
  nlohmann::json document = toJson(folder.info());
  std::string notes;
  if (std::filesystem::exists(folder.userJson(), error)) {
    ATTELIER_ASSIGN(notes, readTextFile(folder.userJson(), kMaximumUserJson));
  }
  const bool locked = isLocked(folder.lockFile()).value_or(false);
  if (!options.paths) {
    document["configuration"] = withoutPaths(document["configuration"]);
    document["command_line"] = nlohmann::json::array();
    document["data_root"] = "";
  }
  const std::filesystem::path target = std::filesystem::absolute(file, error);
  std::string temporary =
      (target.parent_path() / (target.filename().string() + ".XXXXXX.tmp")).string();
  const int descriptor = ::mkstemps(temporary.data(), 4);
  if (descriptor < 0) {
    return fail(ErrorCode::Io, "can't be written", file.string());
  }
  ::close(descriptor);
  Status status = detail::guarded(file, [&] {
    SQLite::Database copy(temporary, SQLite::OPEN_READWRITE);
    SQLite::Backup(copy, source->database()).executeStep(-1);
    copy.exec("PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON");
    if (!options.frames) {
      copy.exec("DELETE FROM probe_frames");
    }
    if (!options.paths) {
      removePaths(copy);
    }
    // A file of its own has no engine: what it shows is what a viewer shows where none holds the
    // lock.
    if (locked) {
      detail::execute(copy,
                      "INSERT INTO events VALUES (NULL, ?, (SELECT step FROM status), 'info', "
                      "'snapshot', 'taken while an engine was writing')",
                      now());
    }
    copy.exec("CREATE TABLE documents(name TEXT PRIMARY KEY, text TEXT)");
    detail::execute(copy, "INSERT INTO documents VALUES ('run.json', ?)",
                    document.dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
    if (!notes.empty()) {
      detail::execute(copy, "INSERT INTO documents VALUES ('user.json', ?)",
                      options.paths ? notes : withoutPaths(notes));
    }
    copy.exec("VACUUM");
  });
  if (status.has_value() && ::rename(temporary.c_str(), target.c_str()) != 0) {
    status = fail(ErrorCode::Io, "can't be written", file.string());
  }
  if (!status.has_value()) {
    std::filesystem::remove(temporary, error);
  }
  std::filesystem::permissions(
      target,
      std::filesystem::perms::owner_read | std::filesystem::perms::owner_write |
          std::filesystem::perms::group_read | std::filesystem::perms::others_read,
      error);
  return status;
}

}  // namespace attelier::run
