#include "tests/engine/run/run_fixture.h"

namespace attelier::run {
namespace {

using ReadOnlyTest = RunTest;
using testing::appendSteps;

constexpr int kNobody = 65534;

// Reads the run as a user who may not write there; gives what it saw as "mode steps".
int readAsStranger(const std::filesystem::path& path, const std::filesystem::path& cache,
                   ReadMode mode, std::int64_t steps) {
  return inChild([&] {
    if (::getuid() == 0 && (::setgid(kNobody) != 0 || ::setuid(kNobody) != 0)) {
      ::_exit(2);
    }
    ReaderOptions options;
    options.cache = cache;
    bool right = false;
    {  // _exit leaves no time to remove a copy
      const auto r = valueOf(RunReader::open(path, options));
      right = r->mode() == mode && valueOf(r->metricsRange())->last == steps &&
              valueOf(r->metrics()).last[0].size() == static_cast<std::size_t>(steps);
    }
    ::_exit(right ? 0 : 1);
  });
}

class ReadOnlyFolder : public RunTest {
 protected:
  ReadOnlyFolder() {
    using std::filesystem::perms;
    std::filesystem::permissions(base_, perms::owner_all | perms::group_read | perms::group_exec |
                                            perms::others_read | perms::others_exec);
    std::filesystem::create_directory(base_ / "cache");
    std::filesystem::permissions(base_ / "cache", perms::all);
  }
  void lockDown(const std::filesystem::path& path) const {
    outputOf("chmod -R a-w,a+rX " + path.string());
    before_ = contentOf(path);
  }
  void expectUntouched(const std::filesystem::path& path) const {
    EXPECT_EQ(contentOf(path), before_);
    outputOf("chmod -R u+w " + path.string());
  }
  mutable std::map<std::string, std::string> before_;
};

TEST_F(ReadOnlyFolder, FinishedRunIsOneFile) {
  const auto path = base_ / "r";
  succeed(testing::generateRun(path, {300, 1}));
  EXPECT_FALSE(std::filesystem::exists(path / "run.db-wal"));
  EXPECT_FALSE(std::filesystem::exists(path / "run.db-shm"));
  lockDown(path);
  EXPECT_EQ(readAsStranger(path, base_ / "cache", ReadMode::Immutable, 300), 0);
  expectUntouched(path);
}

TEST_F(ReadOnlyFolder, KilledRunWithItsJournal) {
  const RunFolder folder = newFolder();
  inChild([&folder] {
    Engine engine(folder);
    succeed(appendSteps(*engine.store, 1, 300, 1));
    succeed(engine.store->flush());
    ::kill(::getpid(), SIGKILL);
  });
  ASSERT_GT(std::filesystem::file_size(folder.database().string() + "-wal"), 0U);
  lockDown(folder.path());
  EXPECT_EQ(readAsStranger(folder.path(), base_ / "cache", ReadMode::Shared, 300), 0);
  expectUntouched(folder.path());
  std::filesystem::remove(folder.database().string() + "-shm");  // as on a copied medium
  lockDown(folder.path());
  EXPECT_EQ(readAsStranger(folder.path(), base_ / "cache", ReadMode::Copy, 300), 0);
  expectUntouched(folder.path());
  EXPECT_TRUE(std::filesystem::is_empty(base_ / "cache"));
}

TEST_F(ReadOnlyTest, LookingAtALiveRunChangesNothing) {
  const RunFolder folder = newFolder();
  int ready[2];
  int stop[2];
  ASSERT_EQ(::pipe(ready), 0);
  ASSERT_EQ(::pipe(stop), 0);
  const pid_t child = ::fork();
  if (child == 0) {  // an engine, stopped so that only the viewer could change a file
    Engine engine(folder);
    succeed(appendSteps(*engine.store, 1, 300, 1));
    succeed(engine.store->flush());
    static_cast<void>(!::write(ready[1], "x", 1));
    ::raise(SIGSTOP);
    succeed(appendSteps(*engine.store, 301, 400, 1));
    succeed(engine.store->flush());
    static_cast<void>(!::write(ready[1], "x", 1));
    char byte = 0;
    static_cast<void>(!::read(stop[0], &byte, 1));
    succeed(engine.store->finish());
    ::_exit(0);
  }
  char byte = 0;
  ASSERT_EQ(::read(ready[0], &byte, 1), 1);
  int status = 0;
  ::waitpid(child, &status, WUNTRACED);
  const auto before = contentOf(folder.path());
  const auto r = reader(folder.path());
  const auto second = reader(folder.path());
  EXPECT_EQ(r->mode(), ReadMode::Shared);
  EXPECT_EQ(valueOf(r->metricsRange())->last, 300);
  EXPECT_EQ(valueOf(second->metrics()).steps.size(), 300U);
  EXPECT_EQ(inChild([&] { ::_exit(contentOf(folder.path()) == before ? 0 : 1); }), 0);
  ::kill(child, SIGCONT);
  ASSERT_EQ(::read(ready[0], &byte, 1), 1);
  EXPECT_EQ(valueOf(r->metricsRange())->last, 400);  // both follow the engine
  EXPECT_EQ(valueOf(second->metricsRange())->last, 400);
  ASSERT_EQ(::write(stop[1], "x", 1), 1);
  ::waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
  EXPECT_EQ(valueOf(r->metricsRange())->last, 400);  // and its end
  for (const int descriptor : {ready[0], ready[1], stop[0], stop[1]}) {
    ::close(descriptor);
  }
}

}  // namespace
}  // namespace attelier::run
