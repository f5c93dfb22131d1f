#pragma once

#include "engine/nn/architecture_weights.h"
#include "engine/nn/attention_level.h"
#include "engine/nn/insertion.h"
#include "engine/space/connection_weights.h"

#include <memory>
#include <vector>

namespace attelier::nn {

/// What a supergraph is made of; its connection weights come from outside, so that places can
/// share.
struct SupergraphSettings {
  space::SupergraphShape shape;
  space::OperationSettings operations;
  bool mixActivations = false;  ///< false: sigmoid for map-based, softmax for dot-product
  SinkGate sinkGate = SinkGate::Softmax;
  bool sharedWeights = true;  ///< one set of connection weights for all places
};

/// The differentiable supergraph: m levels of n nodes and one sink, with a residual.
/// y = BN(Conv1x1x1(sum beta f)), z = x + y, the scale of BN initialised to 0: identity at first.
/// Source: AttentionNAS (Wang et al., ECCV 2020) 3; BN, residual and the l2 division of the inputs
/// of a node are ours (silent).
class Supergraph : public Insertion {
 public:
  /// With `exposeWeights` the connection weights are a submodule named "architecture" of this one.
  Supergraph(const SupergraphSettings& settings, int channels,
             std::shared_ptr<ArchitectureWeights> weights, bool exposeWeights,
             const AttentionLimits& limits);

  at::Tensor forward(const at::Tensor& x) override;

  const SupergraphSettings& settings() const { return settings_; }
  const ArchitectureWeights& weights() const { return *weights_; }
  ArchitectureWeights& weights() { return *weights_; }
  const AttentionLevel& level(int index) const { return *levels_[static_cast<size_t>(index)]; }

  at::Tensor combineWeight;  ///< [C, C]
  at::Tensor gamma;          ///< [C], 0 at first
  at::Tensor delta;          ///< [C]
  at::Tensor runningMean;    ///< [C]
  at::Tensor runningVar;     ///< [C]

 private:
  SupergraphSettings settings_;
  std::shared_ptr<ArchitectureWeights> weights_;
  std::vector<std::shared_ptr<AttentionLevel>> levels_;
};

}  // namespace attelier::nn
