#include "engine/space/connection_weights.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace attelier::space {
namespace {

using nlohmann::json;

void softmaxInto(std::span<const float> logits, std::span<double> weights) {
  const double largest = *std::max_element(logits.begin(), logits.end());
  double sum = 0;
  for (std::size_t i = 0; i < logits.size(); ++i) {
    weights[i] = std::exp(static_cast<double>(logits[i]) - largest);
    sum += weights[i];
  }
  for (double& weight : weights) weight /= sum;
}

std::vector<double> softmaxRows(const std::vector<float>& logits, std::size_t length) {
  std::vector<double> weights(logits.size());
  for (std::size_t start = 0; start < logits.size(); start += length) {
    softmaxInto(std::span(logits).subspan(start, length),
                std::span(weights).subspan(start, length));
  }
  return weights;
}

double relativeEntropy(std::span<const double> weights) {
  if (weights.size() < 2) return 1;
  double sum = 0;
  for (const double weight : weights) sum += weight;
  if (sum <= 0) return 1;
  double entropy = 0;
  for (const double weight : weights) {
    const double p = weight / sum;
    if (p > 0) entropy -= p * std::log(p);
  }
  return entropy / std::log(static_cast<double>(weights.size()));
}

double meanEntropyOfRows(const std::vector<double>& weights, std::size_t length) {
  if (weights.empty()) return 1;
  double sum = 0;
  for (std::size_t start = 0; start < weights.size(); start += length) {
    sum += relativeEntropy(std::span(weights).subspan(start, length));
  }
  return sum / static_cast<double>(weights.size() / length);
}

Status validateShape(const SupergraphShape& shape, const std::string& where) {
  if (shape.levels < 1 || shape.levels > kMaxLevels) {
    return fail(ErrorCode::InvalidArgument,
                "levels is " + std::to_string(shape.levels) + "; it must be 1 to " +
                    std::to_string(kMaxLevels),
                where);
  }
  if (shape.kinds.empty() || shape.nodesPerLevel() > kMaxNodesPerLevel) {
    return fail(ErrorCode::InvalidArgument,
                "a level has " + std::to_string(shape.nodesPerLevel()) +
                    " nodes; it must have 1 to " + std::to_string(kMaxNodesPerLevel),
                where);
  }
  return {};
}

Status validateLogits(const std::vector<float>& logits, std::size_t expected, const char* name,
                      const std::string& where) {
  if (logits.size() != expected) {
    return fail(ErrorCode::InvalidArgument,
                std::string(name) + " has " + std::to_string(logits.size()) +
                    " numbers; the supergraph has " + std::to_string(expected),
                where);
  }
  for (const float logit : logits) {
    if (!std::isfinite(logit)) {
      return fail(ErrorCode::InvalidArgument,
                  std::string(name) + " holds a number that is not finite", where);
    }
  }
  return {};
}

// The JSON form: the shape and raw logits.
struct WeightsForm {
  int levels = 1;
  std::vector<std::string> kinds;
  std::vector<double> levelLogits;
  std::vector<double> sinkLogits;
  std::vector<double> activationLogits;
};

const Fields<WeightsForm>& weightsFields() {
  constexpr std::size_t kMost = kMaxLevels * kMaxNodesPerLevel * kMaxNodesPerLevel;
  static const auto fields = Fields<WeightsForm>("Connection weights")
                                 .add("levels", &WeightsForm::levels, "levels of the supergraph",
                                      {.minimum = 1, .maximum = kMaxLevels})
                                 .add("kinds", &WeightsForm::kinds, "operations of a level",
                                      {.maximumItems = kMaxNodesPerLevel})
                                 .add("level_logits", &WeightsForm::levelLogits,
                                      "edges between levels: level, node read by, node read",
                                      {.minimum = -1e6, .maximum = 1e6, .maximumItems = kMost})
                                 .add("sink_logits", &WeightsForm::sinkLogits, "nodes to the sink",
                                      {.minimum = -1e6, .maximum = 1e6, .maximumItems = kMost})
                                 .add("activation_logits", &WeightsForm::activationLogits,
                                      "four a node, empty where activations are fixed",
                                      {.minimum = -1e6, .maximum = 1e6, .maximumItems = kMost});
  return fields;
}

}  // namespace

std::size_t SupergraphShape::levelLogitCount() const {
  const auto n = static_cast<std::size_t>(nodesPerLevel());
  return static_cast<std::size_t>(levels - 1) * n * n;
}

std::size_t SupergraphShape::sinkLogitCount() const { return static_cast<std::size_t>(nodes()); }

std::size_t SupergraphShape::activationLogitCount() const {
  return sinkLogitCount() * static_cast<std::size_t>(kActivations);
}

std::string nodeName(const SupergraphShape& shape, int node) {
  expects(node >= 0 && node < shape.nodes(), "a node index lies inside the supergraph");
  const int position = node % shape.nodesPerLevel();
  const OperationKind& kind = shape.kindOf(node);
  const auto before = std::count(shape.kinds.begin(), shape.kinds.begin() + position, kind);
  std::string name = "L" + std::to_string(shape.levelOf(node) + 1) + "." + shortName(kind);
  if (before > 0) name += "." + std::to_string(before + 1);
  return name;
}

