#include "ui/dialogs/search_draft.h"

#include "tests/ui/dialogs/fake_engine.h"
#include "ui/dialogs/run_place.h"

#include <QProcess>
#include <gmock/gmock.h>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {
namespace {

using tests::FakeEngine;

SearchDraft draft() {
  SearchDraft draft;
  draft.preset = "tasks";
  draft.changes = {{"synthetic", {{"task", "when"}}}, {"training", {{"steps", 50}}}};
  draft.folder = u"/runs/first.attelier"_s;
  return draft;
}

TEST(SearchDraft, OneRun) {
  EXPECT_EQ(searchArguments(RunSchema::builtIn(), draft(), u"engine"_s).join(u' '),
            u"search --preset tasks --task when --steps 50 --out /runs/first.attelier"_s);
  EXPECT_EQ(planArguments(RunSchema::builtIn(), draft()).join(u' '),
            u"search --preset tasks --task when --steps 50 --plan"_s);
}

TEST(SearchDraft, AfterAndOnDone) {
  SearchDraft after = draft();
  after.after = u"/runs/before.attelier"_s;
  after.onDone = u"echo done # and out"_s;
  EXPECT_EQ(searchArguments(RunSchema::builtIn(), after, u"engine"_s).mid(7),
            (QStringList{u"--out"_s, u"/runs/first.attelier"_s, u"--after"_s,
                         u"/runs/before.attelier"_s, u"--on-done"_s, u"echo done # and out"_s}));
}

TEST(SearchDraft, SeveralSeedsAreSeveralFolders) {
  SearchDraft three = draft();
  three.seeds = 3;
  three.firstSeed = 7;
  EXPECT_EQ(runFolders(three),
            (QStringList{u"/runs/first-seed-7.attelier"_s, u"/runs/first-seed-8.attelier"_s,
                         u"/runs/first-seed-9.attelier"_s}));
}

TEST(SearchDraft, TheFirstRunStartsTheOthersInTheirOrder) {
  FakeEngine engine;
  QTemporaryDir place;
  SearchDraft three = draft();
  three.folder = place.filePath(u"it's a run.attelier"_s);
  three.seeds = 3;
  three.onDone = u"echo \"$ATTELIER_PHASE\" >> %1 # a comment"_s.arg(place.filePath(u"done"_s));
  const QStringList words = searchArguments(RunSchema::builtIn(), three, engine.script());
  ASSERT_EQ(words.indexOf(u"--on-done"_s), words.size() - 2);

  // What the first engine does at its end.
  QProcess shell;
  auto environment = QProcessEnvironment::systemEnvironment();
  environment.insert(u"ATTELIER_PHASE"_s, u"finished"_s);
  shell.setProcessEnvironment(environment);
  shell.start(u"/bin/sh"_s, {u"-c"_s, words.last()});
  ASSERT_TRUE(shell.waitForFinished());
  EXPECT_EQ(shell.exitCode(), 0);
  ASSERT_TRUE(engine.waitForCalls(u"search"_s, 2));
  const auto calls = engine.calls(u"search"_s);
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(calls[i].mid(0, 10),
              (QStringList{u"--preset"_s, u"tasks"_s, u"--task"_s, u"when"_s, u"--steps"_s, u"50"_s,
                           u"--seed"_s, QString::number(i + 2), u"--out"_s,
                           runFolders(three).at(i + 1)}));
    EXPECT_EQ(calls[i].mid(10), (QStringList{u"--on-done"_s, three.onDone}));
  }
  QFile done(place.filePath(u"done"_s));
  ASSERT_TRUE(done.open(QIODevice::ReadOnly));
  EXPECT_EQ(done.readAll(), "finished\n") << "the person's own command ran as well";
}

TEST(SearchDraft, AnInterruptedRunStartsNoOther) {
  FakeEngine engine;
  SearchDraft two = draft();
  two.seeds = 2;
  const QStringList words = searchArguments(RunSchema::builtIn(), two, engine.script());
  QProcess shell;
  auto environment = QProcessEnvironment::systemEnvironment();
  environment.insert(u"ATTELIER_PHASE"_s, u"interrupted"_s);
  shell.setProcessEnvironment(environment);
  shell.start(u"/bin/sh"_s, {u"-c"_s, words.last()});
  ASSERT_TRUE(shell.waitForFinished());
  QTest::qWait(300);
  EXPECT_TRUE(engine.calls(u"search"_s).isEmpty());
}

TEST(SearchDraft, TheDemoIsOneCommand) {
  EXPECT_EQ(demoArguments(u"/runs/demo.attelier"_s).join(u' '),
            u"search --preset tasks --task match --out /runs/demo.attelier"_s);
}

TEST(RunPlace, IsTheEnginesOwn) {
  qputenv("XDG_DATA_HOME", "/data");
  EXPECT_EQ(defaultRunsFolder(), u"/data/attelier/runs"_s);
  qputenv("XDG_DATA_HOME", "relative");
  EXPECT_EQ(defaultRunsFolder(), QDir::homePath() + u"/.local/share/attelier/runs"_s);
  qunsetenv("XDG_DATA_HOME");
}

TEST(RunPlace, ANewNameIsFree) {
  QTemporaryDir place;
  const QDate day(2026, 11, 21);
  EXPECT_EQ(newRunName(place.path(), u"match"_s, day), u"match-20261121-1"_s);
  QDir(place.path()).mkdir(u"match-20261121-1.attelier"_s);
  EXPECT_EQ(newRunName(place.path(), u"match"_s, day), u"match-20261121-2"_s);
  EXPECT_EQ(newRunName(place.path(), u"/home/me/My clips/"_s, day), u"My-clips-20261121-1"_s);
  EXPECT_EQ(newRunName(place.path(), u"/lists/train.csv"_s, day), u"train-20261121-1"_s);
  EXPECT_EQ(newRunName(place.path(), {}, day), u"clips-20261121-1"_s);
}

TEST(RunPlace, AnExistingRunIsRefused) {
  QTemporaryDir place;
  EXPECT_TRUE(checkNewRun(place.path(), u"new"_s));
  QDir(place.path()).mkdir(u"empty.attelier"_s);
  EXPECT_TRUE(checkNewRun(place.path(), u"empty"_s)) << "as the engine takes an empty folder";
  QDir(place.path()).mkpath(u"taken.attelier/checkpoints"_s);
  const Status taken = checkNewRun(place.path(), u"taken"_s);
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().message,
            "exists already; choose another name, or resume it if it is a run");
  EXPECT_FALSE(checkNewRun(place.path(), {}));
  EXPECT_FALSE(checkNewRun(place.path(), u"a/b"_s));
  EXPECT_FALSE(checkNewRun({}, u"new"_s));
}

}  // namespace
}  // namespace attelier::ui
