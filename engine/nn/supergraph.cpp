#include "engine/nn/supergraph.h"

#include "engine/base/contracts.h"
#include "engine/nn/mix_rows.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace attelier::nn {
namespace {

std::vector<int> packedOrder(const std::vector<space::OperationKind>& kinds) {
  std::vector<int> order;
  for (const auto type : {space::OperationType::MapBased, space::OperationType::DotProduct}) {
    for (size_t j = 0; j < kinds.size(); ++j) {
      if (kinds[j].type == type) order.push_back(static_cast<int>(j));
    }
  }
  return order;
}

}  // namespace

Supergraph::Supergraph(const SupergraphSettings& settings, int channels,
                       std::shared_ptr<ArchitectureWeights> weights, const AttentionLimits& limits)
    : settings_(settings),
      weights_(std::move(weights)),
      packed_(packedOrder(settings.shape.kinds)) {
  expects(weights_->shape() == settings_.shape, "connection weights are of the supergraph's shape");
  std::vector<LevelNode> nodes;
  for (const int j : packed_) {
    const space::OperationKind kind = settings_.shape.kinds[static_cast<size_t>(j)];
    nodes.push_back({kind, settings_.mixActivations
                               ? std::nullopt
                               : std::optional(space::defaultActivation(kind.type))});
  }
  for (int l = 0; l < settings_.shape.levels; ++l) {
    levels_.push_back(register_module(
        "level" + std::to_string(l),
        std::make_shared<AttentionLevel>(nodes, channels, settings_.operations, limits)));
  }
  const double bound = 1.0 / std::sqrt(static_cast<double>(channels));
  combineWeight =
      register_parameter("combine_weight", at::empty({channels, channels}).uniform_(-bound, bound));
  norm = register_module(
      "norm",
      std::make_shared<BatchNorm>(1, channels, true, settings_.operations.zeroInitBn ? 0.0 : 1.0));
}

int Supergraph::packedIndex(int position) const {
  const auto found = std::find(packed_.begin(), packed_.end(), position);
  return static_cast<int>(found - packed_.begin());
}

at::Tensor Supergraph::forward(const at::Tensor& x) {
  TokenGrid grid;
  const at::Tensor tokens = toTokens(x, grid);
  const int levels = settings_.shape.levels;
  const bool permuted = !std::is_sorted(packed_.begin(), packed_.end());
  const std::vector<int64_t> order(packed_.begin(), packed_.end());
  const at::Tensor index =
      permuted ? at::tensor(order, at::kLong).to(x.device(), at::kLong, /*non_blocking=*/true)
               : at::Tensor();
  const auto packed = [&](const at::Tensor& t, int64_t dim) {
    return permuted && t.defined() ? t.index_select(dim, index) : t;
  };

  capture_.nodes.clear();
  const at::Tensor sinkWeights = packed(weights_->sink(), 1);
  LevelInput input{tokens, {}, {}};
  at::Tensor sink;
  for (int l = 0; l < levels; ++l) {
    AttentionLevel& level = *levels_[static_cast<size_t>(l)];
    std::vector<NodeCapture> captures;
    const at::Tensor features = level.forward(input, grid, packed(weights_->activations(l), 0),
                                              request_, request_.attention ? &captures : nullptr);
    for (NodeCapture& capture : captures) {
      const int position = packed_[static_cast<size_t>(capture.node)];
      capture.node = settings_.shape.index(l, position);
      capture_.nodes.push_back(std::move(capture));
    }
    // Level mixing and the sink read the features in one visit.
    at::Tensor rows = sinkWeights.narrow(0, l, 1);
    std::vector<int64_t> counts{1};
    if (l + 1 < levels) {
      const at::Tensor incoming =
          packed(packed(weights_->incoming(l + 1, settings_.operations.inputScale), 0), 1);
      rows = at::cat({incoming, rows});
      counts = {level.mapNodes(), level.dotNodes(), 1};
    }
    const std::vector<at::Tensor> sums = mixRows(features, rows, counts);
    const at::Tensor part = sums.back().squeeze(0);
    sink = sink.defined() ? sink + part : part;
    if (l + 1 < levels) input = {{}, sums[0], sums[1]};
  }
  const at::Tensor sum = at::mm(sink, combineWeight.t());
  return fromTokens(combine(sum, tokens, *norm, settings_.operations.residual), grid);
}

}  // namespace attelier::nn
