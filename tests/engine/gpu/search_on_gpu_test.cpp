#include "engine/nn/device.h"
#include "engine/search/training_run.h"
#include "tests/support/small_search.h"

#include <gtest/gtest.h>

#include <cmath>

namespace attelier::search {
namespace {

class SearchOnGpu : public ::testing::TestWithParam<Precision> {};

TEST_P(SearchOnGpu, FinishesAndDerivesACell) {
  const auto device = nn::chooseDevice("cuda");
  if (!device.has_value()) GTEST_SKIP() << device.error().message;
  const attelier::testing::TemporaryFolder folder;
  NewRun run;
  run.folder = folder.path() / "run";
  run.configuration = attelier::testing::smallSearch();
  run.configuration.compute.device = "cuda";
  run.configuration.training.precision = GetParam();
  auto session = createSession(run);
  ASSERT_TRUE(session.has_value()) << describe(session.error());
  EXPECT_TRUE(session->learner->device().is_cuda());
  const auto outcome = train(*session, {});
  ASSERT_TRUE(outcome.has_value()) << describe(outcome.error());
  EXPECT_EQ(outcome->phase, run::Phase::Finished);
  EXPECT_EQ(outcome->step, 12);
  EXPECT_EQ(outcome->derived.size(), 1U);
  const auto reader = std::move(run::RunReader::open(run.folder).value());
  const auto metrics = reader->metrics().value();
  ASSERT_EQ(metrics.steps.size(), 12U);
  for (const float loss : metrics.last[static_cast<size_t>(StepScalar::Loss)]) {
    EXPECT_TRUE(std::isfinite(loss));
  }
  EXPECT_EQ(reader->cells().value().size(), 1U);
  EXPECT_EQ(reader->attentionKeys(12).value().size(), 12U * 2U);
}

INSTANTIATE_TEST_SUITE_P(Precisions, SearchOnGpu,
                         ::testing::Values(Precision::Float32, Precision::Mixed),
                         [](const auto& it) {
                           return it.param == Precision::Mixed ? "Mixed" : "Float32";
                         });

}  // namespace
}  // namespace attelier::search
