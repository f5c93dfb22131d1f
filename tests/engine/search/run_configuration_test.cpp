#include "engine/search/run_configuration.h"

#include "engine/search/network_spec.h"
#include "tests/support/committed_schema.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace attelier::search {
namespace {

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
  attelier::testing::expectCommittedSchema("run", configurationSchema());
}

TEST(RunConfiguration, TheSchemaSaysWhatAFormNeeds) {
  const auto schema = configurationSchema();
  int order = 0;
  for (const auto& [name, group] : schema["properties"].items()) {
    EXPECT_FALSE(group["title"].get<std::string>().empty()) << name;
    EXPECT_EQ(group["x-order"], order++) << name;
    for (const auto& [fieldName, field] : group["properties"].items()) {
      EXPECT_TRUE(field.contains("default")) << fieldName;
      EXPECT_FALSE(field["description"].get<std::string>().empty()) << fieldName;
      EXPECT_EQ(field["x-option"].get<std::string>().substr(0, 2), "--") << fieldName;
      EXPECT_EQ(field.contains("x-option-off"), field["type"] == "boolean") << fieldName;
    }
  }
  const auto& batch = schema["properties"]["training"]["properties"]["batch"];
  EXPECT_EQ(batch["x-unit"], "clips");
  EXPECT_EQ(batch["minimum"].dump(), "1");
  EXPECT_EQ(schema["properties"]["watch"]["properties"]["attention_budget_mb"]["x-option"],
            "--watch-attention-budget-mb");
  EXPECT_EQ(schema["x-presets"]["tasks"]["training"]["steps"], 400);
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
