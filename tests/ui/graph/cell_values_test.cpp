#include "ui/graph/cell_values.h"

#include <QSet>
#include <gtest/gtest.h>

#include <limits>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {
namespace {

space::CellDesign parsed(const char* text) { return space::parseCell(text).value(); }

TEST(CellValues, DrawsWhatTheCellIs) {
  const auto picture = cellPicture(parsed("mS<mT + dST"));
  ASSERT_EQ(picture.nodes.size(), 3);
  EXPECT_EQ(picture.edges.size(), 5);
  EXPECT_TRUE(picture.residual);
  int outputs = 0;
  for (const auto& edge : picture.edges) outputs += edge.to == widgets::kSinkNode;
  EXPECT_EQ(outputs, 2);
  const auto names = cellNodeNames(parsed("dT + mS<dT#1"));
  EXPECT_EQ(QSet<QString>(names.begin(), names.end()).size(), names.size());
}

TEST(CellValues, ComparesTwoCells) {
  const auto same = compareCells(parsed("mS<mT + dST"), parsed("mS<mT + dST"));
  EXPECT_EQ(same.removed + same.added, 0);
  const auto compared = compareCells(parsed("mT + dST"), parsed("mT + dS"));
  EXPECT_EQ(compared.removed, 3) << "the node, its input, its output";
  EXPECT_EQ(compared.added, 3);
  EXPECT_EQ(compared.first.nodes.size(), 2);
  EXPECT_EQ(compared.second.nodes.size(), 2);
  for (const auto& node : compared.first.nodes) {
    EXPECT_NE(node.difference, widgets::Difference::Added);
  }
}

TEST(CellValues, WritesNumbersAsAPersonReadsThem) {
  EXPECT_EQ(parametersText(12'480), u"12480 parameters"_s);
  EXPECT_EQ(flopsText(3'412'000), u"3.41 MFLOPs"_s);
  EXPECT_EQ(flopsText(512), u"512 FLOPs"_s);
  EXPECT_EQ(flopsText(99'960), u"100 kFLOPs"_s);
  EXPECT_EQ(flopsText(999'900), u"1.00 MFLOPs"_s);
  EXPECT_EQ(activationText(84'000), u"84.0 kB activations"_s);
  EXPECT_EQ(marginText(0.0042), u"0.004"_s);
  EXPECT_EQ(marginText(0.00021), u"0.00021"_s);
  EXPECT_EQ(marginText(0), u"0.000"_s);
  EXPECT_EQ(marginText(std::numeric_limits<double>::infinity()), u"∞"_s);
}

TEST(CellValues, SaysWhatFlipsTheCell) {
  auto weights = space::ConnectionWeights::uniform({.levels = 2}, false);
  weights.sinkLogits[10] = 2;
  weights.sinkLogits[8] = 1.9F;
  weights.levelLogits[4 * 6 + 1] = 2;
  const space::DerivationOptions options{.topNodes = 1, .topPredecessors = 1};
  auto derivation = space::derive(weights, options).value();
  EXPECT_EQ(flipSentence(derivation, weights.shape),
            u"Flips if the sink's weight of L2.dT falls by %1: L2.mST would take its place."_s.arg(
                marginText(derivation.margin)));
  weights.levelLogits[4 * 6 + 2] = 1.99F;
  derivation = space::derive(weights, options).value();
  EXPECT_EQ(
      flipSentence(derivation, weights.shape),
      u"Flips if the weight of L1.mT in L2.dT falls by %1: it would read L1.mST instead."_s.arg(
          marginText(derivation.margin)));
  derivation = space::derive(weights, {.topNodes = 12, .topPredecessors = 6}).value();
  EXPECT_TRUE(flipSentence(derivation, weights.shape).startsWith(u"Nothing is dropped"_s));
}

TEST(CellValues, KnowsTheBestScoreOfAnArchitecture) {
  const auto evaluation = [](const char* cell, const char* name, double score) {
    EvaluationView view;
    view.info.configuration = {{"cell", space::toJson(parsed(cell))}};
    view.info.parent = run::RunParent{.run = "r", .step = 0, .cell = name};
    view.points = {{.step = 5, .name = "select/top1", .value = score - 0.2, .time = 0},
                   {.step = 9, .name = "select/top1", .value = score, .time = 0}};
    return view;
  };
  auto all = std::make_shared<std::vector<EvaluationView>>();
  all->push_back(evaluation("mT + dST", "first", 0.7));
  all->push_back(evaluation("mT + dST", "second", 0.8));
  all->push_back(evaluation("dS", "third", 0.6));
  EvaluationView plain;
  plain.info.configuration = {{"cell", nullptr}};
  all->push_back(plain);
  RunView view;
  view.evaluations = all;
  const auto scores = knownScores(view);
  ASSERT_EQ(scores.size(), 2);
  const auto& best = scores.at(space::architectureId(parsed("mT + dST")));
  EXPECT_DOUBLE_EQ(best.select, 0.8);
  EXPECT_EQ(best.name, u"second"_s);
}

}  // namespace
}  // namespace attelier::ui
