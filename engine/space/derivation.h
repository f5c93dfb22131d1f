#pragma once

#include "engine/space/cell_design.h"
#include "engine/space/connection_weights.h"

#include <optional>
#include <string>
#include <vector>

namespace attelier::space {

/// What to keep of a supergraph; alpha and beta of the source.
struct DerivationOptions {
  int topNodes = 3;         ///< alpha: nodes the sink keeps, over all levels; forced ones count
  int topPredecessors = 2;  ///< beta: predecessors each kept node keeps, by level weight
  std::vector<std::string> forced{};     ///< nodes that the sink keeps in any case ("L2.dT")
  std::vector<std::string> forbidden{};  ///< nodes that are neither kept nor read
  SinkGate sinkGate = SinkGate::Softmax;
  bool operator==(const DerivationOptions&) const = default;
};
const Fields<DerivationOptions>& derivationFields();

/// Which table of weights a choice was made in.
enum class ChoiceTable { None, Sink, Level, Activation };
inline constexpr std::array kChoiceTableNames{
    EnumName{ChoiceTable::None, "none"}, EnumName{ChoiceTable::Sink, "sink"},
    EnumName{ChoiceTable::Level, "level"}, EnumName{ChoiceTable::Activation, "activation"}};
constexpr std::span<const EnumName<ChoiceTable>> enumNames(ChoiceTable) {
  return kChoiceTableNames;
}

/// The choice that would flip first: the weakest that was kept against the strongest dropped.
///
/// Lowering `keptIndex` of the named table of ConnectionProbabilities by margin + 1e-6 (the other
/// weights as they are) changes the cell, lowering it by margin - 1e-6 does not.
struct Flip {
  ChoiceTable table = ChoiceTable::None;  ///< None: no choice dropped anything
  std::string where;                      ///< "sink", "inputs of L2.dT" or "activation of L1.mS"
  std::string kept;                       ///< node or activation name
  std::string dropped;
  double keptWeight = 0;
  double droppedWeight = 0;
  std::size_t keptIndex = 0;  ///< into ConnectionProbabilities::sink, level or activation
  std::size_t droppedIndex = 0;
};

/// "sink: L2.dT 0.214 over L1.mS 0.210", or "nothing was dropped".
std::string describe(const Flip& flip);

/// A derived cell and how safe it is.
struct Derivation {
  CellDesign cell;
  std::vector<int> supergraphNodes;  ///< of each node of the cell, its index in the supergraph
  double margin = 0;  ///< smallest difference of weights over all choices; infinity without any
  Flip flip;
};

/// The cell of a supergraph's weights, with its margin.
///
/// The sink's top nodes are kept, then recursively each kept node's top predecessors; level 1 reads
/// the cell's input; of mixed activations the strongest. Ties: the lower index wins.
/// A forced node counts as one of `topNodes` and takes no part in the sink's choice or margin;
/// forbidden nodes take part in none. Fewer candidates than asked: all are kept.
/// The margin is over the decisions that made the cell: the sink, the predecessors of kept nodes,
/// the activations of kept nodes; margins compare softmax weights.
/// `settings` goes into the cell. Fixed activations are `defaultActivation`.
/// Errors: InvalidArgument: unknown names, a node forced and forbidden, more forced than topNodes,
/// no node left for the sink, or a kept node whose predecessors are all forbidden.
/// Source: AttentionNAS, papers.md 1.4; tie-breaks, forced and forbidden nodes are ours [P].
Result<Derivation> derive(const ConnectionWeights& weights, const DerivationOptions& options,
                          const OperationSettings& settings = {});

/// As above from weights after softmax.
Result<Derivation> derive(const ConnectionProbabilities& weights, const DerivationOptions& options,
                          const OperationSettings& settings = {});

}  // namespace attelier::space
