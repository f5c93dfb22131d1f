#pragma once

#include <ATen/core/Tensor.h>
#include <c10/core/impl/LocalDispatchKeySet.h>

namespace attelier::nn {

/// Whether row_kernels.h can read the tensor; all others take LibTorch's operations.
inline bool hasRowKernels(const at::Tensor& t) {
  return t.is_cpu() && (t.scalar_type() == at::kFloat || t.scalar_type() == at::kDouble);
}

/// float32 where the numbers are less precise, else the tensor itself.
inline at::Tensor widened(const at::Tensor& t) {
  return t.to(c10::promoteTypes(at::kFloat, t.scalar_type()));
}

/// Operations keep the types of their inputs as long as this lives, under autocast as well.
/// For functions with a backward pass of their own, which must meet the types of the forward pass.
class WithoutAutocast {
 private:
  c10::impl::ExcludeDispatchKeyGuard guard_{c10::autocast_dispatch_keyset};
};

}  // namespace attelier::nn
