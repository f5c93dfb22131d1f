#pragma once

#include "engine/run/band_builder.h"
#include "engine/run/record_budget.h"
#include "engine/run/row_writer.h"
#include "engine/run/store.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <atomic>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <vector>

/// Not for other folders.
namespace attelier::run::detail {

/// Least distances in steps between two records; written by the store's thread, read by the
/// search's.
struct Intervals {
  std::atomic<std::int64_t> weights{1};
  std::atomic<std::int64_t> attention{1};
};

/// `run.db` as its one writer sees it. Used by one thread at a time; what it throws is
/// SQLite::Exception.
class RunDatabase {
 public:
  static Result<std::unique_ptr<RunDatabase>> open(const RunFolder& folder,
                                                   const StoreOptions& options, bool writeAheadLog);

  /// Writes rows, the bands that they complete and the status, and thins what is over its budget,
  /// in one transaction.
  void commit(const std::vector<QueuedRow>& rows, const StatusRow& status, bool fullSync);

  /// Deletes what is past a step, in one transaction with `status` and an event.
  void truncate(std::int64_t step, const StatusRow& status, const EventRow& event);

  /// Writes a checkpoint's row and an event and deletes the rows that the retention drops; returns
  /// these.
  std::vector<CheckpointRow> addCheckpoint(const CheckpointRow& row, const EventRow& event,
                                           const StatusRow& status);

  /// Folds the WAL in and leaves it where nobody else has the file open.
  void fold();

  std::vector<CheckpointRow> checkpoints();
  StatusRow readStatus();
  std::vector<std::string> metricNames();
  std::vector<PlaceRow> places();
  std::int64_t nextId(const char* table);
  std::int64_t lastStep();

  /// Distances in steps that the thinning has come to; outlive this object.
  std::shared_ptr<Intervals> intervals() const { return intervals_; }

 private:
  RunDatabase(std::filesystem::path file, const StoreOptions& options, bool writeAheadLog);
  void load();
  void seedBands();
  void take(const MetricsRow& row);
  void thin();
  void deleteSome();
  void limitLog();
  std::set<std::int64_t> protectedSteps();
  void begin(bool fullSync);

  std::filesystem::path file_;
  bool writeAheadLog_;
  std::int64_t walBytes_;
  SQLite::Database database_;
  RowWriter writer_;
  BandBuilder fine_{kFineSpan};
  BandBuilder coarse_{kCoarseSpan};
  RecordBudget weights_;
  RecordBudget attention_;
  std::deque<std::int64_t> attentionToDelete_;
  std::shared_ptr<Intervals> intervals_ = std::make_shared<Intervals>();
  int synchronous_ = -1;
};

}  // namespace attelier::run::detail
