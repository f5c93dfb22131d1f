#pragma once

#include <torch/types.h>

namespace attelier::nn::testing {

/// Largest absolute difference of two tensors of one shape.
inline double gap(const at::Tensor& a, const at::Tensor& b) {
  return (a - b).abs().max().item<double>();
}

}  // namespace attelier::nn::testing
