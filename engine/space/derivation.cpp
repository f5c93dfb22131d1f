#include "engine/space/derivation.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <functional>
#include <limits>
#include <set>

namespace attelier::space {
namespace {

// One decision: candidates (node positions or activations) with their place in a table of weights.
struct Candidate {
  int choice = 0;
  std::size_t index = 0;
  double weight = 0;
};

struct Decision {
  ChoiceTable table = ChoiceTable::None;
  std::string where;
  std::function<std::string(int)> nameOf;
};

class Deriver {
 public:
  Deriver(const ConnectionProbabilities& weights, const DerivationOptions& options)
      : weights_(weights), shape_(weights.shape), options_(options) {}

  Result<Derivation> run(const OperationSettings& settings) {
    ATTELIER_CHECKED(derivationFields().validate(options_));
    ATTELIER_CHECKED(readNames());
    ATTELIER_CHECKED(selectForSink());
    ATTELIER_CHECKED(followPredecessors());
    build(settings);
    return std::move(result_);
  }

 private:
  Status readNames() {
    const auto nodes = static_cast<std::size_t>(shape_.nodes());
    forced_.assign(nodes, false);
    forbidden_.assign(nodes, false);
    for (const auto& name : options_.forced) {
      ATTELIER_ASSIGN(const int node, nodeFromName(shape_, name, "forced"));
      forced_[static_cast<std::size_t>(node)] = true;
    }
    for (const auto& name : options_.forbidden) {
      ATTELIER_ASSIGN(const int node, nodeFromName(shape_, name, "forbidden"));
      forbidden_[static_cast<std::size_t>(node)] = true;
      if (forced_[static_cast<std::size_t>(node)]) {
        return fail(ErrorCode::InvalidArgument, name + " is both forced and forbidden; choose one",
                    "forced");
      }
    }
    return {};
  }

  // The strongest `count` candidates, and what this choice means for the margin.
  std::vector<int> strongest(std::vector<Candidate> candidates, int count,
                             const Decision& decision) {
    std::stable_sort(candidates.begin(), candidates.end(),
                     [](const Candidate& a, const Candidate& b) { return a.weight > b.weight; });
    const std::size_t kept = std::min(candidates.size(), static_cast<std::size_t>(count));
    if (kept > 0 && kept < candidates.size()) {
      const Candidate& weakest = candidates[kept - 1];
      const Candidate& dropped = candidates[kept];
      if (weakest.weight - dropped.weight < result_.margin) {
        result_.margin = weakest.weight - dropped.weight;
        result_.flip = {decision.table,
                        decision.where,
                        decision.nameOf(weakest.choice),
                        decision.nameOf(dropped.choice),
                        weakest.weight,
                        dropped.weight,
                        weakest.index,
                        dropped.index};
      }
    }
    std::vector<int> choices;
    for (std::size_t i = 0; i < kept; ++i) choices.push_back(candidates[i].choice);
    return choices;
  }

  Status selectForSink() {
    std::vector<Candidate> candidates;
    for (int node = 0; node < shape_.nodes(); ++node) {
      const auto at = static_cast<std::size_t>(node);
      if (forced_[at]) {
        outputs_.insert(node);
      } else if (!forbidden_[at]) {
        candidates.push_back({node, at, weights_.sink[at]});
      }
    }
    const int free = options_.topNodes - static_cast<int>(outputs_.size());
    if (free < 0) {
      return fail(ErrorCode::InvalidArgument,
                  std::to_string(outputs_.size()) + " nodes are forced but top_nodes is " +
                      std::to_string(options_.topNodes) + "; raise it or force fewer",
                  "forced");
    }
    const Decision decision{ChoiceTable::Sink, "sink",
                            [this](int node) { return nodeName(shape_, node); }};
    for (const int node : strongest(std::move(candidates), free, decision)) outputs_.insert(node);
    if (outputs_.empty()) {
      return fail(ErrorCode::InvalidArgument,
                  "every node is forbidden, so the cell would be empty; allow at least one",
                  "forbidden");
    }
    return {};
  }

  // From the highest level down, so that each node is visited once, after all that keep it.
  Status followPredecessors() {
    const int n = shape_.nodesPerLevel();
    kept_ = outputs_;
    predecessors_.resize(static_cast<std::size_t>(shape_.nodes()));
    for (int node = shape_.nodes() - 1; node >= n; --node) {
      if (!kept_.contains(node)) continue;
      const int below = (shape_.levelOf(node) - 1) * n;
      std::vector<Candidate> candidates;
      for (int from = 0; from < n; ++from) {
        if (forbidden_[static_cast<std::size_t>(below + from)]) continue;
        const std::size_t index = weights_.levelIndex(node, from);
        candidates.push_back({below + from, index, weights_.level[index]});
      }
      if (candidates.empty()) {
        return fail(ErrorCode::InvalidArgument,
                    nodeName(shape_, node) + " would read nothing: all nodes of level " +
                        std::to_string(shape_.levelOf(node)) +
                        " are forbidden; allow one of them or forbid " + nodeName(shape_, node),
                    "forbidden");
      }
      const Decision decision{ChoiceTable::Level, "inputs of " + nodeName(shape_, node),
                              [this](int from) { return nodeName(shape_, from); }};
      auto sources = strongest(std::move(candidates), options_.topPredecessors, decision);
      std::sort(sources.begin(), sources.end());
      kept_.insert(sources.begin(), sources.end());
      predecessors_[static_cast<std::size_t>(node)] = std::move(sources);
    }
    return {};
  }

