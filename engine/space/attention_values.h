#pragma once

#include "engine/space/attention_query.h"

namespace attelier::space {

/// Whether the rows of a record need a stored log-sum-exp: softmax takes part in its activation.
bool needsNormaliser(const AttentionRecord& record);

/// Positions of the clip that a grid of groups and a grid inside each group make together.
AttentionGrid combinedGrid(const AttentionGrid& groups, const AttentionGrid& inside);

/// A of one group, query and key, from the matrix or from q and k. The record must hold either.
///
/// Sums in double, in the order of features.
double attentionValue(const AttentionRecord& record, std::int64_t group, std::int64_t query,
                      std::int64_t key);

/// The weight of every position, group after group: the map of a map-based node, else the mean over
/// queries. Shape: (G, N) or (G, M), as AttentionRecord::map.
std::vector<float> weightsByGroup(const AttentionRecord& record);

}  // namespace attelier::space
