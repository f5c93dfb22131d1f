#include "engine/space/cost.h"

#include "engine/base/random.h"

#include <gmock/gmock.h>

namespace attelier::space {
namespace {

// Counts of the formulas by loops: every kernel is walked over as a program would run it.
struct Counter {
  std::int64_t parameters = 0;
  std::int64_t flops = 0;

  void convolution(std::int64_t tokens, int from, int to) {
    parameters += std::int64_t{from} * to + to;
    for (int output = 0; output < to; ++output) flops += tokens * 2 * from;
  }
  void product(std::int64_t rows, std::int64_t inner, std::int64_t columns) {
    for (std::int64_t row = 0; row < rows; ++row) flops += 2 * inner * columns;
  }
};

Place testPlace() { return {"p", 32, 8, 4, 6}; }

CellDesign cellOf(const char* text, const OperationSettings& settings = {}) {
  return parseCell(text, settings).value();
}

PartCost nodeCost(const char* text, const OperationSettings& settings = {},
                  const Place& place = testPlace()) {
  return cost(cellOf(text, settings), place).nodes.at(0);
}

TEST(Cost, MapBasedOperationsCountTheirConvolutionsAndPooling) {
  const std::int64_t n = 8 * 4 * 6;
  const auto counted = [n](std::int64_t weights) {
    Counter counter;
    counter.convolution(n, 32, 32);           // value
    counter.convolution(n, 32, 8);            // gate
    if (weights < n) counter.flops += n * 8;  // mean over the other axes
    counter.convolution(weights, 8, 1);       // score
    counter.flops += n * 32;                  // weights times values
    return counter;
  };
  EXPECT_EQ(nodeCost("mT").flops, counted(8).flops);
  EXPECT_EQ(nodeCost("mS").flops, counted(24).flops);
  EXPECT_EQ(nodeCost("mST").flops, counted(n).flops);
  for (const char* text : {"mT", "mS", "mST"}) {
    EXPECT_EQ(nodeCost(text).parameters, counted(1).parameters);
  }
  OperationSettings batched;
  batched.grouping = Grouping::Batched;
  EXPECT_EQ(nodeCost("mT", batched).flops, counted(n).flops);
}

TEST(Cost, DotProductOperationsCountTheirProducts) {
  const std::int64_t n = 8 * 4 * 6;
  const auto counted = [n](std::int64_t groups, std::int64_t queries, std::int64_t keys,
                           std::int64_t tokens) {
    Counter counter;
    counter.convolution(n, 32, 8);   // query
    counter.convolution(n, 32, 8);   // key
    counter.convolution(n, 32, 16);  // value
    counter.convolution(n, 16, 32);  // restore
    for (std::int64_t group = 0; group < groups; ++group) {
      counter.product(queries, 8 * tokens, keys);
      counter.product(queries, keys, 16 * tokens);
    }
    return counter;
  };
  EXPECT_EQ(nodeCost("dT").flops, counted(1, 8, 8, 24).flops);
  EXPECT_EQ(nodeCost("dS").flops, counted(1, 24, 24, 8).flops);
  EXPECT_EQ(nodeCost("dST").flops, counted(1, n, n, 1).flops);
  EXPECT_EQ(nodeCost("dST").parameters, counted(1, 1, 1, 1).parameters);
  OperationSettings settings;
  settings.grouping = Grouping::Batched;
  EXPECT_EQ(nodeCost("dT", settings).flops, counted(24, 8, 8, 1).flops);
  EXPECT_EQ(nodeCost("dS", settings).flops, counted(8, 24, 24, 1).flops);
  settings = {};
  settings.kvPool = 2;
  EXPECT_EQ(nodeCost("dST", settings).flops, counted(1, n, 8 * 2 * 3, 1).flops);
  settings = {};
  settings.scale = AttentionScale::Cosine;
  EXPECT_EQ(nodeCost("dST", settings).parameters, counted(1, 1, 1, 1).parameters + 1);
}

TEST(Cost, WithoutActivationTheCheaperAssociationIsTaken) {
  // speed.md: N (D + Dv) against D Dv. Spatiotemporal: 128 (8 + 16) > 8 * 16; temporal (joint):
  // 8 (128 + 256) < 128 * 256.
  const Place place{"p", 32, 8, 4, 4};
  const OperationKind spatiotemporal{OperationType::DotProduct, Dimension::Spatiotemporal};
  const OperationKind temporal{OperationType::DotProduct, Dimension::Temporal};
  EXPECT_TRUE(prefersRightAssociation(spatiotemporal, {}, place));
  EXPECT_FALSE(prefersRightAssociation(temporal, {}, place));
  EXPECT_EQ(nodeCost("dT:none", {}, place).flops, nodeCost("dT", {}, place).flops);
  const std::int64_t full = 2 * 128 * 128 * (8 + 16);
  const std::int64_t right = 2 * 128 * 8 * 16 * 2;
  EXPECT_EQ(nodeCost("dST", {}, place).flops - nodeCost("dST:none", {}, place).flops, full - right);
  EXPECT_EQ(
      nodeCost("dST", {}, place).activationBytes - nodeCost("dST:none", {}, place).activationBytes,
      4 * (128 * 128 - 8 * 16));
}

TEST(Cost, SeveralInputsCostASumAndTheirWeights) {
  const std::int64_t features = std::int64_t{8} * 4 * 6 * 32;
  const auto one = cost(cellOf("mS<mT"), testPlace());
  const auto two = cost(cellOf("mS<(x0, mT)"), testPlace());
  EXPECT_EQ(two.nodes[1].parameters - one.nodes[1].parameters, 2);
  EXPECT_EQ(two.nodes[1].flops - one.nodes[1].flops, 3 * features);
  EXPECT_EQ(two.nodes[1].activationBytes - one.nodes[1].activationBytes, 4 * features);
}

TEST(Cost, TheTotalIsTheSumOfItsParts) {
  const auto total = cost(cellOf("mS<(mT, dST) + dT#1 + dS<#1"), testPlace());
  PartCost sum = total.combine;
  for (const auto& node : total.nodes) {
    sum.parameters += node.parameters;
    sum.flops += node.flops;
    sum.activationBytes += node.activationBytes;
  }
  EXPECT_EQ(total.nodes.size(), 5U);
  EXPECT_EQ(total.parameters, sum.parameters);
  EXPECT_EQ(total.flops, sum.flops);
  EXPECT_EQ(total.activationBytes, sum.activationBytes);
  EXPECT_EQ(total.combine.parameters, 3 * 32 * 32 + 64);
  EXPECT_EQ(total.combine.flops, std::int64_t{2} * 192 * 96 * 32);
}

TEST(Cost, LargePlacesDoNotOverflow) {
  // papers.md 1.2: the spatiotemporal map after Mixed_3c (32x28x28) has 629 M entries, 2.4 GB.
  const Place place{"Mixed_3c", 480, 32, 28, 28};
  const auto part = nodeCost("dST", {}, place);
  EXPECT_GT(part.activationBytes, std::int64_t{4} * 629'000'000);
  constexpr std::int64_t kTokens = 25088;
  EXPECT_EQ(part.flops, 2 * kTokens * kTokens * (60 + 240) + 2 * kTokens * 480 * (120 + 480));
}

TEST(SearchSpaceSize, HasTheCountsOfTheSource) {
  EXPECT_EQ(searchSpaceSize(0), 1);
  EXPECT_EQ(searchSpaceSize(1), 24);
  EXPECT_EQ(searchSpaceSize(2), 1'728);
  EXPECT_EQ(searchSpaceSize(3), 290'304);
  EXPECT_EQ(searchSpaceSize(4), 104'509'440);
  EXPECT_NEAR(searchSpaceSize(5), 7.78e10, 0.005e10);
  EXPECT_NEAR(searchSpaceSize(6), 1.18e14, 0.005e14);
}

}  // namespace
}  // namespace attelier::space
