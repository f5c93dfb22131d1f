#pragma once

#include "engine/space/connection_weights.h"

#include <torch/nn/module.h>

namespace attelier::nn {

/// The connection weights of a supergraph as trainable logits, initialised to 0 (uniform).
/// Shape: levelLogits [m - 1, n (to), n (from)], sinkLogits [m, n], activationLogits [m, n, 4] or
/// undefined when activations are fixed.
/// Source: AttentionNAS (Wang et al., ECCV 2020) 3; parametrisation ours where it is silent.
class ArchitectureWeights : public torch::nn::Module {
 public:
  ArchitectureWeights(const space::SupergraphShape& shape, bool mixActivations,
                      space::SinkGate gate);

  const space::SupergraphShape& shape() const { return shape_; }
  bool mixesActivations() const { return activationLogits.defined(); }
  space::SinkGate gate() const { return gate_; }

  /// softmax over the incoming edges of each node of level `to` (1..m-1), divided by its l2 norm
  /// when `scaled`. Shape: [n (to), n (from)].
  at::Tensor incoming(int to, bool scaled) const;
  /// Weight of each node in the sink. Shape: [m, n].
  at::Tensor sink() const;
  /// softmax over the four activations of each node of a level. Shape: [n, 4]; undefined if fixed.
  at::Tensor activations(int level) const;

  at::Tensor levelLogits;
  at::Tensor sinkLogits;
  at::Tensor activationLogits;

 private:
  space::SupergraphShape shape_;
  space::SinkGate gate_;
};

/// The logits as plain numbers, as the run folder stores them.
space::ConnectionWeights toConnectionWeights(const ArchitectureWeights& weights);
/// Copies plain numbers into the logits. Errors: ContractViolation when shapes differ.
void setConnectionWeights(ArchitectureWeights& weights, const space::ConnectionWeights& values);

}  // namespace attelier::nn
