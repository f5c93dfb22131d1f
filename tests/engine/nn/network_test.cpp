#include "engine/nn/network.h"

#include "engine/nn/replicas.h"
#include "engine/space/cost.h"
#include "engine/space/derivation.h"
#include "tests/engine/nn/networks.h"
#include "tests/engine/nn/tensor_gap.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>

namespace attelier::nn {
namespace {

using testing::cellOf;
using testing::gap;
using testing::loss;
using testing::make;
using testing::randomise;
using testing::tasksSpec;

TEST(Network, InsertingCellsOrSupergraphLeavesOutputsUnchangedBitForBit) {
  const at::Tensor clips = at::randn({3, 3, 8, 32, 32});
  SupergraphSettings mixed;
  mixed.mixActivations = true;
  for (const auto& spec : {tasksSpec(SupergraphSettings{}), tasksSpec(mixed),
                           tasksSpec(CellInsertion{cellOf("mS<mT + dST")}),
                           tasksSpec(CellInsertion{cellOf("side_by_side")})}) {
    const std::shared_ptr<Network> plain = make(tasksSpec(PlainInsertion{}));
    const std::shared_ptr<Network> with = make(spec);
    for (const bool training : {true, false}) {
      plain->train(training);
      with->train(training);
      EXPECT_TRUE(at::equal(plain->forward(clips), with->forward(clips)));
    }
  }
}

TEST(Network, GlyphStemIsTheOneOfTheTasks) {
  const std::shared_ptr<Network> plain = make(tasksSpec(PlainInsertion{}));
  int64_t parameters = 0;
  for (const at::Tensor& p : plain->parameters()) parameters += p.numel();
  // three convolutions without bias, norms of 8, 16, 32 channels, linear 32 -> 4 with bias
  EXPECT_EQ(parameters, 3 * 8 * 9 + 8 * 16 * 9 + 16 * 32 * 4 + 2 * (8 + 16 + 32) + 32 * 4 + 4);
  const std::shared_ptr<Network> with = make(tasksSpec(SupergraphSettings{}));
  ASSERT_EQ(with->places().size(), 1U);
  EXPECT_EQ(with->places()[0], (space::Place{"conv3", 32, 8, 4, 4}));
}

TEST(Network, AnUnprunedDerivedCellEqualsItsSupergraph) {
  for (const int levels : {1, 2, 3}) {
    SupergraphSettings settings;
    settings.shape.levels = levels;
    const std::shared_ptr<Network> whole = make(tasksSpec(settings));
    whole->to(at::kDouble);
    randomise(*whole, 5);
    const auto& supergraph = dynamic_cast<const Supergraph&>(whole->insertion(0));
    space::DerivationOptions options;
    options.topNodes = settings.shape.nodes();
    options.topPredecessors = settings.shape.nodesPerLevel();
    const auto derived = space::derive(toConnectionWeights(supergraph.weights()), options);
    ASSERT_TRUE(derived.has_value());
    Cell cell(derived->cell, 32, AttentionLimits{});
    cell.to(at::kDouble);
    cell.inherit(supergraph, derived->supergraphNodes);
    const at::Tensor x = at::randn({2, 32, 4, 3, 3}, at::kDouble);
    for (const bool training : {true, false}) {
      whole->train(training);
      cell.train(training);
      EXPECT_LT(gap(whole->insertion(0).forward(x), cell.forward(x)), 1e-10)
          << levels << " levels, training " << training;
    }
  }
}

TEST(Network, CellParametersAreThoseOfTheCostModel) {
  const space::Place place{"x", 32, 8, 4, 4};
  for (const char* text : {"mS", "mS<mT", "dST<dT", "mS<mT + dST", "dT<(x0, mS)", "side_by_side"}) {
    const space::CellDesign design = cellOf(text);
    const Cell cell(design, 32, AttentionLimits{});
    int64_t parameters = 0;
    for (const at::Tensor& p : cell.parameters()) parameters += p.numel();
    EXPECT_EQ(parameters, space::cost(design, place).parameters) << text;
  }
}

TEST(Network, EndpointsOfS3dHaveTheirPublishedShapes) {
  // papers.md 5.1, for 64 x 224 x 224: frames, size, channels
  const std::map<std::string, std::array<int, 3>> expected{
      {"Conv3d_1a", {32, 112, 64}}, {"MaxPool_2a", {32, 56, 64}},  {"Conv3d_2b", {32, 56, 64}},
      {"Conv3d_2c", {32, 56, 192}}, {"MaxPool_3a", {32, 28, 192}}, {"Mixed_3b", {32, 28, 256}},
      {"Mixed_3c", {32, 28, 480}},  {"MaxPool_4a", {16, 14, 480}}, {"Mixed_4b", {16, 14, 512}},
      {"Mixed_4c", {16, 14, 512}},  {"Mixed_4d", {16, 14, 512}},   {"Mixed_4e", {16, 14, 528}},
      {"Mixed_4f", {16, 14, 832}},  {"MaxPool_5a", {8, 7, 832}},   {"Mixed_5b", {8, 7, 832}},
      {"Mixed_5c", {8, 7, 1024}}};
  for (const bool separable : {true, false}) {
    BackboneSettings settings{"s3d", 0.0, separable};
    const auto backbone = makeBackbone(settings, 5);
    ASSERT_TRUE(backbone.has_value());
    const std::vector<space::Place> places = (*backbone)->places({64, 224, 224});
    ASSERT_EQ(places.size(), expected.size());
    for (const space::Place& place : places) {
      const std::array<int, 3> shape = expected.at(place.name);
      EXPECT_EQ(place.frames, shape[0]) << place.name;
      EXPECT_EQ(place.height, shape[1]) << place.name;
      EXPECT_EQ(place.width, shape[1]) << place.name;
      EXPECT_EQ(place.channels, shape[2]) << place.name;
    }
  }
}

TEST(Network, PlacesSayTheShapesThatComeThrough) {
  for (const std::string& name : backboneNames()) {
    const auto backbone = makeBackbone({name, 0.0, true}, 5);
    ASSERT_TRUE(backbone.has_value());
    const ClipShape clip{9, 50, 38};
    const std::vector<space::Place> places = (*backbone)->places(clip);
    size_t seen = 0;
    at::NoGradGuard guard;
    const at::Tensor logits = (*backbone)->forward(
        at::randn({1, 3, clip.frames, clip.height, clip.width}), [&](int p, const at::Tensor& x) {
          const space::Place& place = places[static_cast<size_t>(p)];
          EXPECT_EQ(x.sizes(), (std::vector<int64_t>{1, place.channels, place.frames, place.height,
                                                     place.width}))
              << place.name;
          ++seen;
          return x;
        });
    EXPECT_EQ(seen, places.size());
    EXPECT_EQ(logits.sizes(), (std::vector<int64_t>{1, 5}));
  }
}

TEST(Network, S3dTrainsAStepWithFiveCells) {
  NetworkSpec spec;
  spec.backbone.name = "s3d";
  spec.clip = {8, 64, 64};
  spec.insertion = CellInsertion{cellOf("mS<mT + dST")};
  const std::shared_ptr<Network> network = make(spec);
  EXPECT_EQ(network->insertionCount(), 5U);
  const at::Tensor clips = at::randn({2, 3, 8, 64, 64});
  NetworkSpec without = spec;
  without.insertion = PlainInsertion{};
  const std::shared_ptr<Network> plain = make(without);
  EXPECT_TRUE(at::equal(plain->forward(clips), network->forward(clips)));
  loss(network->forward(clips), at::tensor({0, 1}), 2).backward();
  at::NoGradGuard guard;
  for (const at::Tensor& p : network->parameters()) {
    ASSERT_TRUE(p.grad().defined());
    at::Tensor value = p;
    value.add_(p.grad(), -0.01);
    EXPECT_TRUE(at::isfinite(value).all().item<bool>());
  }
}

TEST(Network, ErrorsNameWhatIsKnown) {
  NetworkSpec spec = tasksSpec(SupergraphSettings{});
  spec.places = {"conv9"};
  const auto noPlace = Network::create(spec, 1);
  ASSERT_FALSE(noPlace.has_value());
  EXPECT_NE(noPlace.error().message.find("conv3"), std::string::npos);
  spec.backbone.name = "resnet";
  const auto noBackbone = Network::create(spec, 1);
  ASSERT_FALSE(noBackbone.has_value());
  EXPECT_NE(noBackbone.error().message.find("s3d_small"), std::string::npos);
}

TEST(Network, StateGoesOutAndComesBack) {
  const std::shared_ptr<Network> a = make(tasksSpec(SupergraphSettings{}), 1);
  const std::shared_ptr<Network> b = make(tasksSpec(SupergraphSettings{}), 2);
  randomise(*a, 9);
  const at::Tensor clips = at::randn({2, 3, 8, 32, 32});
  a->forward(clips);
  a->eval();
  b->eval();
  EXPECT_GT(gap(a->forward(clips), b->forward(clips)), 1e-3);
  ASSERT_TRUE(loadNamedState(*b, namedState(*a)).has_value());
  EXPECT_TRUE(at::equal(a->forward(clips), b->forward(clips)));
  auto state = namedState(*a);
  state.pop_back();
  EXPECT_FALSE(loadNamedState(*b, state).has_value());
}

TEST(Network, ConnectionWeightsGoOutAndComeBack) {
  ArchitectureWeights weights({3, {space::kOperationKinds.begin(), space::kOperationKinds.end()}},
                              true, space::SinkGate::Softmax);
  space::ConnectionWeights values = toConnectionWeights(weights);
  for (size_t i = 0; i < values.levelLogits.size(); ++i) values.levelLogits[i] = float(i);
  for (size_t i = 0; i < values.sinkLogits.size(); ++i) values.sinkLogits[i] = float(i) / 7;
  setConnectionWeights(weights, values);
  EXPECT_EQ(toConnectionWeights(weights), values);
  // The same softmax as the plain-number side takes.
  const space::ConnectionProbabilities plain = space::probabilities(values);
  EXPECT_NEAR(weights.sink()[2][4].item<double>(), plain.sink[16], 1e-6);
  EXPECT_NEAR(weights.incoming(2, false)[3][5].item<double>(), plain.level[plain.levelIndex(15, 5)],
              1e-6);
}

TEST(Network, BytesBecomeNormalisedChannelsLastFloats) {
  const at::Tensor rgb = at::randint(0, 256, {2, 3, 4, 5, 3}).to(at::kByte);
  const at::Tensor x = toNetworkInput(rgb, {100, 110, 120}, {60, 50, 40});
  EXPECT_EQ(x.sizes(), (std::vector<int64_t>{2, 3, 3, 4, 5}));
  EXPECT_NEAR(x[1][2][0][3][4].item<double>(), (rgb[1][0][3][4][2].item<double>() - 120) / 40,
              1e-6);
}

TEST(Network, ContributionIsTheRatioOfNorms) {
  const std::shared_ptr<Network> network = make(tasksSpec(CellInsertion{cellOf("mS")}));
  randomise(*network, 3);
  CaptureRequest request;
  request.contribution = true;
  network->setCapture(request);
  const at::Tensor x = at::randn({2, 32, 8, 4, 4});
  const at::Tensor z = network->insertion(0).forward(x);
  const std::vector<PlaceCapture> captures = network->takeCaptures();
  EXPECT_NEAR(captures[0].contribution(), ((z - x).norm() / x.norm()).item<double>(), 1e-5);
}

// --- replicas -----------------------------------------------------------------------------------

struct Step {
  at::Tensor loss;
  at::Tensor logits;
  std::vector<at::Tensor> gradients;
  std::vector<std::pair<std::string, at::Tensor>> state;
};

Step trainStep(int threads, double dropout) {
  SupergraphSettings settings;
  NetworkSpec spec = tasksSpec(settings);
  spec.backbone.dropout = dropout;
  const std::shared_ptr<Network> network = make(spec, 4);
  randomise(*network, 6);
  Replicas replicas(network, threads);
  network->setDropoutKey(77);
  at::manual_seed(8);
  const at::Tensor clips = at::randint(0, 256, {7, 8, 32, 32, 3}).to(at::kByte);
  const at::Tensor labels = at::randint(0, 4, {7});
  const auto outcome =
      replicas.forwardBackward(clips, labels,
                               [](Network&, const at::Tensor& logits, const at::Tensor& y,
                                  const Shard& shard) { return loss(logits, y, shard.total); });
  Step step{outcome.loss, outcome.logits, {}, {}};
  for (const at::Tensor& p : network->parameters()) {
    step.gradients.push_back(p.grad().defined() ? p.grad().clone() : at::zeros_like(p));
  }
  for (const auto& [name, value] : namedState(*network))
    step.state.emplace_back(name, value.clone());
  return step;
}

TEST(Replicas, SeveralThreadsEqualOneAndAreDeterministic) {
  for (const double dropout : {0.0, 0.5}) {
    const Step one = trainStep(1, dropout);
    for (const int threads : {2, 3}) {
      const Step several = trainStep(threads, dropout);
      const Step again = trainStep(threads, dropout);
      EXPECT_NEAR(one.loss.item<double>(), several.loss.item<double>(), 1e-5);
      EXPECT_LT(gap(one.logits, several.logits), 1e-4);
      for (size_t i = 0; i < one.gradients.size(); ++i) {
        if (one.gradients[i].numel() == 0) continue;
        const double size = std::max(0.1, one.gradients[i].abs().max().item<double>());
        EXPECT_LT(gap(one.gradients[i], several.gradients[i]), 2e-4 * size) << i;
        EXPECT_TRUE(at::equal(several.gradients[i], again.gradients[i]));
      }
      for (size_t i = 0; i < one.state.size(); ++i) {
        if (one.state[i].second.numel() == 0) continue;
        EXPECT_LT(gap(one.state[i].second, several.state[i].second), 1e-4) << one.state[i].first;
      }
    }
  }
}

TEST(Replicas, AFailureInOneWorkerStopsTheOthersAndIsRethrown) {
  const std::shared_ptr<Network> network = make(tasksSpec(SupergraphSettings{}));
  Replicas replicas(network, 3);
  const at::Tensor clips = at::randn({6, 3, 8, 32, 32});
  const at::Tensor labels = at::zeros({6}, at::kLong);
  for (int failing = 0; failing < 3; ++failing) {
    const auto attempt = [&] {
      replicas.forwardBackward(clips, labels,
                               [&](Network&, const at::Tensor& logits, const at::Tensor&,
                                   const Shard& shard) -> at::Tensor {
                                 if (shard.index == failing)
                                   throw std::runtime_error("worker failed");
                                 return logits.sum();
                               });
    };
    EXPECT_THROW(attempt(), std::runtime_error);
  }
  EXPECT_EQ(replicas.forward(clips).size(0), 6);
}

TEST(Replicas, CapturesOfTheShardsComeTogether) {
  const std::shared_ptr<Network> network = make(tasksSpec(SupergraphSettings{}));
  network->eval();
  Replicas replicas(network, 2);
  const at::Tensor clips = at::randn({3, 3, 8, 32, 32});
  CaptureRequest request;
  request.attention = true;
  request.contribution = true;
  network->setCapture(request);
  const at::Tensor split = replicas.forward(clips);
  const std::vector<PlaceCapture> joined = replicas.takeCaptures();
  at::NoGradGuard guard;
  const at::Tensor whole = network->forward(clips);
  const std::vector<PlaceCapture> alone = network->takeCaptures();
  EXPECT_LT(gap(split, whole), 1e-5);
  ASSERT_EQ(joined[0].nodes.size(), 12U);
  for (size_t v = 0; v < 12; ++v) {
    const NodeCapture& a = joined[0].nodes[v];
    const NodeCapture& b = alone[0].nodes[v];
    EXPECT_EQ(a.node, static_cast<int>(v));
    EXPECT_LT(gap(a.map.defined() ? a.map : a.attention, b.map.defined() ? b.map : b.attention),
              1e-5);
  }
  EXPECT_NEAR(joined[0].contribution(), alone[0].contribution(), 1e-6);
}

}  // namespace
}  // namespace attelier::nn
