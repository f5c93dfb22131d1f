#include "engine/space/random_cell.h"

#include <gmock/gmock.h>

#include <cmath>
#include <set>

namespace attelier::space {
namespace {

TEST(RandomCell, TheSameSeedGivesTheSameCell) {
  const SupergraphShape shape;
  EXPECT_EQ(randomWeights(shape, true, 7), randomWeights(shape, true, 7));
  EXPECT_NE(randomWeights(shape, true, 7), randomWeights(shape, true, 8));
  EXPECT_EQ(randomCell(shape, {}, std::nullopt, 7)->cell,
            randomCell(shape, {}, std::nullopt, 7)->cell);
}

// papers.md 1.3: simulated mean sizes of random cells, alpha 3 and beta 2 except the last.
TEST(RandomCell, SizesHaveTheSimulatedMeans) {
  const auto mean = [](int levels, const DerivationOptions& options) {
    SupergraphShape shape;
    shape.levels = levels;
    double sum = 0;
    constexpr int kCells = 4000;
    for (std::uint64_t seed = 0; seed < kCells; ++seed) {
      sum += static_cast<double>(
          derive(randomWeights(shape, false, seed), options)->cell.nodes.size());
    }
    return sum / kCells;
  };
  EXPECT_NEAR(mean(2, {}), 5.05, 0.08);
  EXPECT_NEAR(mean(3, {}), 7.8, 0.12);
  EXPECT_NEAR(mean(4, {}), 10.9, 0.15);
  EXPECT_NEAR(mean(2, {.topNodes = 1, .topPredecessors = 1}), 1.5, 0.04);
}

TEST(RandomCell, TheNumberOfOperationsIsMatched) {
  for (int operations = 3; operations <= 7; ++operations) {
    const auto derived = randomCell({}, {}, operations, 11);
    ASSERT_TRUE(derived) << describe(derived.error());
    EXPECT_EQ(static_cast<int>(derived->cell.nodes.size()), operations);
  }
  const auto impossible = randomCell({}, {}, 12, 11);
  ASSERT_FALSE(impossible);
  EXPECT_EQ(impossible.error().code, ErrorCode::NotFound);
}

TEST(RandomCells, AreDifferentAndLeaveOutTheCellUnderTest) {
  // One sink and one predecessor: 6 single nodes and 36 chains, and no more (facts: 42 cells).
  const DerivationOptions options{.topNodes = 1, .topPredecessors = 1};
  const auto all = randomCells({}, options, std::nullopt, 42, 5);
  ASSERT_TRUE(all) << describe(all.error());
  std::set<std::string> texts;
  for (const auto& cell : *all) texts.insert(shortText(cell));
  EXPECT_EQ(texts.size(), 42U);
  const auto more = randomCells({}, options, std::nullopt, 43, 5);
  ASSERT_FALSE(more);
  EXPECT_THAT(more.error().message, testing::HasSubstr("only 42 different random cells"));
  const CellDesign excluded = parseCell("mS<mT").value();
  const auto others = randomCells({}, options, 2, 35, 5, {}, false, &excluded);
  ASSERT_TRUE(others) << describe(others.error());
  for (const auto& cell : *others) EXPECT_NE(shortText(cell), "mS<mT");
  EXPECT_FALSE(randomCells({}, options, 2, 36, 5, {}, false, &excluded));
}

}  // namespace
}  // namespace attelier::space
