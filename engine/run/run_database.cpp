#include "engine/run/run_database.h"

#include "engine/run/database.h"
#include "engine/run/row_reader.h"
#include "engine/run/schema.h"

#include <algorithm>
#include <sqlite3.h>

namespace attelier::run::detail {
namespace {

constexpr int kBusyMs = 10'000;
constexpr int kFoldMs = 200;
constexpr int kStepsDeletedAFlush = 16;

}  // namespace

RunDatabase::RunDatabase(std::filesystem::path file, const StoreOptions& options,
                         bool writeAheadLog)
    : file_(std::move(file)),
      writeAheadLog_(writeAheadLog),
      walBytes_(options.walBytes),
      database_(file_.string(),
                SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE | SQLite::OPEN_NOFOLLOW, kBusyMs),
      writer_(database_),
      weights_(options.weightsRecords),
      attention_(options.attentionBytes) {}

Result<std::unique_ptr<RunDatabase>> RunDatabase::open(const RunFolder& folder,
                                                       const StoreOptions& options,
                                                       bool writeAheadLog) {
  const std::filesystem::path file = folder.database();
  std::unique_ptr<RunDatabase> database;
  bool fresh = false;
  ATTELIER_CHECKED(guarded(file, [&] {
    database.reset(new RunDatabase(file, options, writeAheadLog));
    SQLite::Database& db = database->database_;
    db.exec(
        "PRAGMA trusted_schema = OFF; PRAGMA mmap_size = 0; PRAGMA secure_delete = OFF; "
        "PRAGMA cell_size_check = ON; PRAGMA temp_store = MEMORY; PRAGMA page_size = 4096");
    fresh = integer(db, "SELECT count(*) FROM sqlite_master") == 0;
  }));
  if (!fresh) {  // before anything is changed in a file that may not be ours to change
    ATTELIER_CHECKED(migrate(database->database_, file, kSchema, migrations()));
  }
  ATTELIER_CHECKED(guarded(file, [&] {
    SQLite::Database& db = database->database_;
    db.exec(writeAheadLog ? "PRAGMA journal_mode = WAL" : "PRAGMA journal_mode = DELETE");
    db.exec("PRAGMA wal_autocheckpoint = 0");
    db.exec("PRAGMA journal_size_limit = " + std::to_string(options.walBytes));
    if (options.maxPages > 0) {
      db.exec("PRAGMA max_page_count = " + std::to_string(options.maxPages));
    }
    if (fresh) {
      createSchema(db);
    }
  }));
  ATTELIER_CHECKED(guarded(file, [&] { database->load(); }));
  return database;
}

void RunDatabase::load() {
  weights_.clear();
  attention_.clear();
  attentionToDelete_.clear();
  weights_.setInterval(
      integer(database_, "SELECT value FROM meta WHERE key = 'weights_interval'", 1));
  attention_.setInterval(
      integer(database_, "SELECT value FROM meta WHERE key = 'attention_interval'", 1));
  SQLite::Statement weights(database_, "SELECT step, count(*) FROM weights GROUP BY step");
  while (weights.executeStep()) {
    weights_.add(weights.getColumn(0).getInt64(), weights.getColumn(1).getInt64());
  }
  SQLite::Statement attention(database_, "SELECT step, sum(bytes) FROM attention GROUP BY step");
  while (attention.executeStep()) {
    attention_.add(attention.getColumn(0).getInt64(), attention.getColumn(1).getInt64());
  }
  intervals_->weights = weights_.interval();
  intervals_->attention = attention_.interval();
  seedBands();
}

// A block that is not complete yet starts from the rows it has: after a restart, and after a
// truncation in its middle.
void RunDatabase::seedBands() {
  fine_.clear();
  coarse_.clear();
  const std::int64_t last = lastStep();
  if (last == 0) {
    return;
  }
  const std::int64_t from = firstStepOfBlock(last, kCoarseSpan);
  const std::int64_t fineFrom = firstStepOfBlock(last, kFineSpan);
  SQLite::Statement rows(database_,
                         "SELECT step, time, data FROM metrics WHERE step >= ? ORDER BY step");
  rows.bind(1, from);
  while (rows.executeStep()) {
    const std::int64_t step = rows.getColumn(0).getInt64();
    const double time = rows.getColumn(1).getDouble();
    const std::vector<float> values = vectorOf<float>(rows.getColumn(2));
    coarse_.add(step, time, values);
    if (step >= fineFrom) {
      fine_.add(step, time, values);
    }
  }
}

void RunDatabase::begin(bool fullSync) {
  // A rollback journal without full synchronisation could lose the file, not only the last rows.
  const int synchronous = fullSync || !writeAheadLog_ ? 2 : 1;
  if (synchronous != synchronous_) {
    database_.exec(synchronous == 2 ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
    synchronous_ = synchronous;
  }
}

void RunDatabase::take(const MetricsRow& row) {
  for (const BandRow& band : fine_.add(row.step, row.time, row.values)) {
    writer_.write(band, kFineSpan);
  }
  for (const BandRow& band : coarse_.add(row.step, row.time, row.values)) {
    writer_.write(band, kCoarseSpan);
  }
}

void RunDatabase::commit(const std::vector<QueuedRow>& rows, const StatusRow& status,
                         bool fullSync) {
  begin(fullSync);
  try {
    SQLite::Transaction transaction(database_, SQLite::TransactionBehavior::IMMEDIATE);
    for (const QueuedRow& row : rows) {
      writer_.write(row);
      if (const auto* metrics = std::get_if<MetricsRow>(&row)) {
        take(*metrics);
      } else if (const auto* weights = std::get_if<WeightsRow>(&row)) {
        weights_.add(weights->step, 1);
      } else if (const auto* attention = std::get_if<AttentionRow>(&row)) {
        attention_.add(attention->step, static_cast<std::int64_t>(attention->data.size()));
      }
    }
    thin();
    deleteSome();
    writer_.write(status);
    transaction.commit();
  } catch (const SQLite::Exception&) {
    // What this transaction has added to bands and budgets is not on disk: start again from what
    // is.
    try {
      load();
    } catch (const SQLite::Exception&) {  // the first failure is the one to report
    }
    throw;
  }
  limitLog();
}

std::set<std::int64_t> RunDatabase::protectedSteps() {
  std::set<std::int64_t> steps;
  SQLite::Statement rows(database_, "SELECT step FROM checkpoints UNION SELECT step FROM pins");
  while (rows.executeStep()) {
    steps.insert(rows.getColumn(0).getInt64());
  }
  return steps;
}

void RunDatabase::thin() {
  if (weights_.isOver()) {
    SQLite::Statement drop(database_, "DELETE FROM weights WHERE step = ?");
    for (const std::int64_t step : weights_.thin(protectedSteps())) {
      execute(drop, step);
    }
    intervals_->weights = weights_.interval();
    execute(database_, "INSERT OR REPLACE INTO meta VALUES ('weights_interval', ?)",
            weights_.interval());
  }
  if (attention_.isOver()) {
    const std::vector<std::int64_t> dropped = attention_.thin(protectedSteps());
    attentionToDelete_.insert(attentionToDelete_.end(), dropped.begin(), dropped.end());
    intervals_->attention = attention_.interval();
    execute(database_, "INSERT OR REPLACE INTO meta VALUES ('attention_interval', ?)",
            attention_.interval());
  }
}

// Long blobs take a while to free: a few a flush, so that the heartbeat goes on.
void RunDatabase::deleteSome() {
  for (int i = 0; i < kStepsDeletedAFlush && !attentionToDelete_.empty(); ++i) {
    const std::int64_t step = attentionToDelete_.front();
    attentionToDelete_.pop_front();
    execute(database_, "DELETE FROM attention WHERE step = ?", step);
    execute(database_, "DELETE FROM predictions WHERE source = 'probe' AND step = ?", step);
  }
}

void RunDatabase::limitLog() {
  if (!writeAheadLog_) {
    return;
  }
  std::error_code error;
  const auto length = std::filesystem::file_size(file_.string() + "-wal", error);
  if (error || static_cast<std::int64_t>(length) <= walBytes_) {
    return;
  }
  // Passive does not wait for viewers. A viewer that never lets go makes the log grow; then wait a
  // moment for it.
  const bool long_ = static_cast<std::int64_t>(length) > 16 * walBytes_;
  database_.setBusyTimeout(kFoldMs);
  sqlite3_wal_checkpoint_v2(database_.getHandle(), nullptr,
                            long_ ? SQLITE_CHECKPOINT_RESTART : SQLITE_CHECKPOINT_PASSIVE, nullptr,
                            nullptr);
  database_.setBusyTimeout(kBusyMs);
}

void RunDatabase::truncate(std::int64_t step, const StatusRow& status, const EventRow& event) {
  begin(true);
  {
    SQLite::Transaction transaction(database_, SQLite::TransactionBehavior::IMMEDIATE);
    for (const char* table : {"metrics", "points", "weights", "attention", "predictions",
                              "resources", "checkpoints", "config_changes", "pins"}) {
      execute(database_, ("DELETE FROM " + std::string(table) + " WHERE step > ?").c_str(), step);
    }
    // What a person did to the probes stays; from here on it has been so.
    execute(database_,
            "UPDATE probes SET added_step = min(added_step, ?1), removed_step = "
            "min(removed_step, ?1)",
            step);
    // A block is whole only when its last step stays.
    execute(database_, "DELETE FROM bands WHERE first_step + span - 1 > ?", step);
    writer_.write(QueuedRow(event));
    writer_.write(status);
    transaction.commit();
  }
  load();
  limitLog();
}

std::vector<CheckpointRow> RunDatabase::addCheckpoint(const CheckpointRow& row,
                                                      const EventRow& event,
                                                      const StatusRow& status) {
  begin(true);
  SQLite::Transaction transaction(database_, SQLite::TransactionBehavior::IMMEDIATE);
  writer_.write(row);
  if (row.pinned) {
    writer_.write(QueuedRow(Pin{row.step, true}));
  }
  // Written again at a step that is pinned, it stays pinned.
  execute(database_,
          "UPDATE checkpoints SET pinned = 1 WHERE step = ? AND step IN (SELECT step FROM pins)",
          row.step);
  const std::vector<CheckpointRow> dropped = checkpointsToDrop(checkpoints());
  for (const CheckpointRow& old : dropped) {
    execute(database_, "DELETE FROM checkpoints WHERE step = ?", old.step);
  }
  writer_.write(QueuedRow(event));
  writer_.write(status);
  transaction.commit();
  return dropped;
}

void RunDatabase::fold() {
  if (!writeAheadLog_) {
    return;
  }
  database_.setBusyTimeout(kFoldMs);
  sqlite3_wal_checkpoint_v2(database_.getHandle(), nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr,
                            nullptr);
  try {
    database_.exec("PRAGMA journal_mode = DELETE");
  } catch (const SQLite::Exception& exception) {
    // A viewer has the file open: the log stays, empty, and the next engine or viewer copes with
    // it.
    if (exception.getErrorCode() != SQLITE_BUSY && exception.getErrorCode() != SQLITE_LOCKED) {
      throw;
    }
  }
}

std::vector<CheckpointRow> RunDatabase::checkpoints() { return readCheckpoints(database_); }

StatusRow RunDatabase::readStatus() { return detail::readStatus(database_); }

std::vector<std::string> RunDatabase::metricNames() { return readMetricNames(database_); }

std::vector<PlaceRow> RunDatabase::places() { return readPlaces(database_); }

std::int64_t RunDatabase::nextId(const char* table) {
  const std::string name(table);
  const std::int64_t largest = integer(database_, "SELECT max(id) FROM " + name);
  return std::max(largest, integer(database_,
                                   "SELECT seq FROM sqlite_sequence WHERE name = '" + name + "'")) +
         1;
}

std::int64_t RunDatabase::lastStep() { return integer(database_, "SELECT max(step) FROM metrics"); }

}  // namespace attelier::run::detail
