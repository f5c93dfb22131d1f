#include "engine/search/learner.h"

#include "engine/clips/synthetic.h"
#include "engine/search/checkpoint_state.h"
#include "engine/search/probes.h"
#include "engine/search/validation.h"
#include "tests/support/small_search.h"

#include <gtest/gtest.h>
#include <torch/types.h>

#include <cmath>

namespace attelier::search {
namespace {

using attelier::testing::smallSearch;
using attelier::testing::TemporaryFolder;

struct Learning {
  std::shared_ptr<const clips::ClipSource> source;
  std::unique_ptr<Learner> learner;
};

Learning begin(const RunConfiguration& configuration, Trained trained = {}) {
  Learning learning;
  learning.source = clipsOf(configuration, {}).value();
  auto learner = makeLearner({.configuration = configuration, .trained = std::move(trained)},
                             *learning.source, configuration.training.steps);
  EXPECT_TRUE(learner.has_value());
  learning.learner = std::move(*learner);
  return learning;
}

void learn(Learning& learning, const RunConfiguration& configuration, int steps,
           bool look = false) {
  clips::Loader loader(learning.source, configuration.loader,
                       {.split = clips::Split::Train,
                        .mode = clips::LoadMode::Train,
                        .batchSize = configuration.training.batch,
                        .seed = static_cast<std::uint64_t>(configuration.training.seed),
                        .startPosition = learning.learner->steps() * configuration.training.batch,
                        .limit = 0});
  for (int i = 0; i < steps; ++i) {
    const auto batch = loader.next();
    ASSERT_TRUE(batch.has_value());
    learning.learner->step(**batch);
    if (look) {
      const auto clip = loadClip(*learning.source, clips::Split::Select, i);
      ASSERT_TRUE(clip.has_value());
      const Attention seen = attend(learning.learner->replicas(), {*clip});
      EXPECT_EQ(seen.places.size(), 1U);
      EXPECT_EQ(seen.places[0].nodes.size(), 12U);
      ASSERT_TRUE(validate(learning.learner->replicas(), learning.source, configuration.loader,
                           {.split = clips::Split::Select, .batch = 8, .limit = 8})
                      .has_value());
    }
  }
}

void expectEqualBits(const NamedTensors& a, const NamedTensors& b) {
  ASSERT_EQ(a.size(), b.size());
  for (size_t i = 0; i < a.size(); ++i) {
    ASSERT_EQ(a[i].first, b[i].first);
    EXPECT_TRUE(torch::equal(a[i].second, b[i].second)) << a[i].first;
  }
}

NamedTensors copyOf(const NamedTensors& tensors) {
  NamedTensors copies;
  for (const auto& [name, tensor] : tensors) {
    copies.emplace_back(name, tensor.detach().clone());
  }
  return copies;
}

TEST(Learner, LookingChangesNoBit) {
  const RunConfiguration configuration = smallSearch();
  Learning plain = begin(configuration);
  Learning watched = begin(configuration);
  learn(plain, configuration, 5);
  learn(watched, configuration, 5, /*look=*/true);
  expectEqualBits(plain.learner->state(), watched.learner->state());
}

TEST(Learner, RestoredGoesOnBitForBit) {
  const RunConfiguration configuration = smallSearch();
  const TemporaryFolder folder;
  Learning whole = begin(configuration);
  learn(whole, configuration, 4);
  const auto file = folder.path() / "state.safetensors";
  ASSERT_TRUE(
      writeCheckpointState(file, {.tensors = whole.learner->state(), .progress = {{"step", 4}}})
          .has_value());
  learn(whole, configuration, 4);

  Learning resumed = begin(configuration);
  const auto state = readCheckpointState(file);
  ASSERT_TRUE(state.has_value());
  ASSERT_TRUE(resumed.learner->restore(state->tensors, 4).has_value());
  learn(resumed, configuration, 4);
  expectEqualBits(whole.learner->state(), resumed.learner->state());
}

TEST(Learner, NonFiniteLossShutsTheGuardAndChangesNoWeight) {
  const RunConfiguration configuration = smallSearch();
  Learning learning = begin(configuration);
  learn(learning, configuration, 2);
  {
    torch::NoGradGuard noGrad;
    learning.learner->network().networkParameters().front().view(-1)[0] = std::nan("");
  }
  const NamedTensors before = copyOf(learning.learner->state());
  learn(learning, configuration, 2);
  for (const auto& [name, tensor] : learning.learner->state()) {
    if (name.find("running") != std::string::npos) {
      continue;  // statistics of the bad pass; no checkpoint is written after it
    }
    for (const auto& [other, old] : before) {
      if (name == other) {
        EXPECT_TRUE(torch::equal(tensor.nan_to_num(7.0), old.nan_to_num(7.0))) << name;
      }
    }
  }
}

TEST(Learner, ConnectionWeightsWaitForTheirStart) {
  RunConfiguration configuration = smallSearch(10);
  configuration.connections.frozenShare = 0.3;
  Learning learning = begin(configuration);
  learn(learning, configuration, 3);
  const space::ConnectionWeights frozen = learning.learner->weights().at(0);
  for (const float logit : frozen.sinkLogits) {
    EXPECT_EQ(logit, 0.0F);
  }
  EXPECT_EQ(learning.learner->stage(), "joint");
  learn(learning, configuration, 1);
  float moved = 0.0F;
  const space::ConnectionWeights begun = learning.learner->weights().at(0);
  for (const float logit : begun.sinkLogits) {
    moved = std::max(moved, std::abs(logit));
  }
  // Adam's first step is the learning rate, whatever the gradient.
  EXPECT_NEAR(moved, configuration.connections.learningRate, 1e-4);
  // The mean starts where they begin to move.
  EXPECT_EQ(learning.learner->meanWeights().at(0).sinkLogits,
            learning.learner->weights().at(0).sinkLogits);
}

TEST(Learner, MeanIsThePlainMeanUntilItsTimeConstant) {
  RunConfiguration configuration = smallSearch(20);
  configuration.connections.frozenShare = 0.0;
  configuration.connections.meanShare = 0.5;
  Learning learning = begin(configuration);
  std::vector<double> sum(12, 0.0);
  for (int step = 0; step < 4; ++step) {
    learn(learning, configuration, 1);
    const auto logits = learning.learner->weights().at(0).sinkLogits;
    for (size_t i = 0; i < sum.size(); ++i) {
      sum[i] += static_cast<double>(logits[i]);
    }
  }
  const auto mean = learning.learner->meanWeights().at(0).sinkLogits;
  for (size_t i = 0; i < sum.size(); ++i) {
    EXPECT_NEAR(static_cast<double>(mean[i]), sum[i] / 4.0, 1e-5);
  }
}

TEST(Optimiser, AdamWFollowsItsFormula) {
  auto weight = torch::tensor({{1.0F, -2.0F}}).requires_grad_();
  Optimiser optimiser(
      {{"w", weight}},
      {.kind = OptimiserKind::AdamW, .momentum = 0.8, .beta2 = 0.9, .weightDecay = 0.1});
  const at::Tensor open = torch::zeros({});
  std::vector<double> w{1.0, -2.0}, m{0.0, 0.0}, v{0.0, 0.0};
  for (int step = 1; step <= 3; ++step) {
    const std::vector<double> gradient{0.5 * step, -0.25};
    weight.mutable_grad() =
        torch::tensor({{static_cast<float>(gradient[0]), static_cast<float>(gradient[1])}});
    optimiser.step(0.01, open);
    for (size_t i = 0; i < 2; ++i) {
      w[i] -= 0.01 * 0.1 * w[i];
      m[i] = 0.8 * m[i] + 0.2 * gradient[i];
      v[i] = 0.9 * v[i] + 0.1 * gradient[i] * gradient[i];
      w[i] -= 0.01 * (m[i] / (1 - std::pow(0.8, step))) /
              (std::sqrt(v[i] / (1 - std::pow(0.9, step))) + 1e-8);
      EXPECT_NEAR(weight.data_ptr<float>()[i], w[i], 1e-6);
    }
  }
  optimiser.step(0.01, torch::ones({}));  // a shut guard
  EXPECT_NEAR(weight.data_ptr<float>()[0], w[0], 1e-6);
}

TEST(Optimiser, GradientsAreScaledToTheLimit) {
  auto weight = torch::zeros({2}).requires_grad_();
  Optimiser optimiser({{"w", weight}}, {.kind = OptimiserKind::Sgd});
  weight.mutable_grad() = torch::tensor({3.0F, 4.0F});
  EXPECT_NEAR(optimiser.clipGradients(1.0).item<float>(), 5.0F, 1e-6);
  EXPECT_NEAR(weight.grad().norm().item<float>(), 1.0F, 1e-5);
}

}  // namespace
}  // namespace attelier::search