  Activation activationOf(int node) {
    if (weights_.activation.empty()) return defaultActivation(shape_.kindOf(node).type);
    std::vector<Candidate> candidates;
    for (int choice = 0; choice < kActivations; ++choice) {
      const std::size_t index = weights_.activationIndex(node, static_cast<Activation>(choice));
      candidates.push_back({choice, index, weights_.activation[index]});
    }
    const Decision decision{
        ChoiceTable::Activation, "activation of " + nodeName(shape_, node),
        [](int choice) { return std::string(enumName(static_cast<Activation>(choice))); }};
    return static_cast<Activation>(strongest(std::move(candidates), 1, decision).front());
  }

  // Kept edges sum to 1; where none was dropped they are the supergraph's own numbers.
  std::vector<CellInput> inputsOf(int node) const {
    const auto& sources = predecessors_[static_cast<std::size_t>(node)];
    if (sources.empty()) return {CellInput{}};
    const int n = shape_.nodesPerLevel();
    std::vector<double> weights;
    double sum = 0;
    for (const int source : sources) {
      weights.push_back(weights_.level[weights_.levelIndex(node, source % n)]);
      sum += weights.back();
    }
    std::vector<CellInput> inputs;
    for (std::size_t i = 0; i < sources.size(); ++i) {
      const auto index = std::distance(kept_.begin(), kept_.find(sources[i]));
      // Weights that all vanish (softmax underflow) count as equal.
      const double weight = sum > 0 ? weights[i] / sum : 1.0 / static_cast<double>(sources.size());
      inputs.push_back({static_cast<int>(index), weight});
    }
    return inputs;
  }

  void build(const OperationSettings& settings) {
    CellDesign& cell = result_.cell;
    cell.settings = settings;
    for (const int node : kept_) {
      CellNode made;
      made.operation = {shape_.kindOf(node), activationOf(node)};
      made.inputs = inputsOf(node);
      made.level = shape_.levelOf(node);
      if (outputs_.contains(node)) {
        cell.outputs.push_back(
            {static_cast<int>(cell.nodes.size()), weights_.sink[static_cast<std::size_t>(node)]});
      }
      cell.nodes.push_back(std::move(made));
      result_.supergraphNodes.push_back(node);
    }
  }

  const ConnectionProbabilities& weights_;
  const SupergraphShape& shape_;
  const DerivationOptions& options_;
  std::vector<bool> forced_;
  std::vector<bool> forbidden_;
  std::set<int> outputs_;
  std::set<int> kept_;  // in order, so that a cell's nodes follow their sources
  std::vector<std::vector<int>> predecessors_;
  Derivation result_{{}, {}, std::numeric_limits<double>::infinity(), {}};
};

}  // namespace

const Fields<DerivationOptions>& derivationFields() {
  using D = DerivationOptions;
  static const auto fields =
      Fields<D>("Derivation of a cell")
          .add("top_nodes", &D::topNodes,
               "nodes that the cell returns, the strongest of all levels",
               {.unit = "nodes", .minimum = 1, .maximum = kMaxCellNodes})
          .add("top_predecessors", &D::topPredecessors, "predecessors kept of each node",
               {.unit = "nodes", .minimum = 1, .maximum = kMaxNodesPerLevel})
          .add("forced", &D::forced,
               "nodes returned in any case, as L2.dT; they count as top nodes",
               {.maximumItems = kMaxCellNodes, .maximumLength = 32})
          .add("forbidden", &D::forbidden, "nodes that are neither returned nor read",
               {.maximumItems = kMaxLevels * kMaxNodesPerLevel, .maximumLength = 32})
          .add("sink_gate", &D::sinkGate,
               "how sink logits become weights: one softmax, or a gate each");
  return fields;
}

std::string describe(const Flip& flip) {
  if (flip.table == ChoiceTable::None) return "nothing was dropped";
  char weights[2][32];
  std::snprintf(weights[0], sizeof weights[0], " %.3f", flip.keptWeight);
  std::snprintf(weights[1], sizeof weights[1], " %.3f", flip.droppedWeight);
  return flip.where + ": " + flip.kept + weights[0] + " over " + flip.dropped + weights[1];
}

Result<Derivation> derive(const ConnectionProbabilities& weights, const DerivationOptions& options,
                          const OperationSettings& settings) {
  const SupergraphShape& shape = weights.shape;
  if (shape.levels < 1 || shape.kinds.empty() || weights.sink.size() != shape.sinkLogitCount() ||
      weights.level.size() != shape.levelLogitCount() ||
      (!weights.activation.empty() && weights.activation.size() != shape.activationLogitCount())) {
    return fail(ErrorCode::InvalidArgument, "the connection weights do not fit their supergraph");
  }
  for (const auto* table : {&weights.sink, &weights.level, &weights.activation}) {
    if (!std::all_of(table->begin(), table->end(), [](double w) { return std::isfinite(w); })) {
      return fail(ErrorCode::NonFinite, "the connection weights hold a number that is not finite");
    }
  }
  return Deriver(weights, options).run(settings);
}

Result<Derivation> derive(const ConnectionWeights& weights, const DerivationOptions& options,
                          const OperationSettings& settings) {
  ATTELIER_CHECKED(validate(weights));
  return derive(probabilities(weights, options.sinkGate), options, settings);
}

}  // namespace attelier::space
