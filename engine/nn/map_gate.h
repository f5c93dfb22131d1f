#pragma once

#include "engine/nn/token_grid.h"
#include "engine/nn/token_order.h"
#include "engine/space/operation.h"

#include <ATen/core/Tensor.h>

#include <optional>
#include <vector>

namespace attelier::nn {

/// One map-based node: which positions share a weight, and what makes it a weight.
struct MapNode {
  space::OperationKind kind;
  TokenOrder order;
  std::optional<space::Activation> activation;  ///< empty: mixed by `mix`
};

/// Map-based attention of several nodes: a = act(mean over the other axes of (w . relu(gate)) + b),
/// output a * value; softmax weights times N, so that their mean is 1.
/// Shape: projected [n, M, r + C], rows (clip, frame, pixel), columns gate r then value C;
/// scoreWeight [n, r]; scoreBias [n]; mix [n, 4] or undefined → [n, M, C]. With `maps`, the weights
/// of each node, [clips, G, N], are appended.
at::Tensor mapGate(const at::Tensor& projected, const at::Tensor& scoreWeight,
                   const at::Tensor& scoreBias, const at::Tensor& mix,
                   const std::vector<MapNode>& nodes, const TokenGrid& grid,
                   std::vector<at::Tensor>* maps = nullptr);

}  // namespace attelier::nn
