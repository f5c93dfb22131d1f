#include "engine/nn/attention_level.h"

#include "engine/nn/dot_attention.h"
#include "engine/space/attention_extent.h"
#include "engine/space/cost.h"
#include "tests/engine/nn/naive_operation.h"

#include <gtest/gtest.h>

#include <cmath>

namespace attelier::nn {
namespace {

using space::Activation;
using testing::NaiveOperation;
using testing::toVector;

constexpr int kChannels = 16;
const TokenGrid kGrid{2, 3, 2, 3};

std::vector<std::optional<Activation>> allActivations() {
  return {Activation::None, Activation::Relu, Activation::Softmax, Activation::Sigmoid,
          std::nullopt};
}

space::OperationSettings plainSettings(space::Grouping grouping) {
  space::OperationSettings settings;
  settings.grouping = grouping;
  settings.minChannels = 4;
  settings.nodeNorm = false;
  return settings;
}

std::shared_ptr<AttentionLevel> levelOf(const std::vector<LevelNode>& nodes,
                                        const space::OperationSettings& settings,
                                        int64_t budgetBytes = int64_t{1} << 30) {
  auto level =
      std::make_shared<AttentionLevel>(nodes, kChannels, settings, AttentionLimits{budgetBytes});
  level->to(at::kDouble);
  return level;
}

std::vector<LevelNode> sixNodes(std::optional<Activation> activation) {
  std::vector<LevelNode> nodes;
  for (const space::OperationKind& kind : space::kOperationKinds)
    nodes.push_back({kind, activation});
  return nodes;
}

double largestDifference(const std::vector<double>& a, const std::vector<double>& b) {
  EXPECT_EQ(a.size(), b.size());
  double largest = 0;
  for (size_t i = 0; i < a.size(); ++i) largest = std::max(largest, std::abs(a[i] - b[i]));
  return largest;
}

struct Case {
  space::Grouping grouping;
  space::AttentionScale scale;
};

class EveryOperation : public ::testing::TestWithParam<Case> {};

TEST_P(EveryOperation, EqualsNaiveLoopsAndCapturesItsAttention) {
  at::manual_seed(11);
  for (const auto& activation : allActivations()) {
    space::OperationSettings settings = plainSettings(GetParam().grouping);
    settings.scale = GetParam().scale;
    const auto level = levelOf(sixNodes(activation), settings);
    const at::Tensor mix = activation ? at::Tensor() : at::randn({6, 4}, at::kDouble).softmax(-1);
    const at::Tensor shared = at::randn({kGrid.rows(), kChannels}, at::kDouble);
    const at::Tensor own = at::randn({6, kGrid.rows(), kChannels}, at::kDouble);
    for (const bool sharedInput : {true, false}) {
      LevelInput input;
      if (sharedInput) {
        input.shared = shared;
      } else {
        input.maps = own.narrow(0, 0, 3);
        input.dots = own.narrow(0, 3, 3);
      }
      CaptureRequest request;
      request.attention = true;
      std::vector<NodeCapture> captures;
      const at::Tensor out = level->forward(input, kGrid, mix, request, &captures);
      ASSERT_EQ(captures.size(), 6U);
      for (int j = 0; j < 6; ++j) {
        const NodeCapture& capture = captures[static_cast<size_t>(j)];
        NaiveOperation naive{space::kOperationKinds[static_cast<size_t>(j)],
                             capture.activationWeights,
                             settings,
                             kGrid,
                             kChannels,
                             {},
                             0};
        const std::vector<double> expected =
            naive.run(*level, j, toVector(sharedInput ? shared : own[j]));
        EXPECT_LT(largestDifference(toVector(out[j]), expected), 1e-10)
            << space::shortName(naive.kind) << " activation "
            << (activation ? static_cast<int>(*activation) : 4);
        EXPECT_EQ(capture.node, j);
        if (j < 3) {
          EXPECT_LT(largestDifference(toVector(capture.map), naive.attention), 1e-10);
          continue;
        }
        EXPECT_LT(largestDifference(toVector(capture.attention), naive.attention), 1e-10);
        if (activation == Activation::Softmax) {
          const at::Tensor fromRows =
              (capture.scale * at::matmul(capture.queries, capture.keys.transpose(-1, -2)) -
               capture.normaliser.unsqueeze(-1))
                  .exp();
          EXPECT_LT(largestDifference(toVector(fromRows), naive.attention), 1e-10);
        }
      }
    }
  }
}

TEST_P(EveryOperation, HasTheGradientsOfFiniteDifferences) {
  at::manual_seed(12);
  const TokenGrid grid{2, 2, 2, 2};
  for (const auto& activation : allActivations()) {
    space::OperationSettings settings = plainSettings(GetParam().grouping);
    settings.scale = GetParam().scale;
    settings.nodeNorm = true;
    const auto level = levelOf(sixNodes(activation), settings);
    at::Tensor maps = at::randn({3, grid.rows(), kChannels}, at::kDouble).requires_grad_();
    at::Tensor dots = at::randn({3, grid.rows(), kChannels}, at::kDouble).requires_grad_();
    at::Tensor logits = at::randn({6, 4}, at::kDouble).requires_grad_();
    const at::Tensor probe = at::randn({6, grid.rows(), kChannels}, at::kDouble);
    const auto value = [&] {
      const at::Tensor mix = activation ? at::Tensor() : logits.softmax(-1);
      return (level->forward({{}, maps, dots}, grid, mix, {}, nullptr) * probe).sum();
    };
    std::vector<std::pair<std::string, at::Tensor>> variables{{"maps", maps}, {"dots", dots}};
    if (!activation) variables.emplace_back("mix", logits);
    for (const auto& item : level->named_parameters()) {
      variables.emplace_back(item.key(), item.value());
    }
    value().backward();
    for (auto& [name, variable] : variables) {
      const at::Tensor gradient = variable.grad().clone();
      for (int repeat = 0; repeat < 3; ++repeat) {
        const at::Tensor direction = at::randn_like(variable);
        constexpr double kStep = 1e-6;
        at::NoGradGuard guard;
        const at::Tensor before = variable.clone();
        variable.copy_(before + kStep * direction);
        const double up = value().item<double>();
        variable.copy_(before - kStep * direction);
        const double down = value().item<double>();
        variable.copy_(before);
        const double expected = (up - down) / (2 * kStep);
        const double actual = (gradient * direction).sum().item<double>();
        EXPECT_NEAR(actual, expected, 1e-5 * std::max(1.0, std::abs(expected)))
            << name << " activation " << (activation ? static_cast<int>(*activation) : 4);
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    Settings, EveryOperation,
    ::testing::Values(Case{space::Grouping::Joint, space::AttentionScale::InverseSqrt},
                      Case{space::Grouping::Batched, space::AttentionScale::InverseSqrt},
                      Case{space::Grouping::Joint, space::AttentionScale::Cosine},
                      Case{space::Grouping::Batched, space::AttentionScale::Cosine}));

TEST(AttentionLevel, CostIsWhatTheLoopsCounted) {
  for (const auto grouping : {space::Grouping::Joint, space::Grouping::Batched}) {
    const space::OperationSettings settings = plainSettings(grouping);
    const TokenGrid one{1, 3, 2, 3};
    const space::Place place{"x", kChannels, 3, 2, 3};
    for (int j = 0; j < 6; ++j) {
      const space::OperationKind kind = space::kOperationKinds[static_cast<size_t>(j)];
      const auto level = levelOf({{kind, space::defaultActivation(kind.type)}}, settings);
      NaiveOperation naive{kind, {0, 0, 1, 0}, settings, one, kChannels, {}, 0};
      naive.run(*level, 0, toVector(at::randn({one.rows(), kChannels}, at::kDouble)));
      const space::Operation operation{kind, space::defaultActivation(kind.type)};
      const space::PartCost cost = space::operationCost(operation, settings, place);
      EXPECT_EQ(cost.flops, naive.flops) << space::shortName(kind);
      int64_t parameters = 0;
      for (const at::Tensor& p : level->parameters()) parameters += p.numel();
      EXPECT_EQ(cost.parameters, parameters) << space::shortName(kind);
    }
  }
}

TEST(AttentionLevel, TemporalOperationsFollowAPermutationOfFrames) {
  at::manual_seed(13);
  const auto level = levelOf({{space::kOperationKinds[1], Activation::Sigmoid},
                              {space::kOperationKinds[4], Activation::Softmax}},
                             plainSettings(space::Grouping::Joint));
  const TokenGrid grid{1, 5, 2, 2};
  const at::Tensor order = at::tensor({3, 0, 4, 1, 2});
  const at::Tensor x = at::randn({5, 4 * kChannels}, at::kDouble);
  const auto run = [&](const at::Tensor& frames) {
    return level->forward({frames.reshape({20, kChannels}), {}, {}}, grid, {}, {}, nullptr)
        .view({2, 5, -1});
  };
  const at::Tensor expected = run(x).index_select(1, order);
  const at::Tensor actual = run(x.index_select(0, order));
  EXPECT_LT((actual - expected).abs().max().item<double>(), 1e-12);
}

TEST(AttentionLevel, PooledKeysLieOnTheGridThatSpaceStates) {
  space::OperationSettings settings = plainSettings(space::Grouping::Joint);
  settings.kvPool = 2;
  const TokenGrid grid{2, 2, 3, 5};
  const space::Place place{"x", kChannels, 2, 3, 5};
  for (const int j : {3, 4, 5}) {
    const space::OperationKind kind = space::kOperationKinds[static_cast<size_t>(j)];
    const auto level = levelOf({{kind, Activation::Softmax}}, settings);
    CaptureRequest request;
    request.attention = true;
    std::vector<NodeCapture> captures;
    const at::Tensor x = at::randn({grid.rows(), kChannels}, at::kDouble);
    level->forward({x, {}, {}}, grid, {}, request, &captures);
    const space::AttentionExtent extent = space::attentionExtent(kind, settings, place);
    const at::Tensor& a = captures[0].attention;
    EXPECT_EQ(a.size(2), extent.positions);
    EXPECT_EQ(a.size(3), extent.keyPositions);
    EXPECT_EQ(captures[0].keyGrid[0] * captures[0].keyGrid[1] * captures[0].keyGrid[2],
              extent.keyPositions);
  }
  // One key by hand: a spatiotemporal key of the corner covers pixels (2, 4) alone.
  const auto level = levelOf({{space::kOperationKinds[5], Activation::Softmax}}, settings);
  CaptureRequest request;
  request.attention = true;
  std::vector<NodeCapture> captures;
  const at::Tensor x = at::randn({grid.rows(), kChannels}, at::kDouble);
  level->forward({x, {}, {}}, grid, {}, request, &captures);
  const int64_t q = settings.keyChannels(kChannels);
  const at::Tensor keys =
      (at::matmul(x, level->dotWeight[0].t()) + level->dotBias[0]).narrow(1, q, q);
  const at::Tensor frame0 = keys.view({2, 2, 3, 5, q})[1][0];
  const at::Tensor box = frame0.slice(0, 0, 2).slice(1, 2, 4).reshape({4, q});
  EXPECT_LT((captures[0].keys[1][0][1] - std::get<0>(box.max(0))).abs().max().item<double>(),
            1e-12);
  EXPECT_LT((captures[0].keys[1][0][5] - frame0[2][4]).abs().max().item<double>(), 1e-12);
}

// The straightforward form, with LibTorch's own gradients.
at::Tensor fullAttention(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v,
                         const at::Tensor& mix, const DotAttentionOptions& options) {
  const at::Tensor s = at::matmul(q, k.transpose(1, 2)) * options.scale;
  const double n = static_cast<double>(k.size(1));
  const std::vector<at::Tensor> all{s / n, s.relu() / n, s.softmax(-1), s.sigmoid() / n};
  if (options.activation) return at::matmul(all[static_cast<size_t>(*options.activation)], v);
  at::Tensor a = at::zeros_like(s);
  for (int i = 0; i < 4; ++i) a = a + mix[i] * all[static_cast<size_t>(i)];
  return at::matmul(a, v);
}

TEST(DotAttention, BlocksEqualFullAttentionInValuesAndGradients) {
  at::manual_seed(14);
  for (const auto& [n, m] : {std::pair{300, 700}, std::pair{5, 7}}) {
    for (const auto& activation : allActivations()) {
      for (const int64_t budget : {int64_t{0}, int64_t{1} << 40}) {
        DotAttentionOptions options;
        options.activation = activation;
        options.scale = 0.3;
        options.budgetBytes = budget;
        std::vector<at::Tensor> leaves{at::randn({3, n, 8}, at::kDouble),
                                       at::randn({3, m, 8}, at::kDouble),
                                       at::randn({3, m, 12}, at::kDouble)};
        if (!activation) leaves.push_back(at::rand({4}, at::kDouble));
        for (at::Tensor& leaf : leaves) leaf.requires_grad_();
        const at::Tensor mix = activation ? at::Tensor() : leaves[3];
        const at::Tensor probe = at::randn({3, n, 12}, at::kDouble);
        const at::Tensor expected = fullAttention(leaves[0], leaves[1], leaves[2], mix, options);
        (expected * probe).sum().backward();
        std::vector<at::Tensor> gradients;
        for (at::Tensor& leaf : leaves) {
          gradients.push_back(leaf.grad().clone());
          leaf.mutable_grad().reset();
        }
        const at::Tensor actual = dotAttention(leaves[0], leaves[1], leaves[2], mix, options);
        (actual * probe).sum().backward();
        EXPECT_LT((actual - expected).abs().max().item<double>(), 1e-10);
        for (size_t i = 0; i < leaves.size(); ++i) {
          const double size = std::max(1.0, gradients[i].abs().max().item<double>());
          EXPECT_LT((leaves[i].grad() - gradients[i]).abs().max().item<double>(), 1e-10 * size)
              << "input " << i << " activation " << (activation ? int(*activation) : 4);
        }
      }
    }
  }
}

}  // namespace
}  // namespace attelier::nn
