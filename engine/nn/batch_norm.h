#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace attelier::nn {

/// What a batch normalisation does besides normalising.
struct NormOptions {
  bool training = true;
  double momentum = 0.1;  ///< share of the new statistics in the running ones
  double epsilon = 1e-5;
  bool relu = false;  ///< max(0, .) of the result
};

/// Batch normalisation over rows, in one pass to measure and one to write, statistics over all
/// shards of the batch (ShardExchange) in training mode; running statistics updated in place by
/// shard 0. Shape: x [M, C] or [G, M, C] with contiguous channels (statistics for each group and
/// channel); gamma, delta [C] or undefined (affine-free); running statistics [C] or [G, C];
/// residual as x or undefined: added after the scale. Source: Ioffe and Szegedy 2015; merged
/// statistics: Chan, Golub and LeVeque 1983. The running variance is the unbiased one, as in
/// PyTorch.
at::Tensor batchNormRows(const at::Tensor& x, const at::Tensor& gamma, const at::Tensor& delta,
                         const at::Tensor& residual, const at::Tensor& runningMean,
                         const at::Tensor& runningVar, const NormOptions& options);

}  // namespace attelier::nn
