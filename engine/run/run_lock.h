#pragma once

#include "engine/base/result.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace attelier::run {

/// Who holds (or last held) the lock of a run, as written in `engine.lock`.
struct LockHolder {
  std::string host;
  std::string bootId;    ///< of the host's kernel, changes at each boot
  std::int64_t pid = 0;  ///< as seen by the holder
  std::int64_t startTime =
      0;  ///< clock ticks after boot at which the process started (/proc/PID/stat 22)

  bool operator==(const LockHolder&) const = default;
};

/// Ownership of a run folder by one engine: an open-file-description write lock on `engine.lock`,
/// which the kernel drops when the process dies, however it dies. Children do not inherit it
/// (close-on-exec).
class RunLock {
 public:
  /// Takes the lock and writes who holds it. Does not wait.
  /// Errors: Busy, naming host and process of the holder; Io.
  static Result<RunLock> acquire(const std::filesystem::path& lockFile);

  RunLock(RunLock&& other) noexcept;
  RunLock& operator=(RunLock&& other) noexcept;
  RunLock(const RunLock&) = delete;
  RunLock& operator=(const RunLock&) = delete;
  ~RunLock();

  const std::filesystem::path& path() const { return path_; }

 private:
  RunLock(int descriptor, std::filesystem::path path);
  int descriptor_ = -1;
  std::filesystem::path path_;
};

/// True when an engine holds the lock. Asks without taking it; false where there is no lock file.
/// Errors: Io, when the file can't be read.
Result<bool> isLocked(const std::filesystem::path& lockFile);

/// Who holds the lock now; nothing when it is free. A holder whose text can't be read has empty
/// fields. Errors: Io.
Result<std::optional<LockHolder>> lockHolder(const std::filesystem::path& lockFile);

/// Sends a signal to the holder, only if the lock is held and host, boot id, pid and start time all
/// match a process on this machine. Errors: NotFound (free lock), Unsupported (another host or
/// boot), Io.
Status signalHolder(const std::filesystem::path& lockFile, int signal);

/// The name of this machine, as in lock files and `status`.
std::string hostName();

}  // namespace attelier::run
