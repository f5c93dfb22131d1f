#include "engine/run/store.h"

#include "engine/base/atomic_file.h"
#include "engine/run/database.h"
#include "engine/run/sha256.h"
#include "engine/run/store_thread.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <limits>
#include <mutex>
#include <unistd.h>

namespace attelier::run {
namespace {

using Clock = std::chrono::steady_clock;
using detail::QueuedRow;
using detail::RunDatabase;

constexpr int kMaximumThumb = 256;

EventRow event(std::int64_t step, EventLevel level, std::string kind, std::string text) {
  return {0, now(), step, level, std::move(kind), std::move(text)};
}

// Says when a record is wanted: no more often than a rate in time and an interval in steps.
struct Gate {
  double perSecond = 1;
  std::int64_t interval = 1;
  std::optional<std::int64_t> lastStep;
  Clock::time_point lastTime{};

  bool isOpen(std::int64_t step) const {
    if (!lastStep.has_value()) {
      return true;
    }
    const double seconds = std::chrono::duration<double>(Clock::now() - lastTime).count();
    return step >= *lastStep + interval && seconds * perSecond >= 1;
  }
  void passed(std::int64_t step) {
    lastStep = step;
    lastTime = Clock::now();
  }
};

void removeUnnamed(const RunFolder& folder, const std::vector<CheckpointRow>& rows,
                   std::vector<std::string>& removed) {
  removeStaleTemporaries(folder.checkpoints());
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder.checkpoints(), error)) {
    const std::string name = entry.path().filename().string();
    const bool ours = name.starts_with("step-") && entry.path().extension() == ".safetensors";
    const bool named = std::any_of(rows.begin(), rows.end(),
                                   [&name](const CheckpointRow& row) { return row.file == name; });
    if (ours && !named && std::filesystem::remove(entry.path(), error)) {
      removed.push_back(name);
    }
  }
}

}  // namespace

class Store::Impl {
 public:
  explicit Impl(RunFolder f) : folder(std::move(f)) {}

  Status push(QueuedRow row) {
    std::vector<QueuedRow> rows;
    rows.push_back(std::move(row));
    return thread->push(std::move(rows));
  }

  RunFolder folder;
  std::unique_ptr<detail::StoreThread> thread;
  std::shared_ptr<detail::Intervals> intervals;

  mutable std::mutex mutex;  // guards what follows
  std::vector<std::string> metricNames;
  std::vector<QueuedRow> newNames;  // go to the queue with the next row of metrics
  std::vector<PlaceRow> places;
  std::int64_t nextProbe = 1;
  std::int64_t nextCell = 1;
  std::int64_t lastMetricsStep = 0;
  Gate weightsGate, attentionGate;
};

Store::Store() = default;
Store::~Store() = default;

Result<std::unique_ptr<Store>> Store::open(const RunFolder& folder, const RunLock& lock,
                                           const StoreOptions& options) {
  if (lock.path() != folder.lockFile()) {
    return fail(ErrorCode::Internal, "the lock held is that of " + lock.path().string(),
                folder.path().string());
  }
  if (options.weightsRecords < 2 || options.attentionBytes < 1 || options.flushesPerSecond <= 0) {
    return fail(ErrorCode::InvalidArgument, "budgets and rates of the store must be positive",
                folder.path().string());
  }
  const bool network = isNetworkFileSystem(folder.path());
  ATTELIER_ASSIGN(auto database,
                  RunDatabase::open(folder, options, options.writeAheadLog.value_or(!network)));
  std::unique_ptr<Store> store(new Store);
  store->impl_ = std::make_unique<Impl>(folder);
  Impl& impl = *store->impl_;
  StatusRow status;
  ATTELIER_CHECKED(detail::guarded(folder.database(), [&] {
    status = database->readStatus();
    impl.metricNames = database->metricNames();
    impl.places = database->places();
    impl.nextProbe = database->nextId("probes");
    impl.nextCell = database->nextId("cells");
    impl.lastMetricsStep = database->lastStep();
  }));
  impl.weightsGate.perSecond = options.weightsPerSecond;
  impl.attentionGate.perSecond = options.attentionPerSecond;
  impl.intervals = database->intervals();
  if (status.heartbeat > 0) {
    status.phase = phaseSeen(status.phase, false);  // an engine was here and left in the middle
  }
  status.pid = ::getpid();
  status.host = hostName();
  impl.thread = std::make_unique<detail::StoreThread>(
      std::move(database), folder.database(), status,
      network ? std::min(1.0, options.flushesPerSecond) : options.flushesPerSecond,
      options.queueBytes);
  return store;
}

