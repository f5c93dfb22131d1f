#pragma once

#include "engine/search/training_settings.h"

#include <ATen/core/Tensor.h>

#include <string>
#include <utility>
#include <vector>

namespace attelier::search {

using NamedTensors = std::vector<std::pair<std::string, at::Tensor>>;

/// Constants of one optimiser. `momentum` is beta1 of AdamW and the (Nesterov) momentum of SGD.
struct OptimiserSettings {
  OptimiserKind kind = OptimiserKind::AdamW;
  double momentum = 0.9;
  double beta2 = 0.999;
  double weightDecay = 0.0;  ///< not on norms, biases (by name) and scalars
};

/// Updates a fixed set of parameters by fused kernels, behind a guard that lives on the device.
class Optimiser {
 public:
  Optimiser(NamedTensors parameters, const OptimiserSettings& settings);

  /// One update from the gradients at hand; nothing changes while `guard` (float scalar) is 1.
  /// A parameter without a gradient stays as it is.
  void step(double learningRate, const at::Tensor& guard);

  void zeroGradients();

  /// Norm of all gradients together, which are scaled down to `limit` where it is larger
  /// (0: no limit). Shape: scalar on the device.
  at::Tensor clipGradients(double limit);

  /// What a checkpoint needs beside the parameters; the tensors are the live ones.
  NamedTensors state() const;

 private:
  struct Group {
    double weightDecay = 0.0;
    std::vector<at::Tensor> parameters, first, second;
    std::vector<std::string> names;
  };
  void update(Group& group, double learningRate, const at::Tensor& guard);

  OptimiserSettings settings_;
  std::vector<Group> groups_;
  at::Tensor steps_;
};

}  // namespace attelier::search
