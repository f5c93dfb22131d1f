#include "ui/graph/supergraph_values.h"

#include "tests/ui/graph/graph_fixture.h"
#include "ui/graph/cell_values.h"
#include "ui/graph/explanation.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <set>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {
namespace {

using widgets::EdgeKind;

class SupergraphValues : public GraphTest {};

/// What panes are shown of random weights, with no run folder.
Shown shownOf(const space::ConnectionWeights& weights, const space::DerivationOptions& options) {
  auto moment = std::make_shared<Moment>();
  auto step = std::make_shared<StepWeights>();
  step->step = 10;
  step->weights = weights;
  step->probabilities = space::probabilities(weights, options.sinkGate);
  moment->step = 10;
  moment->weights = step;
  auto view = std::make_shared<RunView>();
  view->moment = moment;
  Shown shown;
  shown.run = view;
  shown.choices.derivation = options;
  auto derivation = space::derive(step->probabilities, options);
  if (derivation) {
    shown.derived = std::make_shared<const DerivedCell>(
        DerivedCell{.derivation = std::move(*derivation), .cost = {}, .sameSince = -1});
  }
  return shown;
}

space::ConnectionWeights randomWeights(const space::SupergraphShape& shape, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> logit(0, 1);
  auto weights = space::ConnectionWeights::uniform(shape, seed % 2 == 0);
  for (auto* logits : {&weights.levelLogits, &weights.sinkLogits, &weights.activationLogits}) {
    for (auto& value : *logits) value = logit(random);
  }
  return weights;
}

TEST_F(SupergraphValues, TheDrawingHasTheWeightsOfTheStep) {
  const auto picture = supergraphPicture(shown());
  const auto& weights = shown().moment()->weights->probabilities;
  ASSERT_EQ(picture.nodes.size(), 12);
  ASSERT_EQ(picture.edges.size(), 6 + 36 + 12);
  EXPECT_EQ(picture.nodes[10].name, u"L2.dT"_s);
  EXPECT_EQ(picture.trendSpan, stepsText(10));
  for (const auto& edge : picture.edges) {
    if (edge.kind == EdgeKind::Input) continue;
    EXPECT_FLOAT_EQ(edge.weight, static_cast<float>(edgeWeight(weights, edge.from, edge.to)));
    const auto before = space::probabilities(testing::SearchRun::weightsAt(50, 100));
    EXPECT_NEAR(edge.trend, edge.weight - edgeWeight(before, edge.from, edge.to), 1e-6);
  }
}

TEST_F(SupergraphValues, TheCourseEndsAtTheShownStep) {
  const auto course = weightCourse(shown(), 4, widgets::kSinkNode);
  ASSERT_GE(course.size(), 50);
  const auto at = [](std::int64_t step) {
    return space::probabilities(testing::SearchRun::weightsAt(step, 100)).sink[4];
  };
  EXPECT_NEAR(course.back(), at(60), 1e-6);
  EXPECT_NEAR(course[course.size() - 11], at(50), 1e-6);
  workspace_.goTo(30);
  ASSERT_TRUE(waitForStep(30));
  EXPECT_NEAR(weightCourse(shown(), 4, widgets::kSinkNode).back(), at(30), 1e-6);
}

TEST_F(SupergraphValues, TheCaptionNamesWhatTheSinkPrefersNow) {
  // The winner goes from L1.mS to L1.dT at step 50.
  workspace_.goTo(53);
  ASSERT_TRUE(waitForStep(53));
  EXPECT_TRUE(movementCaption(shown()).startsWith(u"The sink now prefers L1.dT"_s))
      << qPrintable(movementCaption(shown()));
  workspace_.goTo(30);
  ASSERT_TRUE(waitForStep(30));
  EXPECT_TRUE(movementCaption(shown()).contains(u"L1.dT"_s))
      << qPrintable(movementCaption(shown()));
}

TEST(SupergraphMarks, KeptEdgesAreThoseOfTheDerivedCell) {
  for (unsigned seed = 0; seed < 24; ++seed) {
    const space::SupergraphShape shape{.levels = 1 + static_cast<int>(seed % 4)};
    const auto weights = randomWeights(shape, seed);
    const space::DerivationOptions options{.topNodes = 1 + static_cast<int>(seed % 5),
                                           .topPredecessors = 1 + static_cast<int>(seed % 3)};
    const Shown shown = shownOf(weights, options);
    const auto derivation = space::derive(weights, options);
    ASSERT_TRUE(derivation);
    const auto picture = supergraphPicture(shown);
    std::set<int> kept;
    std::set<std::pair<int, int>> edges;
    for (std::size_t i = 0; i < picture.nodes.size(); ++i) {
      if (picture.nodes[i].kept) kept.insert(static_cast<int>(i));
    }
    for (const auto& edge : picture.edges) {
      if (edge.kept) edges.insert({edge.from, edge.to});
    }
    const auto& nodes = derivation->supergraphNodes;
    EXPECT_EQ(kept, std::set<int>(nodes.begin(), nodes.end()));
    std::set<std::pair<int, int>> expected;
    for (std::size_t i = 0; i < derivation->cell.nodes.size(); ++i) {
      for (const auto& input : derivation->cell.nodes[i].inputs) {
        expected.insert(
            {input.source < 0 ? widgets::kInputNode : nodes[static_cast<std::size_t>(input.source)],
             nodes[i]});
      }
    }
    for (const auto& output : derivation->cell.outputs) {
      expected.insert({nodes[static_cast<std::size_t>(output.node)], widgets::kSinkNode});
    }
    EXPECT_EQ(edges, expected);
    const auto flips = std::count_if(picture.edges.begin(), picture.edges.end(),
                                     [](const auto& edge) { return edge.flipsNext; });
    const bool byWeight = derivation->flip.table == space::ChoiceTable::Sink ||
                          derivation->flip.table == space::ChoiceTable::Level;
    EXPECT_EQ(flips, byWeight ? 2 : 0);
  }
}

TEST(SupergraphMarks, ForcedForbiddenAndDeadNodes) {
  auto weights = space::ConnectionWeights::uniform({.levels = 2}, false);
  weights.sinkLogits[7] = -20;  // of the last level: nothing else can read it
  const space::DerivationOptions options{
      .topNodes = 3, .topPredecessors = 2, .forced = {"L2.dS"}, .forbidden = {"L1.mT"}};
  const auto picture = supergraphPicture(shownOf(weights, options));
  EXPECT_TRUE(picture.nodes[9].forced);
  EXPECT_TRUE(picture.nodes[9].kept);
  EXPECT_TRUE(picture.nodes[1].forbidden);
  EXPECT_FALSE(picture.nodes[1].kept);
  EXPECT_TRUE(picture.nodes[7].muted);
  EXPECT_EQ(std::count_if(picture.nodes.begin(), picture.nodes.end(),
                          [](const auto& node) { return node.muted; }),
            1);
}

TEST(Explanations, TheMarginIsTheOneOfTheDerivation) {
  for (unsigned seed = 1; seed < 40; seed += 2) {  // fixed activations
    const space::SupergraphShape shape{.levels = 3};
    const auto weights = randomWeights(shape, seed);
    const Shown shown = shownOf(weights, {.topNodes = 3, .topPredecessors = 2});
    // The least margin of all edges is the cell's.
    double least = 1;
    for (int from = 0; from < shape.nodes(); ++from) {
      const auto sink = standingOf(shown, from, widgets::kSinkNode);
      ASSERT_TRUE(sink);
      if (sink->isKept && sink->margin) least = std::min(least, *sink->margin);
      for (int to = (shape.levelOf(from) + 1) * 6; to < (shape.levelOf(from) + 2) * 6 && to < 18;
           ++to) {
        const auto edge = standingOf(shown, from, to);
        if (edge->isKept && edge->margin) least = std::min(least, *edge->margin);
      }
    }
    EXPECT_NEAR(least, shown.derived->derivation.margin, 1e-12);
  }
}

TEST(Explanations, SaysWhyInASentence) {
  auto weights = space::ConnectionWeights::uniform({.levels = 2}, false);
  weights.sinkLogits[10] = 2;
  weights.sinkLogits[8] = 1;
  weights.sinkLogits[3] = 0.5F;
  weights.levelLogits[4 * 6 + 1] = 2;  // L1.mT into L2.dT
  space::DerivationOptions options{.topNodes = 1, .topPredecessors = 1};
  const Shown shown = shownOf(weights, options);
  const auto starts = [](const QString& text, const QString& with) {
    EXPECT_TRUE(text.startsWith(with)) << qPrintable(text);
  };
  starts(whyNode(shown, 10), u"Kept: rank 1 of 12 at the sink, "_s);
  EXPECT_TRUE(whyNode(shown, 10).contains(u"above L2.mST, the strongest that it drops."_s));
  starts(whyNode(shown, 1), u"Kept because L2.dT reads it; at the sink it has rank "_s);
  starts(whyNode(shown, 3), u"Not kept: rank 3 of 12 at the sink, "_s);
  EXPECT_TRUE(whyNode(shown, 3).endsWith(u"None of the kept nodes above reads it."_s));
  EXPECT_TRUE(whyNode(shown, 8).endsWith(u"below L2.dT, the weakest that it takes."_s));
  starts(whyEdge(shown, 1, 10), u"Kept: rank 1 of 6 among the inputs of L2.dT, "_s);
  starts(whyEdge(shown, 2, 10), u"Not kept: rank "_s);
  EXPECT_EQ(whyEdge(shown, 2, 8), u"L2.mST is not kept, so its inputs are not chosen."_s);
  EXPECT_FALSE(whyEdge(shown, widgets::kInputNode, 0).isEmpty());
  options.forced = {"L1.dST"};
  options.forbidden = {"L2.dT"};
  const Shown byHand = shownOf(weights, options);
  starts(whyNode(byHand, 5), u"Kept in any case, as you asked"_s);
  starts(whyNode(byHand, 10), u"Forbidden"_s);
}

}  // namespace
}  // namespace attelier::ui
