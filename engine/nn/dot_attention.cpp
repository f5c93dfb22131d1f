#include "engine/nn/dot_attention.h"

#include "engine/nn/precision.h"

#include <torch/autograd.h>
#include <torch/types.h>

#include <algorithm>

namespace attelier::nn {
namespace {

using space::Activation;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

// A block of the map that stays in a core's second-level cache while it is worked on.
constexpr int64_t kBlockBytes = int64_t{1} << 20;
constexpr int64_t kLeastRows = 32;

struct Plan {
  int64_t groups = 1;  ///< groups a block
  int64_t rows = 1;    ///< query rows a block
};

Plan planBlocks(int64_t groups, int64_t queries, int64_t keys, int64_t itemBytes, bool onCpu,
                int64_t budgetBytes) {
  const int64_t limit = onCpu ? kBlockBytes : std::max(kBlockBytes, budgetBytes / 4);
  const int64_t entries = std::max<int64_t>(1, limit / itemBytes);
  if (queries * keys <= entries) {
    return {std::clamp<int64_t>(entries / (queries * keys), 1, groups), queries};
  }
  return {1, std::clamp<int64_t>(entries / keys, std::min(kLeastRows, queries), queries)};
}

// Logits to weights. With a mixture the logits are kept as they are and weights are another tensor.
// LibTorch computes a softmax of less precise logits in float32 inside. The mixture's weights stay
// as precise as they are: they are scalars, which change no type.
at::Tensor weightsOf(const at::Tensor& logits, const std::optional<Activation>& activation,
                     double inverseKeys, const at::Tensor& mix) {
  if (!activation) {
    const at::Tensor c = mix * inverseKeys;
    return (logits * c[0])
        .add_(logits.relu().mul_(c[1]))
        .add_(at::softmax(logits, -1).mul_(mix[2]))
        .add_(logits.sigmoid().mul_(c[3]));
  }
  switch (*activation) {
    case Activation::None:
      return logits * inverseKeys;
    case Activation::Relu:
      return logits.relu().mul_(inverseKeys);
    case Activation::Softmax:
      return at::softmax(logits, -1);
    case Activation::Sigmoid:
      return logits.sigmoid().mul_(inverseKeys);
  }
  return logits;
}

// `kept` is the weights (fixed activation) or the logits (mixture).
at::Tensor logitGradient(const at::Tensor& dWeights, const at::Tensor& kept,
                         const std::optional<Activation>& activation, double inverseKeys,
                         const at::Tensor& mix, at::Tensor& dMix) {
  if (!activation) {
    const at::Tensor softmax = at::softmax(kept, -1);
    const at::Tensor sigmoid = kept.sigmoid();
    const at::Tensor positive = dWeights * (kept > 0);
    const auto dot = [&](const at::Tensor& a, const at::Tensor& b) {
      return (a * b).sum(mix.scalar_type());
    };
    dMix += at::stack({dot(dWeights, kept) * inverseKeys, dot(positive, kept) * inverseKeys,
                       dot(dWeights, softmax), dot(dWeights, sigmoid) * inverseKeys});
    const at::Tensor c = mix * inverseKeys;
    at::Tensor d = dWeights * c[0];
    d.add_(positive.mul_(c[1]));
    d.add_(at::_softmax_backward_data(dWeights, softmax, -1, softmax.scalar_type()).mul_(mix[2]));
    d.add_((sigmoid * (1 - sigmoid)).mul_(dWeights).mul_(c[3]));
    return d;
  }
  switch (*activation) {
    case Activation::None:
      return dWeights * inverseKeys;
    case Activation::Relu:
      return dWeights.mul(kept > 0).mul_(inverseKeys);
    case Activation::Softmax:
      return at::_softmax_backward_data(dWeights, kept, -1, kept.scalar_type());
    case Activation::Sigmoid:
      return (1 - kept / inverseKeys).mul_(kept).mul_(dWeights);
  }
  return dWeights;
}

class DotAttentionFunction : public torch::autograd::Function<DotAttentionFunction> {
 public:
  static at::Tensor forward(AutogradContext* context, const at::Tensor& q, const at::Tensor& k,
                            const at::Tensor& v, const std::optional<at::Tensor>& maybeMix,
                            const DotAttentionOptions& options, bool needsGradient) {
    const at::Tensor mix = maybeMix.value_or(at::Tensor());
    const int64_t groups = q.size(0);
    const int64_t queries = q.size(1);
    const int64_t keys = k.size(1);
    const int64_t itemBytes = static_cast<int64_t>(q.element_size());
    const bool keep = needsGradient && groups * queries * keys * itemBytes <= options.budgetBytes;
    const Plan plan = planBlocks(groups, queries, keys, itemBytes, q.is_cpu(), options.budgetBytes);
    const double inverseKeys = options.divideByKeys ? 1.0 / static_cast<double>(keys) : 1.0;

    const at::Tensor scaled = q * options.scale;
    const at::Tensor keysTransposed = k.transpose(1, 2);
    at::Tensor out = at::empty({groups, queries, v.size(2)}, q.options());
    at::Tensor kept = keep ? at::empty({groups, queries, keys}, q.options()) : at::Tensor();
    for (int64_t g = 0; g < groups; g += plan.groups) {
      const int64_t groupCount = std::min(plan.groups, groups - g);
      const at::Tensor kBlock = keysTransposed.narrow(0, g, groupCount);
      const at::Tensor vBlock = v.narrow(0, g, groupCount);
      for (int64_t r = 0; r < queries; r += plan.rows) {
        const int64_t rowCount = std::min(plan.rows, queries - r);
        const auto block = [&](const at::Tensor& t) {
          return t.narrow(0, g, groupCount).narrow(1, r, rowCount);
        };
        const at::Tensor logits = at::bmm(block(scaled), kBlock);
        const at::Tensor weights = weightsOf(logits, options.activation, inverseKeys, mix);
        if (keep) block(kept).copy_(options.activation ? weights : logits);
        if (rowCount == queries) {
          at::Tensor target = out.narrow(0, g, groupCount);
          at::bmm_out(target, weights, vBlock);
        } else {
          block(out).copy_(at::bmm(weights, vBlock));
        }
      }
    }
    if (needsGradient) {
      context->save_for_backward({q, k, v, mix, kept});
      context->saved_data["scale"] = options.scale;
      context->saved_data["inverseKeys"] = inverseKeys;
      context->saved_data["activation"] =
          options.activation ? static_cast<int64_t>(*options.activation) : int64_t{-1};
      context->saved_data["budget"] = options.budgetBytes;
    }
    return out;
  }

