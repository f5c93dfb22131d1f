#include "engine/search/verdict.h"

#include "engine/search/network_spec.h"
#include "engine/search/run_configuration.h"
#include "tests/support/committed_schema.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace attelier::search {
namespace {

TEST(Verdict, CountsControlsAtLeastAsGood) {
  const Verdict verdict = judge(0.8, {0.5, 0.8, 0.9, 0.1}, 0.4, "report");
  EXPECT_DOUBLE_EQ(verdict.p, 3.0 / 5.0);  // 0.8 and 0.9 are at least as good
  EXPECT_DOUBLE_EQ(verdict.smallestP, 1.0 / 5.0);
  EXPECT_FALSE(verdict.standsOut);
  EXPECT_NE(verdict.sentence.find("p cannot fall below 0.200"), std::string::npos)
      << verdict.sentence;
}

TEST(Verdict, StandsOutOnlyWhereEnoughControlsAllowIt) {
  EXPECT_FALSE(judge(0.9, std::vector<double>(18, 0.5), 0.4, "report").standsOut);  // 1/19
  EXPECT_TRUE(judge(0.9, std::vector<double>(19, 0.5), 0.4, "report").standsOut);   // 1/20
}

TEST(Verdict, WithoutControlsSaysThatNothingCanBeSaid) {
  EXPECT_NE(judge(0.9, {}, 0.4, "select").sentence.find("nothing can be said"), std::string::npos);
}

TEST(RunConfiguration, PresetsKeepEveryRangeAndRoundTrip) {
  for (const std::string& name : presetNames()) {
    RunConfiguration configuration;
    ASSERT_TRUE(applyPreset(configuration, name).has_value()) << name;
    const nlohmann::json json = runFields().toJson(configuration);
    const auto again = runFields().fromJson(json, name);
    ASSERT_TRUE(again.has_value()) << describe(again.error());
    EXPECT_EQ(runFields().toJson(*again), json);
  }
}

TEST(RunConfiguration, UnknownNamesSuggestTheNearest) {
  RunConfiguration configuration;
  const auto preset = applyPreset(configuration, "task");
  ASSERT_FALSE(preset.has_value());
  EXPECT_NE(preset.error().message.find("'tasks'"), std::string::npos) << preset.error().message;
  const auto field = runFields().set(configuration, "top_node", "2");
  ASSERT_FALSE(field.has_value());
  EXPECT_NE(field.error().message.find("top_nodes"), std::string::npos) << field.error().message;
}

TEST(RunConfiguration, TheCommittedSchemaIsTheDeclarations) {
  attelier::testing::expectCommittedSchema("run", schemaDocument(runFields().schema()));
}

TEST(RunConfiguration, KindsAreCanonicalAndSingle) {
  RunConfiguration configuration;
  configuration.space.kinds = {"dT", "mS"};
  const auto supergraph = supergraphOf(configuration);
  ASSERT_TRUE(supergraph.has_value());
  EXPECT_STREQ(space::shortName(supergraph->shape.kinds[0]), "mS");
  configuration.space.kinds = {"mS", "mS"};
  EXPECT_FALSE(supergraphOf(configuration).has_value());
}

TEST(RunConfiguration, StepsComeFromEpochs) {
  TrainingSettings settings;
  settings.steps = 0;
  settings.epochs = 3.0;
  settings.batch = 16;
  EXPECT_EQ(plannedSteps(settings, 100), 19);  // ceil(300 / 16)
  settings.steps = 7;
  EXPECT_EQ(plannedSteps(settings, 100), 7);
}

}  // namespace
}  // namespace attelier::search
