#pragma once

#include "engine/run/run_reader.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>

/// Not for other folders.
namespace attelier::run::detail {

/// A connection to `run.db` that changes nothing where it lies (rule 10), and follows engines that
/// come and go.
///
/// - A journal that an engine writes, or has left: read-only with `readonly_shm`, so that not even
/// the index of the
///   journal (`run.db-shm`) is written; where no engine lives SQLite then keeps that index in
///   memory.
/// - No journal and no engine: `immutable`. Without it SQLite would make an empty `run.db-wal`.
/// - A journal that can't be read where it is (no `-shm` beside it, a rollback journal): a copy in
/// the cache.
class ReadConnection {
 public:
  /// A run folder's. Errors: NotFound, Corrupt, Unsupported, Io.
  static Result<std::unique_ptr<ReadConnection>> openFolder(const RunFolder& folder,
                                                            const std::filesystem::path& cache);
  /// A snapshot's.
  static Result<std::unique_ptr<ReadConnection>> openFile(const std::filesystem::path& file);
  ~ReadConnection();
  ReadConnection(const ReadConnection&) = delete;
  ReadConnection& operator=(const ReadConnection&) = delete;

  /// To be called before each read: opens again when journal, lock or file have changed since.
  Status refresh();
  Status reopen();

  SQLite::Database& database() { return *database_; }
  const std::filesystem::path& file() const { return file_; }
  ReadMode mode() const { return mode_; }

 private:
  struct Plan {
    ReadMode mode = ReadMode::Immutable;
    std::uint64_t inode = 0;
    std::int64_t size = 0, modified = 0;  // of run.db; 0 where an engine changes it
    std::int64_t journalSize = 0;
    bool operator==(const Plan&) const = default;
  };

  ReadConnection(std::filesystem::path file, std::filesystem::path lockFile,
                 std::filesystem::path cache);
  Result<Plan> makePlan() const;
  Status open();
  Status copyToCache();
  void dropCopy();

  std::filesystem::path file_;
  std::filesystem::path lockFile_;  // empty for a snapshot
  std::filesystem::path cache_;
  std::filesystem::path copy_;  // folder of the copy, if there is one
  Plan plan_;                   // by which `mode_` was chosen
  ReadMode mode_ = ReadMode::Immutable;
  std::unique_ptr<SQLite::Database> database_;
};

}  // namespace attelier::run::detail
