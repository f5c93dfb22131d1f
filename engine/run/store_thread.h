#pragma once

#include "engine/run/run_database.h"

#include <chrono>
#include <condition_variable>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

/// Not for other folders.
namespace attelier::run::detail {

/// The thread that owns the database: it commits queued rows at most so often, writes the heartbeat
/// once a second and runs what has to be done between two commits.
class StoreThread {
 public:
  using Task = std::function<Status(RunDatabase&)>;

  StoreThread(std::unique_ptr<RunDatabase> database, std::filesystem::path file, StatusRow status,
              double flushesPerSecond, std::size_t queueBytes);
  ~StoreThread();

  /// Queues rows; all or none. Errors: the first failure of the thread; Io when too much waits; Io
  /// after `close`.
  Status push(std::vector<QueuedRow> rows);

  /// Changes the status in memory; `change` may queue rows by returning them.
  Status change(const std::function<std::vector<QueuedRow>(StatusRow&)>& change);
  StatusRow status() const;

  /// Commits all that is queued with full synchronisation, then runs the task in the thread. Waits.
  Status run(Task task);

  /// Commits, runs `last` and ends the thread. Waits.
  Status close(Task last);

  Status health() const;
  double flushMs() const;
  bool isQueueHalfFull() const;

 private:
  using Clock = std::chrono::steady_clock;
  struct Waiting {
    Task task;
    std::promise<Status> done;
  };

  void loop();
  Status commitQueued(std::unique_lock<std::mutex>& lock, bool fullSync);
  void runTasks(std::unique_lock<std::mutex>& lock);
  Status healthLocked() const;

  std::unique_ptr<RunDatabase> database_;
  std::filesystem::path file_;
  const Clock::duration flushInterval_;
  const std::size_t queueBytes_;

  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::vector<QueuedRow> queue_;
  std::size_t queuedBytes_ = 0;
  std::vector<std::unique_ptr<Waiting>> tasks_;
  StatusRow status_;
  bool statusChanged_ = false;
  bool closing_ = false;
  std::optional<Error> failure_;
  double flushMs_ = 0;
  Clock::time_point lastCommit_{};
  std::jthread thread_;
};

}  // namespace attelier::run::detail
