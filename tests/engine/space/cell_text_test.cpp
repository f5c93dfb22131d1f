#include "engine/space/cell_design.h"
#include "engine/space/random_cell.h"

#include <gmock/gmock.h>

namespace attelier::space {
namespace {

using testing::HasSubstr;

TEST(CellText, AChainReadsFromLeftToRight) {
  const CellDesign cell = parseCell("mS<mT + dST").value();
  ASSERT_EQ(cell.nodes.size(), 3U);
  EXPECT_STREQ(shortName(cell.nodes[0].operation.kind), "mT");
  EXPECT_EQ(cell.nodes[0].inputs, (std::vector<CellInput>{{kCellInput, 1.0}}));
  EXPECT_STREQ(shortName(cell.nodes[1].operation.kind), "mS");
  EXPECT_EQ(cell.nodes[1].inputs, (std::vector<CellInput>{{0, 1.0}}));
  EXPECT_EQ(cell.nodes[1].level, 1);
  EXPECT_STREQ(shortName(cell.nodes[2].operation.kind), "dST");
  EXPECT_EQ(cell.outputs, (std::vector<CellOutput>{{1, 1.0}, {2, 1.0}}));
  EXPECT_EQ(shortText(cell), "mS<mT + dST");
}

TEST(CellText, SeveralInputsSharedNodesAndActivations) {
  for (const char* text : {"dT:none", "dT<(x0, mS)", "mS<mT#1 + #1", "dT<(mS#1, mT<#1) + dS<#1",
                           "dST<(mS:softmax, mT<(x0, dS))", "mT<mT<mT<mT"}) {
    const auto cell = parseCell(text);
    ASSERT_TRUE(cell) << text << ": " << describe(cell.error());
    const auto again = parseCell(shortText(*cell));
    ASSERT_TRUE(again) << shortText(*cell);
    EXPECT_TRUE(sameArchitecture(*cell, *again)) << text << " → " << shortText(*cell);
  }
  const CellDesign two = parseCell("dT<(x0, mS)").value();
  EXPECT_EQ(two.nodes[1].inputs, (std::vector<CellInput>{{kCellInput, 0.5}, {0, 0.5}}));
}

TEST(CellText, DerivedCellsSurviveTheirShortText) {
  SupergraphShape shape;
  shape.levels = 3;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const auto cell = randomCell(shape, {}, std::nullopt, seed, {}, true)->cell;
    const auto again = parseCell(shortText(cell));
    ASSERT_TRUE(again) << shortText(cell) << ": " << describe(again.error());
    ASSERT_TRUE(sameArchitecture(cell, *again)) << shortText(cell);
  }
}

TEST(CellText, Presets) {
  EXPECT_EQ(shortText(parseCell("spatial_then_temporal").value()), "dT<dS");
  EXPECT_EQ(shortText(parseCell("temporal_then_spatial").value()), "dS<dT");
  EXPECT_EQ(shortText(parseCell("side_by_side").value()), "dS + dT");
  EXPECT_EQ(parseCell("side_by_side")->name, "side_by_side");
  EXPECT_THAT(parseCell("side_by_sid").error().message, HasSubstr("did you mean 'side_by_side'?"));
}

TEST(CellText, MistakesNameTheirPlace) {
  const auto errorOf = [](const std::string& text) {
    const auto cell = parseCell(text, {}, "cell");
    return cell ? "no error" : describe(cell.error());
  };
  EXPECT_THAT(errorOf(""), HasSubstr("expected an operation at character 1"));
  EXPECT_THAT(errorOf("mS<"), HasSubstr("expected an operation at character 4"));
  EXPECT_THAT(errorOf("mS mT"), HasSubstr("expected '+', '<' or the end at character 4"));
  EXPECT_THAT(errorOf("mX"), HasSubstr("unknown operation 'mX'; did you mean 'mS'?"));
  EXPECT_THAT(errorOf("mS:sigmod"), HasSubstr("did you mean 'sigmoid'?"));
  EXPECT_THAT(errorOf("mS<(mT, dT"), HasSubstr("expected ',' or ')'"));
  EXPECT_THAT(errorOf("mS<#1"), HasSubstr("no node '#1'"));
  EXPECT_THAT(errorOf("mS#1 + mT#1"), HasSubstr("given twice"));
  EXPECT_THAT(errorOf("mS<#1 + mT#1"), HasSubstr("no node '#1'"));
  EXPECT_THAT(errorOf("x0"), HasSubstr("cannot be an output"));
  EXPECT_THAT(errorOf("mS<(x0, x0)"), HasSubstr("twice"));
  EXPECT_THAT(errorOf("mS#1 + #1"), HasSubstr("none twice"));
  std::string deep = "mS";
  for (int i = 0; i < 20'000; ++i) deep += "<mS";
  EXPECT_THAT(errorOf(deep), HasSubstr("too many operations"));
  EXPECT_THAT(errorOf(std::string(60'000, '(')), HasSubstr("expected an operation"));
}

}  // namespace
}  // namespace attelier::space
