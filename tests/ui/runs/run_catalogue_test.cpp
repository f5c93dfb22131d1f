#include "ui/runs/run_catalogue.h"

#include "tests/ui/runs/run_folders.h"

#include <QCoreApplication>
#include <QSettings>
#include <QSignalSpy>
#include <QTest>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <unistd.h>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {
namespace {

using testing::makeRun;
using testing::succeed;
using testing::TemporaryFolder;
using testing::valueOf;

class Catalogues : public ::testing::Test {
 protected:
  Catalogues() { QSettings().remove(u"runs"_s); }

  void look() {
    QSignalSpy spy(&catalogue_, &RunCatalogue::changed);
    catalogue_.refresh();
    for (int i = 0; i < 100 && (spy.isEmpty() || !catalogue_.isRead()); ++i) spy.wait(50);
  }
  const std::filesystem::path& folder() const { return folder_.path(); }

  TemporaryFolder folder_;
  RunCatalogue catalogue_{folder_.path()};
};

TEST_F(Catalogues, SearchesWithTheirEvaluations) {
  const auto search = makeRun(folder() / "a.attelier", {.created = 1000, .select = 0.8});
  makeRun(search.evaluations() / "0001-cell.attelier",
          {.parent = run::RunParent{.run = search.info().id, .step = 400, .cell = "mS<mT"},
           .select = 0.95,
           .report = 0.9});
  makeRun(folder() / "b.attelier",
          {.phase = run::Phase::Running, .step = 12, .created = 2000, .probe = true});
  std::filesystem::create_directory(folder() / "something else");
  look();
  ASSERT_EQ(catalogue_.runs().size(), 2U);
  const RunEntry& newest = *catalogue_.runs()[0];
  EXPECT_EQ(newest.name(), u"b"_s);
  EXPECT_EQ(newest.status.phase, run::Phase::Interrupted);  // nobody holds it
  EXPECT_FALSE(newest.thumbnail.isNull());
  EXPECT_FALSE(newest.best);
  const RunEntry& oldest = *catalogue_.runs()[1];
  ASSERT_TRUE(oldest.best);
  EXPECT_EQ(oldest.best->split, u"select"_s);
  EXPECT_DOUBLE_EQ(oldest.best->top1, 0.8);
  ASSERT_EQ(oldest.evaluations.size(), 1U);
  EXPECT_EQ(oldest.evaluations[0]->name(), u"mS<mT"_s);
  EXPECT_EQ(oldest.evaluations[0]->best->split, u"report"_s);
  EXPECT_DOUBLE_EQ(oldest.evaluations[0]->best->top1, 0.9);
  ASSERT_TRUE(QTest::qWaitFor([&] { return catalogue_.runs()[0]->bytes > 4096; }, 3000));
}

TEST_F(Catalogues, WhatCantBeReadIsListedWithItsReason) {
  const auto broken = makeRun(folder() / "broken.attelier");
  std::ofstream(broken.database(), std::ios::trunc) << std::string(9000, 'x');
  const auto newer = makeRun(folder() / "newer.attelier");
  auto json = nlohmann::json::parse(valueOf(readTextFile(newer.runJson(), 1 << 20)));
  json["schema"] = json["min_reader"] = 99;
  succeed(writeFileAtomically(newer.runJson(), json.dump()));
  std::filesystem::create_directory(folder() / "empty.attelier");
  const auto badNotes = makeRun(folder() / "notes.attelier");
  std::ofstream(badNotes.userJson()) << "[";
  look();
  ASSERT_EQ(catalogue_.runs().size(), 4U);
  const auto problem = [this](const char* name) {
    return catalogue_.find(folder() / name)->problem;
  };
  EXPECT_TRUE(problem("broken.attelier").contains(u"run.db"_s))
      << problem("broken.attelier").toStdString();
  EXPECT_TRUE(problem("newer.attelier").contains(u"take a newer Attelier"_s));
  EXPECT_TRUE(problem("empty.attelier").contains(u"run.json"_s));
  EXPECT_EQ(problem("notes.attelier"), QString());
  EXPECT_FALSE(catalogue_.find(folder() / "notes.attelier")->notesProblem.isEmpty());
}

TEST_F(Catalogues, FollowsWhatChanges) {
  makeRun(folder() / "a.attelier");
  catalogue_.setWatched(&catalogue_, true);
  look();
  const RunEntryPointer before = catalogue_.runs()[0];
  makeRun(folder() / "b.attelier");
  ASSERT_TRUE(QTest::qWaitFor([&] { return catalogue_.runs().size() == 2U; }, 5000));
  // What did not change is not read again, but for its size.
  const RunEntryPointer after = catalogue_.find(folder() / "a.attelier");
  EXPECT_EQ(after->thumbnail.cacheKey(), before->thumbnail.cacheKey());
  std::filesystem::remove_all(folder() / "a.attelier");
  ASSERT_TRUE(QTest::qWaitFor([&] { return catalogue_.runs().size() == 1U; }, 5000));
}

TEST_F(Catalogues, RemembersWhatWasOpenedElsewhere) {
  const TemporaryFolder elsewhere;
  makeRun(elsewhere.path() / "far.attelier");
  catalogue_.remember(elsewhere.path() / "gone.attelier");
  catalogue_.remember(elsewhere.path() / "far.attelier" / "");
  catalogue_.remember(folder() / "near.attelier");
  makeRun(folder() / "near.attelier");
  look();
  EXPECT_EQ(catalogue_.runs().size(), 3U);
  EXPECT_EQ(catalogue_.recent()[1], QString::fromStdString(elsewhere.path() / "far.attelier"));
  EXPECT_TRUE(catalogue_.find(elsewhere.path() / "gone.attelier")->isMissing);
  EXPECT_FALSE(catalogue_.find(elsewhere.path() / "far.attelier")->isMissing);
  catalogue_.forget(elsewhere.path() / "gone.attelier");
  catalogue_.refresh();
  EXPECT_TRUE(QTest::qWaitFor([&] { return catalogue_.runs().size() == 2U; }, 3000));
}

TEST_F(Catalogues, NotesKeepWhatOthersWrote) {
  const auto run = makeRun(folder() / "a.attelier", {.name = "old", .tags = {"x"}});
  look();
  auto notes = valueOf(run::readUserNotes(run.userJson()));
  notes.notes = "from another window";
  notes.unknown["colour"] = "red";
  succeed(run::writeUserNotes(run.userJson(), notes));
  bool done = false;
  catalogue_.changeNotes(
      run.path(), [](run::UserNotes& all) { all.name = "new"; }, &catalogue_,
      [&](const Status& status) { done = status.has_value(); });
  ASSERT_TRUE(QTest::qWaitFor([&] { return done; }, 3000));
  notes = valueOf(run::readUserNotes(run.userJson()));
  EXPECT_EQ(notes.name, "new");
  EXPECT_EQ(notes.notes, "from another window");
  EXPECT_EQ(notes.unknown["colour"], "red");
  ASSERT_TRUE(QTest::qWaitFor([&] { return catalogue_.runs()[0]->name() == u"new"_s; }, 3000));
}

TEST_F(Catalogues, ReadOnlyFolderSaysSo) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs another user to be";
  const auto run = makeRun(folder() / "a.attelier", {.select = 0.5});
  using std::filesystem::perms;
  std::filesystem::permissions(folder(), perms::owner_all | perms::group_read | perms::group_exec);
  ASSERT_EQ(::seteuid(65534), 0);
  look();
  Status written;
  bool done = false;
  catalogue_.changeNotes(
      run.path(), [](run::UserNotes& all) { all.name = "new"; }, &catalogue_,
      [&](const Status& status) {
        written = status;
        done = true;
      });
  ASSERT_TRUE(QTest::qWaitFor([&] { return done; }, 3000));
  ASSERT_EQ(::seteuid(0), 0);
  ASSERT_EQ(catalogue_.runs().size(), 1U);
  EXPECT_FALSE(catalogue_.runs()[0]->isWritable);
  EXPECT_EQ(catalogue_.runs()[0]->problem, QString());
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, ErrorCode::Io);
}

