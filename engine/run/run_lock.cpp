#include "engine/run/run_lock.h"

#include <nlohmann/json.hpp>

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <signal.h>
#include <sstream>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace attelier::run {
namespace {

constexpr std::size_t kMaximumHolderText = 4096;

tl::unexpected<Error> systemFailure(const char* what, const std::filesystem::path& path) {
  return fail(ErrorCode::Io, std::string(what) + ": " + std::strerror(errno), path.string());
}

std::string firstLine(const char* path) {
  std::ifstream in(path);
  std::string line;
  std::getline(in, line);
  return line;
}

// Field 22 of /proc/PID/stat; the name in field 2 may hold spaces and brackets, so count from its
// end.
std::int64_t startTimeOf(std::int64_t pid) {
  const std::string line = firstLine(("/proc/" + std::to_string(pid) + "/stat").c_str());
  const std::size_t end = line.rfind(')');
  if (end == std::string::npos) {
    return -1;
  }
  std::istringstream fields(line.substr(end + 1));
  std::string field;
  for (int index = 3; index <= 22 && fields >> field; ++index) {
    if (index == 22) {
      return std::strtoll(field.c_str(), nullptr, 10);
    }
  }
  return -1;
}

std::string bootId() { return firstLine("/proc/sys/kernel/random/boot_id"); }

LockHolder ourselves() { return {hostName(), bootId(), ::getpid(), startTimeOf(::getpid())}; }

struct flock wholeFile(short type) {
  struct flock request {};
  request.l_type = type;
  request.l_whence = SEEK_SET;
  return request;
}

LockHolder readHolder(int descriptor) {
  std::string text(kMaximumHolderText, '\0');
  const ssize_t length = ::pread(descriptor, text.data(), text.size(), 0);
  text.resize(length > 0 ? static_cast<std::size_t>(length) : 0);
  const nlohmann::json json = nlohmann::json::parse(text, nullptr, false);
  LockHolder holder;
  if (!json.is_object()) {
    return holder;
  }
  const auto read = [&json](const char* key, auto& value) {
    try {
      json.at(key).get_to(value);
    } catch (const nlohmann::json::exception&) {
      value = {};
    }
  };
  read("host", holder.host);
  read("boot_id", holder.bootId);
  read("pid", holder.pid);
  read("start_time", holder.startTime);
  return holder;
}

struct Inquiry {
  bool locked = false;
  LockHolder holder;
};

Result<Inquiry> inquire(const std::filesystem::path& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (descriptor < 0) {
    if (errno == ENOENT || errno == ENOTDIR) {
      return Inquiry{};
    }
    return systemFailure("can't read the lock", path);
  }
  struct flock request = wholeFile(F_WRLCK);
  const int asked = ::fcntl(descriptor, F_OFD_GETLK, &request);
  Inquiry inquiry;
  inquiry.locked = asked == 0 && request.l_type != F_UNLCK;
  if (inquiry.locked) {
    inquiry.holder = readHolder(descriptor);
  }
  const int error = errno;
  ::close(descriptor);
  if (asked != 0) {
    errno = error;
    return systemFailure("can't ask for the lock", path);
  }
  return inquiry;
}

}  // namespace

std::string hostName() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "unknown";
}

RunLock::RunLock(int descriptor, std::filesystem::path path)
    : descriptor_(descriptor), path_(std::move(path)) {}

RunLock::RunLock(RunLock&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), path_(std::move(other.path_)) {}

RunLock& RunLock::operator=(RunLock&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  std::swap(path_, other.path_);
  return *this;
}

RunLock::~RunLock() {
  if (descriptor_ >= 0) {
    ::close(descriptor_);
  }
}

Result<RunLock> RunLock::acquire(const std::filesystem::path& lockFile) {
  const int descriptor = ::open(lockFile.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
  if (descriptor < 0) {
    return systemFailure("can't make the lock; a run needs a folder that can be written", lockFile);
  }
  RunLock lock(descriptor, lockFile);
  struct flock request = wholeFile(F_WRLCK);
  if (::fcntl(descriptor, F_OFD_SETLK, &request) != 0) {
    if (errno != EAGAIN && errno != EACCES) {
      return systemFailure("can't take the lock", lockFile);
    }
    const LockHolder holder = readHolder(descriptor);
    const std::string who = holder.pid == 0
                                ? "another engine"
                                : "process " + std::to_string(holder.pid) + " on " + holder.host;
    return fail(ErrorCode::Busy, who + " holds this run; attach to it, or let it leave first",
                lockFile.parent_path().string());
  }
  const LockHolder self = ourselves();
  const std::string text = nlohmann::json{{"host", self.host},
                                          {"boot_id", self.bootId},
                                          {"pid", self.pid},
                                          {"start_time", self.startTime}}
                               .dump() +
                           "\n";
  if (::ftruncate(descriptor, 0) != 0 ||
      ::pwrite(descriptor, text.data(), text.size(), 0) != static_cast<ssize_t>(text.size())) {
    return systemFailure("can't write the lock", lockFile);
  }
  return lock;
}

Result<bool> isLocked(const std::filesystem::path& lockFile) {
  ATTELIER_ASSIGN(const Inquiry inquiry, inquire(lockFile));
  return inquiry.locked;
}

Result<std::optional<LockHolder>> lockHolder(const std::filesystem::path& lockFile) {
  ATTELIER_ASSIGN(Inquiry inquiry, inquire(lockFile));
  return inquiry.locked ? std::optional(std::move(inquiry.holder)) : std::nullopt;
}

Status signalHolder(const std::filesystem::path& lockFile, int signal) {
  ATTELIER_ASSIGN(const Inquiry inquiry, inquire(lockFile));
  if (!inquiry.locked) {
    return fail(ErrorCode::NotFound, "no engine holds this run", lockFile.string());
  }
  const LockHolder& holder = inquiry.holder;
  if (holder.host != hostName() || holder.bootId != bootId()) {
    return fail(ErrorCode::Unsupported, "the engine runs on '" + holder.host + "'; stop it there",
                lockFile.string());
  }
  // A recycled pid has another start time.
  if (holder.pid <= 1 || holder.startTime <= 0 || startTimeOf(holder.pid) != holder.startTime) {
    return fail(ErrorCode::NotFound,
                "process " + std::to_string(holder.pid) + " is not the engine that wrote the lock",
                lockFile.string());
  }
  if (::kill(static_cast<pid_t>(holder.pid), signal) != 0) {
    return systemFailure("can't signal the engine", lockFile);
  }
  return {};
}

}  // namespace attelier::run
