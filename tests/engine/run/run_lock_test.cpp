#include "tests/engine/run/run_fixture.h"

namespace attelier::run {
namespace {

using RunLockTest = RunTest;

TEST_F(RunLockTest, SecondLockerIsToldWhoHoldsIt) {
  const auto file = base_ / "engine.lock";
  const RunLock lock = valueOf(RunLock::acquire(file));
  EXPECT_TRUE(valueOf(isLocked(file)));
  const auto second = RunLock::acquire(file);
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().code, ErrorCode::Busy);
  EXPECT_THAT(second.error().message, ::testing::HasSubstr(std::to_string(::getpid())));
}

TEST_F(RunLockTest, AskingFromAnotherProcessTakesNothing) {
  const auto file = base_ / "engine.lock";
  const RunLock lock = valueOf(RunLock::acquire(file));
  const int status = inChild([&file] {
    const bool seen = valueOf(isLocked(file)) && valueOf(lockHolder(file))->pid == ::getppid();
    ::_exit(seen ? 0 : 1);
  });
  EXPECT_EQ(status, 0);
  EXPECT_TRUE(valueOf(isLocked(file)));
}

TEST_F(RunLockTest, FreeWhenReleasedAndWhenTheHolderIsKilled) {
  const auto file = base_ / "engine.lock";
  { const RunLock lock = valueOf(RunLock::acquire(file)); }
  EXPECT_FALSE(valueOf(isLocked(file)));
  const int status = inChild([&file] {
    const RunLock lock = valueOf(RunLock::acquire(file));
    ::kill(::getpid(), SIGKILL);
  });
  EXPECT_EQ(WTERMSIG(status), SIGKILL);
  EXPECT_FALSE(valueOf(isLocked(file)));
  EXPECT_FALSE(valueOf(lockHolder(file)).has_value());
  EXPECT_TRUE(RunLock::acquire(file).has_value());
}

TEST_F(RunLockTest, ProgramsStartedByTheHolderDoNotKeepIt) {
  const auto file = base_ / "engine.lock";
  auto lock = std::make_unique<RunLock>(valueOf(RunLock::acquire(file)));
  FILE* other = ::popen("cat", "w");  // lives on after the lock is gone
  ASSERT_NE(other, nullptr);
  lock.reset();
  EXPECT_FALSE(valueOf(isLocked(file)));
  ::pclose(other);
}

TEST_F(RunLockTest, SignalsOnlyTheProcessThatWroteTheLock) {
  const auto file = base_ / "engine.lock";
  EXPECT_EQ(signalHolder(file, 0).error().code, ErrorCode::NotFound);
  const RunLock lock = valueOf(RunLock::acquire(file));
  EXPECT_TRUE(signalHolder(file, 0).has_value());
  LockHolder holder = *valueOf(lockHolder(file));
  const auto write = [&file](const LockHolder& h) {
    std::ofstream(file) << R"({"host":")" << h.host << R"(","boot_id":")" << h.bootId
                        << R"(","pid":)" << h.pid << R"(,"start_time":)" << h.startTime << "}";
  };
  holder.startTime += 1;
  write(holder);
  EXPECT_EQ(signalHolder(file, 0).error().code, ErrorCode::NotFound);
  holder.startTime -= 1;
  holder.bootId = "another";
  write(holder);
  EXPECT_EQ(signalHolder(file, 0).error().code, ErrorCode::Unsupported);
  std::ofstream(file) << "not json";
  EXPECT_FALSE(signalHolder(file, 0).has_value());
}

}  // namespace
}  // namespace attelier::run
