#include "ui/history/run_course.h"

#include <gtest/gtest.h>

namespace attelier::ui {
namespace {

RunView view() {
  RunView view;
  view.info.kind = run::RunKind::Search;
  view.info.configuration = {
      {"training", {{"batch", 4}, {"steps", 1000}}},
      {"connections", {{"frozen_share", 0.1}, {"sharpen_from", 0.8}, {"sharpen_penalty", 0.5}}}};
  view.configuration = std::make_shared<const nlohmann::json>(view.info.configuration);
  std::vector<run::ClipRow> clips(12);
  for (auto& clip : clips) {
    clip.split = "train";
    clip.state = "ok";
  }
  clips[10].split = "select";
  clips[11].state = "unreadable";
  view.dataset = std::make_shared<const std::vector<run::ClipRow>>(clips);
  view.status.step = 1000;
  return view;
}

TEST(RunCourses, CountTheStepsOfAnEpoch) {
  EXPECT_EQ(stepsPerEpoch(view()), 2.5);
  RunView other = view();
  other.dataset = std::make_shared<const std::vector<run::ClipRow>>();
  EXPECT_EQ(stepsPerEpoch(other), 0);
  other.status.epoch = 8;
  EXPECT_EQ(stepsPerEpoch(other), 125);
}

TEST(RunCourses, KnowWhereStagesBegin) {
  const auto stages = stageStarts(view());
  ASSERT_EQ(stages.size(), 2U);
  EXPECT_EQ(stages[0].step, 100);
  EXPECT_EQ(stages[1].step, 800);
  // What is still to come is no mark in what was.
  RunView early = view();
  early.status.step = 500;
  EXPECT_EQ(stageStarts(early).size(), 1U);
  // From epochs where no steps are given: 400 epochs of 2.5 steps.
  RunView epochs = view();
  epochs.info.configuration["training"] = {{"batch", 4}, {"steps", 0}, {"epochs", 400}};
  EXPECT_EQ(stageStarts(epochs)[1].step, 800);
  RunView evaluation = view();
  evaluation.info.kind = run::RunKind::Evaluation;
  EXPECT_TRUE(stageStarts(evaluation).empty());
}

TEST(RunCourses, BearWhatStrangersWrote) {
  RunView strange = view();
  strange.info.configuration = {{"training", "none"}, {"connections", {{"frozen_share", "x"}}}};
  strange.configuration = std::make_shared<const nlohmann::json>(strange.info.configuration);
  EXPECT_EQ(stepsPerEpoch(strange), 0);
  EXPECT_TRUE(stageStarts(strange).empty());
}

TEST(RunCourses, GatherPinnedSteps) {
  RunView run = view();
  std::vector<run::CheckpointRow> checkpoints(3);
  checkpoints[0].step = 300;
  checkpoints[0].pinned = true;
  checkpoints[1].step = 200;
  checkpoints[2].step = 100;
  checkpoints[2].pinned = true;
  run.checkpoints = std::make_shared<const std::vector<run::CheckpointRow>>(checkpoints);
  Choices choices;
  choices.pinnedStep = PinnedStep{.run = {}, .step = 300};
  EXPECT_EQ(pinnedSteps(run, choices), (std::vector<std::int64_t>{100, 300}));
  choices.pinnedStep = PinnedStep{.run = "/another/run", .step = 7};
  EXPECT_EQ(pinnedSteps(run, choices), (std::vector<std::int64_t>{100, 300}));
}

}  // namespace
}  // namespace attelier::ui