Result<int> nodeFromName(const SupergraphShape& shape, const std::string& name,
                         const std::string& where) {
  std::vector<std::string> known;
  for (int node = 0; node < shape.nodes(); ++node) {
    known.push_back(nodeName(shape, node));
    if (known.back() == name) return node;
  }
  return fail(ErrorCode::InvalidArgument, unknownNameMessage("node", name, known), where);
}

ConnectionWeights ConnectionWeights::uniform(const SupergraphShape& shape, bool mixActivations) {
  ConnectionWeights weights;
  weights.shape = shape;
  weights.levelLogits.assign(shape.levelLogitCount(), 0.0F);
  weights.sinkLogits.assign(shape.sinkLogitCount(), 0.0F);
  weights.activationLogits.assign(mixActivations ? shape.activationLogitCount() : 0, 0.0F);
  return weights;
}

std::size_t ConnectionProbabilities::levelIndex(int to, int from) const {
  const int n = shape.nodesPerLevel();
  expects(to >= n && to < shape.nodes() && from >= 0 && from < n,
          "an edge goes from a level to the next");
  return static_cast<std::size_t>(to - n) * static_cast<std::size_t>(n) +
         static_cast<std::size_t>(from);
}

std::size_t ConnectionProbabilities::activationIndex(int node, Activation choice) const {
  return static_cast<std::size_t>(node * kActivations + static_cast<int>(choice));
}

Status validate(const ConnectionWeights& weights, const std::string& where) {
  const SupergraphShape& shape = weights.shape;
  ATTELIER_CHECKED(validateShape(shape, where));
  ATTELIER_CHECKED(
      validateLogits(weights.levelLogits, shape.levelLogitCount(), "level_logits", where));
  ATTELIER_CHECKED(
      validateLogits(weights.sinkLogits, shape.sinkLogitCount(), "sink_logits", where));
  if (!weights.mixesActivations()) return {};
  return validateLogits(weights.activationLogits, shape.activationLogitCount(), "activation_logits",
                        where);
}

ConnectionProbabilities probabilities(const ConnectionWeights& weights, SinkGate gate) {
  expects(validate(weights).has_value(), "connection weights fit their shape and are finite");
  ConnectionProbabilities result;
  result.shape = weights.shape;
  result.level =
      softmaxRows(weights.levelLogits, static_cast<std::size_t>(weights.shape.nodesPerLevel()));
  if (gate == SinkGate::Softmax) {
    result.sink = softmaxRows(weights.sinkLogits, weights.sinkLogits.size());
  } else {
    for (const float logit : weights.sinkLogits) {
      result.sink.push_back(1 / (1 + std::exp(-static_cast<double>(logit))));
    }
  }
  result.activation = softmaxRows(weights.activationLogits, kActivations);
  return result;
}

WeightHealth weightHealth(const ConnectionProbabilities& weights) {
  const auto n = static_cast<std::size_t>(weights.shape.nodesPerLevel());
  WeightHealth health;
  health.sinkEntropy = relativeEntropy(weights.sink);
  health.levelEntropy = meanEntropyOfRows(weights.level, n);
  health.activationEntropy = meanEntropyOfRows(weights.activation, kActivations);
  health.shareOfKind.assign(n, 0.0);
  double sum = 0;
  for (std::size_t node = 0; node < weights.sink.size(); ++node) {
    health.shareOfKind[node % n] += weights.sink[node];
    sum += weights.sink[node];
  }
  for (double& share : health.shareOfKind) share /= sum > 0 ? sum : 1;
  return health;
}

json toJson(const ConnectionWeights& weights) {
  WeightsForm form;
  form.levels = weights.shape.levels;
  for (const auto& kind : weights.shape.kinds) form.kinds.emplace_back(shortName(kind));
  form.levelLogits.assign(weights.levelLogits.begin(), weights.levelLogits.end());
  form.sinkLogits.assign(weights.sinkLogits.begin(), weights.sinkLogits.end());
  form.activationLogits.assign(weights.activationLogits.begin(), weights.activationLogits.end());
  return weightsFields().toJson(form);
}

nlohmann::ordered_json connectionWeightsSchema() {
  return schemaDocument(weightsFields().schema());
}

Result<ConnectionWeights> connectionWeightsFromJson(const json& source, const std::string& where) {
  ATTELIER_ASSIGN(const WeightsForm form, weightsFields().fromJson(source, where));
  ConnectionWeights weights;
  weights.shape.levels = form.levels;
  weights.shape.kinds.clear();
  for (const auto& name : form.kinds) {
    ATTELIER_ASSIGN(const OperationKind kind, kindFromShortName(name, where));
    weights.shape.kinds.push_back(kind);
  }
  const auto narrow = [](const std::vector<double>& from, std::vector<float>& to) {
    for (const double value : from) to.push_back(static_cast<float>(value));
  };
  narrow(form.levelLogits, weights.levelLogits);
  narrow(form.sinkLogits, weights.sinkLogits);
  narrow(form.activationLogits, weights.activationLogits);
  ATTELIER_CHECKED(validate(weights, where));
  return weights;
}

}  // namespace attelier::space
