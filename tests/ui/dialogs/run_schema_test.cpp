#include "ui/dialogs/run_schema.h"

#include "engine/base/atomic_file.h"

#include <gmock/gmock.h>

namespace attelier::ui {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;
using testing::HasSubstr;

ordered_json committedSchema() {
  const auto text = readTextFile(std::string(ATTELIER_SCHEMA_FOLDER) + "/run.schema.json", 1 << 20);
  EXPECT_TRUE(text);
  return ordered_json::parse(*text);
}

/// Help and unit of a declaration: the unit stands in a key of its own, or in brackets.
std::string helpAndUnit(const ordered_json& field) {
  const std::string unit = field.value("x-unit", "");
  return field.at("description").get<std::string>() + (unit.empty() ? "" : " [" + unit + "]");
}

TEST(RunSchema, EveryDeclarationRoundTrips) {
  const ordered_json committed = committedSchema();
  const auto schema = RunSchema::fromJson(committed);
  ASSERT_TRUE(schema) << describe(schema.error());
  std::size_t fields = 0;
  for (const auto& [group, declared] : committed.at("properties").items()) {
    for (const auto& [name, field] : declared.at("properties").items()) {
      const FieldInfo* info = schema->find(group + "." + name);
      ASSERT_NE(info, nullptr) << group << "." << name;
      ++fields;
      const auto fieldsOwn = fieldSchema(*info);
      EXPECT_EQ(helpAndUnit(fieldsOwn), helpAndUnit(field));
      for (const auto& [key, value] : fieldsOwn.items()) {
        if (key == "description" || key == "x-unit") continue;
        EXPECT_EQ(field.at(key), value) << info->path() << " " << key;
      }
      EXPECT_TRUE(checkedFieldValue(*info, info->defaultValue, info->path())) << info->path();
    }
  }
  EXPECT_GE(fields, 90U);
}

TEST(RunSchema, BuiltInIsTheCommittedOne) {
  const auto schema = RunSchema::fromJson(committedSchema());
  ASSERT_TRUE(schema);
  ASSERT_EQ(RunSchema::builtIn().groups().size(), schema->groups().size());
  EXPECT_EQ(RunSchema::builtIn().defaults(), schema->defaults());
}

TEST(RunSchema, OptionsAreThoseOfTheCommandLine) {
  const RunSchema& schema = RunSchema::builtIn();
  const auto option = [&schema](const char* path) { return schema.option(*schema.find(path)); };
  EXPECT_EQ(option("training.batch"), "--batch");
  EXPECT_EQ(option("network.attention_budget_mb"), "--network-attention-budget-mb");
  EXPECT_EQ(option("watch.attention_budget_mb"), "--watch-attention-budget-mb");
  EXPECT_EQ(option("compute.threads"), "--threads");
  EXPECT_EQ(option("connections.connection_learning_rate"), "--connection-learning-rate");
}

TEST(RunSchema, WordsAreWhatTheCommandLineParses) {
  const RunSchema& schema = RunSchema::builtIn();
  const json changes = {{"training", {{"learning_rate", 2e-4}, {"steps", 400}}},
                        {"space", {{"kinds", {"mS", "dT"}}, {"share_weights", false}}},
                        {"operations", {{"residual", true}}},
                        {"connections", {{"entropy_penalty", -0.5}}},
                        {"dataset", {{"clips", "-odd name"}}},
                        {"network", {{"places", json::array()}}},
                        {"unknown", {{"field", 1}}}};
  EXPECT_EQ(schema.arguments(changes).join(u"|").toStdString(),
            "--clips=-odd name|--places||--kinds|mS,dT|--no-share-weights|--residual|--steps|400|"
            "--learning-rate|0.0002|--entropy-penalty|-0.5");
}

TEST(RunSchema, PresetsChangeTheDefaults) {
  const RunSchema& schema = RunSchema::builtIn();
  EXPECT_THAT(schema.presetNames(), testing::ElementsAre("tasks", "paper"));
  EXPECT_EQ(valueAt(schema.defaults(), "training.steps"), 0);
  EXPECT_EQ(valueAt(schema.defaults("tasks"), "training.steps"), 400);
  EXPECT_EQ(valueAt(schema.defaults("paper"), "space.levels"), 4);
  EXPECT_EQ(schema.defaults("no such"), schema.defaults());
}

TEST(RunSchema, ErrorsNameTheirField) {
  const RunSchema& schema = RunSchema::builtIn();
  EXPECT_EQ(schema.fieldOf("training.batch"), "training.batch");
  EXPECT_EQ(schema.fieldOf("space.kinds[1]"), "space.kinds");
  EXPECT_EQ(schema.fieldOf("run.json: training.batch"), "training.batch");
  EXPECT_EQ(schema.fieldOf("--batch"), "training.batch");
  EXPECT_EQ(schema.fieldOf("device"), "compute.device");
  EXPECT_EQ(schema.fieldOf("attention_budget_mb"), std::nullopt);
  EXPECT_EQ(schema.fieldOf("/clips/train.csv"), std::nullopt);
  EXPECT_EQ(schema.fieldOf(""), std::nullopt);
}

TEST(RunSchema, AnotherSchemaIsRefusedWithItsField) {
  ordered_json schema = committedSchema();
  schema["properties"]["training"]["properties"]["batch"]["type"] = "colour";
  const auto read = RunSchema::fromJson(schema);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, ErrorCode::Corrupt);
  EXPECT_EQ(read.error().where, "training.batch");
  EXPECT_FALSE(RunSchema::fromJson(ordered_json::array()));
}

}  // namespace
}  // namespace attelier::ui
