#pragma once

#include "engine/base/result.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace attelier::run {

inline constexpr int kSchema = 1;     ///< version that this program writes
inline constexpr int kMinReader = 1;  ///< oldest reader version that can read what it writes

enum class RunKind { Search, Evaluation };

/// Where an evaluation comes from.
struct RunParent {
  std::string run;  ///< id of the parent run
  std::int64_t step = 0;
  std::string cell;  ///< name of the cell

  bool operator==(const RunParent&) const = default;
};

/// What `run.json` says. Written once, when the run is made.
struct RunInfo {
  std::string id;  ///< UUID; made by `create` when empty
  int schema = kSchema;
  int minReader = kMinReader;
  RunKind kind = RunKind::Search;
  std::optional<RunParent> parent;
  nlohmann::json configuration = nlohmann::json::object();
  std::uint64_t seed = 0;
  nlohmann::json versions =
      nlohmann::json::object();  ///< of the program and its libraries, by name
  std::vector<std::string> commandLine;
  std::string
      dataRoot;  ///< the one root under which `dataset.path` are found; empty for synthetic data
  double created = 0;  ///< seconds since 1970; set by `create` when 0
};

nlohmann::json toJson(const RunInfo& info);

/// Errors: Corrupt (what is missing or wrong), Unsupported (naming the file's versions and this
/// program's).
Result<RunInfo> runInfoFromJson(const nlohmann::json& json, const std::string& where);

/// Refuses a schema that this program is too old for. `what` is the file it is about.
/// Errors: Unsupported, naming both versions.
Status checkReadable(int schema, int minReader, const std::string& what);

/// The paths of a run folder and its `run.json`. A value; holds no lock and no open file.
class RunFolder {
 public:
  /// Makes a new folder (and missing parents) with its `run.json`.
  /// Errors: InvalidArgument when the path exists and is not an empty folder; Io.
  static Result<RunFolder> create(const std::filesystem::path& path, RunInfo info);

  /// Opens an existing folder by reading its `run.json`.
  /// Errors: NotFound, Corrupt, Unsupported (a newer schema that asks for a newer reader).
  static Result<RunFolder> open(const std::filesystem::path& path);

  const RunInfo& info() const { return info_; }
  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path runJson() const { return path_ / "run.json"; }
  std::filesystem::path database() const { return path_ / "run.db"; }
  std::filesystem::path commands() const { return path_ / "commands.db"; }
  std::filesystem::path userJson() const { return path_ / "user.json"; }
  std::filesystem::path lockFile() const { return path_ / "engine.lock"; }
  std::filesystem::path checkpoints() const { return path_ / "checkpoints"; }
  std::filesystem::path evaluations() const { return path_ / "evaluations"; }
  std::filesystem::path exports() const { return path_ / "exports"; }
  std::filesystem::path log() const { return path_ / "engine.log"; }

 private:
  RunFolder(std::filesystem::path path, RunInfo info);
  std::filesystem::path path_;
  RunInfo info_;
};

/// True for file systems that SQLite's WAL does not work on (NFS, SMB, 9P, FUSE, …), by statfs.
bool isNetworkFileSystem(const std::filesystem::path& path);

/// A random UUID (version 4), lower case.
std::string makeUuid();

/// Seconds since 1970.
double now();

}  // namespace attelier::run
