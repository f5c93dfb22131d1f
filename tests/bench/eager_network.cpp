#include "tests/bench/eager_network.h"

#include "engine/nn/supergraph.h"

#include <cmath>
#include <map>

namespace attelier::bench {

using space::Dimension;
using space::OperationType;

EagerNetwork::EagerNetwork(const nn::Network& network) {
  const auto& supergraph = dynamic_cast<const nn::Supergraph&>(network.insertion(0));
  std::map<std::string, at::Tensor> state;
  for (const auto& [name, tensor] : nn::namedState(network)) state[name] = tensor;
  for (const char* layer : {"conv1", "conv2", "conv3"}) {
    const std::string prefix = std::string("backbone.") + layer;
    const at::Tensor& weight = state.at(prefix + ".weight");
    stem_.push_back(parameter(weight, weight.squeeze(2).sizes()));
    const int64_t channels = weight.size(0);
    stemNorms_.push_back({parameter(state.at(prefix + ".norm.gamma"), {channels}),
                          parameter(state.at(prefix + ".norm.delta"), {channels}),
                          at::zeros({channels}), at::ones({channels})});
  }
  const nn::SupergraphSettings& settings = supergraph.settings();
  const int64_t c = supergraph.combineWeight.size(0);
  const int64_t r = settings.operations.keyChannels(static_cast<int>(c));
  const int64_t v = settings.operations.valueChannels(static_cast<int>(c));
  for (int l = 0; l < settings.shape.levels; ++l) {
    const nn::AttentionLevel& level = supergraph.level(l);
    std::vector<Node> nodes;
    for (int j = 0; j < settings.shape.nodesPerLevel(); ++j) {
      Node node;
      node.kind = settings.shape.kinds[static_cast<size_t>(j)];
      if (node.kind.type == OperationType::MapBased) {
        const at::Tensor w = level.mapWeight[j];
        const at::Tensor b = level.mapBias[j];
        node.gate = conv(w.narrow(0, 0, r), b.narrow(0, 0, r));
        node.value = conv(w.narrow(0, r, c), b.narrow(0, r, c));
        node.score = conv(level.scoreWeight[j].unsqueeze(0), level.scoreBias.narrow(0, j, 1));
      } else {
        const int d = j - level.mapNodes();
        const at::Tensor w = level.dotWeight[d];
        const at::Tensor b = level.dotBias[d];
        node.query = conv(w.narrow(0, 0, r), b.narrow(0, 0, r));
        node.key = conv(w.narrow(0, r, r), b.narrow(0, r, r));
        node.dotValue = conv(w.narrow(0, 2 * r, v), b.narrow(0, 2 * r, v));
        node.restore = conv(level.restoreWeight[d], level.restoreBias[d]);
      }
      node.norm = {{}, {}, at::zeros({c}), at::ones({c})};
      nodes.push_back(std::move(node));
    }
    levels_.push_back(std::move(nodes));
  }
  levelLogits_ =
      parameter(supergraph.weights().levelLogits, supergraph.weights().levelLogits.sizes());
  sinkLogits_ = parameter(supergraph.weights().sinkLogits, supergraph.weights().sinkLogits.sizes());
  combine_.weight = parameter(supergraph.combineWeight, {c, c, 1, 1, 1});
  norm_ = {parameter(supergraph.norm->gamma, {c}), parameter(supergraph.norm->delta, {c}),
           at::zeros({c}), at::ones({c})};
  const at::Tensor& classifier = state.at("backbone.classifier_weight");
  classifierWeight_ = parameter(classifier, classifier.sizes());
  classifierBias_ = parameter(state.at("backbone.classifier_bias"), {classifier.size(0)});
}

at::Tensor EagerNetwork::parameter(const at::Tensor& from, at::IntArrayRef shape) {
  return register_parameter("p" + std::to_string(parameters_++),
                            from.detach().clone().reshape(shape));
}

EagerNetwork::Conv EagerNetwork::conv(const at::Tensor& weight, const at::Tensor& bias) {
  return {parameter(weight, {weight.size(0), weight.size(1), 1, 1, 1}),
          parameter(bias, {weight.size(0)})};
}

at::Tensor EagerNetwork::apply(const Conv& conv, const at::Tensor& x) {
  return at::conv3d(x, conv.weight, conv.bias);
}

at::Tensor EagerNetwork::apply(const Norm& norm, const at::Tensor& x) {
  return at::batch_norm(x, norm.gamma, norm.delta, norm.mean, norm.var, true, 0.1, 1e-5, false);
}

at::Tensor EagerNetwork::run(const Node& node, const at::Tensor& x) {
  const int64_t n = x.size(0);
  const int64_t t = x.size(2);
  const int64_t h = x.size(3);
  const int64_t w = x.size(4);
  if (node.kind.type == OperationType::MapBased) {
    at::Tensor p = apply(node.gate, x).relu();
    if (node.kind.dimension == Dimension::Temporal) p = p.mean({3, 4}, true);
    if (node.kind.dimension == Dimension::Spatial) p = p.mean({2}, true);
    return apply(node.norm, apply(node.value, x) * apply(node.score, p).sigmoid());
  }
  const auto rearrange = [&](const at::Tensor& y) {
    const int64_t c = y.size(1);
    switch (node.kind.dimension) {
      case Dimension::Temporal:
        return y.permute({0, 2, 1, 3, 4}).reshape({n, t, c * h * w});
      case Dimension::Spatial:
        return y.permute({0, 3, 4, 1, 2}).reshape({n, h * w, c * t});
      case Dimension::Spatiotemporal:
        break;
    }
    return y.permute({0, 2, 3, 4, 1}).reshape({n, t * h * w, c});
  };
  const at::Tensor q = rearrange(apply(node.query, x));
  const at::Tensor k = rearrange(apply(node.key, x));
  const at::Tensor values = apply(node.dotValue, x);
  const int64_t c = values.size(1);
  const at::Tensor v = rearrange(values);
  const double scale = 1.0 / std::sqrt(static_cast<double>(q.size(2)));
  const at::Tensor a = (at::bmm(q, k.transpose(1, 2)) * scale).softmax(-1);
  at::Tensor y = at::bmm(a, v);
  switch (node.kind.dimension) {
    case Dimension::Temporal:
      y = y.view({n, t, c, h, w}).permute({0, 2, 1, 3, 4});
      break;
    case Dimension::Spatial:
      y = y.view({n, h, w, c, t}).permute({0, 3, 4, 1, 2});
      break;
    case Dimension::Spatiotemporal:
      y = y.view({n, t, h, w, c}).permute({0, 4, 1, 2, 3});
      break;
  }
  return apply(node.norm, apply(node.restore, y.contiguous()));
}

at::Tensor EagerNetwork::forward(const at::Tensor& clips) {
  const int64_t n = clips.size(0);
  const int64_t t = clips.size(2);
  at::Tensor x = clips.permute({0, 2, 1, 3, 4}).reshape({n * t, 3, clips.size(3), clips.size(4)});
  for (size_t i = 0; i < stem_.size(); ++i) {
    const int64_t pad = stem_[i].size(2) == 3 ? 1 : 0;
    x = apply(stemNorms_[i], at::conv2d(x, stem_[i], {}, {2, 2}, {pad, pad})).relu();
  }
  x = x.view({n, t, x.size(1), x.size(2), x.size(3)}).permute({0, 2, 1, 3, 4}).contiguous();

  const at::Tensor beta = sinkLogits_.view({-1}).softmax(0).view(sinkLogits_.sizes());
  const auto count = static_cast<int64_t>(levels_.front().size());
  std::vector<at::Tensor> inputs(static_cast<size_t>(count), x);
  at::Tensor sink;
  for (size_t l = 0; l < levels_.size(); ++l) {
    std::vector<at::Tensor> outputs;
    for (size_t j = 0; j < levels_[l].size(); ++j) {
      outputs.push_back(run(levels_[l][j], inputs[j]));
    }
    const at::Tensor flat = at::stack(outputs).view({count, -1});
    const at::Tensor part =
        at::mm(beta[static_cast<int64_t>(l)].unsqueeze(0), flat).view(x.sizes());
    sink = sink.defined() ? sink + part : part;
    if (l + 1 == levels_.size()) break;
    at::Tensor alpha = levelLogits_[static_cast<int64_t>(l)].softmax(-1);
    alpha = alpha / alpha.norm(2, -1, true);
    const at::Tensor mixed = at::mm(alpha, flat);
    for (int64_t j = 0; j < count; ++j) {
      inputs[static_cast<size_t>(j)] = mixed[j].view(x.sizes());
    }
  }
  const at::Tensor z = x + apply(norm_, apply(combine_, sink));
  return at::linear(z.mean({2, 3, 4}), classifierWeight_, classifierBias_);
}

}  // namespace attelier::bench
