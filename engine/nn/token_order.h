#pragma once

#include "engine/nn/token_grid.h"
#include "engine/space/operation.h"
#include "engine/space/operation_settings.h"

#include <ATen/core/Tensor.h>

#include <vector>

namespace attelier::nn {

/// Which tokens an operation compares: G groups a clip of N positions, each of `tokens` tokens.
/// The order of rows is (clip, frame, pixel), or (clip, pixel, frame) when `pixelMajor`.
struct TokenOrder {
  bool pixelMajor = false;
  int64_t groups = 1;
  int64_t positions = 1;
  int64_t tokens = 1;
};

/// Source: AttentionNAS operation level: temporal T items, spatial HW items, spatiotemporal THW
/// items; batched grouping (each frame or pixel apart) as TimeSformer, ours.
TokenOrder tokenOrder(const space::OperationKind& kind, space::Grouping grouping,
                      const TokenGrid& grid);

/// Columns of each node's rows as tensors of their own, rows in the node's order.
/// Shape: rows [n, M, R] (any strides, contiguous columns), widths summing to R → for node j and
/// part i at j * widths + i: [M, width], contiguous.
std::vector<at::Tensor> gatherTokens(const at::Tensor& rows, const std::vector<int64_t>& widths,
                                     const std::vector<TokenOrder>& orders, const TokenGrid& grid);

/// The reverse for one part a node: rows of each node back in the order (clip, frame, pixel).
/// Shape: n tensors of M * width numbers → [n, M, width].
at::Tensor scatterTokens(const std::vector<at::Tensor>& parts, int64_t width,
                         const std::vector<TokenOrder>& orders, const TokenGrid& grid);

}  // namespace attelier::nn
