#include "engine/space/derivation.h"

#include "engine/base/random.h"
#include "engine/space/random_cell.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>

namespace attelier::space {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// The procedure as the source describes it, written once more without any of our code's structures:
// by recursion, by repeatedly taking the largest, on (level, position) pairs.
class Naive {
 public:
  using Node = std::pair<int, int>;
  Naive(const ConnectionProbabilities& p, int alpha, int beta, std::set<Node> forced,
        std::set<Node> forbidden)
      : p_(p), n_(p.shape.nodesPerLevel()), beta_(beta), forbidden_(std::move(forbidden)) {
    selected = std::move(forced);
    while (static_cast<int>(selected.size()) < alpha) {
      double best = -1;
      Node winner{-1, -1};
      for (int l = 0; l < p.shape.levels; ++l) {
        for (int j = 0; j < n_; ++j) {
          const double weight = p.sink[static_cast<std::size_t>(l * n_ + j)];
          if (weight > best && !selected.contains({l, j}) && !forbidden_.contains({l, j})) {
            best = weight;
            winner = {l, j};
          }
        }
      }
      if (winner.first < 0) break;
      selected.insert(winner);
    }
    for (const Node& node : selected) visit(node);
  }

  std::set<Node> selected;
  std::map<Node, std::set<Node>> reads;
  bool deadEnd = false;

 private:
  void visit(Node node) {
    if (reads.contains(node)) return;
    auto& sources = reads[node];
    const auto [l, j] = node;
    if (l == 0) return;
    for (int round = 0; round < beta_; ++round) {
      double best = -1;
      int winner = -1;
      for (int i = 0; i < n_; ++i) {
        const double weight = p_.level[static_cast<std::size_t>(((l - 1) * n_ + j) * n_ + i)];
        if (weight > best && !sources.contains({l - 1, i}) && !forbidden_.contains({l - 1, i})) {
          best = weight;
          winner = i;
        }
      }
      if (winner >= 0) sources.insert({l - 1, winner});
    }
    if (sources.empty()) deadEnd = true;
    const auto copy = sources;
    for (const Node& source : copy) visit(source);
  }

