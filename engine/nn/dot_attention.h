#pragma once

#include "engine/space/operation.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>

namespace attelier::nn {

/// How dot-product attention turns logits into weights, and what memory it may take.
struct DotAttentionOptions {
  std::optional<space::Activation> activation;  ///< empty: mixed by `mix`
  double scale = 1.0;                           ///< logits are scale * q.k
  bool divideByKeys = true;                  ///< none, relu, sigmoid divided by the number of keys
  int64_t budgetBytes = int64_t{256} << 20;  ///< above it, blocks of queries; maps recomputed
};

/// act(scale Q K^T) V, with gradients. Under the budget the map is kept for the backward pass;
/// above it blocks of query rows are computed, and again in the backward pass, so that memory is
/// linear in the positions. Without activation Q (K^T V) where that is cheaper. Shape: q [G, N, D],
/// k [G, M, D], v [G, M, Dv] → [G, N, Dv]; mix [4] (none, relu, softmax, sigmoid) or undefined.
/// Computed in the type of v, to which q and k are brought. Source: Wang et al., Non-local Neural
/// Networks 2018 (division by N); blocks with a stored log-sum-exp as in Dao et al.,
/// FlashAttention 2022.
at::Tensor dotAttention(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v,
                        const at::Tensor& mix, const DotAttentionOptions& options);

/// The whole map A of dotAttention in float32 at least, without gradients. Shape: [G, N, M].
at::Tensor attentionWeights(const at::Tensor& q, const at::Tensor& k, const at::Tensor& mix,
                            const DotAttentionOptions& options);

/// log sum exp of each row of scaled logits, in blocks and in float32 at least, without gradients.
/// Shape: [G, N].
at::Tensor attentionLogSumExp(const at::Tensor& q, const at::Tensor& k,
                              const DotAttentionOptions& options);

}  // namespace attelier::nn
