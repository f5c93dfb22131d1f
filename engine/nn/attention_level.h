#pragma once

#include "engine/nn/batch_norm.h"
#include "engine/nn/insertion.h"
#include "engine/nn/token_grid.h"
#include "engine/space/operation_settings.h"

#include <torch/nn/module.h>

#include <memory>
#include <optional>
#include <vector>

namespace attelier::nn {

/// One node of a level: what it computes.
struct LevelNode {
  space::OperationKind kind;
  std::optional<space::Activation> activation;  ///< empty: the four are mixed by weights
};

/// What attention may cost while it runs, independent of the mathematics.
struct AttentionLimits {
  int64_t budgetBytes = int64_t{256} << 20;  ///< the largest map kept; above it, blocks of queries
};

/// What the nodes of a level read: one tensor for all, or one a node.
struct LevelInput {
  at::Tensor shared;  ///< [M, C], or undefined:
  at::Tensor maps;    ///< [maps, M, C]
  at::Tensor dots;    ///< [dots, M, C]
};

/// A set of attention operations that run together, on packed parameters: all that read the same
/// input are one product. Map-based nodes come first, then dot-product nodes.
/// Shape: token-major, M = clips * frames * height * width rows of C channels.
/// Source: AttentionNAS (Wang et al., ECCV 2020), operation level; reshapes, reductions, ReLU
/// before the pooling of map-based operations, division by N and node norm are ours (it is silent).
/// The score C' -> 1 is taken before the pooling (a mean: the order commutes). Keys and values are
/// max-pooled after their projection (non-local pools before it).
class AttentionLevel : public torch::nn::Module {
 public:
  AttentionLevel(std::vector<LevelNode> nodes, int channels,
                 const space::OperationSettings& settings, const AttentionLimits& limits);

  /// Node-normed outputs of every node, [n, M, C]. `activationWeights` is [n, 4] where nodes mix,
  /// else undefined. With `captures`, appends one record a node (field `node`: index in this
  /// level).
  at::Tensor forward(const LevelInput& input, const TokenGrid& grid,
                     const at::Tensor& activationWeights, const CaptureRequest& request,
                     std::vector<NodeCapture>* captures);

  const std::vector<LevelNode>& nodes() const { return nodes_; }
  int mapNodes() const { return mapNodes_; }
  int dotNodes() const { return dotNodes_; }

  // Packed parameters. Shape: r gate, q key, v value channels; a map-based node's rows are (gate r,
  // value C), a dot-product node's (query q, key q, value v).
  at::Tensor mapWeight;             ///< [maps, r + C, C]
  at::Tensor mapBias;               ///< [maps, r + C]
  at::Tensor scoreWeight;           ///< [maps, r]
  at::Tensor scoreBias;             ///< [maps]
  at::Tensor dotWeight;             ///< [dots, 2 q + v, C]
  at::Tensor dotBias;               ///< [dots, 2 q + v]
  at::Tensor restoreWeight;         ///< [dots, C, v]
  at::Tensor restoreBias;           ///< [dots, C]
  at::Tensor logTemperature;        ///< [dots], only with cosine scale
  std::shared_ptr<BatchNorm> norm;  ///< over all nodes; null without node norm

  /// Copies the parameters and statistics of node `from` of another level into node `to`.
  void inheritNode(int to, const AttentionLevel& other, int from);

 private:
  at::Tensor mapOutputs(const LevelInput& input, const TokenGrid& grid, const at::Tensor& mix,
                        std::vector<NodeCapture>* captures) const;
  at::Tensor dotOutputs(const LevelInput& input, const TokenGrid& grid, const at::Tensor& mix,
                        const CaptureRequest& request, std::vector<NodeCapture>* captures) const;

  std::vector<LevelNode> nodes_;
  int channels_;
  space::OperationSettings settings_;
  AttentionLimits limits_;
  int mapNodes_ = 0;
  int dotNodes_ = 0;
  int gateChannels_ = 0;
  int keyChannels_ = 0;
  int valueChannels_ = 0;
};

}  // namespace attelier::nn
