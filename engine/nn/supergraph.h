#pragma once

#include "engine/nn/architecture_weights.h"
#include "engine/nn/attention_level.h"
#include "engine/nn/insertion.h"
#include "engine/space/connection_weights.h"
#include "engine/space/operation_settings.h"

#include <memory>
#include <vector>

namespace attelier::nn {

/// What a supergraph is made of; its connection weights come from outside, so that places can
/// share.
struct SupergraphSettings {
  space::SupergraphShape shape;
  space::OperationSettings operations;
  bool mixActivations = false;  ///< false: sigmoid for map-based, softmax for dot-product
  space::SinkGate sinkGate = space::SinkGate::Softmax;
  bool sharedWeights = true;  ///< one set of connection weights for all places
};

/// The differentiable supergraph: m levels of n nodes and one sink, with a residual.
/// y = BN(Conv1x1x1(sum beta f)), z = x + y, the scale of BN initialised to 0: identity at first.
/// Source: AttentionNAS (Wang et al., ECCV 2020) 3; BN, residual and the l2 division of the inputs
/// of a node are ours (silent).
class Supergraph : public Insertion {
 public:
  /// The connection weights are no submodule of this one: whoever made them registers them.
  Supergraph(const SupergraphSettings& settings, int channels,
             std::shared_ptr<ArchitectureWeights> weights, const AttentionLimits& limits);

  at::Tensor forward(const at::Tensor& x) override;

  const SupergraphSettings& settings() const { return settings_; }
  const ArchitectureWeights& weights() const { return *weights_; }
  ArchitectureWeights& weights() { return *weights_; }
  const AttentionLevel& level(int index) const { return *levels_[static_cast<size_t>(index)]; }
  /// Where node `position` of a level stands in the packed order (map-based nodes first).
  int packedIndex(int position) const;

  at::Tensor combineWeight;         ///< [C, C]
  std::shared_ptr<BatchNorm> norm;  ///< of the sum, scale 0 at first

 private:
  SupergraphSettings settings_;
  std::shared_ptr<ArchitectureWeights> weights_;
  std::vector<std::shared_ptr<AttentionLevel>> levels_;
  std::vector<int> packed_;  ///< position in the level's kinds of each packed node
};

}  // namespace attelier::nn
