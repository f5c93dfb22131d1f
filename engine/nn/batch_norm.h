#pragma once

#include <torch/nn/module.h>

#include <cstdint>

namespace attelier::nn {

/// Batch normalisation over rows of channels, its statistics taken over all shards of the batch
/// (ShardExchange) in training mode and kept as running statistics by shard 0. Float32 and float64
/// on the CPU take kernels of ours; other rows LibTorch's, and an accelerator waits for nothing.
/// Shape: G groups of C channels, each with statistics of its own; rows [G, M, C].
/// Source: Ioffe and Szegedy 2015; merged statistics: Chan, Golub and LeVeque 1983. The running
/// variance is the unbiased one, as in PyTorch.
class BatchNorm : public torch::nn::Module {
 public:
  /// Affine parameters only with `affine`; their scale starts at `scale`.
  BatchNorm(int groups, int channels, bool affine, double scale = 1.0);

  /// Normalised rows, then max(0, .) if `relu`, or plus `residual` where defined.
  /// Shape: x [M, C] (one group) or [G, M, C] → as x.
  at::Tensor forward(const at::Tensor& x, bool relu = false, const at::Tensor& residual = {});

  /// The same for groups that lie in two tensors, written to one.
  /// Shape: a [Ga, M, C], b [Gb, M, C], either undefined → [Ga + Gb, M, C].
  at::Tensor forwardJoined(const at::Tensor& a, const at::Tensor& b);

  /// From here on every training pass counts equally in the running statistics, which start anew.
  void beginAverage() { averaged_ = 0; }
  /// Back to the running mean with momentum.
  void endAverage() { averaged_ = -1; }

  at::Tensor gamma;        ///< [C] or undefined
  at::Tensor delta;        ///< [C] or undefined
  at::Tensor runningMean;  ///< [G, C]
  at::Tensor runningVar;   ///< [G, C]

  static constexpr double kMomentum = 0.1;
  static constexpr double kEpsilon = 1e-5;

 private:
  double nextMomentum();
  at::Tensor normalise(const at::Tensor& a, const at::Tensor& b, bool relu,
                       const at::Tensor& residual);

  int64_t averaged_ = -1;  ///< passes in the even average; -1: momentum
};

}  // namespace attelier::nn
