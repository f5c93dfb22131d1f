#include "engine/search/training_run.h"
#include "tests/support/small_search.h"

#include <gtest/gtest.h>

#include <cmath>

namespace attelier::search {
namespace {

using attelier::testing::smallSearch;
using attelier::testing::TemporaryFolder;

std::vector<float> lossesOf(const RunConfiguration& configuration) {
  const TemporaryFolder folder;
  NewRun run;
  run.folder = folder.path() / "run";
  run.configuration = configuration;
  auto session = createSession(run);
  EXPECT_TRUE(session.has_value()) << (session ? "" : describe(session.error()));
  const auto outcome = train(*session, {});
  EXPECT_TRUE(outcome.has_value()) << (outcome ? "" : describe(outcome.error()));
  EXPECT_EQ(outcome->phase, run::Phase::Finished);
  EXPECT_EQ(outcome->derived.size(), 1U);
  const auto metrics = run::RunReader::open(run.folder).value()->metrics().value();
  EXPECT_EQ(metrics.names[static_cast<size_t>(StepScalar::Loss)], "train/loss");
  return metrics.last[static_cast<size_t>(StepScalar::Loss)];
}

TEST(MixedPrecisionSearch, FinishesAndStaysNearFloat32) {
  RunConfiguration configuration = smallSearch(8);
  const std::vector<float> precise = lossesOf(configuration);
  configuration.training.precision = Precision::Mixed;
  const std::vector<float> rounded = lossesOf(configuration);
  ASSERT_EQ(precise.size(), 8U);
  ASSERT_EQ(rounded.size(), 8U);
  // Two threads compute: bits that differ say that the mode has reached both kinds of thread.
  EXPECT_NE(rounded, precise);
  EXPECT_NEAR(rounded.front(), precise.front(), 0.02F);
  for (const float loss : rounded) {
    EXPECT_TRUE(std::isfinite(loss));
    EXPECT_LT(loss, 3.0F);
  }
}

}  // namespace
}  // namespace attelier::search
