#pragma once

#include "engine/nn/network.h"

#include <ATen/core/Tensor.h>

#include <functional>
#include <memory>

namespace attelier::nn {

/// Which samples of the batch a shard holds.
struct Shard {
  int index = 0;      ///< 0 .. count - 1
  int count = 1;      ///< shards of this batch
  int64_t first = 0;  ///< first sample of the shard in the batch
  int64_t total = 0;  ///< samples of the whole batch
};

/// A network run by several threads, the samples of a batch split between them: weights shared,
/// batch-norm statistics exchanged, gradients summed in fixed order. Deterministic for a thread
/// count, and equal to one thread up to rounding.
/// With one thread, or on an accelerator, everything runs in the caller. Autocast of the caller
/// holds for the workers' forward passes.
/// Threads: one caller at a time; calls block. Workers live as long as this object.
/// Errors: an exception in one worker stops the others at their next exchange and is rethrown.
class Replicas {
 public:
  /// `threads` <= 0: one a core. Also sets LibTorch's own threads to 1 on the CPU.
  Replicas(std::shared_ptr<Network> network, int threads);
  ~Replicas();
  Replicas(const Replicas&) = delete;
  Replicas& operator=(const Replicas&) = delete;

  /// The shard's part of the batch's loss: the parts of all shards are summed. So a mean over
  /// samples is sum / shard.total, and what is not about samples is added by shard 0 alone.
  /// Runs on the worker's thread, with that worker's own network (its parameters carry the graph).
  using ShardLoss = std::function<at::Tensor(Network& replica, const at::Tensor& logits,
                                             const at::Tensor& labels, const Shard& shard)>;

  struct Outcome {
    at::Tensor loss;    ///< scalar, the sum of the shards' parts; detached
    at::Tensor logits;  ///< [N, classes] in the order of the batch; detached
  };

  /// Adds d(loss)/d(weights) to the gradients of the network's parameters.
  /// Shape: clips float (N, 3, T, H, W), or uint8 (N, T, H, W, 3), which each worker normalises.
  Outcome forwardBackward(const at::Tensor& clips, const at::Tensor& labels, const ShardLoss& loss);

  /// Class scores without gradients, in the mode (training or eval) the network is in.
  at::Tensor forward(const at::Tensor& clips);

  Network& network();
  int threads() const;

  /// Copies training mode, capture requests and dropout key of the network to the workers; called
  /// by forward and forwardBackward themselves.
  void synchronise();

  /// What the last pass kept, the shards' clips put together in order, one a place.
  std::vector<PlaceCapture> takeCaptures();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace attelier::nn
