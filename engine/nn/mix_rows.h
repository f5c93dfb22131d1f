#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

namespace attelier::nn {

/// Weighted sums of feature maps: every row of `weights` gives one sum; the sums come in tensors of
/// `counts` rows each, so that their gradients need not be put together again.
/// Shape: features [n, M, C], weights [sum of counts, n] → for each count c: [c, M, C], of the type
/// of the features.
std::vector<at::Tensor> mixRows(const at::Tensor& features, const at::Tensor& weights,
                                const std::vector<int64_t>& counts);

}  // namespace attelier::nn
