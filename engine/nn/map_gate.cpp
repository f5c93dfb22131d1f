#include "engine/nn/map_gate.h"

#include "engine/nn/precision.h"
#include "engine/nn/row_kernels.h"

#include <torch/autograd.h>
#include <torch/types.h>

namespace attelier::nn {
namespace {

using space::Activation;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

struct Holder : torch::CustomClassHolder {
  Holder(std::vector<MapNode> n, TokenGrid g) : nodes(std::move(n)), grid(g) {}
  std::vector<MapNode> nodes;
  TokenGrid grid;
};

// Scores of all tokens [M] to one a position [clips, G, N] (mean over the tokens of a position).
at::Tensor toPositions(const at::Tensor& tokens, const TokenOrder& order, const TokenGrid& grid,
                       bool mean) {
  at::Tensor t = tokens.view({grid.clips, grid.frames, grid.pixels()});
  if (order.pixelMajor) t = t.transpose(1, 2);
  t = t.reshape({grid.clips, order.groups, order.positions, order.tokens});
  if (order.tokens == 1) return t.squeeze(-1);
  return mean ? t.mean(-1) : t.sum(-1);
}

// One number a position [clips, G, N] to all its tokens, into `out` [M].
void toTokens(const at::Tensor& positions, const TokenOrder& order, const TokenGrid& grid,
              const at::Tensor& out) {
  at::Tensor target = out.view({grid.clips, grid.frames, grid.pixels()});
  if (order.pixelMajor) target = target.transpose(1, 2);
  const at::Tensor wide = positions.unsqueeze(-1).expand({-1, -1, -1, order.tokens});
  target.copy_(wide.reshape(target.sizes()));
}

at::Tensor activated(const at::Tensor& logits, Activation activation) {
  switch (activation) {
    case Activation::None:
      return logits;
    case Activation::Relu:
      return logits.relu();
    case Activation::Softmax:
      return at::softmax(logits, -1).mul_(static_cast<double>(logits.size(-1)));
    case Activation::Sigmoid:
      return logits.sigmoid();
  }
  return logits;
}

at::Tensor activatedGradient(const at::Tensor& d, const at::Tensor& logits, Activation activation) {
  switch (activation) {
    case Activation::None:
      return d;
    case Activation::Relu:
      return d * (logits > 0);
    case Activation::Softmax: {
      const at::Tensor p = at::softmax(logits, -1);
      return at::_softmax_backward_data(d, p, -1, p.scalar_type())
          .mul_(static_cast<double>(logits.size(-1)));
    }
    case Activation::Sigmoid: {
      const at::Tensor s = logits.sigmoid();
      return d * s * (1 - s);
    }
  }
  return d;
}

constexpr std::array kMixed{Activation::None, Activation::Relu, Activation::Softmax,
                            Activation::Sigmoid};

class MapGateFunction : public torch::autograd::Function<MapGateFunction> {
 public:
  static at::Tensor forward(AutogradContext* context, const at::Tensor& projected,
                            const at::Tensor& scoreWeight, const at::Tensor& scoreBias,
                            const std::optional<at::Tensor>& maybeMix,
                            const std::vector<MapNode>& nodes, const TokenGrid& grid,
                            std::vector<at::Tensor>* maps) {
    const at::Tensor mix = maybeMix.value_or(at::Tensor());
    const int64_t gates = scoreWeight.size(1);
    const int64_t rows = projected.size(1);
    const int64_t channels = projected.size(2) - gates;
    const auto count = static_cast<int64_t>(nodes.size());
    const at::Tensor weight = scoreWeight.contiguous();
    at::Tensor gate = at::empty({count, rows}, projected.options());
    at::Tensor out = at::empty({count, rows, channels}, projected.options());
    variable_list saved{projected, weight, mix, gate};
    for (int64_t j = 0; j < count; ++j) {
      const MapNode& node = nodes[static_cast<size_t>(j)];
      const at::Tensor mine = projected.select(0, j);
      // One number a token: in float32 at least, they cost nothing.
      const at::Tensor logits =
          toPositions(widened(scores(mine, weight.select(0, j), gates)), node.order, grid, true) +
          scoreBias.select(0, j);
      at::Tensor a;
      if (node.activation) {
        a = activated(logits, *node.activation);
      } else {
        const at::Tensor c = mix.select(0, j);
        a = at::zeros_like(logits);
        for (size_t i = 0; i < kMixed.size(); ++i) {
          a = a + c[static_cast<int64_t>(i)] * activated(logits, kMixed[i]);
        }
      }
      if (maps != nullptr) maps->push_back(a);
      toTokens(a, node.order, grid, gate.select(0, j));
      saved.push_back(logits);
      if (hasRowKernels(projected)) {
        AT_DISPATCH_FLOATING_TYPES(projected.scalar_type(), "gate_rows", [&] {
          kernels::gateRows(mine.const_data_ptr<scalar_t>() + gates, mine.stride(0),
                            gate.const_data_ptr<scalar_t>() + j * rows,
                            out.mutable_data_ptr<scalar_t>() + j * rows * channels, rows, channels);
        });
      } else {
        out.select(0, j).copy_(mine.narrow(1, gates, channels) * gate.select(0, j).unsqueeze(1));
      }
    }
    context->save_for_backward(saved);
    context->saved_data["node"] =
        c10::IValue::make_capsule(c10::make_intrusive<Holder>(nodes, grid));
    return out;
  }

