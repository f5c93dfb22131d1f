#pragma once

#include "engine/space/operation.h"

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace attelier::space {

inline constexpr int kMaxLevels = 16;
inline constexpr int kMaxNodesPerLevel = 32;

/// Size of a supergraph: levels of equal nodes. Node (level l, position j) has index l * n + j.
struct SupergraphShape {
  int levels = 2;
  std::vector<OperationKind> kinds{kOperationKinds.begin(), kOperationKinds.end()};
  bool operator==(const SupergraphShape&) const = default;

  int nodesPerLevel() const { return static_cast<int>(kinds.size()); }
  int nodes() const { return levels * nodesPerLevel(); }
  int index(int level, int position) const { return level * nodesPerLevel() + position; }
  int levelOf(int node) const { return node / nodesPerLevel(); }
  const OperationKind& kindOf(int node) const {
    return kinds[static_cast<std::size_t>(node % nodesPerLevel())];
  }
  std::size_t levelLogitCount() const;       ///< (m-1) n n
  std::size_t sinkLogitCount() const;        ///< m n
  std::size_t activationLogitCount() const;  ///< m n 4, where activations are mixed
};

/// "L2.dT": level counted from 1 for a person; kinds that a level holds twice get "dT.2".
std::string nodeName(const SupergraphShape& shape, int node);

/// Node index of such a name; the error suggests the nearest.
Result<int> nodeFromName(const SupergraphShape& shape, const std::string& name,
                         const std::string& where = {});

/// How sink logits become weights: one softmax over all nodes, or a gate each (FairDARTS).
enum class SinkGate { Softmax, Sigmoid };
inline constexpr std::array kSinkGateNames{EnumName{SinkGate::Softmax, "softmax"},
                                           EnumName{SinkGate::Sigmoid, "sigmoid"}};
constexpr std::span<const EnumName<SinkGate>> enumNames(SinkGate) { return kSinkGateNames; }

/// The connection weights of a supergraph, as trained.
///
/// Shape: levelLogits (m-1, n(to), n(from)): the edge into node j of level l+1 (from 0) from node i
/// of level l at (l * n + j) * n + i; sinkLogits (m, n); activationLogits (m, n, 4) in the order of
/// Activation, empty where activations are fixed.
struct ConnectionWeights {
  SupergraphShape shape;
  std::vector<float> levelLogits;
  std::vector<float> sinkLogits;
  std::vector<float> activationLogits;
  bool operator==(const ConnectionWeights&) const = default;

  /// All logits 0: uniform weights.
  static ConnectionWeights uniform(const SupergraphShape& shape, bool mixActivations);
  bool mixesActivations() const { return !activationLogits.empty(); }
};

/// Connection weights after softmax, in double: what derivation and margin are stated in.
///
/// Shapes as in ConnectionWeights; level weights sum to 1 over `from`, activation weights over the
/// four, sink weights over all nodes (softmax gate) or lie each in 0..1 (sigmoid gate).
struct ConnectionProbabilities {
  SupergraphShape shape;
  std::vector<double> level;
  std::vector<double> sink;
  std::vector<double> activation;

  /// Index into `level` of the edge into `to` (an index of level >= 1) from the node at position
  /// `from` of the level before.
  std::size_t levelIndex(int to, int from) const;
  std::size_t activationIndex(int node, Activation activation) const;
};

/// Checks lengths against the shape and that every logit is finite.
Status validate(const ConnectionWeights& weights, const std::string& where = {});

/// Softmax of the logits, in double. The weights must be valid.
ConnectionProbabilities probabilities(const ConnectionWeights& weights,
                                      SinkGate gate = SinkGate::Softmax);

/// Entropies relative to uniform, 0 (one choice has it all) to 1 (undecided).
struct WeightHealth {
  double sinkEntropy = 1;           ///< of the sink weights normalised to sum 1
  double levelEntropy = 1;          ///< mean over nodes; 1 for one level
  double activationEntropy = 1;     ///< mean over nodes; 1 when fixed
  std::vector<double> shareOfKind;  ///< sink weight summed by position in the level, sums to 1
};
WeightHealth weightHealth(const ConnectionProbabilities& weights);

/// JSON form of raw weights, with the shape.
nlohmann::json toJson(const ConnectionWeights& weights);

/// Errors: InvalidArgument: lengths that do not fit the shape, non-finite values, too many levels.
Result<ConnectionWeights> connectionWeightsFromJson(const nlohmann::json& json,
                                                    const std::string& where);

/// JSON Schema of that form (resources/schemas/weights.schema.json).
nlohmann::ordered_json connectionWeightsSchema();

}  // namespace attelier::space