TEST_F(Catalogues, TrashAndBack) {
  const auto run = makeRun(folder() / "a.attelier");
  look();
  std::optional<Result<TrashedRun>> trashed;
  catalogue_.moveToTrash(run.path(), &catalogue_,
                         [&](const Result<TrashedRun>& result) { trashed = result; });
  ASSERT_TRUE(QTest::qWaitFor([&] { return trashed.has_value(); }, 3000));
  ASSERT_TRUE(*trashed) << describe(trashed->error());
  EXPECT_FALSE(std::filesystem::exists(run.path()));
  ASSERT_FALSE((*trashed)->inTrash.empty());
  ASSERT_TRUE(QTest::qWaitFor([&] { return catalogue_.runs().size() == 0U; }, 3000));
  std::optional<Status> restored;
  catalogue_.restore(**trashed, &catalogue_, [&](const Status& status) { restored = status; });
  ASSERT_TRUE(QTest::qWaitFor([&] { return restored.has_value(); }, 3000));
  ASSERT_TRUE(*restored) << describe(restored->error());
  EXPECT_TRUE(std::filesystem::exists(run.runJson()));
  ASSERT_TRUE(QTest::qWaitFor([&] { return catalogue_.runs().size() == 1U; }, 3000));
}

TEST_F(Catalogues, WhatAnEngineHoldsIsNotThrownAway) {
  const auto search = makeRun(folder() / "a.attelier");
  const auto below =
      makeRun(search.evaluations() / "0001-x.attelier",
              {.parent = run::RunParent{.run = search.info().id, .step = 1, .cell = "x"}});
  const auto lock = valueOf(run::RunLock::acquire(below.lockFile()));
  const auto trashed = trashRun(search.path());
  ASSERT_FALSE(trashed);
  EXPECT_EQ(trashed.error().code, ErrorCode::Busy);
  EXPECT_THAT(trashed.error().message, ::testing::HasSubstr(std::to_string(::getpid())));
  EXPECT_TRUE(std::filesystem::exists(search.path()));
  look();
  EXPECT_TRUE(catalogue_.runs()[0]->evaluations[0]->isLocked);
}

}  // namespace
}  // namespace attelier::ui