  static variable_list backward(AutogradContext* context, const variable_list& grads) {
    const variable_list saved = context->get_saved_variables();
    const auto holder =
        c10::static_intrusive_pointer_cast<Holder>(context->saved_data["node"].toCapsule());
    const TokenGrid& grid = holder->grid;
    const at::Tensor& projected = saved[0];
    const at::Tensor& weight = saved[1];
    const at::Tensor& mix = saved[2];
    const at::Tensor& gate = saved[3];
    const at::Tensor dOut = grads[0].contiguous();
    const int64_t gates = weight.size(1);
    const int64_t rows = projected.size(1);
    const auto count = static_cast<int64_t>(holder->nodes.size());

    at::Tensor dProjected =
        at::empty_strided(projected.sizes(), projected.strides(), projected.options());
    at::Tensor dWeight = at::zeros_like(weight);
    at::Tensor dBias = at::empty({count}, saved[4].options());
    at::Tensor dMix = mix.defined() ? at::zeros_like(mix) : at::Tensor();
    at::Tensor dGate = at::empty({rows}, projected.options());
    at::Tensor dScore = at::empty({rows}, projected.options());
    for (int64_t j = 0; j < count; ++j) {
      const MapNode& node = holder->nodes[static_cast<size_t>(j)];
      const at::Tensor mine = projected.select(0, j);
      const at::Tensor dMine = dProjected.select(0, j);
      const at::Tensor& logits = saved[static_cast<size_t>(4 + j)];
      gateGradient(dOut.select(0, j), mine, gate.select(0, j), dMine, dGate, gates);
      const at::Tensor da = toPositions(widened(dGate), node.order, grid, false);
      at::Tensor dLogits;
      if (node.activation) {
        dLogits = activatedGradient(da, logits, *node.activation);
      } else {
        const at::Tensor c = mix.select(0, j);
        dLogits = at::zeros_like(logits);
        for (size_t i = 0; i < kMixed.size(); ++i) {
          const auto index = static_cast<int64_t>(i);
          dMix.select(0, j)[index] = (da * activated(logits, kMixed[i])).sum();
          dLogits = dLogits + c[index] * activatedGradient(da, logits, kMixed[i]);
        }
      }
      dBias.select(0, j).copy_(dLogits.sum());
      toTokens(dLogits / static_cast<double>(node.order.tokens), node.order, grid, dScore);
      scoreGradient(mine, weight.select(0, j), dScore, dMine, dWeight.select(0, j), gates);
    }
    return {dProjected, dWeight, dBias, dMix, at::Tensor(), at::Tensor(), at::Tensor()};
  }

