#include "ui/workspace/workspace.h"

#include "tests/support/search_run.h"
#include "ui/engine/engine_program.h"
#include "ui/workspace/pane.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <gtest/gtest.h>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {
namespace {

using testing::SearchRun;

class Workspaces : public ::testing::Test {
 protected:
  void SetUp() override {
    auto made = SearchRun::create(path());
    ASSERT_TRUE(made) << describe(made.error());
    run_ = std::move(*made);
    ASSERT_TRUE(run_->goTo(60));
    workspace_.open(path());
    ASSERT_TRUE(QTest::qWaitFor([&] { return workspace_.shown().derived != nullptr; }));
  }

  std::filesystem::path path() const { return folder_.filePath(u"a.attelier"_s).toStdString(); }
  bool waitForStep(std::int64_t step) {
    return QTest::qWaitFor([&] { return workspace_.shown().step() == step; });
  }

  QTemporaryDir folder_;
  std::unique_ptr<SearchRun> run_;
  EngineProgram engine_{std::filesystem::path("/nonexistent/attelier-engine")};
  Workspace workspace_{engine_};
};

TEST_F(Workspaces, TheCellIsTheRunsOwnDerivationAtFirst) {
  const auto expected =
      space::derive(SearchRun::weightsAt(60, 100), {.topNodes = 2, .topPredecessors = 1});
  ASSERT_TRUE(expected);
  EXPECT_EQ(workspace_.shown().derived->derivation.cell, expected->cell);
  EXPECT_DOUBLE_EQ(workspace_.shown().derived->derivation.margin, expected->margin);
  EXPECT_EQ(workspace_.shown().derived->cost.flops,
            space::cost(expected->cell,
                        {.name = "cell", .channels = 16, .frames = 4, .height = 3, .width = 2})
                .flops);
}

TEST_F(Workspaces, SameSinceIsTheFirstStepOfTheSameCell) {
  // A loop over all steps, with nothing of the workspace in it.
  const auto now =
      space::derive(SearchRun::weightsAt(60, 100), {.topNodes = 2, .topPredecessors = 1});
  std::int64_t since = 60;
  while (since > 1) {
    const auto earlier =
        space::derive(SearchRun::weightsAt(since - 1, 100), {.topNodes = 2, .topPredecessors = 1});
    if (!space::sameArchitecture(earlier->cell, now->cell)) break;
    --since;
  }
  const auto shownSince = [&] { return workspace_.shown().derived->sameSince; };
  EXPECT_TRUE(QTest::qWaitFor([&] { return shownSince() == since; }))
      << shownSince() << " for " << since;
  // And further on, where only the new steps are looked at.
  ASSERT_TRUE(run_->goTo(63));
  ASSERT_TRUE(waitForStep(63));
  EXPECT_TRUE(QTest::qWaitFor([&] { return shownSince() == since; }))
      << shownSince() << " for " << since;
}

TEST_F(Workspaces, EditsAreUndoneAndRedone) {
  workspace_.edit(u"Keep 4 nodes"_s, [](Choices& choices) { choices.derivation.topNodes = 4; });
  EXPECT_EQ(workspace_.shown().derived->derivation.cell.outputs.size(), 4U);
  EXPECT_EQ(workspace_.undoStack().undoText(), u"Keep 4 nodes"_s);
  workspace_.undoStack().undo();
  EXPECT_EQ(workspace_.shown().derived->derivation.cell.outputs.size(), 2U);
  workspace_.undoStack().redo();
  EXPECT_EQ(workspace_.shown().derived->derivation.cell.outputs.size(), 4U);
}

TEST_F(Workspaces, UndoDoesNotTravelInTime) {
  workspace_.edit(u"Keep 4 nodes"_s, [](Choices& choices) { choices.derivation.topNodes = 4; });
  workspace_.goTo(30);
  workspace_.undoStack().undo();
  EXPECT_EQ(workspace_.shown().choices.step, 30);
}

TEST_F(Workspaces, ADragIsOneStepOfUndo) {
  for (int nodes = 3; nodes < 8; ++nodes) {
    workspace_.edit(u"Top nodes"_s, [&](Choices& choices) { choices.derivation.topNodes = nodes; });
  }
  EXPECT_EQ(workspace_.undoStack().count(), 1);
  workspace_.undoStack().undo();
  EXPECT_EQ(workspace_.shown().choices.derivation.topNodes, 2);
}

TEST_F(Workspaces, TheCursorMovesAllAndLiveReturns) {
  workspace_.goTo(25);
  ASSERT_TRUE(waitForStep(25));
  EXPECT_EQ(workspace_.shown().state.kind, StateKind::ScrubbedBack);
  EXPECT_EQ(workspace_.shown().moment()->weights->step, 25);
  ASSERT_TRUE(run_->goTo(70));
  workspace_.goLive();
  EXPECT_TRUE(waitForStep(70));
}

TEST_F(Workspaces, APinnedStepIsReadBesideTheOther) {
  workspace_.edit(u"Pin"_s,
                  [](Choices& choices) { choices.pinnedStep = PinnedStep{.run = {}, .step = 10}; });
  ASSERT_TRUE(QTest::qWaitFor([&] { return workspace_.shown().pinned != nullptr; }));
  EXPECT_EQ(workspace_.shown().pinned->weights->weights, SearchRun::weightsAt(10, 100));
  EXPECT_EQ(workspace_.shown().step(), 60);
}

TEST_F(Workspaces, AnotherRunsStepIsReadFromThere) {
  auto other = SearchRun::create(folder_.filePath(u"b.attelier"_s).toStdString(), 50);
  ASSERT_TRUE(other);
  ASSERT_TRUE((*other)->goTo(20));
  workspace_.edit(u"Pin"_s, [&](Choices& choices) {
    choices.pinnedStep = PinnedStep{.run = (*other)->folder().path(), .step = 20};
  });
  ASSERT_TRUE(QTest::qWaitFor([&] { return workspace_.shown().pinned != nullptr; }));
  EXPECT_EQ(workspace_.shown().pinned->weights->weights, SearchRun::weightsAt(20, 50));
}

TEST_F(Workspaces, ADotProductNodeIsPreselectedWithItsRecord) {
  const int node = workspace_.shown().choices.node;
  ASSERT_GE(node, 0);
  EXPECT_EQ(SearchRun::shape().kindOf(node).type, space::OperationType::DotProduct);
  ASSERT_TRUE(QTest::qWaitFor(
      [&] { return workspace_.shown().moment()->find({.node = node}) != nullptr; }));
}

TEST_F(Workspaces, AnImpossibleDerivationSaysWhy) {
  workspace_.edit(u"Force"_s, [](Choices& choices) { choices.derivation.forced = {"L9.xX"}; });
  EXPECT_FALSE(workspace_.shown().derived);
  EXPECT_FALSE(workspace_.shown().derivationProblem.isEmpty());
}

TEST_F(Workspaces, AMissingRunIsToldOnThePage) {
  QSignalSpy failed(&workspace_, &Workspace::failed);
  workspace_.open(path() / "nothing");
  ASSERT_TRUE(failed.wait());
  EXPECT_EQ(workspace_.shown().state.kind, StateKind::Empty);
  EXPECT_EQ(workspace_.shown().state.severity, Severity::Bad);
}

class StepPane : public Pane {
 public:
  using Pane::Pane;
  int presented = 0;

 protected:
  void present(const Shown&) override { ++presented; }
};

TEST_F(Workspaces, AHiddenPaneIsCalledWhenItIsShown) {
  StepPane pane(workspace_, u"pane"_s, u"Pane"_s);
  workspace_.goTo(30);
  ASSERT_TRUE(waitForStep(30));
  EXPECT_EQ(pane.presented, 0);
  pane.show();
  EXPECT_EQ(pane.presented, 1);
  EXPECT_EQ(pane.shownStep(), 30);
}

}  // namespace
}  // namespace attelier::ui