std::size_t Store::metric(std::string_view name) {
  const std::lock_guard lock(impl_->mutex);
  auto& names = impl_->metricNames;
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) {
    impl_->newNames.emplace_back(
        detail::MetricName{static_cast<std::int64_t>(names.size()), std::string(name)});
    names.emplace_back(name);
    return names.size() - 1;
  }
  return static_cast<std::size_t>(found - names.begin());
}

std::size_t Store::metricCount() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->metricNames.size();
}

Status Store::append(MetricsRow row) {
  const std::lock_guard lock(impl_->mutex);
  if (row.step < 1 || row.step <= impl_->lastMetricsStep) {
    return fail(ErrorCode::InvalidArgument,
                "step " + std::to_string(row.step) + " comes after step " +
                    std::to_string(impl_->lastMetricsStep) + "; steps of metrics must rise",
                "metrics.step");
  }
  if (row.values.size() > impl_->metricNames.size()) {
    return fail(ErrorCode::InvalidArgument,
                std::to_string(row.values.size()) + " values for " +
                    std::to_string(impl_->metricNames.size()) + " names",
                "metrics");
  }
  const std::int64_t step = row.step;
  std::vector<QueuedRow> rows = impl_->newNames;
  rows.emplace_back(std::move(row));
  ATTELIER_CHECKED(impl_->thread->push(std::move(rows)));
  impl_->newNames.clear();
  impl_->lastMetricsStep = step;
  return {};
}

Status Store::append(PointRow row) { return impl_->push(std::move(row)); }

Status Store::append(WeightsRow row) {
  const std::size_t expected = row.expectedSize();
  if (expected == 0 || row.raw.size() != expected || row.mean.size() != expected) {
    return fail(ErrorCode::InvalidArgument,
                "raw has " + std::to_string(row.raw.size()) + " and mean " +
                    std::to_string(row.mean.size()) + " numbers instead of " +
                    std::to_string(expected),
                "weights");
  }
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->weightsGate.passed(row.step);
  }
  return impl_->push(std::move(row));
}

Status Store::append(AttentionRow row) {
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->attentionGate.passed(row.step);
  }
  if (impl_->thread->isQueueHalfFull()) {
    return impl_->thread->health();
  }
  return impl_->push(std::move(row));
}

Status Store::append(PredictionRow row) { return impl_->push(std::move(row)); }
Status Store::append(ResourcesRow row) { return impl_->push(std::move(row)); }

Status Store::append(EventRow row) {
  if (row.time == 0) {
    row.time = now();
  }
  return impl_->thread->change([&row](StatusRow&) { return std::vector<QueuedRow>{row}; });
}

Status Store::append(ConfigChangeRow row) { return impl_->push(std::move(row)); }

Result<std::int64_t> Store::addPlace(PlaceRow row) {
  const std::lock_guard lock(impl_->mutex);
  std::int64_t next = 1;
  for (const PlaceRow& known : impl_->places) {
    if (known.name == row.name && known.channels == row.channels && known.frames == row.frames &&
        known.height == row.height && known.width == row.width) {
      return known.id;
    }
    next = std::max(next, known.id + 1);
  }
  row.id = next;
  ATTELIER_CHECKED(impl_->push(row));
  impl_->places.push_back(row);
  return row.id;
}

