#pragma once

#include "engine/base/result.h"
#include "engine/run/checkpoint.h"
#include "engine/run/rows.h"
#include "engine/run/run_folder.h"
#include "engine/run/run_lock.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace attelier::run {

/// Budgets and rates of the store. The first two are configuration fields of a search.
struct StoreOptions {
  std::int64_t weightsRecords = 20'000;  ///< rows of `weights` before every second one goes
  std::int64_t attentionBytes = 512LL
                                << 20;  ///< bytes of `attention` before every second record goes
  double flushesPerSecond = 10;         ///< 1 on network file systems
  double weightsPerSecond = 10;         ///< `wantsWeights` says yes no more often
  double attentionPerSecond = 1;
  std::size_t queueBytes = 64U << 20;  ///< rows waiting for the disk; beyond it appending fails
  std::int64_t walBytes = 4LL << 20;   ///< the WAL is folded in when it is longer
  std::int64_t maxPages = 0;           ///< limit of run.db in pages of 4096 bytes; 0 = none
  std::optional<bool> writeAheadLog;   ///< nothing: by the file system
};

/// What a change of status sets; what is absent stays.
struct StatusUpdate {
  std::optional<Phase> phase;
  std::optional<std::string> stage;
  std::optional<std::int64_t> step;
  std::optional<std::int64_t> epoch;
  std::optional<std::int64_t> stepsPlanned;
  std::optional<std::string> device;
  std::optional<std::string> message;
};

/// The single writer of `run.db`. Rows are queued and written by a thread of its own, which also
/// keeps the heartbeat; a caller waits for a disk only in what says so. Threads: every function may
/// be called from any thread; rows of one table must come from one. Errors: a failure of the store
/// thread (disk full, I/O) is kept and returned by every later call; what was committed before it
/// stays.
class Store {
 public:
  /// Opens or makes `run.db` of a folder whose lock the caller holds; an older schema is migrated
  /// after a backup. Waits for the disk. Errors: Io, Corrupt, Unsupported, Internal when the lock
  /// is another folder's.
  static Result<std::unique_ptr<Store>> open(const RunFolder& folder, const RunLock& lock,
                                             const StoreOptions& options = {});
  ~Store();  ///< writes what is queued; errors are lost: call `close` or `finish` first
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  /// The index of a metric in MetricsRow::values; a new name is appended.
  std::size_t metric(std::string_view name);
  /// Number of metrics so far.
  std::size_t metricCount() const;

  Status append(MetricsRow row);  ///< steps must rise. Errors: InvalidArgument
  Status append(PointRow row);
  Status append(WeightsRow row);  ///< Errors: InvalidArgument when a blob has not the expected size
  Status append(AttentionRow row);  ///< as weights; dropped silently when the queue is half full
  Status append(PredictionRow row);
  Status append(ResourcesRow row);
  Status append(EventRow row);  ///< time is set when 0
  Status append(ConfigChangeRow row);

  Result<std::int64_t> addPlace(PlaceRow row);  ///< id; the same for the same name and shape
  Status setLabels(std::vector<LabelRow> rows);
  Status setDataset(std::vector<ClipRow> rows);            ///< replaces all
  Result<std::int64_t> addProbe(ProbeRow row);             ///< id
  Status removeProbe(std::int64_t id, std::int64_t step);  ///< its records stay
  Result<std::int64_t> addCell(CellRow row);               ///< id
  Status updateCell(const CellRow& row);                   ///< by id: rename, remove, latency

  /// Whether a record of the weights (of attention) at this step is wanted now: rate limit and
  /// interval.
  bool wantsWeights(std::int64_t step) const;
  bool wantsAttention(std::int64_t step) const;
  /// Keeps the records and the checkpoint of this step for good (or no longer).
  Status pin(std::int64_t step, bool pinned = true);

  /// Changes the status row, in memory at once, on disk at the next flush.
  Status setStatus(const StatusUpdate& update);
  StatusRow status() const;

  /// Commits everything queued, with full synchronisation. Waits.
  Status flush();

  /// Writes a checkpoint in the order of rule 3: rows committed, file in place, row committed; then
  /// drops files that the retention does not keep (last two, best, pinned). Waits.
  Result<CheckpointRow> writeCheckpoint(const CheckpointRequest& request,
                                        const CheckpointWriter& writer);

  /// The checkpoint to resume from: the newest whose file has the bytes its row names; each one
  /// that has not is reported by an event that names both. Removes files that no row names (a crash
  /// between rename and row, or in the middle of a file). Waits. Nothing when there is no
  /// checkpoint at all. Errors: Corrupt when none verifies.
  Result<std::optional<VerifiedCheckpoint>> recover();

  /// Deletes the rows past a step, raises the generation and writes an event, in one transaction.
  /// Waits.
  Status truncateTo(std::int64_t step, const std::string& reason);

  /// Commits, folds the journal in where no viewer is attached, and closes. Later calls fail.
  /// Waits.
  Status finish();

  /// First failure of the store thread, if any.
  Status health() const;

  /// Processor time of all flushes so far, for `resources.store_ms`. Units: ms.
  double flushMs() const;

 private:
  Store();
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace attelier::run
