#include "engine/nn/cell.h"

#include "engine/base/contracts.h"
#include "engine/nn/mix_rows.h"

#include <algorithm>
#include <cmath>

namespace attelier::nn {
namespace {

// A weight of 0 in a design by hand still needs a finite logarithm to start from.
constexpr double kLeastWeight = 1e-12;

std::vector<int> depthsOf(const space::CellDesign& design) {
  std::vector<int> depths;
  for (const space::CellNode& node : design.nodes) {
    int depth = 0;
    for (const space::CellInput& input : node.inputs) {
      if (input.source != space::kCellInput) {
        depth = std::max(depth, depths[static_cast<size_t>(input.source)] + 1);
      }
    }
    depths.push_back(depth);
  }
  return depths;
}

}  // namespace

Cell::Cell(const space::CellDesign& design, int channels, const AttentionLimits& limits)
    : design_(design), slots_(design.nodes.size()) {
  const std::vector<int> depths = depthsOf(design_);
  const int groups = 1 + *std::max_element(depths.begin(), depths.end());
  members_.resize(static_cast<size_t>(groups));
  for (const auto type : {space::OperationType::MapBased, space::OperationType::DotProduct}) {
    for (size_t v = 0; v < design_.nodes.size(); ++v) {
      if (design_.nodes[v].operation.kind.type != type) continue;
      auto& group = members_[static_cast<size_t>(depths[v])];
      slots_[v] = {depths[v], static_cast<int>(group.size())};
      group.push_back(static_cast<int>(v));
    }
  }
  for (int g = 0; g < groups; ++g) {
    std::vector<LevelNode> nodes;
    for (const int v : members_[static_cast<size_t>(g)]) {
      const space::Operation& operation = design_.nodes[static_cast<size_t>(v)].operation;
      nodes.push_back({operation.kind, operation.activation});
    }
    levels_.push_back(register_module(
        "level" + std::to_string(g),
        std::make_shared<AttentionLevel>(nodes, channels, design_.settings, limits)));
  }

  std::vector<double> logits;
  for (const space::CellNode& node : design_.nodes) {
    firstEdge_.push_back(node.inputs.size() > 1 ? static_cast<int>(logits.size()) : -1);
    if (node.inputs.size() < 2) continue;
    for (const space::CellInput& input : node.inputs) {
      logits.push_back(std::log(std::max(input.weight, kLeastWeight)));
    }
  }
  if (!logits.empty()) {
    edgeLogits = register_parameter("edge_logits", at::tensor(logits, at::kDouble).to(at::kFloat));
  }
  const auto outputs = static_cast<int64_t>(design_.outputs.size());
  const double bound = 1.0 / std::sqrt(static_cast<double>(outputs * channels));
  combineWeight = register_parameter(
      "combine_weight", at::empty({channels, outputs * channels}).uniform_(-bound, bound));
  norm = register_module(
      "norm", std::make_shared<BatchNorm>(1, channels, true, design_.settings.zeroInitBn ? 0 : 1));
}

// Row per member, column per source.
at::Tensor Cell::inputWeights(const std::vector<int>& members,
                              const std::vector<int>& sources) const {
  std::vector<at::Tensor> rows;
  const auto columnOf = [&](int source) {
    return static_cast<int64_t>(std::find(sources.begin(), sources.end(), source) -
                                sources.begin());
  };
  const auto columns = static_cast<int64_t>(sources.size());
  const at::TensorOptions options = combineWeight.options();
  for (const int v : members) {
    const space::CellNode& node = design_.nodes[static_cast<size_t>(v)];
    std::vector<int64_t> at;
    for (const space::CellInput& input : node.inputs) at.push_back(columnOf(input.source));
    const at::Tensor index =
        at::tensor(at, at::kLong).to(options.device(), at::kLong, /*non_blocking=*/true);
    at::Tensor weights = at::ones({1}, options);
    if (node.inputs.size() > 1) {
      weights = edgeLogits
                    .narrow(0, firstEdge_[static_cast<size_t>(v)],
                            static_cast<int64_t>(node.inputs.size()))
                    .softmax(0);
      if (design_.settings.inputScale) weights = weights / weights.norm();
    }
    rows.push_back(at::zeros({columns}, options).index_put({index}, weights));
  }
  return at::stack(rows);
}

at::Tensor Cell::forward(const at::Tensor& x) {
  TokenGrid grid;
  const at::Tensor tokens = toTokens(x, grid);
  capture_.nodes.clear();
  std::vector<at::Tensor> features(design_.nodes.size());
  std::vector<at::Tensor> groups;  // outputs of each group in packed order
  for (size_t g = 0; g < members_.size(); ++g) {
    const std::vector<int>& members = members_[g];
    AttentionLevel& level = *levels_[g];
    std::vector<int> sources;
    bool oneSource = true;
    for (const int v : members) {
      for (const space::CellInput& input : design_.nodes[static_cast<size_t>(v)].inputs) {
        if (std::find(sources.begin(), sources.end(), input.source) == sources.end()) {
          sources.push_back(input.source);
        }
      }
    }
    oneSource = sources.size() == 1;
    const auto featureOf = [&](int source) {
      return source == space::kCellInput ? tokens : features[static_cast<size_t>(source)];
    };

    LevelInput input;
    if (oneSource) {
      input.shared = featureOf(sources.front());
    } else {
      // The sources often are all of the group before: its outputs lie together already.
      at::Tensor stacked;
      if (g > 0) {
        std::vector<int> before = members_[g - 1];
        std::vector<int> sorted = sources;
        std::sort(before.begin(), before.end());
        std::sort(sorted.begin(), sorted.end());
        if (before == sorted) {
          sources = members_[g - 1];
          stacked = groups.back();
        }
      }
      if (!stacked.defined()) {
        std::vector<at::Tensor> parts;
        for (const int source : sources) parts.push_back(featureOf(source));
        stacked = at::stack(parts);
      }
      const std::vector<at::Tensor> sums =
          mixRows(stacked, inputWeights(members, sources), {level.mapNodes(), level.dotNodes()});
      input.maps = sums[0];
      input.dots = sums[1];
    }

    std::vector<NodeCapture> captures;
    groups.push_back(level.forward(input, grid, at::Tensor(), request_,
                                   request_.attention ? &captures : nullptr));
    const std::vector<at::Tensor> each = groups.back().unbind(0);
    for (size_t i = 0; i < members.size(); ++i) features[static_cast<size_t>(members[i])] = each[i];
    for (NodeCapture& capture : captures) {
      capture.node = members[static_cast<size_t>(capture.node)];
      capture_.nodes.push_back(std::move(capture));
    }
  }
  std::sort(capture_.nodes.begin(), capture_.nodes.end(),
            [](const NodeCapture& a, const NodeCapture& b) { return a.node < b.node; });

  // Concatenation then convolution, one block of the convolution after the other.
  at::Tensor sum;
  const int64_t channels = tokens.size(1);
  for (size_t i = 0; i < design_.outputs.size(); ++i) {
    const at::Tensor& feature = features[static_cast<size_t>(design_.outputs[i].node)];
    const at::Tensor block =
        combineWeight.narrow(1, static_cast<int64_t>(i) * channels, channels).t();
    sum = sum.defined() ? at::addmm(sum, feature, block) : at::mm(feature, block);
  }
  return fromTokens(combine(sum, tokens, *norm, design_.settings.residual), grid);
}

void Cell::inherit(const Supergraph& supergraph, const std::vector<int>& supergraphNode) {
  expects(supergraphNode.size() == design_.nodes.size(), "every node of the cell has an origin");
  at::NoGradGuard guard;
  const space::SupergraphShape& shape = supergraph.settings().shape;
  for (size_t v = 0; v < slots_.size(); ++v) {
    const int origin = supergraphNode[v];
    const int position = origin % shape.nodesPerLevel();
    levels_[static_cast<size_t>(slots_[v].level)]->inheritNode(
        slots_[v].index, supergraph.level(shape.levelOf(origin)), supergraph.packedIndex(position));
  }
  // Kept logits under a softmax are the renormalised weights, without the rounding of the design.
  const ArchitectureWeights& weights = supergraph.weights();
  for (size_t v = 0; v < design_.nodes.size(); ++v) {
    if (firstEdge_[v] < 0) continue;
    const int to = supergraphNode[v];
    for (size_t e = 0; e < design_.nodes[v].inputs.size(); ++e) {
      const int source = design_.nodes[v].inputs[e].source;
      expects(source != space::kCellInput, "a node above the first level reads nodes");
      const int from = supergraphNode[static_cast<size_t>(source)];
      edgeLogits[firstEdge_[v] + static_cast<int64_t>(e)].copy_(
          weights.levelLogits[shape.levelOf(to) - 1][to % shape.nodesPerLevel()]
                             [from % shape.nodesPerLevel()]);
    }
  }
  const at::Tensor beta = weights.sink().view({-1});
  const int64_t channels = combineWeight.size(0);
  for (size_t i = 0; i < design_.outputs.size(); ++i) {
    const int origin = supergraphNode[static_cast<size_t>(design_.outputs[i].node)];
    combineWeight.narrow(1, static_cast<int64_t>(i) * channels, channels)
        .copy_(supergraph.combineWeight * beta[origin]);
  }
  norm->gamma.copy_(supergraph.norm->gamma);
  norm->delta.copy_(supergraph.norm->delta);
  norm->runningMean.copy_(supergraph.norm->runningMean);
  norm->runningVar.copy_(supergraph.norm->runningVar);
}

}  // namespace attelier::nn