  static variable_list backward(AutogradContext* context, const variable_list& grads) {
    const variable_list saved = context->get_saved_variables();
    const at::Tensor& q = saved[0];
    const at::Tensor& k = saved[1];
    const at::Tensor& v = saved[2];
    const at::Tensor& mix = saved[3];
    const at::Tensor& kept = saved[4];
    const double scale = context->saved_data["scale"].toDouble();
    const double inverseKeys = context->saved_data["inverseKeys"].toDouble();
    const int64_t activationIndex = context->saved_data["activation"].toInt();
    const std::optional<Activation> activation =
        activationIndex < 0 ? std::nullopt
                            : std::optional(static_cast<Activation>(activationIndex));
    const at::Tensor dOut = grads[0].contiguous();
    const int64_t groups = q.size(0);
    const int64_t queries = q.size(1);
    const int64_t keys = k.size(1);
    const Plan plan = planBlocks(groups, queries, keys, static_cast<int64_t>(q.element_size()),
                                 q.is_cpu(), context->saved_data["budget"].toInt());

    const at::Tensor scaled = q * scale;
    const at::Tensor keysTransposed = k.transpose(1, 2);
    const at::Tensor valuesTransposed = v.transpose(1, 2);
    at::Tensor dq = at::empty_like(scaled);
    at::Tensor dk = at::empty(k.sizes(), k.options());
    at::Tensor dv = at::empty(v.sizes(), v.options());
    at::Tensor dMix = mix.defined() ? at::zeros_like(mix) : at::Tensor();
    for (int64_t g = 0; g < groups; g += plan.groups) {
      const int64_t groupCount = std::min(plan.groups, groups - g);
      const at::Tensor kBlock = k.narrow(0, g, groupCount);
      at::Tensor dkBlock = dk.narrow(0, g, groupCount);
      at::Tensor dvBlock = dv.narrow(0, g, groupCount);
      for (int64_t r = 0; r < queries; r += plan.rows) {
        const int64_t rowCount = std::min(plan.rows, queries - r);
        const auto block = [&](const at::Tensor& t) {
          return t.narrow(0, g, groupCount).narrow(1, r, rowCount);
        };
        const at::Tensor qBlock = block(scaled);
        const at::Tensor dOutBlock = block(dOut);
        at::Tensor state;
        if (kept.defined()) {
          state = block(kept);
        } else {
          state = at::bmm(qBlock, keysTransposed.narrow(0, g, groupCount));
          if (activation) state = weightsOf(state, activation, inverseKeys, mix);
        }
        const at::Tensor weights =
            activation ? state : weightsOf(state, activation, inverseKeys, mix);
        const at::Tensor dWeights = at::bmm(dOutBlock, valuesTransposed.narrow(0, g, groupCount));
        const at::Tensor dLogits =
            logitGradient(dWeights, state, activation, inverseKeys, mix, dMix);
        const double before = r == 0 ? 0.0 : 1.0;
        dvBlock.baddbmm_(weights.transpose(1, 2), dOutBlock, before);
        dkBlock.baddbmm_(dLogits.transpose(1, 2), qBlock, before);
        if (rowCount == queries) {
          at::Tensor target = dq.narrow(0, g, groupCount);
          at::bmm_out(target, dLogits, kBlock);
        } else {
          block(dq).copy_(at::bmm(dLogits, kBlock));
        }
      }
    }
    dq.mul_(scale);
    return {dq, dk, dv, dMix, at::Tensor(), at::Tensor()};
  }
};

}  // namespace

at::Tensor dotAttention(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v,
                        const at::Tensor& mix, const DotAttentionOptions& options) {
  const WithoutAutocast guard;
  const at::Tensor queries = q.to(v.scalar_type());
  const at::Tensor keys = k.to(v.scalar_type());
  if (options.activation == Activation::None) {
    const int64_t n = q.size(1);
    const int64_t m = k.size(1);
    const int64_t d = q.size(2);
    const int64_t dv = v.size(2);
    if (m * d * dv + n * d * dv < n * m * (d + dv)) {
      const double scale =
          options.scale * (options.divideByKeys ? 1.0 / static_cast<double>(m) : 1.0);
      return at::bmm(queries * scale, at::bmm(keys.transpose(1, 2), v));
    }
  }
  const bool needsGradient =
      at::GradMode::is_enabled() && (q.requires_grad() || k.requires_grad() || v.requires_grad() ||
                                     (mix.defined() && mix.requires_grad()));
  return DotAttentionFunction::apply(queries, keys, v,
                                     mix.defined() ? std::optional<at::Tensor>(mix) : std::nullopt,
                                     options, needsGradient);
}

at::Tensor attentionWeights(const at::Tensor& q, const at::Tensor& k, const at::Tensor& mix,
                            const DotAttentionOptions& options) {
  const at::NoGradGuard guard;
  const WithoutAutocast keepTypes;
  const double inverseKeys = options.divideByKeys ? 1.0 / static_cast<double>(k.size(1)) : 1.0;
  return weightsOf(at::bmm(widened(q) * options.scale, widened(k).transpose(1, 2)),
                   options.activation, inverseKeys, mix);
}

at::Tensor attentionLogSumExp(const at::Tensor& q, const at::Tensor& k,
                              const DotAttentionOptions& options) {
  const at::NoGradGuard guard;
  const WithoutAutocast keepTypes;
  const int64_t queries = q.size(1);
  const at::Tensor scaled = widened(q) * options.scale;
  const at::Tensor keys = widened(k);
  const Plan plan =
      planBlocks(q.size(0), queries, k.size(1), static_cast<int64_t>(scaled.element_size()),
                 q.is_cpu(), options.budgetBytes);
  at::Tensor out = at::empty({q.size(0), queries}, scaled.options());
  for (int64_t g = 0; g < q.size(0); g += plan.groups) {
    const int64_t groupCount = std::min(plan.groups, q.size(0) - g);
    for (int64_t r = 0; r < queries; r += plan.rows) {
      const int64_t rowCount = std::min(plan.rows, queries - r);
      out.narrow(0, g, groupCount)
          .narrow(1, r, rowCount)
          .copy_(at::bmm(scaled.narrow(0, g, groupCount).narrow(1, r, rowCount),
                         keys.narrow(0, g, groupCount).transpose(1, 2))
                     .logsumexp(-1));
    }
  }
  return out;
}

}  // namespace attelier::nn
