#include "engine/nn/dot_attention.h"
#include "engine/nn/replicas.h"
#include "tests/engine/nn/networks.h"

#include <gtest/gtest.h>

namespace attelier::nn {
namespace {

using testing::expectRoundingOnly;
using testing::make;
using testing::manyNetworks;
using testing::MixedPrecision;
using testing::randomise;
using testing::relativeGap;
using testing::statisticsGap;
using testing::trainingPass;

TEST(MixedPrecision, GivesLogitsAndGradientsOfFloat32UpToRounding) {
  for (const auto& [name, spec] : manyNetworks()) {
    const auto network = [&, &spec = spec] {
      const std::shared_ptr<Network> built = make(spec, 3);
      randomise(*built, 4);
      return built;
    };
    const auto expected = trainingPass(*network(), false);
    const auto actual = trainingPass(*network(), true);
    EXPECT_EQ(actual.logits.scalar_type(), at::kBFloat16) << name;
    expectRoundingOnly(actual, expected, *network(), name);
  }
}

TEST(MixedPrecision, ReachesTheWorkersOfReplicas) {
  const NetworkSpec spec = testing::tasksSpec(SupergraphSettings{});
  at::manual_seed(8);
  const at::Tensor clips = at::randint(0, 256, {6, 8, 32, 32, 3}).to(at::kByte);
  const at::Tensor labels = at::randint(0, 4, {6});
  std::vector<at::Tensor> logits;
  std::vector<std::vector<at::Tensor>> statistics;
  for (const int threads : {1, 2, 3}) {
    const std::shared_ptr<Network> network = make(spec, 4);
    randomise(*network, 6);
    Replicas replicas(network, threads);
    const MixedPrecision guard(at::kCPU);
    const auto outcome = replicas.forwardBackward(
        clips, labels,
        [](Network&, const at::Tensor& scores, const at::Tensor& y, const Shard& shard) {
          EXPECT_EQ(scores.scalar_type(), at::kBFloat16) << "shard " << shard.index;
          return testing::loss(scores.to(at::kFloat), y, shard.total);
        });
    logits.push_back(outcome.logits);
    statistics.push_back(network->buffers());
    for (const at::Tensor& p : network->networkParameters()) {
      EXPECT_TRUE(p.grad().defined() && at::isfinite(p.grad()).all().item<bool>());
    }
  }
  for (size_t i = 1; i < logits.size(); ++i) {
    // 2^-9 for each of some twenty products and norms after one another.
    EXPECT_LT(relativeGap(logits[i], logits[0]), 0.03);
    EXPECT_LT(statisticsGap(statistics[i], statistics[0]), 0.01);
  }
}

TEST(MixedPrecision, SoftmaxAndItsNormaliserAreThoseOfFloat32) {
  at::manual_seed(9);
  const at::Tensor q = (at::randn({2, 40, 8}) * 4).to(at::kBFloat16);
  const at::Tensor k = at::randn({2, 50, 8}).to(at::kBFloat16);
  DotAttentionOptions options;
  options.activation = space::Activation::Softmax;
  const at::Tensor logits = at::bmm(q.to(at::kFloat), k.to(at::kFloat).transpose(1, 2));
  const MixedPrecision guard(at::kCPU);
  EXPECT_LT(relativeGap(attentionLogSumExp(q, k, options), logits.logsumexp(-1)), 1e-6);
  EXPECT_LT(relativeGap(attentionWeights(q, k, {}, options), logits.softmax(-1)), 1e-6);
  const at::Tensor rounded = logits.to(at::kBFloat16);
  EXPECT_TRUE(
      at::equal(at::softmax(rounded, -1), at::softmax(rounded, -1, at::kFloat).to(at::kBFloat16)));
}

}  // namespace
}  // namespace attelier::nn