Status Store::setLabels(std::vector<LabelRow> rows) { return impl_->push(std::move(rows)); }
Status Store::setDataset(std::vector<ClipRow> rows) { return impl_->push(std::move(rows)); }

Result<std::int64_t> Store::addProbe(ProbeRow row) {
  if ((row.encoding != "jpeg" && row.encoding != "rgb") || row.width < 1 || row.height < 1 ||
      row.width > kMaximumThumb || row.height > kMaximumThumb ||
      row.times.size() != row.frames.size() ||
      (!row.seen.empty() && row.seen.size() != row.frames.size())) {
    return fail(ErrorCode::InvalidArgument,
                "a probe needs JPEG or RGB frames of at most 256 px and a time for each", "probes");
  }
  const std::lock_guard lock(impl_->mutex);
  row.id = impl_->nextProbe;
  ATTELIER_CHECKED(impl_->push(std::move(row)));
  return impl_->nextProbe++;
}

Status Store::removeProbe(std::int64_t id, std::int64_t step) {
  return impl_->push(detail::ProbeRemoval{id, step});
}

Result<std::int64_t> Store::addCell(CellRow row) {
  const std::lock_guard lock(impl_->mutex);
  row.id = impl_->nextCell;
  row.time = row.time == 0 ? now() : row.time;
  ATTELIER_CHECKED(impl_->push(std::move(row)));
  return impl_->nextCell++;
}

Status Store::updateCell(const CellRow& row) { return impl_->push(detail::CellUpdate{row}); }

bool Store::wantsWeights(std::int64_t step) const {
  const std::lock_guard lock(impl_->mutex);
  impl_->weightsGate.interval = impl_->intervals->weights;
  return impl_->weightsGate.isOpen(step) && !impl_->thread->isQueueHalfFull();
}

bool Store::wantsAttention(std::int64_t step) const {
  const std::lock_guard lock(impl_->mutex);
  impl_->attentionGate.interval = impl_->intervals->attention;
  return impl_->attentionGate.isOpen(step) && !impl_->thread->isQueueHalfFull();
}

Status Store::pin(std::int64_t step, bool pinned) { return impl_->push(detail::Pin{step, pinned}); }

Status Store::setStatus(const StatusUpdate& update) {
  Status legal;
  const Status queued = impl_->thread->change([&](StatusRow& status) {
    std::vector<QueuedRow> rows;
    if (update.phase.has_value() && !canChange(status.phase, *update.phase)) {
      legal = fail(ErrorCode::InvalidArgument,
                   std::string("a run that is ") + phaseName(status.phase) + " can't become " +
                       phaseName(*update.phase),
                   "status.phase");
      return rows;
    }
    if (update.step.has_value() && *update.step != status.step) {
      status.step = *update.step;
      status.stepTime = now();
    }
    if (update.phase.has_value() && *update.phase != status.phase) {
      rows.emplace_back(
          event(status.step, *update.phase == Phase::Failed ? EventLevel::Error : EventLevel::Info,
                "phase",
                std::string(phaseName(status.phase)) + " -> " + phaseName(*update.phase) +
                    (update.message.value_or("").empty() ? "" : ": " + *update.message)));
    }
    status.phase = update.phase.value_or(status.phase);
    status.stage = update.stage.value_or(status.stage);
    status.epoch = update.epoch.value_or(status.epoch);
    status.stepsPlanned = update.stepsPlanned.value_or(status.stepsPlanned);
    status.device = update.device.value_or(status.device);
    status.message = update.message.value_or(status.message);
    return rows;
  });
  ATTELIER_CHECKED(legal);
  return queued;
}

StatusRow Store::status() const { return impl_->thread->status(); }

Status Store::flush() { return impl_->thread->run({}); }

