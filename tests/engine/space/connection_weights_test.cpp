#include "engine/space/connection_weights.h"

#include "engine/space/random_cell.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <cmath>

namespace attelier::space {
namespace {

using nlohmann::json;

TEST(ConnectionWeights, NodesAreNumberedLevelByLevel) {
  const SupergraphShape shape;
  EXPECT_EQ(shape.nodes(), 12);
  EXPECT_EQ(nodeName(shape, 0), "L1.mS");
  EXPECT_EQ(nodeName(shape, 10), "L2.dT");
  EXPECT_EQ(nodeFromName(shape, "L2.dT").value(), 10);
  EXPECT_THAT(nodeFromName(shape, "L3.dT").error().message, testing::HasSubstr("did you mean"));
  const SupergraphShape twice{1, {kOperationKinds[0], kOperationKinds[1], kOperationKinds[0]}};
  EXPECT_EQ(nodeName(twice, 2), "L1.mS.2");
  EXPECT_EQ(nodeFromName(twice, "L1.mS.2").value(), 2);
}

TEST(ConnectionWeights, ProbabilitiesAreTheSoftmaxOfEachRow) {
  const SupergraphShape shape{2, {kOperationKinds[0], kOperationKinds[4]}};
  ConnectionWeights weights = ConnectionWeights::uniform(shape, true);
  weights.levelLogits = {std::log(3.0F), 0, 0, 0};
  weights.sinkLogits = {std::log(5.0F), 0, 0, 0};
  weights.activationLogits[4] = 200;  // large logits must not overflow
  const auto p = probabilities(weights);
  EXPECT_NEAR(p.level[p.levelIndex(2, 0)], 0.75, 1e-7);
  EXPECT_NEAR(p.level[p.levelIndex(2, 1)], 0.25, 1e-7);
  EXPECT_NEAR(p.level[p.levelIndex(3, 0)], 0.5, 1e-12);
  EXPECT_NEAR(p.sink[0], 5.0 / 8, 1e-7);
  EXPECT_NEAR(p.activation[p.activationIndex(0, Activation::Relu)], 0.25, 1e-12);
  EXPECT_NEAR(p.activation[p.activationIndex(1, Activation::None)], 1, 1e-12);
  const auto gates = probabilities(weights, SinkGate::Sigmoid);
  EXPECT_NEAR(gates.sink[0], 5.0 / 6, 1e-7);
  EXPECT_NEAR(gates.sink[1], 0.5, 1e-12);
}

TEST(ConnectionWeights, HealthGoesFromUndecidedToDecided) {
  const SupergraphShape shape;
  ConnectionWeights weights = ConnectionWeights::uniform(shape, false);
  const auto flat = weightHealth(probabilities(weights));
  EXPECT_NEAR(flat.sinkEntropy, 1, 1e-12);
  EXPECT_NEAR(flat.levelEntropy, 1, 1e-12);
  EXPECT_NEAR(flat.shareOfKind[2], 1.0 / 6, 1e-12);
  weights.sinkLogits[10] = 1000;
  for (int j = 0; j < 6; ++j) weights.levelLogits[static_cast<std::size_t>(6 * j)] = 1000;
  const auto sharp = weightHealth(probabilities(weights));
  EXPECT_NEAR(sharp.sinkEntropy, 0, 1e-12);
  EXPECT_NEAR(sharp.levelEntropy, 0, 1e-12);
  EXPECT_NEAR(sharp.shareOfKind[4], 1, 1e-12);
}

TEST(ConnectionWeights, SurviveTheirJson) {
  const SupergraphShape shape{3, {kOperationKinds[5], kOperationKinds[1]}};
  const auto weights = randomWeights(shape, true, 4);
  const auto back = connectionWeightsFromJson(json::parse(toJson(weights).dump()), "");
  ASSERT_TRUE(back) << describe(back.error());
  EXPECT_EQ(*back, weights);
}

TEST(ConnectionWeights, JsonOfStrangersIsChecked) {
  const json good = toJson(ConnectionWeights::uniform({}, false));
  const auto refused = [&good](const char* field, const json& value) {
    json form = good;
    form[field] = value;
    return !connectionWeightsFromJson(form, "weights.json");
  };
  EXPECT_TRUE(refused("levels", 3));
  EXPECT_TRUE(refused("levels", 0));
  EXPECT_TRUE(refused("levels", 1e9));
  EXPECT_TRUE(refused("kinds", json::array()));
  EXPECT_TRUE(refused("kinds", {"mS", "mX", "mST", "dS", "dT", "dST"}));
  EXPECT_TRUE(refused("sink_logits", json::array({1, 2})));
  EXPECT_TRUE(refused("activation_logits", json::array({1, 2})));
  EXPECT_TRUE(refused("sink_logits", std::vector<double>(12, 1e300)));
  EXPECT_FALSE(refused("sink_logits", std::vector<double>(12, 1)));
}

}  // namespace
}  // namespace attelier::space