 private:
  static at::Tensor scores(const at::Tensor& rows, const at::Tensor& weight, int64_t gates) {
    if (!hasRowKernels(rows)) return at::mv(rows.narrow(1, 0, gates).relu(), weight);
    at::Tensor out = at::empty({rows.size(0)}, rows.options());
    AT_DISPATCH_FLOATING_TYPES(rows.scalar_type(), "gate_scores", [&] {
      kernels::gateScores(rows.const_data_ptr<scalar_t>(), rows.stride(0),
                          weight.const_data_ptr<scalar_t>(), gates,
                          out.mutable_data_ptr<scalar_t>(), rows.size(0));
    });
    return out;
  }

  static void gateGradient(const at::Tensor& dOut, const at::Tensor& rows, const at::Tensor& gate,
                           const at::Tensor& dRows, const at::Tensor& dGate, int64_t gates) {
    const int64_t channels = rows.size(1) - gates;
    if (!hasRowKernels(rows)) {
      dRows.narrow(1, gates, channels).copy_(dOut * gate.unsqueeze(1));
      dGate.copy_((dOut * rows.narrow(1, gates, channels)).sum(1));
      return;
    }
    AT_DISPATCH_FLOATING_TYPES(rows.scalar_type(), "gate_gradient", [&] {
      kernels::gateRowsGradient(
          dOut.const_data_ptr<scalar_t>(), rows.const_data_ptr<scalar_t>() + gates, rows.stride(0),
          gate.const_data_ptr<scalar_t>(), dRows.mutable_data_ptr<scalar_t>() + gates,
          dRows.stride(0), dGate.mutable_data_ptr<scalar_t>(), rows.size(0), channels);
    });
  }

  static void scoreGradient(const at::Tensor& rows, const at::Tensor& weight,
                            const at::Tensor& dScore, const at::Tensor& dRows,
                            const at::Tensor& dWeight, int64_t gates) {
    if (!hasRowKernels(rows)) {
      const at::Tensor gate = rows.narrow(1, 0, gates);
      dRows.narrow(1, 0, gates).copy_(dScore.unsqueeze(1) * weight * (gate > 0));
      dWeight.copy_(at::mv(gate.relu().t(), dScore));
      return;
    }
    std::vector<double> sums(static_cast<size_t>(gates), 0.0);
    AT_DISPATCH_FLOATING_TYPES(rows.scalar_type(), "score_gradient", [&] {
      kernels::gateScoresGradient(
          rows.const_data_ptr<scalar_t>(), rows.stride(0), weight.const_data_ptr<scalar_t>(),
          dScore.const_data_ptr<scalar_t>(), dRows.mutable_data_ptr<scalar_t>(), dRows.stride(0),
          sums.data(), rows.size(0), gates);
      auto* target = dWeight.mutable_data_ptr<scalar_t>();
      for (int64_t c = 0; c < gates; ++c) {
        target[c] = static_cast<scalar_t>(sums[static_cast<size_t>(c)]);
      }
    });
  }
};

}  // namespace

at::Tensor mapGate(const at::Tensor& projected, const at::Tensor& scoreWeight,
                   const at::Tensor& scoreBias, const at::Tensor& mix,
                   const std::vector<MapNode>& nodes, const TokenGrid& grid,
                   std::vector<at::Tensor>* maps) {
  const WithoutAutocast guard;
  return MapGateFunction::apply(projected, scoreWeight.to(projected.scalar_type()), scoreBias,
                                mix.defined() ? std::optional<at::Tensor>(mix) : std::nullopt,
                                nodes, grid, maps);
}

}  // namespace attelier::nn
