#pragma once

#include "engine/nn/attention_level.h"
#include "engine/nn/insertion.h"
#include "engine/nn/supergraph.h"
#include "engine/space/cell_design.h"

#include <memory>
#include <vector>

namespace attelier::nn {

/// A cell of any design (derived, composed by hand, random) as a module with weights of its own.
/// Nodes of equal depth run together. The weights of a node's several inputs are trained, a softmax
/// over scalars that start at the logarithm of the design's weights. Outputs are concatenated, then
/// Conv1x1x1, BN with scale 0 at first, residual.
/// Source: AttentionNAS (Wang et al., ECCV 2020) 3; edge weights retrained as scalars are ours.
class Cell : public Insertion {
 public:
  /// `design` must have passed space's validation. Mixed activations do not occur in a design.
  Cell(const space::CellDesign& design, int channels, const AttentionLimits& limits);

  at::Tensor forward(const at::Tensor& x) override;

  const space::CellDesign& design() const { return design_; }

  /// Takes over the weights of the supergraph that the design was derived from: node v of the cell
  /// is node `supergraphNode[v]` (level * n + j). Exact: a cell that keeps everything computes what
  /// its supergraph does.
  void inherit(const Supergraph& supergraph, const std::vector<int>& supergraphNode);

  at::Tensor edgeLogits;     ///< [edges], inputs of nodes that have several, in the design's order
  at::Tensor combineWeight;  ///< [C, outputs * C]
  std::shared_ptr<BatchNorm> norm;  ///< of the combination, scale 0 at first

 private:
  struct Slot {
    int level = 0;  ///< which group of equal depth
    int index = 0;  ///< position in it
  };

  space::CellDesign design_;
  std::vector<std::shared_ptr<AttentionLevel>> levels_;
  std::vector<Slot> slots_;                ///< of each node
  std::vector<std::vector<int>> members_;  ///< nodes of each group, in packed order
  std::vector<int> firstEdge_;             ///< of each node in edgeLogits, -1 with one input

  at::Tensor inputWeights(const std::vector<int>& members, const std::vector<int>& sources) const;
};

}  // namespace attelier::nn
