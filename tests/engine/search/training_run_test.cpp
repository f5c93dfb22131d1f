#include "engine/search/training_run.h"

#include "engine/search/evaluation.h"
#include "engine/search/inspection.h"
#include "tests/support/small_search.h"

#include <gtest/gtest.h>
#include <torch/types.h>

#include <chrono>
#include <cmath>
#include <limits>
#include <thread>

namespace attelier::search {
namespace {

using attelier::testing::smallSearch;
using attelier::testing::TemporaryFolder;

class TrainingRun : public ::testing::Test {
 protected:
  RunSession create(const RunConfiguration& configuration, Trained trained = {}) {
    NewRun run;
    run.folder = path();
    run.configuration = configuration;
    run.trained = std::move(trained);
    auto session = createSession(run);
    EXPECT_TRUE(session.has_value()) << (session ? "" : describe(session.error()));
    return std::move(*session);
  }
  std::filesystem::path path() const { return folder_.path() / "run"; }
  std::unique_ptr<run::RunReader> reader() const {
    return std::move(run::RunReader::open(path()).value());
  }

  TemporaryFolder folder_;
};

TEST_F(TrainingRun, WritesEveryStepAndEndsFinished) {
  RunSession session = create(smallSearch());
  const auto outcome = train(session, {});
  ASSERT_TRUE(outcome.has_value()) << describe(outcome.error());
  EXPECT_EQ(outcome->phase, run::Phase::Finished);
  EXPECT_EQ(outcome->step, 12);
  ASSERT_EQ(outcome->derived.size(), 1U);

  const auto viewer = reader();
  const auto metrics = viewer->metrics().value();
  ASSERT_EQ(metrics.steps.size(), 12U);
  EXPECT_EQ(metrics.names, stepScalarNames());
  EXPECT_EQ(viewer->status().value().phase, run::Phase::Finished);
  // Weights of the first and the last step are always there, attention of every node and probe.
  EXPECT_EQ(viewer->weightSteps().value().front(), 0);
  EXPECT_EQ(viewer->weightSteps().value().back(), 12);
  EXPECT_EQ(viewer->attentionKeys(12).value().size(), 12U * 2U);
  EXPECT_FALSE(viewer->points("select/top1").value().empty());
  EXPECT_FALSE(viewer->points("health/margin").value().empty());
  EXPECT_FALSE(viewer->points("contribution/" + viewer->places().value()[0].name).value().empty());
  EXPECT_EQ(viewer->predictions("select").value().size(), 16U);
  EXPECT_EQ(viewer->dataset().value().size(), 256U + 16U + 16U);
  EXPECT_EQ(viewer->cells().value().size(), 1U);
}

TEST_F(TrainingRun, TheStoredDerivationIsTheLearners) {
  RunSession session = create(smallSearch());
  const auto outcome = train(session, {});
  ASSERT_TRUE(outcome.has_value());
  const auto row = reader()->weightsAt(12).value().value();
  space::ConnectionWeights weights;
  weights.shape.levels = row.levels;
  weights.levelLogits.assign(row.mean.begin(), row.mean.begin() + 36);
  weights.sinkLogits.assign(row.mean.begin() + 36, row.mean.end());
  const auto derived = space::derive(weights, session.settings.configuration.derivation,
                                     session.settings.configuration.operations);
  ASSERT_TRUE(derived.has_value());
  EXPECT_EQ(derived->cell, outcome->derived[0].cell);
}

TEST_F(TrainingRun, StoredAttentionAnswersAsTheModelDoes) {
  RunSession session = create(smallSearch());
  ASSERT_TRUE(train(session, {}).has_value());
  const auto viewer = reader();
  auto model = restoreModel(*viewer, std::numeric_limits<std::int64_t>::max());
  ASSERT_TRUE(model.has_value()) << describe(model.error());
  for (const char* node : {"L1.mS", "L1.mT", "L2.mST", "L1.dS", "L2.dT", "L2.dST"}) {
    InspectionRequest request;
    request.node = node;
    request.probe = viewer->probes().value()[1].id;
    request.query = space::AttentionPoint{.frame = 3, .y = 2, .x = 1};
    const auto stored = inspectStored(*viewer, model->settings, request);
    ASSERT_TRUE(stored.has_value() && stored->has_value()) << node;
    const auto clip = requestedClip(model->settings, *model->source, viewer.get(), request);
    ASSERT_TRUE(clip.has_value());
    const auto asked = inspectByModel(model->learner->replicas(), model->settings, *clip, request);
    ASSERT_TRUE(asked.has_value()) << describe(asked.error());
    for (const char* part : {"map", "attends_to", "attended_by"}) {
      ASSERT_EQ((*stored)->contains(part), asked->contains(part)) << node << " " << part;
      if (!asked->contains(part)) {
        continue;
      }
      const auto a = (**stored)[part]["values"].get<std::vector<double>>();
      const auto b = (*asked)[part]["values"].get<std::vector<double>>();
      ASSERT_EQ(a.size(), b.size());
      double largest = 0.0, difference = 0.0;
      for (size_t i = 0; i < a.size(); ++i) {
        largest = std::max(largest, std::abs(b[i]));
        difference = std::max(difference, std::abs(a[i] - b[i]));
      }
      EXPECT_LE(difference, 2e-3 * largest) << node << " " << part;
    }
  }
}

TEST_F(TrainingRun, TheStoredMeanMapIsThatOfQueriesAndKeys) {
  RunConfiguration configuration = smallSearch(2);
  configuration.space.activations = ActivationSearch::Mix;
  RunSession session = create(configuration);
  ASSERT_TRUE(train(session, {}).has_value());
  const auto viewer = reader();
  int compared = 0;
  const auto keys = viewer->attentionKeys(2).value();
  for (const run::RecordKey& key : keys) {
    const auto row = viewer->attentionAt(2, key.place, key.node, key.probe).value().value();
    space::AttentionRecord record = space::decodeAttention(row.data).value();
    if (record.payload != space::AttentionPayload::QueryKey) {
      continue;
    }
    const auto stored = space::attentionMap(record).values;
    record.map.clear();
    const auto computed = space::attentionMap(record).values;
    ASSERT_EQ(stored.size(), computed.size());
    const float largest = *std::max_element(computed.begin(), computed.end());
    for (size_t i = 0; i < stored.size(); ++i) {
      ASSERT_NEAR(stored[i], computed[i], 2e-3 * largest) << key.node;
    }
    ++compared;
  }
  EXPECT_GT(compared, 0);
}

TEST_F(TrainingRun, CommandsPauseStepResizeAndFinish) {
  RunSession session = create(smallSearch(100'000));
  std::vector<std::string> said;
  std::thread viewer([&] {
    auto client = run::CommandClient::open(session.folder).value();
    const auto ask = [&](run::CommandKind kind,
                         nlohmann::json arguments = nlohmann::json::object()) {
      const auto id = client->issue(kind, arguments).value();
      return client->wait(id, std::chrono::seconds(60)).value();
    };
    const auto pause = ask(run::CommandKind::Pause);
    EXPECT_EQ(pause.state, run::CommandState::Done);
    const auto paused = reader()->status().value();
    EXPECT_EQ(paused.phase, run::Phase::Paused);
    EXPECT_EQ(ask(run::CommandKind::Step).state, run::CommandState::Done);
    EXPECT_EQ(ask(run::CommandKind::Inspect,
                  {{"clip", reader()->probes().value()[0].clip}, {"node", "L1.mT"}})
                  .state,
              run::CommandState::Done);
    EXPECT_EQ(ask(run::CommandKind::Inspect, {{"clip", 3}, {"node", "L9.mT"}}).state,
              run::CommandState::Failed);
    EXPECT_EQ(ask(run::CommandKind::Resize, {{"steps_planned", 50'000}}).state,
              run::CommandState::Done);
    EXPECT_EQ(ask(run::CommandKind::Checkpoint).state, run::CommandState::Done);
    EXPECT_EQ(ask(run::CommandKind::Resume).state, run::CommandState::Done);
    EXPECT_EQ(ask(run::CommandKind::Finish).state, run::CommandState::Done);
  });
  const auto outcome = train(session, {});
  viewer.join();
  ASSERT_TRUE(outcome.has_value()) << describe(outcome.error());
  EXPECT_EQ(outcome->phase, run::Phase::Finished);
  EXPECT_LT(outcome->step, 50'000);
  EXPECT_EQ(reader()->effectiveConfiguration().value()["training"]["steps"], 50'000);
}

TEST_F(TrainingRun, AFinishedRunIsExtendedWithoutASecondWarmUp) {
  {
    RunSession session = create(smallSearch());
    ASSERT_TRUE(train(session, {}).has_value());
  }
  const auto written = std::filesystem::last_write_time(path() / "run.db");
  Resumption resumption;
  resumption.folder = path();
  const auto refused = resumeSession(resumption);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, ErrorCode::InvalidArgument);
  EXPECT_EQ(std::filesystem::last_write_time(path() / "run.db"), written);

  resumption.steps = 18;
  auto session = resumeSession(resumption);
  ASSERT_TRUE(session.has_value()) << describe(session.error());
  EXPECT_EQ(session->progress.firstPlan, 12);
  EXPECT_EQ(session->learner->stage(), "joint");
  const auto outcome = train(*session, {});
  ASSERT_TRUE(outcome.has_value()) << describe(outcome.error());
  EXPECT_EQ(outcome->phase, run::Phase::Finished);
  EXPECT_EQ(outcome->step, 18);
  const auto viewer = reader();
  const auto steps = viewer->metrics().value().steps;
  ASSERT_EQ(steps.size(), 18U);
  for (size_t i = 0; i < steps.size(); ++i) {
    EXPECT_EQ(steps[i], static_cast<std::int64_t>(i) + 1);
  }
  EXPECT_EQ(viewer->weightSteps().value().back(), 18);
  EXPECT_EQ(viewer->effectiveConfiguration().value()["training"]["steps"], 18);
}

TEST_F(TrainingRun, ASecondEngineIsRefused) {
  const RunSession session = create(smallSearch());
  const auto second = resumeSession(
      {.folder = path(), .steps = {}, .allowChangedData = false, .clipsRoot = {}, .device = {}});
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().code, ErrorCode::Busy);
}

TEST_F(TrainingRun, ANonFiniteLossStopsAndKeepsTheLastGoodCheckpoint) {
  RunSession session = create(smallSearch(1000));
  RunHooks hooks;
  hooks.interrupted = [&session] {
    if (session.learner->steps() == 6) {
      torch::NoGradGuard noGrad;
      session.learner->network().networkParameters().front().fill_(
          std::numeric_limits<float>::quiet_NaN());
    }
    return false;
  };
  const auto outcome = train(session, hooks);
  ASSERT_FALSE(outcome.has_value());
  EXPECT_EQ(outcome.error().code, ErrorCode::NonFinite);
  EXPECT_NE(outcome.error().message.find("step 7"), std::string::npos) << outcome.error().message;
  const auto viewer = reader();
  EXPECT_EQ(viewer->status().value().phase, run::Phase::Failed);
  const auto checkpoint = run::newestCheckpoint(session.folder, viewer->checkpoints().value());
  ASSERT_TRUE(checkpoint.has_value() && checkpoint->has_value());
  EXPECT_EQ((*checkpoint)->row.step, 4);
}

TEST_F(TrainingRun, AnEvaluationHasItsControlsAndItsVerdict) {
  RunConfiguration configuration = smallSearch(6);
  EvaluationPlan plan;
  plan.configuration = configuration;
  plan.trained = space::parseCell("mS<mT").value();
  plan.name = "mS<mT";
  plan.folder = folder_.path() / "evaluations";
  plan.controls = 2;
  std::vector<std::string> begun;
  const auto evaluation =
      evaluateCell(plan, {}, [&](const std::string& name, int, int) { begun.push_back(name); });
  ASSERT_TRUE(evaluation.has_value()) << describe(evaluation.error());
  EXPECT_EQ(begun, (std::vector<std::string>{"mS<mT", "plain", "random 1", "random 2"}));
  ASSERT_TRUE(evaluation->verdict.has_value());
  EXPECT_NEAR(evaluation->verdict->smallestP, 1.0 / 3.0, 1e-12);
  for (const EvaluatedCell& cell : evaluation->cells) {
    EXPECT_TRUE(cell.outcome.report.has_value());
    EXPECT_EQ(cell.outcome.report->clips, 16);
    if (cell.name != "plain") {
      EXPECT_EQ(cell.operations, 2);
    }
  }
  EXPECT_NE(evaluationSeed(configuration.training.seed), configuration.training.seed);
}

TEST_F(TrainingRun, AnInterruptedEvaluationGoesOnWhereItWas) {
  EvaluationPlan plan;
  plan.configuration = smallSearch(6);
  plan.trained = space::parseCell("mS<mT").value();
  plan.name = "mS<mT";
  plan.folder = folder_.path() / "evaluations";
  plan.controls = 2;
  // Stopped in its third training: one that is begun, and one that is not there yet.
  int begun = 0;
  int asked = 0;
  RunHooks hooks;
  hooks.interrupted = [&] { return begun == 3 && ++asked == 3; };
  const auto stopped = evaluateCell(plan, hooks, [&](const auto&, int, int) { ++begun; });
  ASSERT_FALSE(stopped.has_value());
  EXPECT_EQ(stopped.error().code, ErrorCode::Interrupted);

  const auto steps = [&](const char* folder) {
    return run::RunReader::open(plan.folder / folder).value()->status().value().step;
  };
  const std::int64_t left = steps("0003-random-1.attelier");
  EXPECT_LT(left, 6);
  const auto written = std::filesystem::last_write_time(plan.folder / "0001-mS-mT.attelier/run.db");

  const auto taken = evaluateCell(plan, {});
  ASSERT_TRUE(taken.has_value()) << describe(taken.error());
  EXPECT_EQ(std::filesystem::last_write_time(plan.folder / "0001-mS-mT.attelier/run.db"), written)
      << "a finished training was touched";
  EXPECT_EQ(steps("0003-random-1.attelier"), 6);

  plan.folder = folder_.path() / "whole";
  const auto whole = evaluateCell(plan, {});
  ASSERT_TRUE(whole.has_value()) << describe(whole.error());
  ASSERT_EQ(taken->cells.size(), whole->cells.size());
  for (size_t i = 0; i < whole->cells.size(); ++i) {
    EXPECT_EQ(taken->cells[i].outcome.report->top1, whole->cells[i].outcome.report->top1);
    EXPECT_EQ(taken->cells[i].outcome.report->loss, whole->cells[i].outcome.report->loss);
    EXPECT_EQ(taken->cells[i].parameters, whole->cells[i].parameters);
  }
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_.path() / "evaluations"), {}),
            4);
}

}  // namespace
}  // namespace attelier::search
