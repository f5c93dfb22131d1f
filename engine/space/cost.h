#pragma once

#include "engine/space/cell_design.h"
#include "engine/space/place.h"

#include <cstdint>
#include <vector>

namespace attelier::space {

/// What one part of a cell costs for one sample.
///
/// Units: parameters: trained numbers; flops: one multiply-add is 2; activationBytes: float32.
struct PartCost {
  std::int64_t parameters = 0;
  std::int64_t flops = 0;
  std::int64_t activationBytes = 0;
  bool operator==(const PartCost&) const = default;
};

/// Cost of a cell at a place, of one sample and one forward pass.
struct CellCost {
  std::int64_t parameters = 0;
  std::int64_t flops = 0;
  std::int64_t activationBytes = 0;
  std::vector<PartCost> nodes;  ///< one a node of the cell, its input sum and edge weights included
  PartCost combine;             ///< concatenation, convolution, norm and residual
};

/// Exact parameters, FLOPs and activation memory of a cell at a place.
///
/// Counted, for n tokens, C channels, q = keyChannels, v = valueChannels, N query and M key
/// positions in each of G groups, D = q x tokens a position, Dv = v x tokens a position:
/// - convolutions, kernel 1: 2 n Cin Cout, parameters Cin Cout + Cout (bias);
/// - map: value C→C, gate C→q, mean over the axes outside the dimension (n q adds), score q→1 with
///   bias on G N positions, product n C;
/// - dot: q and k C→q, v C→v, restore v→C; attention G (2 N M D + 2 N M Dv), or with activation
///   none G (2 M D Dv + 2 N D Dv) where that is less (Q(K^T V), stored D x Dv instead of N x M);
/// - combine: outputs x C → C without bias, norm with 2C parameters.
/// - input sums of k > 1 maps: (2k - 1) n C flops and k parameters.
/// Counted as zero: activations, softmax, scaling, ReLU, norms (they fold into the convolutions at
/// inference), kv pooling, the residual's addition. Cosine scaling adds one parameter a dot node.
/// activationBytes: the float32 results that a forward pass holds which keeps every one: input sums
/// (k > 1), projections, pooled gates, scores, pooled keys and values, attention weights (G N M,
/// also where the program works in blocks), attended values, node outputs; for combine the
/// concatenation (several outputs) and the convolution's output. Units: flops as 1 multiply-add
/// = 2. The cell must be valid.
CellCost cost(const CellDesign& cell, const Place& place);

/// Cost of one operation at a place, without its input sum.
PartCost operationCost(const Operation& operation, const OperationSettings& settings,
                       const Place& place);

/// Whether activation none takes Q(K^T V), the cheaper association at this place.
///
/// True when M D Dv + N D Dv < N M (D + Dv).
bool prefersRightAssociation(const OperationKind& kind, const OperationSettings& settings,
                             const Place& place);

/// Number of cells with K operations in the source's cell-level space: 24^K prod (2^k - 1).
///
/// Op k reads any non-empty subset of the k earlier maps (x0 included), each op one of 24.
/// Exact while it fits a double's 53 bits, then rounded.
double searchSpaceSize(int operations);

}  // namespace attelier::space
