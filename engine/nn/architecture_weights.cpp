#include "engine/nn/architecture_weights.h"

#include "engine/base/contracts.h"

namespace attelier::nn {

ArchitectureWeights::ArchitectureWeights(const space::SupergraphShape& shape, bool mixActivations,
                                         space::SinkGate gate)
    : shape_(shape), gate_(gate) {
  const int64_t m = shape.levels;
  const int64_t n = shape.nodesPerLevel();
  levelLogits = register_parameter("level_logits", at::zeros({m - 1, n, n}));
  sinkLogits = register_parameter("sink_logits", at::zeros({m, n}));
  if (mixActivations) {
    activationLogits =
        register_parameter("activation_logits", at::zeros({m, n, space::kActivations}));
  }
}

at::Tensor ArchitectureWeights::incoming(int to, bool scaled) const {
  const at::Tensor weights = levelLogits.select(0, to - 1).softmax(-1);
  return scaled ? weights / weights.norm(2, -1, true) : weights;
}

at::Tensor ArchitectureWeights::sink() const {
  if (gate_ == space::SinkGate::Sigmoid) return sinkLogits.sigmoid();
  return sinkLogits.view({-1}).softmax(0).view(sinkLogits.sizes());
}

at::Tensor ArchitectureWeights::activations(int level) const {
  return activationLogits.defined() ? activationLogits.select(0, level).softmax(-1) : at::Tensor();
}

namespace {

std::vector<float> toFloats(const at::Tensor& t) {
  if (!t.defined()) return {};
  const at::Tensor f = t.detach().to(at::kCPU, at::kFloat).contiguous();
  return {f.const_data_ptr<float>(), f.const_data_ptr<float>() + f.numel()};
}

void setFloats(at::Tensor& target, const std::vector<float>& values) {
  const size_t wanted = target.defined() ? static_cast<size_t>(target.numel()) : 0;
  expects(values.size() == wanted, "connection weights fit the supergraph's shape");
  if (wanted == 0) return;
  at::NoGradGuard guard;
  target.copy_(at::from_blob(const_cast<float*>(values.data()), target.sizes(), at::kFloat));
}

}  // namespace

space::ConnectionWeights toConnectionWeights(const ArchitectureWeights& weights) {
  return {weights.shape(), toFloats(weights.levelLogits), toFloats(weights.sinkLogits),
          toFloats(weights.activationLogits)};
}

void setConnectionWeights(ArchitectureWeights& weights, const space::ConnectionWeights& values) {
  expects(weights.shape() == values.shape, "connection weights fit the supergraph's shape");
  setFloats(weights.levelLogits, values.levelLogits);
  setFloats(weights.sinkLogits, values.sinkLogits);
  setFloats(weights.activationLogits, values.activationLogits);
}

}  // namespace attelier::nn
