#include "engine/base/atomic_file.h"
#include "engine/base/safetensors.h"
#include "engine/search/checkpoint_state.h"
#include "engine/search/training_run.h"
#include "tests/support/small_search.h"

#include <gtest/gtest.h>

#include <csignal>
#include <functional>
#include <map>
#include <sys/wait.h>
#include <unistd.h>

namespace attelier::search {
namespace {

using attelier::testing::smallSearch;
using attelier::testing::TemporaryFolder;

/// Runs something in a process of its own: LibTorch's threads do not survive a fork, so this
/// process never touches a tensor. Returns the wait status.
int inChild(const std::function<bool()>& work) {
  const pid_t child = fork();
  if (child == 0) {
    bool good = false;
    try {
      good = work();
    } catch (...) {
      good = false;
    }
    _exit(good ? 0 : 1);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return status;
}

bool good(int status) { return WIFEXITED(status) && WEXITSTATUS(status) == 0; }

bool runToEnd(const std::filesystem::path& folder, const RunHooks& hooks = {}) {
  NewRun run;
  run.folder = folder;
  run.configuration = smallSearch();
  auto session = createSession(run);
  if (!session) {
    std::fprintf(stderr, "%s\n", describe(session.error()).c_str());
    return false;
  }
  return train(*session, hooks).has_value();
}

bool resumeToEnd(const std::filesystem::path& folder) {
  auto session = resumeSession(
      {.folder = folder, .steps = {}, .allowChangedData = false, .clipsRoot = {}, .device = {}});
  if (!session) {
    std::fprintf(stderr, "%s\n", describe(session.error()).c_str());
    return false;
  }
  const auto outcome = train(*session, {});
  return outcome && outcome->phase == run::Phase::Finished;
}

/// Bytes of every tensor of the last checkpoint, by name.
std::map<std::string, std::string> finalWeights(const std::filesystem::path& folder) {
  std::map<std::string, std::string> weights;
  const auto file = SafetensorsFile::read(folder / "checkpoints" / "step-00000012.safetensors");
  EXPECT_TRUE(file.has_value()) << folder;
  if (file) {
    for (const TensorView& tensor : file->tensors()) {
      weights[tensor.name] = {reinterpret_cast<const char*>(tensor.bytes.data()),
                              tensor.bytes.size()};
    }
  }
  return weights;
}

std::vector<std::int64_t> storedSteps(const std::filesystem::path& folder) {
  auto reader = run::RunReader::open(folder);
  EXPECT_TRUE(reader.has_value());
  return (*reader)->metrics().value().steps;
}

struct CrashPoint {
  const char* name;
  AtomicWriteStage stage;
};

class Crash : public ::testing::TestWithParam<CrashPoint> {
 protected:
  static const std::map<std::string, std::string>& uninterrupted() {
    static const TemporaryFolder folder;
    static const std::map<std::string, std::string> weights = [] {
      EXPECT_TRUE(good(inChild([&] { return runToEnd(folder.path() / "whole"); })));
      return finalWeights(folder.path() / "whole");
    }();
    return weights;
  }

  static void expectSameAfterResume(const std::filesystem::path& run) {
    ASSERT_TRUE(good(inChild([&] { return resumeToEnd(run); })));
    const auto weights = finalWeights(run);
    ASSERT_FALSE(uninterrupted().empty());
    EXPECT_TRUE(weights == uninterrupted());
    std::vector<std::int64_t> steps;
    for (std::int64_t step = 1; step <= 12; ++step) {
      steps.push_back(step);
    }
    EXPECT_EQ(storedSteps(run), steps);
  }
};

TEST_P(Crash, WhileTheSecondCheckpointIsWritten) {
  const TemporaryFolder folder;
  const auto run = folder.path() / "run";
  const AtomicWriteStage stage = GetParam().stage;
  const int status = inChild([&] {
    // Only checkpoints count: run.json is written atomically, too.
    int seen = 0;
    RunHooks hooks;
    bool training = false;
    hooks.interrupted = [&training] {
      training = true;
      return false;
    };
    setAtomicWriteHook([&](AtomicWriteStage now) {
      if (training && now == stage && ++seen == 2) {
        raise(SIGKILL);
      }
    });
    return runToEnd(run, hooks);
  });
  ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
  expectSameAfterResume(run);
}

INSTANTIATE_TEST_SUITE_P(
    Points, Crash,
    ::testing::Values(CrashPoint{"BeforeTemporary", AtomicWriteStage::BeforeTemporary},
                      CrashPoint{"HalfWritten", AtomicWriteStage::HalfWritten},
                      CrashPoint{"BeforeSync", AtomicWriteStage::BeforeSync},
                      CrashPoint{"BeforeRename", AtomicWriteStage::BeforeRename},
                      CrashPoint{"BetweenRenameAndRow", AtomicWriteStage::AfterRename}),
    [](const auto& test) { return test.param.name; });

TEST_F(Crash, RightAfterTheRow) {
  const TemporaryFolder folder;
  const auto run = folder.path() / "run";
  const int status = inChild([&] {
    RunHooks hooks;
    hooks.interrupted = [&run] {
      // Asked before each step: after the checkpoint of step 8 and its row, before step 9.
      if (std::filesystem::exists(run / "checkpoints" / "step-00000008.safetensors")) {
        raise(SIGKILL);
      }
      return false;
    };
    return runToEnd(run, hooks);
  });
  ASSERT_TRUE(WIFSIGNALED(status));
  expectSameAfterResume(run);
}

TEST_F(Crash, ACorruptedCheckpointFallsBackToTheOneBefore) {
  const TemporaryFolder folder;
  const auto run = folder.path() / "run";
  ASSERT_TRUE(good(inChild([&] {
    RunHooks hooks;
    hooks.interrupted = [&run] {
      return std::filesystem::exists(run / "checkpoints" / "step-00000008.safetensors");
    };
    return runToEnd(run, hooks);
  })));
  const auto file = run / "checkpoints" / "step-00000008.safetensors";
  std::filesystem::resize_file(file, std::filesystem::file_size(file) - 100);
  expectSameAfterResume(run);
}

TEST_F(Crash, FinishedCanBeExtended) {
  const TemporaryFolder folder;
  const auto run = folder.path() / "run";
  ASSERT_TRUE(good(inChild([&] { return runToEnd(run); })));
  EXPECT_FALSE(good(inChild([&] { return resumeToEnd(run); })));  // nothing left to do
  ASSERT_TRUE(good(inChild([&] {
    auto session = resumeSession(
        {.folder = run, .steps = 15, .allowChangedData = false, .clipsRoot = {}, .device = {}});
    return session && train(*session, {}).has_value();
  })));
  EXPECT_EQ(storedSteps(run).back(), 15);
}

}  // namespace
}  // namespace attelier::search
