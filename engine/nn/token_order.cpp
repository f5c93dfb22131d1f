#include "engine/nn/token_order.h"

#include "engine/nn/precision.h"
#include "engine/nn/row_kernels.h"

#include <torch/autograd.h>
#include <torch/types.h>

namespace attelier::nn {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

struct Layout {
  std::vector<int64_t> widths;
  std::vector<TokenOrder> orders;
  TokenGrid grid;
};

// Rows [M, w] in (clip, frame, pixel) order to the node's order, or back.
void copyRows(const at::Tensor& from, const at::Tensor& to, const TokenOrder& order,
              const TokenGrid& grid, bool back) {
  const int64_t outer = order.pixelMajor ? grid.clips : 1;
  const int64_t a = !order.pixelMajor ? 1 : (back ? grid.frames : grid.pixels());
  const int64_t b = !order.pixelMajor ? grid.rows() : (back ? grid.pixels() : grid.frames);
  if (hasRowKernels(from)) {
    AT_DISPATCH_FLOATING_TYPES(from.scalar_type(), "copy_rows", [&] {
      kernels::swapRows(from.const_data_ptr<scalar_t>(), from.stride(0),
                        to.mutable_data_ptr<scalar_t>(), to.stride(0), outer, a, b, from.size(1));
    });
    return;
  }
  to.view({outer, a, b, -1}).copy_(from.view({outer, b, a, -1}).permute({0, 2, 1, 3}));
}

class GatherFunction : public torch::autograd::Function<GatherFunction> {
 public:
  static variable_list forward(AutogradContext* context, const at::Tensor& rows,
                               const Layout& layout) {
    variable_list parts;
    for (int64_t node = 0; node < rows.size(0); ++node) {
      const at::Tensor mine = rows.select(0, node);
      int64_t first = 0;
      for (const int64_t width : layout.widths) {
        at::Tensor part = at::empty({rows.size(1), width}, rows.options());
        copyRows(mine.narrow(1, first, width), part, layout.orders[static_cast<size_t>(node)],
                 layout.grid, false);
        parts.push_back(part);
        first += width;
      }
    }
    context->saved_data["sizes"] = rows.sizes();
    context->saved_data["strides"] = rows.strides();
    context->saved_data["layout"] =
        c10::IValue::make_capsule(c10::make_intrusive<Holder>(layout, rows.options()));
    return parts;
  }

  static variable_list backward(AutogradContext* context, const variable_list& grads) {
    const auto holder =
        c10::static_intrusive_pointer_cast<Holder>(context->saved_data["layout"].toCapsule());
    const Layout& layout = holder->layout;
    at::Tensor rows =
        at::empty_strided(context->saved_data["sizes"].toIntVector(),
                          context->saved_data["strides"].toIntVector(), holder->options);
    size_t index = 0;
    for (int64_t node = 0; node < rows.size(0); ++node) {
      const at::Tensor mine = rows.select(0, node);
      int64_t first = 0;
      for (const int64_t width : layout.widths) {
        const at::Tensor& grad = grads[index++];
        const at::Tensor target = mine.narrow(1, first, width);
        if (grad.defined()) {
          copyRows(grad.contiguous(), target, layout.orders[static_cast<size_t>(node)], layout.grid,
                   true);
        } else {
          target.zero_();
        }
        first += width;
      }
    }
    return {rows, at::Tensor()};
  }

  // Carries plain values through the autograd context.
  struct Holder : torch::CustomClassHolder {
    Holder(Layout l, at::TensorOptions o) : layout(std::move(l)), options(o) {}
    Layout layout;
    at::TensorOptions options;
  };
};

class ScatterFunction : public torch::autograd::Function<ScatterFunction> {
 public:
  static at::Tensor forward(AutogradContext* context, at::TensorList parts, const Layout& layout) {
    const int64_t width = layout.widths.front();
    const auto count = static_cast<int64_t>(parts.size());
    at::Tensor rows = at::empty({count, layout.grid.rows(), width}, parts.front().options());
    for (int64_t node = 0; node < count; ++node) {
      copyRows(parts[static_cast<size_t>(node)].contiguous().view({-1, width}),
               rows.select(0, node), layout.orders[static_cast<size_t>(node)], layout.grid, true);
    }
    context->saved_data["layout"] = c10::IValue::make_capsule(
        c10::make_intrusive<GatherFunction::Holder>(layout, rows.options()));
    std::vector<int64_t> shapes;
    for (const at::Tensor& part : parts) {
      shapes.push_back(part.dim());
      for (const int64_t size : part.sizes()) shapes.push_back(size);
    }
    context->saved_data["shapes"] = shapes;
    return rows;
  }

  static variable_list backward(AutogradContext* context, const variable_list& grads) {
    const auto holder = c10::static_intrusive_pointer_cast<GatherFunction::Holder>(
        context->saved_data["layout"].toCapsule());
    const Layout& layout = holder->layout;
    const std::vector<int64_t> shapes = context->saved_data["shapes"].toIntVector();
    const at::Tensor rows = grads[0].contiguous();
    variable_list parts;
    size_t at = 0;
    for (int64_t node = 0; node < rows.size(0); ++node) {
      at::Tensor part = at::empty({rows.size(1), rows.size(2)}, rows.options());
      copyRows(rows.select(0, node), part, layout.orders[static_cast<size_t>(node)], layout.grid,
               false);
      const auto dims = static_cast<size_t>(shapes[at++]);
      parts.push_back(part.view(at::IntArrayRef(shapes.data() + at, dims)));
      at += dims;
    }
    parts.emplace_back();
    return parts;
  }
};

}  // namespace

TokenOrder tokenOrder(const space::OperationKind& kind, space::Grouping grouping,
                      const TokenGrid& grid) {
  const bool joint = grouping == space::Grouping::Joint;
  switch (kind.dimension) {
    case space::Dimension::Spatial:
      return joint ? TokenOrder{true, 1, grid.pixels(), grid.frames}
                   : TokenOrder{false, grid.frames, grid.pixels(), 1};
    case space::Dimension::Temporal:
      return joint ? TokenOrder{false, 1, grid.frames, grid.pixels()}
                   : TokenOrder{true, grid.pixels(), grid.frames, 1};
    case space::Dimension::Spatiotemporal:
      break;
  }
  return {false, 1, grid.tokens(), 1};
}

std::vector<at::Tensor> gatherTokens(const at::Tensor& rows, const std::vector<int64_t>& widths,
                                     const std::vector<TokenOrder>& orders, const TokenGrid& grid) {
  return GatherFunction::apply(rows, Layout{widths, orders, grid});
}

at::Tensor scatterTokens(const std::vector<at::Tensor>& parts, int64_t width,
                         const std::vector<TokenOrder>& orders, const TokenGrid& grid) {
  return ScatterFunction::apply(at::TensorList(parts), Layout{{width}, orders, grid});
}

}  // namespace attelier::nn
