#include "widgets/graph/supergraph_picture.h"

#include "tests/widgets/graph/sample_pictures.h"

#include <gtest/gtest.h>

#include <limits>

using namespace Qt::Literals::StringLiterals;

namespace attelier::widgets {
namespace {

using tests::comparedWith;
using tests::sampleSupergraph;

TEST(SupergraphPicture, TellsHowMuchChanged) {
  const SupergraphPicture before = sampleSupergraph(3, 6, 1);
  SupergraphPicture after = before;
  EXPECT_EQ(changeBetween(before, after, 0.005F), PictureChange::None);
  after.edges[20].weight += 0.004F;
  EXPECT_EQ(changeBetween(before, after, 0.005F), PictureChange::None);
  after.edges[20].weight += 0.004F;
  EXPECT_EQ(changeBetween(before, after, 0.005F), PictureChange::Weights);
  after.edges[20].weight = std::numeric_limits<float>::quiet_NaN();
  EXPECT_EQ(changeBetween(before, after, 0.005F), PictureChange::Weights);
  after.edges[3].kept = !after.edges[3].kept;
  EXPECT_EQ(changeBetween(before, after, 0.005F), PictureChange::Looks);
  EXPECT_EQ(changeBetween(before, sampleSupergraph(2, 6, 1), 0.005F), PictureChange::Structure);
}

TEST(SupergraphPicture, RanksAnEdgeAmongThoseItCompetesWith) {
  SupergraphPicture picture = sampleSupergraph(2, 6, 1);
  const int edge = findEdge(picture, 2, 8);
  ASSERT_GE(edge, 0);
  for (const int other : edgesOf(picture, 8)) {
    picture.edges[static_cast<std::size_t>(other)].weight = 0.1F;
  }
  picture.edges[static_cast<std::size_t>(edge)].weight = 0.3F;
  picture.edges[static_cast<std::size_t>(findEdge(picture, 4, 8))].weight = 0.4F;
  const EdgeRank rank = rankOf(picture, picture.edges[static_cast<std::size_t>(edge)]);
  EXPECT_EQ(rank.rank, 2);
  EXPECT_EQ(rank.of, 6);
  EXPECT_EQ(rankOf(picture, picture.edges.back()).of, 12);
  EXPECT_EQ(rankOf(picture, picture.edges.front()).of, 0);
}

TEST(SupergraphPicture, AncestorsFollowShownAndKeptEdges) {
  const SupergraphPicture picture = sampleSupergraph(3, 6, 5);
  const std::vector<bool> all = ancestorsOf(picture, 13, 0);
  EXPECT_EQ(std::count(all.begin(), all.end(), true), 13) << "every lower node, and itself";
  const SupergraphPicture full = sampleSupergraph(3, 6, 5, 1.2, 18);
  const std::vector<bool> cell = ancestorsOf(full, 14, 2.0);
  EXPECT_EQ(std::count(cell.begin() + 6, cell.begin() + 12, true), 2);
  EXPECT_EQ(ancestorsOf(picture, -1, 0), std::vector<bool>(18, false));
}

TEST(SupergraphPicture, TheTableHasEveryEdge) {
  SupergraphPicture picture = sampleSupergraph(2, 6, 1);
  picture.trendSpan = u"100 steps"_s;
  const DataTable table = tableOf(picture);
  ASSERT_EQ(table.rows.size(), 6 + 36 + 12);
  EXPECT_EQ(table.columns.size(), 6);
  EXPECT_EQ(table.rows[0], (QVariantList{u"input"_s, u"L1.mS"_s, u"input, no weight"_s, QVariant(),
                                         QVariant(), picture.edges[0].kept ? u"yes"_s : u"no"_s}));
  EXPECT_EQ(table.rows[6][0], u"L1.mS"_s);
  EXPECT_EQ(table.rows[6][1], u"L2.mS"_s);
  EXPECT_EQ(table.rows[6][3].toFloat(), picture.edges[6].weight);
  EXPECT_EQ(table.rows.last()[1], u"sink"_s);
  const DataTable compared = tableOf(comparedWith(picture, sampleSupergraph(2, 6, 2)));
  EXPECT_EQ(compared.columns.size(), 8);
  EXPECT_EQ(compared.columns[6], u"Weight at step 400"_s);
}

TEST(SupergraphPicture, DescribesANodeInWords) {
  SupergraphPicture picture = sampleSupergraph(2, 6, 1);
  picture.nodes[10].forced = true;
  const QString text = describeNode(picture, 10);
  EXPECT_TRUE(text.startsWith(u"L2.dT, dot-product attention over time."_s)) << qPrintable(text);
  EXPECT_TRUE(text.contains(u"Reads L1.mS 0."_s)) << qPrintable(text);
  EXPECT_TRUE(text.contains(u"Kept in any case."_s)) << qPrintable(text);
  EXPECT_TRUE(text.contains(u"of 12."_s)) << qPrintable(text);
  EXPECT_EQ(describeNode(picture, 99), QString());
}

}  // namespace
}  // namespace attelier::widgets
