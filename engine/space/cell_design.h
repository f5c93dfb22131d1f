#pragma once

#include "engine/space/operation.h"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace attelier::space {

inline constexpr int kCellInput = -1;  ///< source of a node that reads the cell's input x0
inline constexpr int kMaxCellNodes = 128;
inline constexpr int kCellSchema = 1;  ///< version of the JSON form

/// One edge into a node.
struct CellInput {
  int source = kCellInput;  ///< kCellInput, or the index of an EARLIER node
  double weight = 1.0;      ///< finite, positive for derived cells; see CellNode
  bool operator==(const CellInput&) const = default;
};

/// One attention operation of a cell and what it reads.
///
/// With f_i the (normalised) output of node i, or x0, and w_i the weights, the node reads
///   sum_i w_i f_i / ||w||_2   when settings.inputScale, else   sum_i w_i f_i;
/// a node with ONE input reads that feature map itself, whatever the weight.
/// A derived cell's weights are the softmax level weights renormalised over the kept predecessors,
/// so they sum to 1. When every predecessor is kept they are the supergraph's own weights, and the
/// formula is the supergraph's: an unpruned derived cell equals its supergraph.
/// Weights of nodes with several inputs are retrained (scalars starting at these values); a single
/// input has no trained weight.
/// Source: AttentionNAS; papers.md 1.3 and 1.4 [P].
struct CellNode {
  Operation operation;
  std::vector<CellInput> inputs;  ///< in order of source; no source twice
  int level = 0;                  ///< longest way from x0; a derived cell's supergraph level
  bool operator==(const CellNode&) const = default;
};

/// A node whose output feeds the combining convolution.
///
/// `weight` is the softmax (or sigmoid) sink weight beta of the supergraph, NOT renormalised:
/// blocks beta_k W of the concat-then-conv form make inherited weights exact. A cell with fresh
/// weights concatenates the outputs unscaled. 1 for hand-composed cells.
struct CellOutput {
  int node = 0;
  double weight = 1.0;
  bool operator==(const CellOutput&) const = default;
};

/// A cell: its operations, how they are connected, and which of them it returns.
///
/// Output: z = x0 + BN(conv1(concat of the outputs)), shape as x0 (settings.residual).
struct CellDesign {
  OperationSettings settings;
  std::vector<CellNode> nodes;  ///< every node after all of its sources
  std::vector<CellOutput> outputs;
  std::string name;
  bool operator==(const CellDesign&) const = default;
};

/// Whether two cells are the same architecture: name and weights aside.
bool sameArchitecture(const CellDesign& a, const CellDesign& b);

/// Checks sources, outputs, counts, weights and settings of a cell.
///
/// Every node must reach an output: a node that does nothing is refused.
/// Errors: InvalidArgument with the node and what is wrong.
Status validate(const CellDesign& cell, const std::string& where = {});

/// The JSON form, with "schema": kCellSchema.
nlohmann::json toJson(const CellDesign& cell);

/// A cell from JSON of anybody: checked in type, size, range and shape.
///
/// Errors: InvalidArgument; Unsupported for a newer schema version.
Result<CellDesign> cellFromJson(const nlohmann::json& json, const std::string& where);

/// A cell from a text: JSON when it starts with '{', else the short form of `parseCell`.
Result<CellDesign> cellFromText(const std::string& text, const std::string& where);

/// A cell from a file (at most 1 MiB).
Result<CellDesign> readCell(const std::filesystem::path& path);

/// JSON Schema of the JSON form, generated from the declarations
/// (resources/schemas/cell.schema.json).
nlohmann::ordered_json cellSchema();

/// Short text for a person: "mS<mT + dST": sinks joined by " + ", "A<B" A reads B, and
/// "A<(B, C<D)" several inputs ("x0" names the cell's input beside others).
///
/// A node that several read is written out where it first appears with its index ("dT#1"), then as
/// "#1". Activations other than the type's default follow a colon ("dT:relu").
std::string shortText(const CellDesign& cell);

/// A hand-composed cell from such a text or a preset's name: spatial_then_temporal,
/// temporal_then_spatial, side_by_side (of dot-product operations).
///
/// Weights of several inputs are equal (1/n). Inverse of `shortText` up to weights, name and order.
/// Errors: InvalidArgument with the place in the text.
Result<CellDesign> parseCell(const std::string& text, const OperationSettings& settings = {},
                             const std::string& where = {});

/// Names of the presets of `parseCell`.
const std::vector<std::string>& cellPresets();

/// Stable identifier of the architecture (settings included, weights and name aside): 16 hex
/// digits.
std::string architectureId(const CellDesign& cell);

}  // namespace attelier::space
