#include "engine/base/atomic_file.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>
#include <vector>

namespace attelier {
namespace {

constexpr std::string_view kTemporarySuffix = ".tmp";

std::function<void(AtomicWriteStage)>& writeHook() {
  static std::function<void(AtomicWriteStage)> hook;
  return hook;
}

void reached(AtomicWriteStage stage) {
  if (writeHook()) writeHook()(stage);
}

tl::unexpected<Error> systemFailure(const std::string& action, int error,
                                    const std::filesystem::path& path) {
  std::string message = action + ": " + std::generic_category().message(error);
  if (error == ENOSPC) message += "; free some space and try again";
  return fail(error == ENOENT ? ErrorCode::NotFound : ErrorCode::Io, message, path.string());
}

class FileDescriptor {
 public:
  explicit FileDescriptor(int value) : value_(value) {}
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  ~FileDescriptor() {
    if (value_ >= 0) ::close(value_);
  }
  int get() const { return value_; }
  int release() { return std::exchange(value_, -1); }

 private:
  int value_;
};

// Removes the temporary file of a write that failed (not of one that was killed).
class TemporaryFile {
 public:
  explicit TemporaryFile(std::string path) : path_(std::move(path)) {}
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile() {
    if (!path_.empty()) ::unlink(path_.c_str());
  }
  void keep() { path_.clear(); }

 private:
  std::string path_;
};

bool writeAll(int file, const std::byte* bytes, std::size_t size) {
  while (size > 0) {
    const ssize_t written = ::write(file, bytes, size);
    if (written < 0) {
      if (errno == EINTR) continue;
      return false;
    }
    bytes += written;
    size -= static_cast<std::size_t>(written);
  }
  return true;
}

// Renaming is lasting only once the folder itself is on the disk. File systems that cannot sync a
// folder (EINVAL) have nothing to wait for.
Status syncFolder(const std::filesystem::path& folder) {
  const FileDescriptor file(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (file.get() < 0) return systemFailure("cannot open the folder", errno, folder);
  if (::fsync(file.get()) != 0 && errno != EINVAL && errno != EROFS) {
    return systemFailure("cannot sync the folder", errno, folder);
  }
  return {};
}

}  // namespace

void setAtomicWriteHook(std::function<void(AtomicWriteStage)> hook) {
  writeHook() = std::move(hook);
}

Status writePiecesAtomically(const std::filesystem::path& path,
                             std::span<const std::span<const std::byte>> pieces) {
  reached(AtomicWriteStage::BeforeTemporary);
  const auto folder = path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
  std::string pattern =
      (folder / (path.filename().string() + ".XXXXXX" + std::string(kTemporarySuffix))).string();
  FileDescriptor file(
      ::mkostemps(pattern.data(), static_cast<int>(kTemporarySuffix.size()), O_CLOEXEC));
  if (file.get() < 0) return systemFailure("cannot create a file here", errno, path);
  TemporaryFile temporary(pattern);

  std::size_t total = 0;
  for (const auto& piece : pieces) total += piece.size();
  const std::size_t half = total / 2;
  std::size_t done = 0;
  bool halfReached = false;
  for (auto piece : pieces) {
    if (!halfReached && done + piece.size() >= half) {
      const std::size_t first = half - done;
      if (!writeAll(file.get(), piece.data(), first)) {
        return systemFailure("cannot write", errno, path);
      }
      done += first;
      piece = piece.subspan(first);
      halfReached = true;
      reached(AtomicWriteStage::HalfWritten);
    }
    if (!writeAll(file.get(), piece.data(), piece.size())) {
      return systemFailure("cannot write", errno, path);
    }
    done += piece.size();
  }
  // mkostemps makes private files; the result is as readable as any new file of this user.
  const mode_t mask = ::umask(0);
  ::umask(mask);
  ::fchmod(file.get(), 0666 & ~mask);

  reached(AtomicWriteStage::BeforeSync);
  if (::fsync(file.get()) != 0) return systemFailure("cannot sync", errno, path);
  if (::close(file.release()) != 0) return systemFailure("cannot close", errno, path);
  reached(AtomicWriteStage::BeforeRename);
  if (::rename(pattern.c_str(), path.c_str()) != 0) {
    return systemFailure("cannot rename the new file", errno, path);
  }
  temporary.keep();
  reached(AtomicWriteStage::AfterRename);
  return syncFolder(folder);
}

Status writeFileAtomically(const std::filesystem::path& path, std::span<const std::byte> bytes) {
  return writePiecesAtomically(path, std::span(&bytes, 1));
}

Status writeFileAtomically(const std::filesystem::path& path, std::string_view text) {
  return writeFileAtomically(path, std::as_bytes(std::span(text.data(), text.size())));
}

int removeStaleTemporaries(const std::filesystem::path& folder) {
  int removed = 0;
  std::error_code error;
  std::vector<std::filesystem::path> stale;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    const std::string name = entry.path().filename().string();
    const std::size_t tail = std::string_view(".XXXXXX").size() + kTemporarySuffix.size();
    if (name.size() > tail && name.ends_with(kTemporarySuffix) && name[name.size() - tail] == '.' &&
        entry.is_regular_file(error)) {
      stale.push_back(entry.path());
    }
  }
  for (const auto& path : stale) removed += std::filesystem::remove(path, error) ? 1 : 0;
  return removed;
}

Result<std::string> readTextFile(const std::filesystem::path& path, std::size_t maximumBytes) {
  const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (file.get() < 0) return systemFailure("cannot open", errno, path);
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) return systemFailure("cannot read", errno, path);
  if (!S_ISREG(status.st_mode)) return fail(ErrorCode::Corrupt, "is not a file", path.string());
  std::string text;
  std::vector<char> buffer(std::size_t{1} << 16);
  while (true) {
    const ssize_t count = ::read(file.get(), buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return systemFailure("cannot read", errno, path);
    if (count == 0) break;
    text.append(buffer.data(), static_cast<std::size_t>(count));
    if (text.size() > maximumBytes) {
      return fail(ErrorCode::Corrupt,
                  "is larger than the " + std::to_string(maximumBytes) + " bytes allowed here",
                  path.string());
    }
  }
  return text;
}

}  // namespace attelier
