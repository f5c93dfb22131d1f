#include "engine/nn/mix_rows.h"

#include "engine/nn/precision.h"

#include <torch/autograd.h>
#include <torch/types.h>

namespace attelier::nn {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

class MixFunction : public torch::autograd::Function<MixFunction> {
 public:
  static variable_list forward(AutogradContext* context, const at::Tensor& features,
                               const at::Tensor& weights, const std::vector<int64_t>& counts) {
    const at::Tensor flat = features.flatten(1);
    variable_list sums;
    int64_t first = 0;
    for (const int64_t count : counts) {
      std::vector<int64_t> shape = features.sizes().vec();
      shape[0] = count;
      sums.push_back(at::mm(weights.narrow(0, first, count), flat).view(shape));
      first += count;
    }
    context->save_for_backward({features, weights});
    context->saved_data["counts"] = counts;
    return sums;
  }

  static variable_list backward(AutogradContext* context, const variable_list& grads) {
    const variable_list saved = context->get_saved_variables();
    const at::Tensor flat = saved[0].flatten(1);
    const at::Tensor& weights = saved[1];
    const std::vector<int64_t> counts = context->saved_data["counts"].toIntVector();
    at::Tensor dFlat = at::empty(flat.sizes(), flat.options());
    at::Tensor dWeights = at::zeros_like(weights);
    int64_t first = 0;
    double before = 0.0;
    for (size_t i = 0; i < counts.size(); ++i) {
      if (grads[i].defined()) {
        const at::Tensor d = grads[i].contiguous().flatten(1);
        const at::Tensor mine = weights.narrow(0, first, counts[i]);
        at::addmm_out(dFlat, dFlat, mine.t(), d, before);
        before = 1.0;
        dWeights.narrow(0, first, counts[i]).copy_(at::mm(d, flat.t()));
      }
      first += counts[i];
    }
    if (before == 0.0) dFlat.zero_();
    return {dFlat.view(saved[0].sizes()), dWeights, at::Tensor()};
  }
};

}  // namespace

std::vector<at::Tensor> mixRows(const at::Tensor& features, const at::Tensor& weights,
                                const std::vector<int64_t>& counts) {
  const WithoutAutocast guard;
  return MixFunction::apply(features, weights.to(features.scalar_type()), counts);
}

}  // namespace attelier::nn
