#include "ui/history/search_health.h"

#include <QElapsedTimer>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <random>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {
namespace {

using space::kOperationKinds;
using Kind = HealthAlarm::Kind;

// Two map-based and two dot-product nodes in one level: L1.mS, L1.mT, L1.dS, L1.dT.
space::SupergraphShape fourNodes() {
  return {
      .levels = 1,
      .kinds = {kOperationKinds[0], kOperationKinds[1], kOperationKinds[3], kOperationKinds[4]}};
}

std::vector<float> logits(const std::vector<double>& weights) {
  std::vector<float> values;
  for (const double weight : weights) values.push_back(static_cast<float>(std::log(weight)));
  return values;
}

StepWeights recordOf(std::int64_t step, const space::SupergraphShape& shape,
                     const std::vector<double>& sink, const std::vector<double>& level = {}) {
  auto weights = space::ConnectionWeights::uniform(shape, false);
  weights.sinkLogits = logits(sink);
  if (!level.empty()) weights.levelLogits = logits(level);
  return {step, weights, space::probabilities(weights)};
}

// Records each `every` steps to `last`.
WeightsHistory courseOf(std::int64_t every, std::int64_t last,
                        const std::function<std::vector<double>(std::int64_t)>& sinkAt) {
  WeightsHistory history;
  for (std::int64_t step = every; step <= last; step += every) {
    history.records.push_back(recordOf(step, fourNodes(), sinkAt(step)));
  }
  return history;
}

HealthOptions oneNode(std::int64_t stepsPlanned = 0) {
  return {.derivation = {.topNodes = 1, .topPredecessors = 1},
          .settings = {},
          .stepsPlanned = stepsPlanned};
}

const std::vector<double> kSpatialMap{0.7, 0.1, 0.1, 0.1};
const std::vector<double> kSpatialDot{0.1, 0.1, 0.7, 0.1};

TEST(SearchHealth, NothingIsKnownOfNothing) {
  const auto health = searchHealth({}, oneNode());
  EXPECT_TRUE(health.steps.empty());
  EXPECT_TRUE(health.alarms.empty());
}

TEST(SearchHealth, MeasuresEachRecord) {
  const auto health =
      searchHealth(courseOf(100, 300,
                            [](std::int64_t step) {
                              return step < 300 ? std::vector{0.25, 0.25, 0.25, 0.25} : kSpatialDot;
                            }),
                   oneNode());
  EXPECT_EQ(health.steps, (std::vector<std::int64_t>{100, 200, 300}));
  EXPECT_FLOAT_EQ(health.sinkEntropy[0], 1);
  const double entropy = -(0.7 * std::log(0.7) + 3 * 0.1 * std::log(0.1)) / std::log(4.0);
  EXPECT_NEAR(health.sinkEntropy[2], entropy, 1e-6);
  EXPECT_FLOAT_EQ(health.levelEntropy[2], 1);
  EXPECT_NEAR(health.margin[0], 0, 1e-7);
  EXPECT_NEAR(health.margin[2], 0.6, 1e-6);
  EXPECT_EQ(health.changes, (std::vector<float>{0, 0, 1}));
  const auto table = health.table();
  ASSERT_EQ(table.rows.size(), 3);
  EXPECT_EQ(table.rows[2].size(), table.columns.size());
  EXPECT_EQ(table.rows[2][0].toLongLong(), 300);
}

TEST(SearchHealth, ATieIsToldWithItsSwaps) {
  const auto health = searchHealth(courseOf(100, 1000,
                                            [](std::int64_t step) {
                                              const bool isDot =
                                                  (step >= 400 && step < 700) || step >= 900;
                                              return isDot ? std::vector{0.30, 0.10, 0.31, 0.29}
                                                           : std::vector{0.31, 0.10, 0.30, 0.29};
                                            }),
                                   oneNode());
  ASSERT_EQ(health.alarms.size(), 1U);
  const auto& alarm = health.alarms.front();
  EXPECT_EQ(alarm.kind, Kind::NearTie);
  EXPECT_EQ(alarm.severity, Severity::Information);  // nobody knows how long it is to be
  EXPECT_EQ(alarm.sentence,
            u"Sink: L1.dS 0.310 and L1.mS 0.300 are a tie: they swapped 3 time(s)."_s);
  EXPECT_EQ(alarm.step, 900);
  EXPECT_EQ(alarm.nodes, (std::vector{2, 0}));
}

TEST(SearchHealth, ATieOfInputsNamesTheNodeThatReads) {
  const space::SupergraphShape shape{.levels = 2,
                                     .kinds = {kOperationKinds[0], kOperationKinds[3]}};
  WeightsHistory history;
  for (std::int64_t step = 10; step <= 100; step += 10) {
    history.records.push_back(
        recordOf(step, shape, {0.1, 0.15, 0.1, 0.65}, {0.5, 0.5, 0.51, 0.49}));
  }
  const auto health = searchHealth(history, oneNode(100));
  ASSERT_FALSE(health.alarms.empty());
  const auto& alarm = health.alarms.front();
  EXPECT_EQ(alarm.sentence, u"Inputs of L2.dS: L1.mS 0.510 and L1.dS 0.490 are nearly a tie."_s);
  EXPECT_EQ(alarm.severity, Severity::Warning);
  EXPECT_EQ(alarm.nodes, (std::vector{3, 0, 1}));
  EXPECT_EQ(alarm.step, 100);
}

TEST(SearchHealth, CollapseOfAType) {
  const auto health = searchHealth(courseOf(100, 1000,
                                            [](std::int64_t step) {
                                              return step < 600
                                                         ? std::vector{0.4, 0.2, 0.2, 0.2}
                                                         : std::vector{0.46, 0.5, 0.02, 0.02};
                                            }),
                                   oneNode());
  ASSERT_FALSE(health.alarms.empty());
  const auto& alarm = health.alarms.front();
  EXPECT_EQ(alarm.kind, Kind::Collapse);
  EXPECT_EQ(alarm.severity, Severity::Warning);
  EXPECT_EQ(alarm.sentence,
            u"Map-based operations have 96 % of the sink, above 90 % since step 600."_s);
  EXPECT_EQ(alarm.step, 600);
  EXPECT_EQ(alarm.nodes, (std::vector{1, 0}));
}

TEST(SearchHealth, CollapseOfANode) {
  const auto health =
      searchHealth(courseOf(100, 1000,
                            [](std::int64_t step) {
                              return step < 800 ? kSpatialDot : std::vector{0.02, 0.02, 0.94, 0.02};
                            }),
                   oneNode());
  ASSERT_FALSE(health.alarms.empty());
  EXPECT_EQ(health.alarms.front().sentence,
            u"L1.dS alone has 94 % of the sink, above 90 % since step 800."_s);
  EXPECT_EQ(health.alarms.front().nodes, std::vector{2});
}

TEST(SearchHealth, ChurnCountsTheLastFifth) {
  const auto health =
      searchHealth(courseOf(20, 1000,
                            [](std::int64_t step) {
                              const bool isDot = step >= 820 && (step - 820) / 40 % 2 == 0;
                              return isDot || step == 400 ? kSpatialDot : kSpatialMap;
                            }),
                   oneNode(1000));
  EXPECT_FLOAT_EQ(health.changes.back(), 7);  // two of them about step 400
  ASSERT_EQ(health.alarms.size(), 1U);
  const auto& alarm = health.alarms.front();
  EXPECT_EQ(alarm.kind, Kind::Churn);
  EXPECT_EQ(alarm.severity, Severity::Warning);
  EXPECT_EQ(alarm.sentence,
            u"The derived cell changed 5 time(s) in the last fifth of the steps so far."_s);
  EXPECT_EQ(alarm.step, 980);
  EXPECT_EQ(alarm.nodes, (std::vector{0, 2}));
}

TEST(SearchHealth, UndecidedOnlyLate) {
  const auto history = courseOf(100, 1000, [](std::int64_t) {
    return std::vector{0.25, 0.25, 0.25, 0.25};
  });
  const auto health = searchHealth(history, oneNode(1250));
  ASSERT_EQ(health.alarms.size(), 1U);
  EXPECT_EQ(health.alarms.front().kind, Kind::Undecided);
  EXPECT_EQ(health.alarms.front().sentence,
            u"After 80 % of the steps the sink is still almost uniform: entropy 1.00."_s);
  EXPECT_EQ(health.alarms.front().step, 1000);
  for (const auto& alarm : searchHealth(history, oneNode(2000)).alarms) {
    EXPECT_NE(alarm.kind, Kind::Undecided);
  }
}

TEST(SearchHealth, TellsWhenTheSearchWasOver) {
  const auto health = searchHealth(
      courseOf(100, 1000, [](std::int64_t step) { return step < 600 ? kSpatialMap : kSpatialDot; }),
      oneNode(1000));
  ASSERT_EQ(health.alarms.size(), 1U);
  const auto& alarm = health.alarms.front();
  EXPECT_EQ(alarm.kind, Kind::Settled);
  EXPECT_EQ(alarm.severity, Severity::Good);
  EXPECT_EQ(
      alarm.sentence,
      u"The derived cell is the same since step 600: the last 40 % of the steps changed nothing."_s);
  EXPECT_EQ(alarm.step, 600);
  EXPECT_EQ(alarm.nodes, std::vector{2});
}

TEST(SearchHealth, WhatCantBeDerivedHasNoMargin) {
  HealthOptions options = oneNode(1000);
  options.derivation.forced = {"L9.mS"};
  const auto health =
      searchHealth(courseOf(100, 1000, [](std::int64_t) { return kSpatialDot; }), options);
  EXPECT_EQ(health.steps.size(), 10U);
  EXPECT_TRUE(std::isnan(health.margin.back()));
  EXPECT_FALSE(health.table().rows.back()[3].isValid());
  EXPECT_TRUE(health.alarms.empty());
}

TEST(SearchHealth, TwoThousandRecordsAreNoBurden) {
  const space::SupergraphShape shape{.levels = 4};
  std::mt19937 random(7);
  std::normal_distribution<float> normal;
  WeightsHistory history;
  for (std::int64_t step = 1; step <= 2000; ++step) {
    auto weights = space::ConnectionWeights::uniform(shape, false);
    for (auto* logit : {&weights.sinkLogits, &weights.levelLogits}) {
      std::generate(logit->begin(), logit->end(), [&] { return normal(random); });
    }
    history.records.push_back({step, weights, space::probabilities(weights)});
  }
  QElapsedTimer timer;
  timer.start();
  const auto health = searchHealth(history, {});
  RecordProperty("milliseconds", static_cast<int>(timer.elapsed()));
  EXPECT_EQ(health.steps.size(), 2000U);
  EXPECT_LT(timer.elapsed(), 5000);
}

}  // namespace
}  // namespace attelier::ui
