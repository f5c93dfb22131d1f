#include "engine/run/snapshot.h"

#include "engine/run/user_notes.h"
#include "tests/engine/run/run_fixture.h"

namespace attelier::run {
namespace {

using SnapshotTest = RunTest;
using ::testing::HasSubstr;
using ::testing::Not;

TEST_F(SnapshotTest, OneFileThatTheReaderAndPythonOpen) {
  RunInfo info;
  info.dataRoot = "/home/somebody/clips";
  info.configuration = {{"clips", "/home/somebody/clips/list.csv"}, {"seeds", {1, 2}}};
  const RunFolder folder = valueOf(RunFolder::create(base_ / "r", info));
  succeed(writeUserNotes(folder.userJson(), {"mine", "", {}, 2, nlohmann::json::object()}));
  Engine engine(folder);  // alive meanwhile
  succeed(testing::appendSteps(*engine.store, 1, 300, 2));
  succeed(
      engine.store->setDataset({{1, "jump/secret.avi", "train", 0, 9, 25, 8, 8, 1, 1, "ok", ""}}));
  ProbeRow probe;
  probe.encoding = "jpeg";
  probe.width = probe.height = 8;
  probe.name = "jump/secret.avi";
  probe.times = {0};
  probe.frames = {{std::byte{1}}};
  valueOf(engine.store->addProbe(probe));
  succeed(engine.store->append(EventRow{0, 0, 1, EventLevel::Warning, "log",
                                        "can't read /home/somebody/clips/secret.avi: cut"}));
  succeed(engine.store->flush());

  succeed(writeSnapshot(folder.path(), base_ / "all.db"));
  EXPECT_EQ(writeSnapshot(folder.path(), base_ / "all.db").error().code,
            ErrorCode::InvalidArgument);
  const auto all = reader(base_ / "all.db");
  EXPECT_TRUE(all->isSnapshot());
  EXPECT_EQ(all->info().id, folder.info().id);
  EXPECT_EQ(valueOf(all->metrics()).steps.size(), 300U);
  EXPECT_EQ(valueOf(all->status()).phase, Phase::Interrupted);
  EXPECT_EQ(valueOf(all->probeFrame(1, 0)).size(), 1U);
  EXPECT_EQ(valueOf(all->clipPath(valueOf(all->dataset())[0])),
            "/home/somebody/clips/jump/secret.avi");
  ReaderOptions elsewhere;
  elsewhere.clipsRoot = "/mnt/clips";
  const auto moved = valueOf(RunReader::open(base_ / "all.db", elsewhere));
  EXPECT_EQ(valueOf(moved->clipPath(valueOf(moved->dataset())[0])), "/mnt/clips/jump/secret.avi");

  SnapshotOptions less;
  less.frames = false;
  less.paths = false;
  succeed(writeSnapshot(folder.path(), base_ / "less.db", less));
  EXPECT_EQ(reader(base_ / "less.db")->probeFrame(1, 0).error().code, ErrorCode::NotFound);
  const std::string bytes = outputOf("cat " + (base_ / "less.db").string());
  EXPECT_THAT(bytes, Not(HasSubstr("somebody")));
  EXPECT_THAT(bytes, Not(HasSubstr("jump/")));
  EXPECT_EQ(outputOf("python3 -c \"import sqlite3; print(sqlite3.connect('file:" +
                     (base_ / "less.db").string() +
                     "?mode=ro', uri=True).execute('SELECT count(*), max(step) FROM "
                     "metrics').fetchone())\""),
            "(300, 300)\n");
  EXPECT_FALSE(std::filesystem::exists(base_ / "less.db-journal"));
}

}  // namespace
}  // namespace attelier::run
