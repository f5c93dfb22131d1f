#include "tests/engine/run/run_fixture.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <random>
#include <sys/resource.h>
#include <thread>

namespace attelier::run {
namespace {

using CrashTest = RunTest;
using testing::appendSteps;
using ::testing::HasSubstr;

// No step missing or double, and each value what it should be.
std::int64_t expectContiguous(RunReader& reader) {
  const auto range = valueOf(reader.metricsRange());
  if (!range.has_value()) {
    return 0;
  }
  const MetricsView view = valueOf(reader.metrics({}, {}, 1 << 20));
  EXPECT_EQ(view.steps.size(), static_cast<std::size_t>(range->last));
  for (std::size_t i = 0; i < view.steps.size(); ++i) {
    EXPECT_EQ(view.steps[i], static_cast<std::int64_t>(i) + 1);
    EXPECT_EQ(view.last[1][i], testing::generatedValue(view.steps[i], 1));
  }
  return range->last;
}

TEST_F(CrashTest, KilledInTheMiddleOfFlushesLeavesWholeTransactions) {
  const RunFolder folder = newFolder();
  std::mt19937 random(3);
  std::int64_t reached = 0;
  for (int round = 0; round < 8; ++round) {
    const auto pause = std::chrono::microseconds(20'000 + random() % 60'000);
    const int status = inChild([&] {
      StoreOptions options;
      options.flushesPerSecond = 2000;
      options.walBytes = 1 << 18;
      Engine engine(folder, options);
      std::jthread killer([pause] {
        std::this_thread::sleep_for(pause);
        ::kill(::getpid(), SIGKILL);
      });
      for (std::int64_t step = reached + 1;; step += 10) {
        while (!appendSteps(*engine.store, step, step + 9, 2).has_value()) {
          std::this_thread::yield();
        }
      }
    });
    ASSERT_TRUE(WIFSIGNALED(status));
    const auto before = contentOf(folder.path());
    {
      const auto r = reader(folder.path());
      const std::int64_t now = expectContiguous(*r);
      EXPECT_GE(now, reached);
      reached = now;
    }
    EXPECT_EQ(contentOf(folder.path()), before);
  }
  EXPECT_GT(reached, 0);
}

// What is on disk after a checkpoint was cut short at a stage, and what a resume makes of it.
void expectRecovered(const RunFolder& folder, std::int64_t expected) {
  Engine engine(folder);
  const auto found = valueOf(engine.store->recover());
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->row.step, expected);
  succeed(engine.store->truncateTo(found->row.step, "resume"));
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder.checkpoints())) {
    EXPECT_EQ(entry.path().extension(), ".safetensors") << entry.path();
    ++files;
  }
  EXPECT_EQ(files, static_cast<std::size_t>(expected / 10));
}

TEST_F(CrashTest, KilledAtEachPointOfWritingACheckpoint) {
  for (const AtomicWriteStage stage :
       {AtomicWriteStage::BeforeTemporary, AtomicWriteStage::HalfWritten,
        AtomicWriteStage::BeforeSync, AtomicWriteStage::BeforeRename,
        AtomicWriteStage::AfterRename}) {
    const RunFolder folder = newFolder("stage" + std::to_string(static_cast<int>(stage)));
    const int status = inChild([&] {
      Engine engine(folder);
      succeed(appendSteps(*engine.store, 1, 10, 2));
      checkpoint(*engine.store, 10);
      succeed(appendSteps(*engine.store, 11, 20, 2));
      setAtomicWriteHook([stage](AtomicWriteStage reached) {
        if (reached == stage) {
          ::kill(::getpid(), SIGKILL);
        }
      });
      checkpoint(*engine.store, 20);
    });
    ASSERT_TRUE(WIFSIGNALED(status));
    {
      const auto r = reader(folder.path());
      EXPECT_EQ(expectContiguous(*r), 20);  // rows come before the file
      EXPECT_EQ(valueOf(r->status()).phase, Phase::Interrupted);
    }
    expectRecovered(folder, 10);
  }
}

TEST_F(CrashTest, KilledAfterTheRowKeepsTheNewCheckpoint) {
  const RunFolder folder = newFolder();
  const int status = inChild([&] {
    Engine engine(folder);
    succeed(appendSteps(*engine.store, 1, 20, 2));
    checkpoint(*engine.store, 10);
    checkpoint(*engine.store, 20);
    ::kill(::getpid(), SIGKILL);
  });
  ASSERT_TRUE(WIFSIGNALED(status));
  expectRecovered(folder, 20);
}

TEST_F(CrashTest, DiskThatTakesNoMoreStopsCleanly) {
  const RunFolder folder = newFolder();
  const int status = inChild([&] {
    ::signal(SIGXFSZ, SIG_IGN);
    Engine engine(folder);
    succeed(appendSteps(*engine.store, 1, 1000, 2));
    succeed(engine.store->flush());
    const rlimit limit{1 << 20, 1 << 20};  // from now on no file grows past a mebibyte
    ::setrlimit(RLIMIT_FSIZE, &limit);
    Status appended;
    for (std::int64_t step = 1001; step < 1'000'000 && appended.has_value(); step += 1000) {
      appended = appendSteps(*engine.store, step, step + 999, 2);
      if (appended.has_value()) {
        appended = engine.store->flush();
      }
    }
    const bool told = !appended.has_value() && appended.error().code == ErrorCode::Io;
    CheckpointRequest request;
    request.step = 1;
    const bool refused =
        !engine.store
             ->writeCheckpoint(
                 request,
                 [](const auto& path) { return writeFileAtomically(path, std::string_view("x")); })
             .has_value();
    ::_exit(told && refused ? 0 : 1);
  });
  EXPECT_EQ(status, 0);
  const auto r = reader(folder.path());
  const std::int64_t last = expectContiguous(*r);
  EXPECT_GE(last, 1000);
}

TEST_F(CrashTest, ASecondEngineIsRefused) {
  const RunFolder folder = newFolder();
  const Engine engine(folder);
  const int status = inChild([&folder] {
    const auto second = RunLock::acquire(folder.lockFile());
    ::_exit(!second.has_value() && second.error().code == ErrorCode::Busy ? 0 : 1);
  });
  EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace attelier::run
