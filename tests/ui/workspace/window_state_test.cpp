#include "ui/workspace/window_state.h"

#include <gtest/gtest.h>

namespace attelier::ui {
namespace {

RunView aliveView() {
  RunView view;
  view.isWritable = true;
  view.hasEngine = true;
  view.status.phase = run::Phase::Running;
  view.status.stage = "joint";
  view.status.step = 50;
  view.status.stepsPlanned = 100;
  return view;
}

WindowState stateOf(const RunView& view, const Choices& choices = {},
                    const StateInputs& inputs = {}) {
  return windowState(&view, choices, inputs);
}

TEST(WindowStates, WithoutARun) {
  EXPECT_EQ(windowState(nullptr, {}, {}).kind, StateKind::Empty);
  EXPECT_EQ(windowState(nullptr, {}, {}).actions.front(), QStringLiteral("run.demo"));
  StateInputs loading;
  loading.isLoading = true;
  EXPECT_EQ(windowState(nullptr, {}, loading).kind, StateKind::Loading);
  StateInputs failed;
  failed.openProblem = QStringLiteral("run.json: is missing");
  const auto state = windowState(nullptr, {}, failed);
  EXPECT_EQ(state.severity, Severity::Bad);
  EXPECT_EQ(state.detail, failed.openProblem);
}

TEST(WindowStates, FollowThePhase) {
  RunView view = aliveView();
  EXPECT_EQ(stateOf(view).kind, StateKind::Running);
  view.status.step = 0;
  EXPECT_EQ(stateOf(view).kind, StateKind::WarmingUp);
  for (const auto& [phase, kind] : {std::pair{run::Phase::Preparing, StateKind::WarmingUp},
                                    std::pair{run::Phase::Paused, StateKind::Paused},
                                    std::pair{run::Phase::Finishing, StateKind::Finishing},
                                    std::pair{run::Phase::Finished, StateKind::Finished},
                                    std::pair{run::Phase::Failed, StateKind::Error},
                                    std::pair{run::Phase::Interrupted, StateKind::Interrupted},
                                    std::pair{run::Phase::Discarded, StateKind::Discarded}}) {
    view = aliveView();
    view.status.phase = phase;
    EXPECT_EQ(stateOf(view).kind, kind) << run::phaseName(phase);
  }
}

TEST(WindowStates, ASilentEngineIsNamedAfterThreeSeconds) {
  RunView view = aliveView();
  view.holder.pid = 4711;
  view.heartbeatAge = 2.9;
  EXPECT_EQ(stateOf(view).kind, StateKind::Running);
  view.heartbeatAge = 3;
  const auto state = stateOf(view);
  EXPECT_EQ(state.kind, StateKind::Silent);
  EXPECT_TRUE(state.detail.contains(QStringLiteral("4711")) ||
              state.detail.contains(QStringLiteral("4,711")));
  // Looking back does not hide it.
  Choices back;
  back.step = 3;
  EXPECT_EQ(stateOf(view, back).kind, StateKind::Silent);
}

TEST(WindowStates, ASlowStepIsTenSecondsAndTenMedians) {
  RunView view = aliveView();
  view.medianStepSeconds = 0.1;
  view.stepAge = 9.9;
  EXPECT_EQ(stateOf(view).kind, StateKind::Running);
  view.stepAge = 10.1;
  EXPECT_EQ(stateOf(view).kind, StateKind::SlowStep);
  view.medianStepSeconds = 2;
  EXPECT_EQ(stateOf(view).kind, StateKind::Running);
  view.stepAge = 20.1;
  EXPECT_EQ(stateOf(view).kind, StateKind::SlowStep);
}

TEST(WindowStates, LookingBackNamesBothSteps) {
  Choices choices;
  choices.step = 17;
  const auto state = stateOf(aliveView(), choices);
  EXPECT_EQ(state.kind, StateKind::ScrubbedBack);
  EXPECT_TRUE(state.headline.contains(QStringLiteral("17")));
  EXPECT_TRUE(state.detail.contains(QStringLiteral("50")));
  EXPECT_EQ(state.actions, QStringList{QStringLiteral("view.live")});
}

TEST(WindowStates, TroubleIsDegradedNotHidden) {
  RunView view = aliveView();
  view.problem = "run.db: disk I/O error";
  EXPECT_EQ(stateOf(view).kind, StateKind::Degraded);
  StateInputs full;
  full.freeDiskBytes = 1e9;
  EXPECT_EQ(stateOf(aliveView(), {}, full).kind, StateKind::Degraded);
  full.freeDiskBytes = 3e9;
  EXPECT_EQ(stateOf(aliveView(), {}, full).kind, StateKind::Running);
}

TEST(WindowStates, AnErrorSaysWhatIsSafe) {
  RunView view = aliveView();
  view.status.phase = run::Phase::Failed;
  view.status.message = "out of memory; --batch 12 would fit";
  std::vector<run::CheckpointRow> checkpoints(2);
  checkpoints[0].step = 40;
  checkpoints[1].step = 20;
  view.checkpoints = std::make_shared<const std::vector<run::CheckpointRow>>(checkpoints);
  const auto state = stateOf(view);
  EXPECT_TRUE(state.detail.contains(QStringLiteral("--batch 12")));
  EXPECT_TRUE(state.detail.contains(QStringLiteral("40")));
  EXPECT_TRUE(state.actions.contains(QStringLiteral("run.resume_with")));
}

TEST(WindowStates, AViewerIsOfferedNoControl) {
  RunView view = aliveView();
  view.isWritable = false;
  EXPECT_TRUE(stateOf(view).actions.isEmpty());
  view.hasEngine = false;
  view.status.phase = run::Phase::Interrupted;
  EXPECT_EQ(stateOf(view).kind, StateKind::ViewerOnly);
  EXPECT_TRUE(stateOf(view).actions.isEmpty());
}

}  // namespace
}  // namespace attelier::ui
