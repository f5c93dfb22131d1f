#include "engine/run/store_thread.h"

#include "engine/run/database.h"

#include <algorithm>
#include <ctime>
#include <iterator>

namespace attelier::run::detail {
namespace {

constexpr std::chrono::seconds kHeartbeat{1};

// Processor time of this thread: what waiting for a disk takes is taken from nobody.
double threadMs() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return 1e3 * static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_nsec);
}

}  // namespace

StoreThread::StoreThread(std::unique_ptr<RunDatabase> database, std::filesystem::path file,
                         StatusRow status, double flushesPerSecond, std::size_t queueBytes)
    : database_(std::move(database)),
      file_(std::move(file)),
      flushInterval_(std::chrono::duration_cast<Clock::duration>(
          std::chrono::duration<double>(1.0 / flushesPerSecond))),
      queueBytes_(queueBytes),
      status_(std::move(status)),
      statusChanged_(true),
      thread_([this] { loop(); }) {}

StoreThread::~StoreThread() { static_cast<void>(close({})); }

Status StoreThread::push(std::vector<QueuedRow> rows) {
  std::size_t bytes = 0;
  for (const QueuedRow& row : rows) {
    bytes += sizeOf(row);
  }
  const std::lock_guard lock(mutex_);
  ATTELIER_CHECKED(healthLocked());
  // A push that is large by itself (a data set) goes through an empty queue.
  if (queuedBytes_ > 0 && queuedBytes_ + bytes > queueBytes_) {
    return fail(
        ErrorCode::Io,
        "the disk does not keep up: " + std::to_string(queuedBytes_ >> 20) +
            " MiB of rows wait to be written; use a faster disk, or raise the store's queue",
        file_.string());
  }
  queuedBytes_ += bytes;
  queue_.insert(queue_.end(), std::make_move_iterator(rows.begin()),
                std::make_move_iterator(rows.end()));
  wake_.notify_one();
  return {};
}

Status StoreThread::change(const std::function<std::vector<QueuedRow>(StatusRow&)>& change) {
  const std::lock_guard lock(mutex_);
  // Taken even after a failure: closing tries once more to leave the last phase and its reason
  // behind.
  for (QueuedRow& row : change(status_)) {
    queuedBytes_ += sizeOf(row);
    queue_.push_back(std::move(row));
  }
  statusChanged_ = true;
  wake_.notify_one();
  return healthLocked();
}

StatusRow StoreThread::status() const {
  const std::lock_guard lock(mutex_);
  return status_;
}

Status StoreThread::run(Task task) {
  auto waiting = std::make_unique<Waiting>();
  waiting->task = std::move(task);
  std::future<Status> done = waiting->done.get_future();
  {
    const std::lock_guard lock(mutex_);
    ATTELIER_CHECKED(healthLocked());
    tasks_.push_back(std::move(waiting));
    wake_.notify_one();
  }
  return done.get();
}

Status StoreThread::close(Task last) {
  std::future<Status> done;
  {
    const std::lock_guard lock(mutex_);
    if (closing_) {
      return fail(ErrorCode::Io, "the run is closed", file_.string());
    }
    closing_ = true;
    auto waiting = std::make_unique<Waiting>();
    waiting->task = std::move(last);
    done = waiting->done.get_future();
    tasks_.push_back(std::move(waiting));
    wake_.notify_one();
  }
  const Status status = done.get();
  thread_.join();
  return status;
}

Status StoreThread::health() const {
  const std::lock_guard lock(mutex_);
  return healthLocked();
}

Status StoreThread::healthLocked() const {
  if (failure_.has_value()) {
    return tl::unexpected(*failure_);
  }
  if (closing_) {
    return fail(ErrorCode::Io, "the run is closed", file_.string());
  }
  return {};
}

double StoreThread::flushMs() const {
  const std::lock_guard lock(mutex_);
  return flushMs_;
}

bool StoreThread::isQueueHalfFull() const {
  const std::lock_guard lock(mutex_);
  return queuedBytes_ > queueBytes_ / 2;
}

void StoreThread::loop() {
  std::unique_lock lock(mutex_);
  while (true) {
    const bool busy = !queue_.empty() || statusChanged_;
    const bool open = !failure_.has_value();
    const Clock::duration heartbeat = kHeartbeat;
    const auto due = lastCommit_ + (busy ? std::min(flushInterval_, heartbeat) : heartbeat);
    if (tasks_.empty() && Clock::now() < due) {
      wake_.wait_until(lock, due, [&] {
        return !tasks_.empty() || (!busy && (!queue_.empty() || statusChanged_));
      });
      continue;
    }
    if (!tasks_.empty()) {
      const bool last = closing_;
      runTasks(lock);
      if (last) {
        break;
      }
    } else if (open) {
      static_cast<void>(commitQueued(lock, false));
    } else {
      lastCommit_ = Clock::now();
    }
  }
  lock.unlock();
  database_.reset();
}

Status StoreThread::commitQueued(std::unique_lock<std::mutex>& lock, bool fullSync) {
  std::vector<QueuedRow> rows = std::exchange(queue_, {});
  const std::size_t bytes = std::exchange(queuedBytes_, 0);
  statusChanged_ = false;
  status_.heartbeat = now();
  const StatusRow status = status_;
  lock.unlock();
  const double start = threadMs();
  const Status committed = guarded(file_, [&] { database_->commit(rows, status, fullSync); });
  const double spent = threadMs() - start;
  lock.lock();
  lastCommit_ = Clock::now();
  flushMs_ += spent;
  if (committed.has_value()) {
    return committed;
  }
  if (committed.error().code == ErrorCode::Busy) {
    // A reader of a rollback journal holds it: the same rows again at the next flush.
    rows.insert(rows.end(), std::make_move_iterator(queue_.begin()),
                std::make_move_iterator(queue_.end()));
    queue_ = std::move(rows);
    queuedBytes_ += bytes;
    statusChanged_ = true;
  } else {
    // No row may follow those that are lost. Events can: closing tries once more to leave them
    // behind.
    rows.insert(rows.end(), std::make_move_iterator(queue_.begin()),
                std::make_move_iterator(queue_.end()));
    std::erase_if(rows,
                  [](const QueuedRow& row) { return !std::holds_alternative<EventRow>(row); });
    queue_ = std::move(rows);
    queuedBytes_ = 0;
    if (!failure_.has_value()) {
      failure_ = committed.error();
    }
  }
  return committed;
}

void StoreThread::runTasks(std::unique_lock<std::mutex>& lock) {
  const std::vector<std::unique_ptr<Waiting>> tasks = std::exchange(tasks_, {});
  Status status = commitQueued(lock, true);
  for (const std::unique_ptr<Waiting>& waiting : tasks) {
    if (status.has_value() && waiting->task) {
      lock.unlock();
      status = waiting->task(*database_);
      lock.lock();
      if (!status.has_value() && !failure_.has_value()) {
        failure_ = status.error();
      }
    }
    waiting->done.set_value(failure_.has_value() ? Status(tl::unexpected(*failure_)) : status);
  }
}

}  // namespace attelier::run::detail
