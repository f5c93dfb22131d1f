#include "engine/nn/attention_level.h"

#include "engine/base/contracts.h"
#include "engine/nn/dot_attention.h"
#include "engine/nn/map_gate.h"
#include "engine/nn/token_order.h"

#include <algorithm>
#include <cmath>

namespace attelier::nn {
namespace {

using space::Activation;
using space::Dimension;
using space::OperationType;

// Cosine logits lie in [-1, 1]: a start at 10 lets softmax tell positions apart.
constexpr double kFirstTemperature = 10.0;
constexpr double kLeastLength = 1e-6;

std::array<int64_t, 3> gridOf(Dimension dimension, const TokenGrid& grid) {
  switch (dimension) {
    case Dimension::Spatial:
      return {1, grid.height, grid.width};
    case Dimension::Temporal:
      return {grid.frames, 1, 1};
    case Dimension::Spatiotemporal:
      break;
  }
  return {grid.frames, grid.height, grid.width};
}

std::array<int64_t, 3> groupsOf(Dimension dimension, space::Grouping grouping,
                                const TokenGrid& grid) {
  if (grouping == space::Grouping::Joint) return {1, 1, 1};
  switch (dimension) {
    case Dimension::Spatial:
      return {grid.frames, 1, 1};
    case Dimension::Temporal:
      return {1, grid.height, grid.width};
    case Dimension::Spatiotemporal:
      break;
  }
  return {1, 1, 1};
}

std::array<double, 4> activationWeightsOf(const LevelNode& node, const at::Tensor& mix) {
  std::array<double, 4> weights{};
  if (node.activation) {
    weights[static_cast<size_t>(*node.activation)] = 1.0;
    return weights;
  }
  const at::Tensor values = mix.detach().to(at::kCPU, at::kDouble).contiguous();
  std::copy_n(values.const_data_ptr<double>(), 4, weights.begin());
  return weights;
}

// Keys and values of one node pooled by (1, p, p). The position axis holds (t, y, x) or (y, x), a
// position's features (token, channel): space in either is pooled by viewing rows as frames.
at::Tensor poolPixels(const at::Tensor& part, const TokenOrder& order, const TokenGrid& grid,
                      int64_t width, int64_t pool) {
  const int64_t frames = grid.clips * grid.frames;
  at::Tensor images;  // [frames or clips, channels, H, W]
  if (order.pixelMajor) {
    images =
        part.view({grid.clips, grid.height, grid.width, grid.frames * width}).permute({0, 3, 1, 2});
  } else {
    images = part.view({frames, grid.height, grid.width, width}).permute({0, 3, 1, 2});
  }
  return at::max_pool2d(images, {pool, pool}, {pool, pool}, {0, 0}, {1, 1}, /*ceil_mode=*/true)
      .permute({0, 2, 3, 1})
      .contiguous();
}

}  // namespace

AttentionLevel::AttentionLevel(std::vector<LevelNode> nodes, int channels,
                               const space::OperationSettings& settings,
                               const AttentionLimits& limits)
    : nodes_(std::move(nodes)),
      channels_(channels),
      settings_(settings),
      limits_(limits),
      gateChannels_(settings.keyChannels(channels)),
      keyChannels_(settings.keyChannels(channels)),
      valueChannels_(settings.valueChannels(channels)) {
  for (const LevelNode& node : nodes_) {
    const bool isMap = node.kind.type == OperationType::MapBased;
    expects(!isMap || dotNodes_ == 0, "map-based nodes come first in a level");
    ++(isMap ? mapNodes_ : dotNodes_);
  }
  // As PyTorch initialises a convolution: uniform in +-1/sqrt(inputs), biases as well.
  const auto uniform = [](at::IntArrayRef shape, int64_t inputs) {
    const double bound = 1.0 / std::sqrt(static_cast<double>(inputs));
    return at::empty(shape).uniform_(-bound, bound);
  };
  if (mapNodes_ > 0) {
    const int64_t rows = gateChannels_ + channels;
    mapWeight = register_parameter("map_weight", uniform({mapNodes_, rows, channels}, channels));
    mapBias = register_parameter("map_bias", uniform({mapNodes_, rows}, channels));
    scoreWeight =
        register_parameter("score_weight", uniform({mapNodes_, gateChannels_}, gateChannels_));
    scoreBias = register_parameter("score_bias", uniform({mapNodes_}, gateChannels_));
  }
  if (dotNodes_ > 0) {
    const int64_t rows = 2 * keyChannels_ + valueChannels_;
    dotWeight = register_parameter("dot_weight", uniform({dotNodes_, rows, channels}, channels));
    dotBias = register_parameter("dot_bias", uniform({dotNodes_, rows}, channels));
    restoreWeight = register_parameter(
        "restore_weight", uniform({dotNodes_, channels, valueChannels_}, valueChannels_));
    restoreBias =
        register_parameter("restore_bias", uniform({dotNodes_, channels}, valueChannels_));
    if (settings.scale == space::AttentionScale::Cosine) {
      logTemperature =
          register_parameter("log_temperature", at::full({dotNodes_}, std::log(kFirstTemperature)));
    }
  }
  if (settings.nodeNorm) {
    norm = register_module(
        "norm", std::make_shared<BatchNorm>(static_cast<int>(nodes_.size()), channels, false));
  }
}

at::Tensor AttentionLevel::forward(const LevelInput& input, const TokenGrid& grid,
                                   const at::Tensor& activationWeights,
                                   const CaptureRequest& request,
                                   std::vector<NodeCapture>* captures) {
  at::Tensor maps;
  at::Tensor dots;
  if (mapNodes_ > 0) maps = mapOutputs(input, grid, activationWeights, captures);
  if (dotNodes_ > 0) dots = dotOutputs(input, grid, activationWeights, request, captures);
  if (norm != nullptr) return norm->forwardJoined(maps, dots);
  if (mapNodes_ == 0) return dots;
  return dotNodes_ == 0 ? maps : at::cat({maps, dots});
}

namespace {

// Stacked 1x1x1 convolutions: one product where all nodes read one tensor.
// Shape: weight [n, R, C], bias [n, R] → [n, M, R].
at::Tensor project(const at::Tensor& shared, const at::Tensor& own, const at::Tensor& weight,
                   const at::Tensor& bias) {
  const int64_t nodes = weight.size(0);
  const int64_t columns = weight.size(1);
  if (shared.defined()) {
    return at::addmm(bias.view({-1}), shared, weight.view({nodes * columns, -1}).t())
        .view({-1, nodes, columns})
        .permute({1, 0, 2});
  }
  return at::baddbmm(bias.unsqueeze(1), own, weight.transpose(1, 2));
}

}  // namespace

at::Tensor AttentionLevel::mapOutputs(const LevelInput& input, const TokenGrid& grid,
                                      const at::Tensor& mix,
                                      std::vector<NodeCapture>* captures) const {
  const at::Tensor projected = project(input.shared, input.maps, mapWeight, mapBias);
  std::vector<MapNode> nodes;
  for (int j = 0; j < mapNodes_; ++j) {
    const LevelNode& node = nodes_[static_cast<size_t>(j)];
    nodes.push_back({node.kind, tokenOrder(node.kind, settings_.grouping, grid), node.activation});
  }
  std::vector<at::Tensor> maps;
  const at::Tensor mine = mix.defined() ? mix.narrow(0, 0, mapNodes_) : mix;
  const at::Tensor out = mapGate(projected, scoreWeight, scoreBias, mine, nodes, grid,
                                 captures != nullptr ? &maps : nullptr);
  for (size_t j = 0; j < maps.size(); ++j) {
    NodeCapture capture;
    capture.node = static_cast<int>(j);
    capture.kind = nodes[j].kind;
    capture.map = maps[j].detach();
    capture.groupGrid = groupsOf(nodes[j].kind.dimension, settings_.grouping, grid);
    capture.queryGrid = gridOf(nodes[j].kind.dimension, grid);
    capture.keyGrid = capture.queryGrid;
    capture.dividedByKeys = false;
    capture.activationWeights = activationWeightsOf(
        nodes_[j], mix.defined() ? mix.select(0, static_cast<int64_t>(j)) : mix);
    captures->push_back(std::move(capture));
  }
  return out;
}

at::Tensor AttentionLevel::dotOutputs(const LevelInput& input, const TokenGrid& grid,
                                      const at::Tensor& mix, const CaptureRequest& request,
                                      std::vector<NodeCapture>* captures) const {
  const at::Tensor projected = project(input.shared, input.dots, dotWeight, dotBias);
  std::vector<TokenOrder> orders;
  for (int j = 0; j < dotNodes_; ++j) {
    orders.push_back(
        tokenOrder(nodes_[static_cast<size_t>(mapNodes_ + j)].kind, settings_.grouping, grid));
  }
  const std::vector<at::Tensor> parts =
      gatherTokens(projected, {keyChannels_, keyChannels_, valueChannels_}, orders, grid);

  std::vector<at::Tensor> outputs;
  for (int j = 0; j < dotNodes_; ++j) {
    const auto index = static_cast<size_t>(j);
    const LevelNode& node = nodes_[static_cast<size_t>(mapNodes_ + j)];
    const TokenOrder& order = orders[index];
    const int64_t groups = grid.clips * order.groups;
    const int64_t features = order.tokens * keyChannels_;
    at::Tensor q = parts[3 * index].view({groups, order.positions, features});
    at::Tensor k = parts[3 * index + 1];
    at::Tensor v = parts[3 * index + 2];
    std::array<int64_t, 3> keyGrid = gridOf(node.kind.dimension, grid);
    if (settings_.kvPool > 1 && node.kind.dimension != Dimension::Temporal) {
      k = poolPixels(k, order, grid, keyChannels_, settings_.kvPool);
      v = poolPixels(v, order, grid, valueChannels_, settings_.kvPool);
      const auto pooled = [&](int64_t size) {
        return (size + settings_.kvPool - 1) / settings_.kvPool;
      };
      keyGrid = {keyGrid[0], pooled(grid.height), pooled(grid.width)};
    }
    k = k.view({groups, -1, features});
    v = v.view({groups, -1, order.tokens * valueChannels_});

    DotAttentionOptions options;
    options.activation = node.activation;
    options.divideByKeys = settings_.normByN;
    options.budgetBytes = limits_.budgetBytes;
    options.scale = 1.0 / std::sqrt(static_cast<double>(features));
    at::Tensor temperature;
    if (logTemperature.defined()) {
      const auto unit = [](const at::Tensor& t) {
        return t / t.norm(2, -1, true).clamp_min(kLeastLength);
      };
      temperature = logTemperature.select(0, j).exp();
      q = unit(q);
      k = unit(k);
      options.scale = 1.0;
    }
    const at::Tensor mine = mix.defined() ? mix.select(0, mapNodes_ + j) : mix;
    if (captures != nullptr) {
      at::NoGradGuard guard;
      NodeCapture capture;
      capture.node = mapNodes_ + j;
      capture.kind = node.kind;
      capture.groupGrid = groupsOf(node.kind.dimension, settings_.grouping, grid);
      capture.queryGrid = gridOf(node.kind.dimension, grid);
      capture.keyGrid = keyGrid;
      capture.scale = temperature.defined() ? temperature.item<double>() : options.scale;
      capture.dividedByKeys = settings_.normByN;
      capture.activationWeights = activationWeightsOf(node, mine);
      const auto perClip = [&](const at::Tensor& t) {
        return t.detach().view({grid.clips, order.groups, t.size(1), -1});
      };
      const auto perRow = [&](const at::Tensor& t) {
        return t.view({grid.clips, order.groups, -1});
      };
      capture.queries = perClip(q);
      capture.keys = perClip(k);
      DotAttentionOptions captured = options;
      captured.scale = capture.scale;
      if (capture.activationWeights[static_cast<size_t>(Activation::Softmax)] != 0.0)
        capture.normaliser = perRow(attentionLogSumExp(q, k, captured));
      if (order.positions * k.size(1) * order.groups <= request.smallMapEntries) {
        capture.attention = perClip(attentionWeights(q, k, mine, captured));
      }
      captures->push_back(std::move(capture));
    }
    if (temperature.defined()) q = q * temperature;
    outputs.push_back(dotAttention(q, k, v, mine, options));
  }
  const at::Tensor attended = scatterTokens(outputs, valueChannels_, orders, grid);
  return at::baddbmm(restoreBias.unsqueeze(1), attended, restoreWeight.transpose(1, 2));
}

void AttentionLevel::inheritNode(int to, const AttentionLevel& other, int from) {
  at::NoGradGuard guard;
  const LevelNode& node = nodes_[static_cast<size_t>(to)];
  expects(node.kind == other.nodes_[static_cast<size_t>(from)].kind,
          "a node inherits from one of its kind");
  const auto copy = [](const at::Tensor& target, int targetIndex, const at::Tensor& source,
                       int sourceIndex) {
    if (target.defined()) target.select(0, targetIndex).copy_(source.select(0, sourceIndex));
  };
  if (node.kind.type == OperationType::MapBased) {
    copy(mapWeight, to, other.mapWeight, from);
    copy(mapBias, to, other.mapBias, from);
    copy(scoreWeight, to, other.scoreWeight, from);
    copy(scoreBias, to, other.scoreBias, from);
  } else {
    const int t = to - mapNodes_;
    const int f = from - other.mapNodes_;
    copy(dotWeight, t, other.dotWeight, f);
    copy(dotBias, t, other.dotBias, f);
    copy(restoreWeight, t, other.restoreWeight, f);
    copy(restoreBias, t, other.restoreBias, f);
    copy(logTemperature, t, other.logTemperature, f);
  }
  if (norm != nullptr) {
    copy(norm->runningMean, to, other.norm->runningMean, from);
    copy(norm->runningVar, to, other.norm->runningVar, from);
  }
}

}  // namespace attelier::nn
