#pragma once

#include "engine/base/atomic_file.h"
#include "engine/run/run_folder.h"
#include "engine/run/run_lock.h"
#include "engine/run/run_reader.h"
#include "engine/run/sha256.h"
#include "engine/run/store.h"
#include "tests/support/generated_run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <signal.h>
#include <string>
#include <sys/wait.h>
#include <unistd.h>

namespace attelier::run {

/// The value of a Result; a failed one ends the test with its message.
template <typename T>
T valueOf(Result<T> result) {
  if (!result.has_value()) {
    throw std::runtime_error(describe(result.error()));
  }
  return std::move(*result);
}

inline void succeed(const Status& status) {
  if (!status.has_value()) {
    throw std::runtime_error(describe(status.error()));
  }
}

/// A folder, its lock and its store, as an engine has them.
struct Engine {
  explicit Engine(const RunFolder& f, const StoreOptions& options = {})
      : folder(f),
        lock(std::make_unique<RunLock>(valueOf(RunLock::acquire(folder.lockFile())))),
        store(valueOf(Store::open(folder, *lock, options))) {}

  void setPhase(Phase phase) {
    StatusUpdate update;
    update.phase = phase;
    succeed(store->setStatus(update));
  }

  RunFolder folder;
  std::unique_ptr<RunLock> lock;
  std::unique_ptr<Store> store;
};

class RunTest : public ::testing::Test {
 protected:
  RunTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "attelier-run-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) {
      throw std::runtime_error("no temporary folder");
    }
    base_ = pattern;
  }
  ~RunTest() override {
    std::error_code ignored;
    std::filesystem::remove_all(base_, ignored);
  }

  RunFolder newFolder(const std::string& name = "a.attelier") const {
    RunInfo info;
    info.configuration = {{"top_nodes", 3}};
    info.seed = 7;
    return valueOf(RunFolder::create(base_ / name, info));
  }

  std::unique_ptr<RunReader> reader(const std::filesystem::path& path) const {
    ReaderOptions options;
    options.cache = base_ / "cache";
    return valueOf(RunReader::open(path, options));
  }

  /// Writes a checkpoint whose content tells its step.
  static CheckpointRow checkpoint(Store& store, std::int64_t step, double validation = kAbsent) {
    CheckpointRequest request;
    request.step = step;
    request.validation = validation;
    return valueOf(store.writeCheckpoint(request, [step](const std::filesystem::path& path) {
      return writeFileAtomically(path, std::string_view("weights of step " + std::to_string(step)));
    }));
  }

  std::filesystem::path base_;
};

/// Runs `action` in a forked process and gives its wait status. The child leaves by _exit(0) when
/// the action returns.
inline int inChild(const std::function<void()>& action) {
  std::fflush(nullptr);
  const pid_t child = ::fork();
  if (child == 0) {
    try {
      action();
    } catch (const std::exception& exception) {
      std::fprintf(stderr, "child: %s\n", exception.what());
      ::_exit(99);
    }
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return status;
}

/// Name and SHA-256 of every file below a folder.
inline std::map<std::string, std::string> contentOf(const std::filesystem::path& folder) {
  std::map<std::string, std::string> content;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) {
      content[entry.path().lexically_relative(folder).string()] =
          valueOf(sha256OfFile(entry.path()));
    }
  }
  return content;
}

/// What a shell command prints; its exit status must be 0.
inline std::string outputOf(const std::string& command) {
  FILE* pipe = ::popen(command.c_str(), "r");
  std::string text;
  for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) {
    text += static_cast<char>(c);
  }
  const int status = ::pclose(pipe);
  if (status != 0) {
    throw std::runtime_error("'" + command + "' ended with " + std::to_string(status));
  }
  return text;
}

}  // namespace attelier::run
