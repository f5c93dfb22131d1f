#pragma once

#include "engine/base/result.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <filesystem>
#include <span>

/// The tables of `run.db` and how older ones become today's. Not for other folders.
namespace attelier::run::detail {

inline constexpr int kApplicationId = 0x41744c72;  ///< "AtLr" in the header of every run.db

/// Versions that a database says of itself.
struct SchemaVersion {
  int schema = 0;
  int minReader = 0;
};

/// Turns schema `from` into `from + 1`, inside a transaction of the caller.
struct Migration {
  int from = 0;
  int minReader = 1;  ///< of the result
  void (*apply)(SQLite::Database& database) = nullptr;
};

/// All migrations there are, by `from`.
std::span<const Migration> migrations();

/// Makes the tables of schema `kSchema` in an empty database, in one transaction.
void createSchema(SQLite::Database& database);

/// Reads the versions. Errors: Corrupt when it is no database of a run, Unsupported.
Result<SchemaVersion> readVersion(SQLite::Database& database, const std::filesystem::path& file);

/// Brings an older database to schema `target`, after a copy "run.db.schema-N.backup" beside it;
/// all or nothing. Errors: Unsupported when a step is missing, Io.
Status migrate(SQLite::Database& database, const std::filesystem::path& file, int target,
               std::span<const Migration> steps);

}  // namespace attelier::run::detail
