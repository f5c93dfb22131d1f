#include "ui/workspace/run_watcher.h"

#include "tests/support/search_run.h"
#include "ui/workspace/run_reading.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <gtest/gtest.h>

namespace attelier::ui {
namespace {

using testing::SearchRun;

class RunReadings : public ::testing::Test {
 protected:
  void SetUp() override {
    auto made = SearchRun::create(path());
    ASSERT_TRUE(made) << describe(made.error());
    run_ = std::move(*made);
    ASSERT_TRUE(run_->goTo(40));
  }

  std::filesystem::path path() const {
    return folder_.filePath(QStringLiteral("a.attelier")).toStdString();
  }

  std::shared_ptr<const RunView> read(RunReading& reading, const Wanted& wanted) {
    auto view = reading.next(wanted, false);
    EXPECT_TRUE(view);
    EXPECT_EQ(view ? view->problem : "", "");
    return view;
  }

  QTemporaryDir folder_;
  std::unique_ptr<SearchRun> run_;
};

TEST_F(RunReadings, AMomentIsOfOneStep) {
  auto reading = RunReading::open(path());
  ASSERT_TRUE(reading);
  Wanted wanted;
  wanted.step = 25;
  wanted.attention = {{.node = 4}, {.node = 5, .step = 12}};
  const auto view = read(**reading, wanted);
  ASSERT_TRUE(view && view->moment && view->moment->weights);
  EXPECT_EQ(view->moment->step, 25);
  EXPECT_EQ(view->moment->weights->step, 25);
  EXPECT_EQ(view->moment->weights->weights, SearchRun::weightsAt(25, 100));
  ASSERT_EQ(view->moment->attention.size(), 2U);
  ASSERT_TRUE(view->moment->attention[0] && view->moment->attention[1]);
  EXPECT_EQ(view->moment->attention[0]->step, 20);  // the record at or before it
  EXPECT_EQ(view->moment->attention[1]->step, 10);
  ASSERT_TRUE(view->moment->probe);
  ASSERT_EQ(view->moment->probe->frames.size(), std::size_t{SearchRun::kPictures});
  EXPECT_EQ(view->moment->probe->frames[2].pixelColor(3, 3), QColor(60, 90, 90));
  // Only those of the last validation are kept, and that was later.
  EXPECT_TRUE(view->moment->selectPredictions.empty());
  const auto live = read(**reading, {});
  ASSERT_EQ(live->moment->selectPredictions.size(), 2U);
  EXPECT_EQ(live->moment->selectPredictions.front().step, 40);
}

TEST_F(RunReadings, NothingNewIsNoNewView) {
  auto reading = RunReading::open(path());
  ASSERT_TRUE(reading);
  ASSERT_TRUE((*reading)->next({}, false));
  // The heartbeat alone moves.
  EXPECT_FALSE((*reading)->next({}, false));
}

TEST_F(RunReadings, PartsThatStayedAreShared) {
  auto reading = RunReading::open(path());
  ASSERT_TRUE(reading);
  const auto first = read(**reading, {});
  ASSERT_TRUE(run_->goTo(41));
  const auto second = read(**reading, {});
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->dataset, second->dataset);
  EXPECT_EQ(first->probes, second->probes);
  EXPECT_EQ(first->moment->probe, second->moment->probe);
  EXPECT_NE(first->moment, second->moment);
  EXPECT_EQ(second->moment->step, 41);
}

TEST_F(RunReadings, AResumeIsReadAnew) {
  auto reading = RunReading::open(path());
  ASSERT_TRUE(reading);
  ASSERT_EQ(read(**reading, {})->curves->steps.back(), 40);
  ASSERT_TRUE(run_->store().truncateTo(20, "test"));
  run::StatusUpdate update;
  update.step = 20;
  ASSERT_TRUE(run_->store().setStatus(update));
  ASSERT_TRUE(run_->store().flush());
  const auto view = read(**reading, {});
  ASSERT_TRUE(view);
  EXPECT_EQ(view->curves->steps.back(), 20);
  EXPECT_EQ(view->history->records.back().step, 20);
  EXPECT_EQ(view->moment->weights->step, 20);
}

TEST_F(RunReadings, AKilledEngineIsSeen) {
  auto reading = RunReading::open(path());
  ASSERT_TRUE(reading);
  EXPECT_TRUE(read(**reading, {})->hasEngine);
  run_->kill();
  const auto view = read(**reading, {});
  ASSERT_TRUE(view);
  EXPECT_FALSE(view->hasEngine);
  EXPECT_EQ(view->status.phase, run::Phase::Interrupted);
}

TEST_F(RunReadings, TheWatcherHandsOverTheNewest) {
  RunWatcher watcher(path(), 30);
  std::int64_t seen = -1;
  QObject::connect(&watcher, &RunWatcher::viewed, &watcher, [&](const auto& view) {
    EXPECT_GE(view->status.step, seen);
    seen = view->status.step;
  });
  ASSERT_TRUE(QTest::qWaitFor([&] { return seen == 40; }));
  ASSERT_TRUE(run_->goTo(60));
  EXPECT_TRUE(QTest::qWaitFor([&] { return seen == 60; }));
}

TEST_F(RunReadings, AMissingRunFails) {
  RunWatcher watcher(path() / "nothing");
  QSignalSpy failed(&watcher, &RunWatcher::failed);
  EXPECT_TRUE(failed.wait());
}

TEST_F(RunReadings, ARunInTheMakingIsWaitedFor) {
  const auto other = path().parent_path() / "b.attelier";
  run::RunFolder folder = *run::RunFolder::create(other, {});
  run::RunLock lock = *run::RunLock::acquire(folder.lockFile());
  RunWatcher watcher(other, 30);
  QSignalSpy failed(&watcher, &RunWatcher::failed);
  bool isSeen = false;
  QObject::connect(&watcher, &RunWatcher::viewed, &watcher, [&](const auto&) { isSeen = true; });
  EXPECT_FALSE(QTest::qWaitFor([&] { return isSeen || failed.count() > 0; }, 200));
  const auto store = run::Store::open(folder, lock);
  ASSERT_TRUE(store);
  EXPECT_TRUE(QTest::qWaitFor([&] { return isSeen; }));
  EXPECT_EQ(failed.count(), 0);
}

TEST_F(RunReadings, ACommandWithoutAnEngineFailsAtOnce) {
  run_->kill();
  RunWatcher watcher(path());
  QObject context;
  bool isAnswered = false;
  watcher.command(run::CommandKind::Pause, nlohmann::json::object(), {}, &context,
                  [&](const CommandResult& result) { isAnswered = !result; });
  EXPECT_TRUE(QTest::qWaitFor([&] { return isAnswered; }));
}

TEST_F(RunReadings, ACommandIsAnsweredByTheEngine) {
  auto queue = run::CommandQueue::create(run_->folder(), run_->lock());
  ASSERT_TRUE(queue) << describe(queue.error());
  RunWatcher watcher(path());
  QObject context;
  std::optional<CommandResult> result;
  watcher.command(run::CommandKind::Cell, {{"action", "remove"}, {"id", 3}}, "cell", &context,
                  [&](const CommandResult& answer) { result = answer; });
  std::optional<run::Command> taken;
  ASSERT_TRUE(QTest::qWaitFor([&] {
    const auto next = (*queue)->take();
    if (next && *next) taken = **next;
    return taken.has_value();
  }));
  EXPECT_EQ(taken->kind, run::CommandKind::Cell);
  EXPECT_EQ(taken->arguments.at("id"), 3);
  ASSERT_TRUE((*queue)->done(taken->id, {{"gone", true}}));
  ASSERT_TRUE(QTest::qWaitFor([&] { return result.has_value(); }));
  ASSERT_TRUE(*result);
  EXPECT_EQ((**result).at("gone"), true);
}

TEST_F(RunReadings, ACancelledCommandIsNotAnswered) {
  auto queue = run::CommandQueue::create(run_->folder(), run_->lock());
  ASSERT_TRUE(queue);
  RunWatcher watcher(path());
  QObject context;
  bool isCancelledAnswered = false, isOtherAnswered = false;
  const nlohmann::json arguments{{"action", "remove"}, {"id", 3}};
  watcher.command(run::CommandKind::Cell, arguments, "a", &context,
                  [&](const auto&) { isCancelledAnswered = true; });
  watcher.command(run::CommandKind::Cell, arguments, "b", &context,
                  [&](const auto&) { isOtherAnswered = true; });
  watcher.cancel("a");
  ASSERT_TRUE(QTest::qWaitFor([&] {
    const auto next = (*queue)->take();
    if (next && *next) {
      EXPECT_TRUE((*queue)->done((**next).id));
    }
    return isOtherAnswered;
  }));
  EXPECT_FALSE(isCancelledAnswered);
}

}  // namespace
}  // namespace attelier::ui
