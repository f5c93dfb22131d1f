#include "engine/space/cell_design.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <cmath>

namespace attelier::space {
namespace {

using nlohmann::json;
using testing::HasSubstr;

constexpr OperationKind kMapSpatial{OperationType::MapBased, Dimension::Spatial};
constexpr OperationKind kDotTemporal{OperationType::DotProduct, Dimension::Temporal};

// dT reads x0 and mS; both are returned.
CellDesign example() {
  CellDesign cell;
  cell.name = "example";
  cell.settings.kvPool = 2;
  cell.nodes = {{{kMapSpatial, Activation::Sigmoid}, {{kCellInput, 1.0}}, 0},
                {{kDotTemporal, Activation::Relu}, {{kCellInput, 0.25}, {0, 0.75}}, 1}};
  cell.outputs = {{0, 0.3}, {1, 0.1}};
  return cell;
}

std::string errorOf(const CellDesign& cell) {
  const auto status = validate(cell, "cell.json");
  return status ? "no error" : describe(status.error());
}

std::string errorOf(const json& form) {
  const auto cell = cellFromJson(form, "cell.json");
  return cell ? "no error" : describe(cell.error());
}

TEST(CellDesign, SurvivesItsJson) {
  const auto back = cellFromJson(json::parse(toJson(example()).dump()), "cell.json");
  ASSERT_TRUE(back) << describe(back.error());
  EXPECT_EQ(*back, example());
}

TEST(CellDesign, JsonByHandNeedsOnlyTheArchitecture) {
  const auto cell = cellFromText(R"({"schema":1,"nodes":[
      {"type":"map","dimension":"spatial","inputs":[{"source":-1}]},
      {"type":"dot","dimension":"temporal","activation":"relu",
       "inputs":[{"source":-1},{"source":0}]}],
      "outputs":[{"node":0},{"node":1}], "settings":{"kv_pool":2}})",
                                 "cell.json");
  ASSERT_TRUE(cell) << describe(cell.error());
  EXPECT_TRUE(sameArchitecture(*cell, example()));
  EXPECT_EQ(cell->nodes[1].level, 1);
}

TEST(CellDesign, BrokenCellsAreRefusedWithTheirNode) {
  CellDesign cell = example();
  cell.nodes[0].inputs = {{1, 1.0}};
  EXPECT_THAT(errorOf(cell), HasSubstr("cell.json: nodes[0]: the node reads source 1"));
  cell = example();
  cell.nodes[1].inputs = {{0, 1.0}, {0, 1.0}};
  EXPECT_THAT(errorOf(cell), HasSubstr("none twice"));
  cell = example();
  cell.nodes[1].inputs.clear();
  EXPECT_THAT(errorOf(cell), HasSubstr("reads nothing"));
  cell = example();
  cell.nodes[1].inputs[0].weight = std::nan("");
  EXPECT_THAT(errorOf(cell), HasSubstr("out of range"));
  cell = example();
  cell.nodes[1].inputs = {{kCellInput, 0.0}, {0, 0.0}};
  EXPECT_THAT(errorOf(cell), HasSubstr("all zero"));
  cell = example();
  cell.nodes[1].level = 2;
  EXPECT_THAT(errorOf(cell), HasSubstr("its inputs make it 1"));
  cell = example();
  cell.outputs = {{0, 1.0}};
  EXPECT_THAT(errorOf(cell), HasSubstr("nodes[1]: the node reaches no output"));
  cell.outputs = {{2, 1.0}};
  EXPECT_THAT(errorOf(cell), HasSubstr("no node 2"));
  cell.outputs.clear();
  EXPECT_THAT(errorOf(cell), HasSubstr("no outputs"));
  cell = example();
  cell.settings.kvPool = 0;
  EXPECT_THAT(errorOf(cell), HasSubstr("settings.kv_pool"));
  EXPECT_THAT(errorOf(CellDesign{}), HasSubstr("0 nodes"));
}

TEST(CellDesign, JsonOfStrangersIsChecked) {
  json form = toJson(example());
  form["nodes"][1]["dimesion"] = "spatial";
  EXPECT_EQ(errorOf(form),
            "cell.json: nodes[1]: unknown field 'dimesion'; did you mean 'dimension'?");
  form = toJson(example());
  form["nodes"][1].erase("type");
  EXPECT_THAT(errorOf(form), HasSubstr("needs the field 'type'"));
  form = toJson(example());
  form["nodes"][1]["inputs"][0].erase("source");
  EXPECT_THAT(errorOf(form), HasSubstr("nodes[1].inputs[0]: needs the field 'source'"));
  form = toJson(example());
  form["nodes"] = json::array();
  for (int i = 0; i < 1000; ++i) form["nodes"].push_back(toJson(example())["nodes"][0]);
  EXPECT_THAT(errorOf(form), HasSubstr("at most 128"));
  form = toJson(example());
  form["schema"] = 2;
  EXPECT_EQ(cellFromJson(form, "").error().code, ErrorCode::Unsupported);
  form["schema"] = "1";
  EXPECT_EQ(cellFromJson(form, "").error().code, ErrorCode::InvalidArgument);
  for (const char* text : {"null", "[]", "3", R"({"schema":1})", R"({"schema":1,"nodes":3})",
                           R"({"schema":1,"nodes":[3],"outputs":[]})",
                           R"({"schema":1,"nodes":[{"inputs":[3]}],"outputs":[]})",
                           R"({"schema":1,"nodes":[],"outputs":[{"node":"a"}]})"}) {
    EXPECT_NE(errorOf(json::parse(text)), "no error") << text;
  }
  EXPECT_FALSE(cellFromText(std::string(500'000, '['), ""));
  EXPECT_FALSE(cellFromText("{" + std::string(500'000, '['), ""));
  EXPECT_FALSE(cellFromText("  ", ""));
}

TEST(CellDesign, TheIdentifierIgnoresOrderWeightsAndNameOnly) {
  const auto parsed = [](const char* text) { return parseCell(text).value(); };
  EXPECT_TRUE(sameArchitecture(parsed("mS + dT<mT"), parsed("dT<mT + mS")));
  EXPECT_TRUE(sameArchitecture(parsed("dT<(mS, mT)"), parsed("dT<(mT, mS)")));
  CellDesign renamed = parsed("mS<mT");
  renamed.name = "x";
  renamed.nodes[1].inputs[0].weight = 0.5;
  EXPECT_TRUE(sameArchitecture(renamed, parsed("mS<mT")));
  // One gate read twice is not two equal gates, and an output is not an input.
  EXPECT_FALSE(sameArchitecture(parsed("dT<mT#1 + dS<#1"), parsed("dT<mT + dS<mT")));
  EXPECT_FALSE(sameArchitecture(parsed("mS<mT"), parsed("mS<mT#1 + #1")));
  EXPECT_FALSE(sameArchitecture(parsed("mS<mT"), parsed("mT<mS")));
  EXPECT_FALSE(sameArchitecture(parsed("mS"), parsed("mS:relu")));
  CellDesign pooled = parsed("mS<mT");
  pooled.settings.kvPool = 2;
  EXPECT_FALSE(sameArchitecture(pooled, parsed("mS<mT")));
}

}  // namespace
}  // namespace attelier::space
