#include "engine/run/read_connection.h"

#include "engine/run/database.h"
#include "engine/run/row_reader.h"
#include "engine/run/run_lock.h"
#include "engine/run/schema.h"

#include <cstdlib>
#include <sqlite3.h>
#include <string>
#include <sys/stat.h>

namespace attelier::run::detail {
namespace {

constexpr int kBusyMs = 2000;
constexpr int kMaximumValueBytes = 256 << 20;

std::string uriOf(const std::filesystem::path& file, const char* parameters) {
  std::string uri = "file:";
  for (const char c : file.string()) {
    switch (c) {
      case '%':
        uri += "%25";
        break;
      case '?':
        uri += "%3f";
        break;
      case '#':
        uri += "%23";
        break;
      default:
        uri += c;
    }
  }
  return uri + parameters;
}

std::filesystem::path defaultCache() {
  const char* cache = std::getenv("XDG_CACHE_HOME");
  if (cache != nullptr && *cache == '/') {
    return std::filesystem::path(cache) / "attelier";
  }
  const char* home = std::getenv("HOME");
  if (home != nullptr && *home == '/') {
    return std::filesystem::path(home) / ".cache" / "attelier";
  }
  return std::filesystem::temp_directory_path() / "attelier";
}

// Length of a file, -1 where there is none.
std::int64_t lengthOf(const std::filesystem::path& file) {
  struct stat found {};
  return ::stat(file.c_str(), &found) == 0 ? static_cast<std::int64_t>(found.st_size) : -1;
}

void protect(SQLite::Database& database) {
  sqlite3_limit(database.getHandle(), SQLITE_LIMIT_LENGTH, kMaximumValueBytes);
  sqlite3_db_config(database.getHandle(), SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  database.exec(
      "PRAGMA trusted_schema = OFF; PRAGMA mmap_size = 0; PRAGMA cell_size_check = ON; "
      "PRAGMA temp_store = MEMORY; PRAGMA query_only = ON");
}

}  // namespace

ReadConnection::ReadConnection(std::filesystem::path file, std::filesystem::path lockFile,
                               std::filesystem::path cache)
    : file_(std::move(file)),
      lockFile_(std::move(lockFile)),
      cache_(cache.empty() ? defaultCache() : std::move(cache)) {}

ReadConnection::~ReadConnection() { dropCopy(); }

Result<std::unique_ptr<ReadConnection>> ReadConnection::openFolder(
    const RunFolder& folder, const std::filesystem::path& cache) {
  std::unique_ptr<ReadConnection> connection(
      new ReadConnection(folder.database(), folder.lockFile(), cache));
  ATTELIER_CHECKED(connection->reopen());
  return connection;
}

Result<std::unique_ptr<ReadConnection>> ReadConnection::openFile(
    const std::filesystem::path& file) {
  std::unique_ptr<ReadConnection> connection(new ReadConnection(file, {}, {}));
  ATTELIER_CHECKED(connection->reopen());
  return connection;
}

Result<ReadConnection::Plan> ReadConnection::makePlan() const {
  struct stat found {};
  if (::stat(file_.c_str(), &found) != 0 || !S_ISREG(found.st_mode)) {
    return fail(ErrorCode::NotFound, "is not there: the run has no rows (yet)", file_.string());
  }
  Plan plan;
  plan.inode = found.st_ino;
  plan.size = found.st_size;
  plan.modified = found.st_mtim.tv_sec * 1'000'000'000 + found.st_mtim.tv_nsec;
  if (lockFile_.empty()) {
    return plan;
  }
  const std::int64_t wal = lengthOf(file_.string() + "-wal");
  const std::int64_t rollback = lengthOf(file_.string() + "-journal");
  const bool locked = isLocked(lockFile_).value_or(false);
  if (locked || (wal > 0 && lengthOf(file_.string() + "-shm") >= 0)) {
    plan.mode = ReadMode::Shared;
    plan.size = plan.modified = 0;
  } else if (wal > 0 || rollback > 0) {
    plan.mode = ReadMode::Copy;
    plan.journalSize = std::max(wal, rollback);
  }
  return plan;
}

Status ReadConnection::refresh() {
  ATTELIER_ASSIGN(const Plan plan, makePlan());
  return plan == plan_ ? Status{} : reopen();
}

Status ReadConnection::reopen() {
  ATTELIER_ASSIGN(const Plan plan, makePlan());
  plan_ = plan;
  mode_ = plan.mode;
  Status opened = open();
  if (!opened.has_value() && opened.error().code == ErrorCode::Io && mode_ == ReadMode::Shared) {
    if (!isLocked(lockFile_).value_or(false)) {
      mode_ = ReadMode::Copy;
      opened = open();
    } else if (lengthOf(file_.string() + "-wal") <= 0) {
      // An engine holds the lock but has not opened the file yet: read it alone, and look again at
      // the next call.
      mode_ = ReadMode::Immutable;
      plan_.modified = -1;
      opened = open();
    }
  }
  return opened;
}

Status ReadConnection::open() {
  dropCopy();
  std::string uri;
  int flags = SQLite::OPEN_READONLY | SQLite::OPEN_URI;
  switch (mode_) {
    case ReadMode::Shared:
      uri = uriOf(file_, "?mode=ro&readonly_shm=1");
      break;
    case ReadMode::Immutable:
      uri = uriOf(file_, "?mode=ro&immutable=1");
      break;
    case ReadMode::Copy:
      ATTELIER_CHECKED(copyToCache());
      uri = (copy_ / "run.db").string();
      flags = SQLite::OPEN_READWRITE;  // to fold the copied journal in
      break;
  }
  ATTELIER_CHECKED(guarded(file_, [&] {
    database_ = std::make_unique<SQLite::Database>(uri, flags, kBusyMs);
    protect(*database_);
  }));
  ATTELIER_CHECKED(readVersion(*database_, file_));
  return guarded(file_, [&] { checkTables(*database_); });
}

Status ReadConnection::copyToCache() {
  std::error_code error;
  std::filesystem::create_directories(cache_, error);
  std::string folder = (cache_ / "reader-XXXXXX").string();
  if (::mkdtemp(folder.data()) == nullptr) {
    return fail(ErrorCode::Io, "can't make a folder for a copy of the run", cache_.string());
  }
  copy_ = folder;
  for (const char* suffix : {"", "-wal", "-journal"}) {
    const std::filesystem::path from = file_.string() + suffix;
    if (std::filesystem::exists(from, error)) {
      std::filesystem::copy_file(from, copy_ / ("run.db" + std::string(suffix)), error);
      std::filesystem::permissions(
          copy_ / ("run.db" + std::string(suffix)),
          std::filesystem::perms::owner_read | std::filesystem::perms::owner_write, error);
    }
    if (error) {
      return fail(ErrorCode::Io, "can't copy it to " + folder + ": " + error.message(),
                  from.string());
    }
  }
  return {};
}

void ReadConnection::dropCopy() {
  database_.reset();
  if (!copy_.empty()) {
    std::error_code ignored;
    std::filesystem::remove_all(copy_, ignored);
    copy_.clear();
  }
}

}  // namespace attelier::run::detail