Result<CheckpointRow> Store::writeCheckpoint(const CheckpointRequest& request,
                                             const CheckpointWriter& writer) {
  ATTELIER_CHECKED(flush());
  CheckpointRow row;
  row.step = request.step;
  row.file = checkpointFileName(request.step);
  row.reason = request.reason;
  row.pinned = request.pinned;
  row.validation = request.validation;
  const std::filesystem::path path = impl_->folder.checkpoints() / row.file;
  ATTELIER_CHECKED(writer(path));
  std::error_code error;
  row.bytes = static_cast<std::int64_t>(std::filesystem::file_size(path, error));
  if (error) {
    return fail(ErrorCode::Io, "the checkpoint was not written: " + error.message(), path.string());
  }
  ATTELIER_ASSIGN(row.sha256, sha256OfFile(path));
  row.time = now();
  const EventRow said =
      event(row.step, EventLevel::Info, "checkpoint",
            row.file + " (" + row.reason + ", " + std::to_string(row.bytes) + " bytes)");
  std::vector<CheckpointRow> dropped;
  ATTELIER_CHECKED(impl_->thread->run([&](RunDatabase& database) {
    return detail::guarded(impl_->folder.database(),
                           [&] { dropped = database.addCheckpoint(row, said, status()); });
  }));
  for (const CheckpointRow& old : dropped) {
    std::filesystem::remove(impl_->folder.checkpoints() / old.file, error);
  }
  return row;
}

Result<std::optional<VerifiedCheckpoint>> Store::recover() {
  std::vector<CheckpointRow> rows;
  ATTELIER_CHECKED(impl_->thread->run([&](RunDatabase& database) {
    return detail::guarded(impl_->folder.database(), [&] { rows = database.checkpoints(); });
  }));
  std::vector<std::string> removed;
  removeUnnamed(impl_->folder, rows, removed);
  for (const std::string& name : removed) {
    ATTELIER_CHECKED(
        append(event(0, EventLevel::Warning, "resume",
                     "removed " + name + ": the engine ended before it was recorded")));
  }
  auto found = newestCheckpoint(impl_->folder, rows);
  if (!found.has_value()) {
    ATTELIER_CHECKED(append(event(0, EventLevel::Error, "resume", found.error().message)));
  } else if (found->has_value()) {
    for (const std::string& reason : (*found)->rejected) {
      ATTELIER_CHECKED(append(event((*found)->row.step, EventLevel::Warning, "resume",
                                    reason + "; taking " + (*found)->row.file + " instead")));
    }
  }
  ATTELIER_CHECKED(flush());
  return found;
}

Status Store::truncateTo(std::int64_t step, const std::string& reason) {
  if (step < 0) {
    return fail(ErrorCode::InvalidArgument, "must not be negative", "step");
  }
  ATTELIER_CHECKED(flush());
  std::vector<CheckpointRow> rows;
  std::int64_t last = 0;
  const EventRow said = event(step, EventLevel::Info, "resume",
                              "rows past step " + std::to_string(step) + " deleted: " + reason);
  ATTELIER_CHECKED(impl_->thread->run([&](RunDatabase& database) {
    return detail::guarded(impl_->folder.database(), [&] {
      StatusRow next = status();
      ++next.generation;
      next.step = step;
      database.truncate(step, next, said);
      static_cast<void>(impl_->thread->change([&next](StatusRow& status) {
        status.generation = next.generation;
        status.step = next.step;
        return std::vector<QueuedRow>{};
      }));
      rows = database.checkpoints();
      last = database.lastStep();
    });
  }));
  std::vector<std::string> removed;
  removeUnnamed(impl_->folder, rows, removed);
  const std::lock_guard lock(impl_->mutex);
  impl_->lastMetricsStep = last;
  impl_->weightsGate.lastStep.reset();
  impl_->attentionGate.lastStep.reset();
  return {};
}

Status Store::finish() {
  return impl_->thread->close([this](RunDatabase& database) {
    return detail::guarded(impl_->folder.database(), [&] { database.fold(); });
  });
}

Status Store::health() const { return impl_->thread->health(); }

double Store::flushMs() const { return impl_->thread->flushMs(); }

}  // namespace attelier::run