  const ConnectionProbabilities& p_;
  int n_;
  int beta_;
  std::set<Node> forbidden_;
};

// What was derived, in the naive recursion's terms.
std::map<Naive::Node, std::set<Naive::Node>> edgesOf(const Derivation& derived, int n) {
  std::map<Naive::Node, std::set<Naive::Node>> reads;
  const auto nodeOf = [&](int index) {
    const int node = derived.supergraphNodes[static_cast<std::size_t>(index)];
    return Naive::Node{node / n, node % n};
  };
  for (std::size_t i = 0; i < derived.cell.nodes.size(); ++i) {
    auto& sources = reads[nodeOf(static_cast<int>(i))];
    for (const auto& input : derived.cell.nodes[i].inputs) {
      if (input.source != kCellInput) sources.insert(nodeOf(input.source));
    }
  }
  return reads;
}

struct RandomCase {
  ConnectionWeights weights;
  DerivationOptions options;
  std::set<Naive::Node> forced;
  std::set<Naive::Node> forbidden;
};

RandomCase randomCase(std::uint64_t seed) {
  Random random(seed);
  RandomCase result;
  SupergraphShape shape;
  shape.levels = static_cast<int>(random.integer(1, 4));
  const auto n = static_cast<int>(random.integer(1, 7));
  shape.kinds.clear();
  for (int j = 0; j < n; ++j) {
    shape.kinds.push_back(kOperationKinds[static_cast<std::size_t>(random.below(6))]);
  }
  result.weights = randomWeights(shape, random.chance(0.5), seed);
  // Coarse logits in a third of the cases, so that ties are met.
  if (random.chance(0.33)) {
    for (auto* table : {&result.weights.levelLogits, &result.weights.sinkLogits,
                        &result.weights.activationLogits}) {
      for (float& logit : *table) logit = std::round(logit);
    }
  }
  result.options.topNodes = static_cast<int>(random.integer(1, 6));
  result.options.topPredecessors = static_cast<int>(random.integer(1, 4));
  result.options.sinkGate = random.chance(0.3) ? SinkGate::Sigmoid : SinkGate::Softmax;
  for (int node = 0; node < shape.nodes(); ++node) {
    const double draw = random.uniform();
    if (draw < 0.1) {
      result.forbidden.insert({node / n, node % n});
      result.options.forbidden.push_back(nodeName(shape, node));
    } else if (draw < 0.2 && static_cast<int>(result.forced.size()) < result.options.topNodes) {
      result.forced.insert({node / n, node % n});
      result.options.forced.push_back(nodeName(shape, node));
    }
  }
  return result;
}

TEST(Derivation, EqualsAnIndependentRecursionOnRandomSupergraphs) {
  int derivedCells = 0;
  for (std::uint64_t seed = 0; seed < 1200; ++seed) {
    const RandomCase test = randomCase(seed);
    const auto p = probabilities(test.weights, test.options.sinkGate);
    const Naive naive(p, test.options.topNodes, test.options.topPredecessors, test.forced,
                      test.forbidden);
    const auto derived = derive(test.weights, test.options);
    if (naive.deadEnd || naive.selected.empty()) {
      ASSERT_FALSE(derived) << seed;
      continue;
    }
    ASSERT_TRUE(derived) << seed << ": " << describe(derived.error());
    ++derivedCells;
    const int n = test.weights.shape.nodesPerLevel();
    ASSERT_EQ(edgesOf(*derived, n), naive.reads) << seed;
    std::set<Naive::Node> outputs;
    for (const auto& output : derived->cell.outputs) {
      const int node = derived->supergraphNodes[static_cast<std::size_t>(output.node)];
      outputs.insert({node / n, node % n});
      ASSERT_EQ(output.weight, p.sink[static_cast<std::size_t>(node)]);
    }
    ASSERT_EQ(outputs, naive.selected) << seed;
    const auto valid = validate(derived->cell);
    ASSERT_TRUE(valid) << seed << ": " << describe(valid.error());
    for (const auto& node : derived->cell.nodes) {
      double sum = 0;
      for (const auto& input : node.inputs) sum += input.weight;
      ASSERT_NEAR(sum, 1, 1e-12);
    }
  }
  EXPECT_GE(derivedCells, 1000);
}

std::vector<double>& tableOf(ConnectionProbabilities& p, ChoiceTable table) {
  return table == ChoiceTable::Sink ? p.sink : table == ChoiceTable::Level ? p.level : p.activation;
}

// Nodes, edges, outputs and activations; the weights of kept edges move with the weight.
bool sameChoices(const Derivation& a, const Derivation& b, int n) {
  const auto nodeOf = [](const CellOutput& output) { return output.node; };
  return a.supergraphNodes == b.supergraphNodes && edgesOf(a, n) == edgesOf(b, n) &&
         std::ranges::equal(a.cell.outputs, b.cell.outputs, {}, nodeOf, nodeOf) &&
         sameArchitecture(a.cell, b.cell);
}

TEST(Derivation, MovingTheNamedWeightByTheMarginChangesTheCell) {
  constexpr double kStep = 1e-6;
  int moved = 0;
  for (std::uint64_t seed = 0; seed < 1200; ++seed) {
    const RandomCase test = randomCase(seed);
    const auto p = probabilities(test.weights, test.options.sinkGate);
    const auto derived = derive(p, test.options);
    if (!derived || derived->flip.table == ChoiceTable::None) continue;
    ++moved;
    const Flip& flip = derived->flip;
    auto table = p;
    ASSERT_EQ(tableOf(table, flip.table)[flip.keptIndex], flip.keptWeight);
    ASSERT_EQ(tableOf(table, flip.table)[flip.droppedIndex], flip.droppedWeight);
    ASSERT_EQ(flip.keptWeight - flip.droppedWeight, derived->margin);
    const auto same = [&](std::size_t index, double change) {
      auto changed = p;
      tableOf(changed, flip.table)[index] += change;
      const auto result = derive(changed, test.options);
      return result.has_value() && sameChoices(*result, *derived, p.shape.nodesPerLevel());
    };
    ASSERT_FALSE(same(flip.keptIndex, -(derived->margin + kStep))) << seed << describe(flip);
    ASSERT_TRUE(same(flip.keptIndex, -(derived->margin - kStep))) << seed << describe(flip);
    ASSERT_FALSE(same(flip.droppedIndex, derived->margin + kStep)) << seed << describe(flip);
    ASSERT_TRUE(same(flip.droppedIndex, derived->margin - kStep)) << seed << describe(flip);
  }
  EXPECT_GE(moved, 900);
}

TEST(Derivation, NoSingleMoveSmallerThanTheMarginChangesTheCell) {
  for (std::uint64_t seed = 0; seed < 150; ++seed) {
    const RandomCase test = randomCase(seed);
    const auto p = probabilities(test.weights, test.options.sinkGate);
    const auto derived = derive(p, test.options);
    if (!derived || !std::isfinite(derived->margin) || derived->margin < 1e-9) continue;
    for (const auto table : {ChoiceTable::Sink, ChoiceTable::Level, ChoiceTable::Activation}) {
      auto base = p;
      for (std::size_t i = 0; i < tableOf(base, table).size(); ++i) {
        for (const double sign : {-1.0, 1.0}) {
          auto changed = p;
          tableOf(changed, table)[i] += sign * derived->margin * (1 - 1e-9);
          const auto result = derive(changed, test.options);
          ASSERT_TRUE(result && sameChoices(*result, *derived, p.shape.nodesPerLevel())) << seed;
        }
      }
    }
  }
}

// The slides' example: two levels of four nodes (S T T S), alpha 3, beta 2, ends with five nodes.
class SlideExample : public testing::Test {
 protected:
  SlideExample() {
    const auto s = kOperationKinds[3];
    const auto t = kOperationKinds[4];
    p_.shape = {2, {s, t, t, s}};
    p_.sink = {0.05, 0.20, 0.06, 0.04, 0.25, 0.10, 0.22, 0.08};
    // Rows: what L2's nodes read of L1's.
    p_.level = {0.10, 0.50, 0.30, 0.10,  //
                0.25, 0.25, 0.25, 0.25,  //
                0.05, 0.15, 0.45, 0.35,  //
                0.40, 0.30, 0.20, 0.10};
    options_.topNodes = 3;
    options_.topPredecessors = 2;
  }
  ConnectionProbabilities p_;
  DerivationOptions options_;
};

TEST_F(SlideExample, EndsWithFiveNodes) {
  const auto derived = derive(p_, options_).value();
  // Selected: L2.0, L2.2, L1.1. L2.0 reads L1.1 and L1.2, L2.2 reads L1.2 and L1.3.
  EXPECT_THAT(derived.supergraphNodes, ElementsAre(1, 2, 3, 4, 6));
  EXPECT_THAT(derived.cell.outputs,
              ElementsAre(CellOutput{0, 0.20}, CellOutput{3, 0.25}, CellOutput{4, 0.22}));
  const auto& nodes = derived.cell.nodes;
  ASSERT_EQ(nodes[3].inputs.size(), 2U);
  EXPECT_EQ(nodes[3].inputs[0].source, 0);
  EXPECT_DOUBLE_EQ(nodes[3].inputs[0].weight, 0.50 / 0.80);
  EXPECT_DOUBLE_EQ(nodes[3].inputs[1].weight, 0.30 / 0.80);
  EXPECT_EQ(nodes[4].inputs[0].source, 1);
  EXPECT_EQ(nodes[4].inputs[1].source, 2);
  EXPECT_EQ(nodes[0].level, 0);
  EXPECT_EQ(nodes[4].level, 1);
  // Sink .20 over .10; L2.0 .30 over .10; L2.2 .35 over .15: the sink flips first.
  EXPECT_NEAR(derived.margin, 0.10, 1e-12);
  EXPECT_EQ(describe(derived.flip), "sink: L1.dT 0.200 over L2.dT 0.100");
}

TEST_F(SlideExample, TheDecisionsOfDroppedNodesDoNotCount) {
  // L2.1 ties everywhere, but is not kept.
  EXPECT_GT(derive(p_, options_)->margin, 0);
  options_.forced = {"L2.dT"};
  EXPECT_EQ(derive(p_, options_)->margin, 0);
}

TEST_F(SlideExample, ForcedNodesCountAndForbiddenOnesVanish) {
  options_.forced = {"L1.dS"};
  auto derived = derive(p_, options_).value();
  EXPECT_THAT(derived.supergraphNodes, ElementsAre(0, 1, 2, 3, 4, 6));
  EXPECT_EQ(derived.cell.outputs.size(), 3U);
  EXPECT_EQ(derived.cell.outputs[0].node, 0);  // forced
  EXPECT_NEAR(derived.margin, 0.02, 1e-12);    // sink: L2.2 .22 over L1.1 .20
  options_.forced.clear();
  options_.forbidden = {"L1.dT.2", "L2.dS"};
  derived = derive(p_, options_).value();
  // Sink: L2.2, L1.1, L2.1; L2.2 reads L1.3 and L1.1; L2.1 reads L1.0 and L1.1 by the lower index.
  EXPECT_THAT(derived.supergraphNodes, ElementsAre(0, 1, 3, 5, 6));
}

TEST_F(SlideExample, MistakesAreNamed) {
  const auto errorOf = [this] { return describe(derive(p_, options_).error()); };
  options_.forbidden = {"L1.dS", "L1.dT", "L1.dT.2", "L1.dS.2"};
  EXPECT_THAT(errorOf(), HasSubstr("L2.dT.2 would read nothing: all nodes of level 1"));
  options_.forbidden = {"L2.dX"};
  EXPECT_THAT(errorOf(), HasSubstr("unknown node 'L2.dX'; did you mean 'L2.d"));
  options_.forbidden = {"L1.dS"};
  options_.forced = {"L1.dS"};
  EXPECT_THAT(errorOf(), HasSubstr("both forced and forbidden"));
  options_.forbidden = {};
  options_.forced = {"L1.dS", "L1.dT", "L2.dS", "L2.dT"};
  EXPECT_THAT(errorOf(), HasSubstr("4 nodes are forced but top_nodes is 3"));
  options_ = {};
  options_.topNodes = 0;
  EXPECT_THAT(errorOf(), HasSubstr("1 to 128"));
  options_ = {};
  for (int node = 0; node < 8; ++node) options_.forbidden.push_back(nodeName(p_.shape, node));
  EXPECT_THAT(errorOf(), HasSubstr("every node is forbidden"));
  options_ = {};
  p_.sink[3] = std::nan("");
  EXPECT_EQ(derive(p_, options_).error().code, ErrorCode::NonFinite);
}

TEST(Derivation, KeepingEverythingKeepsTheSupergraphsWeights) {
  const auto weights = randomWeights({}, false, 3);
  const auto p = probabilities(weights);
  const auto derived = derive(weights, {.topNodes = 12, .topPredecessors = 6}).value();
  EXPECT_EQ(derived.flip.table, ChoiceTable::None);
  EXPECT_EQ(derived.margin, std::numeric_limits<double>::infinity());
  EXPECT_EQ(describe(derived.flip), "nothing was dropped");
  ASSERT_EQ(derived.cell.nodes.size(), 12U);
  for (int node = 6; node < 12; ++node) {
    for (int from = 0; from < 6; ++from) {
      EXPECT_NEAR(derived.cell.nodes[static_cast<std::size_t>(node)]
                      .inputs[static_cast<std::size_t>(from)]
                      .weight,
                  p.level[p.levelIndex(node, from)], 1e-15);
    }
  }
}

TEST(Derivation, MixedActivationsTakeTheStrongest) {
  const SupergraphShape shape{1, {kOperationKinds[4]}};
  ConnectionWeights weights = ConnectionWeights::uniform(shape, true);
  weights.activationLogits = {0, 1, 0.5, -1};
  const auto derived = derive(weights, {.topNodes = 1}).value();
  EXPECT_EQ(derived.cell.nodes[0].operation.activation, Activation::Relu);
  EXPECT_EQ(derived.flip.table, ChoiceTable::Activation);
  EXPECT_THAT(describe(derived.flip), HasSubstr("activation of L1.dT: relu"));
  weights.activationLogits.clear();
  EXPECT_EQ(derive(weights, {.topNodes = 1})->cell.nodes[0].operation.activation,
            Activation::Softmax);
}

TEST(Derivation, TiesGoToTheLowerIndex) {
  const auto derived =
      derive(ConnectionWeights::uniform({}, true), {.topNodes = 2, .topPredecessors = 1}).value();
  EXPECT_THAT(derived.supergraphNodes, ElementsAre(0, 1));
  EXPECT_EQ(derived.cell.nodes[0].operation.activation, Activation::None);
  EXPECT_EQ(derived.margin, 0);
}

}  // namespace
}  // namespace attelier::space
