#include "widgets/plots/curve.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace attelier::widgets {
namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

std::vector<std::int64_t> stepsOf(const std::vector<CurvePoint>& points) {
  std::vector<std::int64_t> steps;
  for (const auto& point : points) steps.push_back(point.step);
  return steps;
}

TEST(Composed, TakesTheDetailWhereItIs) {
  auto whole = CurvePoints::of({1, 11, 21, 31, 41}, {1, 2, 3, 4, 5});
  whole.stepsPerPoint = 10;
  const auto detail =
      CurvePoints::of({21, 22, 23, 24, 25, 26, 27, 28, 29, 30}, {9, 9, 9, 9, 9, 9, 9, 9, 9, 9});
  const auto points = composed(whole, detail);
  EXPECT_THAT(stepsOf(points),
              testing::ElementsAre(1, 11, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 41));
  EXPECT_EQ(points[1].count, 10);
  EXPECT_EQ(points[2].count, 1);
  EXPECT_EQ(points[2].mean, 9);
}

TEST(Composed, LeavesOutBlocksThatReachIntoTheDetail) {
  auto whole = CurvePoints::of({1, 11, 21, 31}, {1, 2, 3, 4});
  whole.stepsPerPoint = 10;
  const auto detail = CurvePoints::of({15, 16, 17}, {9, 9, 9});
  EXPECT_THAT(stepsOf(composed(whole, detail)), testing::ElementsAre(1, 15, 16, 17, 21, 31));
}

TEST(Composed, IgnoresDetailThatIsNoFiner) {
  auto whole = CurvePoints::of({1, 11}, {1, 2});
  whole.stepsPerPoint = 10;
  auto detail = CurvePoints::of({1}, {9});
  detail.stepsPerPoint = 10;
  EXPECT_THAT(stepsOf(composed(whole, detail)), testing::ElementsAre(1, 11));
}

TEST(DebiasedMean, KeepsAConstant) {
  const auto points = composed(CurvePoints::of({1, 2, 3, 400, 401}, {7, 7, 7, 7, 7}), {});
  for (const double mean : debiasedMean(points, 50)) EXPECT_NEAR(mean, 7, 1e-12);
}

TEST(DebiasedMean, IsTheWeightedMeanOfThePast) {
  const auto points = composed(CurvePoints::of({1, 2, 4}, {1, 2, 5}), {});
  const double a = std::exp(-1 / 3.), b = std::exp(-2 / 3.);
  const auto means = debiasedMean(points, 3);
  EXPECT_NEAR(means[0], 1, 1e-12);
  EXPECT_NEAR(means[1], (a * 1 + 2) / (a + 1), 1e-12);
  EXPECT_NEAR(means[2], (a * b * 1 + b * 2 + 5) / (a * b + b + 1), 1e-12);
}

TEST(DebiasedMean, DoesNotCountWhatIsNoNumber) {
  const auto points = composed(
      CurvePoints::of({1, 2, 3, 4}, {kNan, 4, std::numeric_limits<float>::infinity(), kNan}), {});
  const auto means = debiasedMean(points, 10);
  EXPECT_TRUE(std::isnan(means[0]));
  EXPECT_EQ(means[1], 4);
  EXPECT_EQ(means[2], 4);
  EXPECT_EQ(means[3], 4);
}

TEST(DebiasedMean, HardlyDependsOnHowFinelyThePointsAreCut) {
  std::vector<std::int64_t> steps, blocks;
  std::vector<float> values, means;
  for (int step = 1; step <= 12'800; ++step) {
    steps.push_back(step);
    values.push_back(std::sin(static_cast<float>(step) / 2000.F));
    if (step % 128 == 1) {
      blocks.push_back(step);
      means.push_back(0);
    }
    means.back() += values.back() / 128;
  }
  auto coarse = CurvePoints::of(blocks, means);
  coarse.stepsPerPoint = 128;
  const auto fine = debiasedMean(composed(CurvePoints::of(steps, values), {}), 1000);
  const auto rough = debiasedMean(composed(coarse, {}), 1000);
  EXPECT_NEAR(rough.back(), fine.back(), 0.02);
}

}  // namespace
}  // namespace attelier::widgets
