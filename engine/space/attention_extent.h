#pragma once

#include "engine/space/operation.h"
#include "engine/space/place.h"

namespace attelier::space {

/// Rows and columns of an operation's attention: `groups` separate problems of `positions` queries.
///
/// Joint: one group. Batched: a spatial operation has one group a frame, a temporal one a pixel.
/// D of papers.md 1.2 is channels a token times tokens a position.
struct AttentionExtent {
  int groups = 1;
  int positions = 1;          ///< N, query positions in a group
  int keyPositions = 1;       ///< as `positions`, fewer with kvPool
  int tokensPerPosition = 1;  ///< of queries and keys alike
  bool operator==(const AttentionExtent&) const = default;
};

/// The extent of an operation at a place.
///
/// Pooled keys lie on ceil(H/p) x ceil(W/p) pixels. kvPool leaves map-based and temporal operations
/// as they are: a temporal query of whole frames has no counterpart among pooled frames.
AttentionExtent attentionExtent(const OperationKind& kind, const OperationSettings& settings,
                                const Place& place);

}  // namespace attelier::space
