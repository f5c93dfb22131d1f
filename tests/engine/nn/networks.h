#pragma once

#include "engine/nn/network.h"

#include <ATen/autocast_mode.h>
#include <gtest/gtest.h>
#include <torch/types.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace attelier::nn::testing {

/// The network of the synthetic tasks with this insertion.
inline NetworkSpec tasksSpec(
    std::variant<PlainInsertion, SupergraphSettings, CellInsertion> insertion) {
  NetworkSpec spec;
  spec.insertion = std::move(insertion);
  return spec;
}

inline std::shared_ptr<Network> make(const NetworkSpec& spec, uint64_t seed = 1) {
  auto network = Network::create(spec, seed);
  EXPECT_TRUE(network.has_value()) << (network ? "" : describe(network.error()));
  return *network;
}

inline space::CellDesign cellOf(const std::string& text,
                                const space::OperationSettings& settings = {}) {
  auto design = space::parseCell(text, settings);
  EXPECT_TRUE(design.has_value()) << text;
  return *design;
}

inline at::Tensor loss(const at::Tensor& logits, const at::Tensor& labels, int64_t total) {
  return -logits.log_softmax(1).gather(1, labels.unsqueeze(1)).sum() / static_cast<double>(total);
}

/// Draws what a fresh network has at 0 or 1: norms and connection weights.
inline void randomise(Network& network, uint64_t seed) {
  at::NoGradGuard guard;
  at::manual_seed(seed);
  for (const auto& item : network.named_parameters()) {
    if (item.key().ends_with("gamma") || item.key().ends_with("delta") ||
        item.key().ends_with("logits")) {
      at::Tensor value = item.value();
      value.normal_();
      value.copy_(value.to(at::kFloat));  // so that float records hold it exactly
    }
  }
}

/// Products in bfloat16 as long as it lives.
class MixedPrecision {
 public:
  explicit MixedPrecision(c10::DeviceType type) : type_(type) {
    at::autocast::set_autocast_dtype(type_, at::kBFloat16);
    at::autocast::set_autocast_enabled(type_, true);
  }
  ~MixedPrecision() {
    at::autocast::clear_cache();
    at::autocast::set_autocast_enabled(type_, false);
  }
  MixedPrecision(const MixedPrecision&) = delete;
  MixedPrecision& operator=(const MixedPrecision&) = delete;

 private:
  c10::DeviceType type_;
};

/// ||a - b|| / ||b||, of all numbers together.
inline double relativeGap(const at::Tensor& a, const at::Tensor& b) {
  const at::Tensor x = a.detach().to(at::kCPU, at::kDouble);
  const at::Tensor y = b.detach().to(at::kCPU, at::kDouble);
  return ((x - y).norm() / y.norm()).item<double>();
}

/// Every other entry a running mean, then its running variance; means are measured in deviations,
/// because the mean of what is normed already is nothing but rounding. The largest of all norms.
inline double statisticsGap(const std::vector<at::Tensor>& actual,
                            const std::vector<at::Tensor>& expected) {
  EXPECT_EQ(actual.size(), expected.size());
  double largest = 0.0;
  for (size_t i = 0; i + 1 < expected.size(); i += 2) {
    const at::Tensor deviation = expected[i + 1].cpu().sqrt();
    const at::Tensor apart = actual[i].cpu() - expected[i].cpu();
    largest = std::max({largest, (apart.norm() / deviation.norm()).item<double>(),
                        relativeGap(actual[i + 1], expected[i + 1])});
  }
  return largest;
}

/// Networks of every operation, with all that changes how attention is computed.
inline std::vector<std::pair<std::string, NetworkSpec>> manyNetworks() {
  SupergraphSettings mixed;
  mixed.mixActivations = true;
  SupergraphSettings cosine = mixed;
  cosine.operations.scale = space::AttentionScale::Cosine;
  cosine.operations.kvPool = 2;
  SupergraphSettings batched;
  batched.operations.grouping = space::Grouping::Batched;
  NetworkSpec blocks = tasksSpec(mixed);
  blocks.attentionBudgetMb = 0;
  return {{"supergraph", tasksSpec(SupergraphSettings{})},
          {"supergraph, mixed activations", tasksSpec(mixed)},
          {"supergraph, mixed activations, blocks", blocks},
          {"supergraph, mixed activations, cosine, pooled keys", tasksSpec(cosine)},
          {"supergraph, batched", tasksSpec(batched)},
          {"cell of six kinds",
           tasksSpec(CellInsertion{cellOf("dST<(mS, mT, x0) + dS<mST + dT<(mT, x0)")})},
          {"cell of other activations",
           tasksSpec(CellInsertion{
               cellOf("dST:relu<(mS:softmax, mT:relu) + dS:none<mST:none + dT:sigmoid")})}};
}

/// What a training step of a network gives, on the CPU.
struct TrainingPass {
  at::Tensor logits;
  at::Tensor gradients;                ///< of all parameters, in one row
  std::vector<at::Tensor> statistics;  ///< running mean and variance of each norm in turn
};

/// One forward and backward pass of a fixed draw of clips, on the device of the network.
inline TrainingPass trainingPass(Network& network, bool mixedPrecision) {
  const c10::Device device = network.parameters().front().device();
  at::manual_seed(31);
  const auto& clip = network.spec().clip;
  const at::Tensor clips = at::randn({6, 3, clip.frames, clip.height, clip.width}).to(device);
  const at::Tensor labels = at::randint(0, network.spec().classes, {6}).to(device);
  at::Tensor logits;
  if (mixedPrecision) {
    const MixedPrecision guard(device.type());
    logits = network.forward(clips);
  } else {
    logits = network.forward(clips);
  }
  loss(logits.to(at::kFloat), labels, 6).backward();
  TrainingPass pass{logits.detach().cpu(), {}, {}};
  std::vector<at::Tensor> gradients;
  for (const at::Tensor& p : network.parameters()) {
    if (p.numel() == 0) continue;
    const at::Tensor gradient = p.grad().defined() ? p.grad() : at::zeros_like(p);
    EXPECT_EQ(gradient.scalar_type(), at::kFloat);
    gradients.push_back(gradient.reshape({-1}).cpu());
  }
  pass.gradients = at::cat(gradients);
  for (const at::Tensor& buffer : network.buffers()) {
    EXPECT_EQ(buffer.scalar_type(), at::kFloat);
    pass.statistics.push_back(buffer.cpu());
  }
  return pass;
}

/// Mixed precision rounds weights and features to 8 bits. What rounding the weights alone does to
/// this network in float32 (0.2 to 1 % of the logits, 2 to 6 % of the gradients, where a ReLU or a
/// maximum changes sides) is the measure: three times as much is allowed; 1.9 times was the most
/// seen on a CPU.
inline void expectRoundingOnly(const TrainingPass& actual, const TrainingPass& expected,
                               Network& fresh, const std::string& name) {
  {
    const at::NoGradGuard guard;
    for (at::Tensor p : fresh.parameters()) p.copy_(p.to(at::kBFloat16));
  }
  const TrainingPass rounded = trainingPass(fresh, false);
  const double logits = relativeGap(actual.logits, expected.logits);
  EXPECT_GT(logits, 0.0) << name;
  EXPECT_LT(logits, 3 * relativeGap(rounded.logits, expected.logits)) << name;
  EXPECT_LT(relativeGap(actual.gradients, expected.gradients),
            3 * relativeGap(rounded.gradients, expected.gradients))
      << name;
  EXPECT_LT(statisticsGap(actual.statistics, expected.statistics), 2e-3) << name;
}

}  // namespace attelier::nn::testing
