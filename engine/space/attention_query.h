#pragma once

#include "engine/space/operation.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace attelier::space {

/// Positions of attention on a clip's feature grid: (frames, height, width), 1 where an axis is
/// pooled away or part of the features.
using AttentionGrid = std::array<std::int64_t, 3>;

/// How a record tells what a node attended to.
enum class AttentionPayload {
  Map,       ///< one weight a position: map-based nodes, or the mean over queries where all else
             ///< was too large
  Matrix,    ///< A itself, after the activation
  QueryKey,  ///< q, k and each row's normaliser, from which any row or column follows
};
inline constexpr std::array kAttentionPayloadNames{EnumName{AttentionPayload::Map, "map"},
                                                   EnumName{AttentionPayload::Matrix, "matrix"},
                                                   EnumName{AttentionPayload::QueryKey, "qk"}};
constexpr std::span<const EnumName<AttentionPayload>> enumNames(AttentionPayload) {
  return kAttentionPayloadNames;
}

/// What one node at one place attended to in one clip: enough to answer any question about it.
///
/// G groups (frames or pixels attended apart under batched grouping, else 1), N query and M key
/// positions in each. `kind` is the node's, so that the mean map of a dot-product node whose record
/// was too large is told from the map of a map-based node.
struct AttentionRecord {
  OperationKind kind;
  AttentionPayload payload = AttentionPayload::Map;
  AttentionGrid groupGrid{1, 1, 1};
  AttentionGrid queryGrid{1, 1, 1};
  AttentionGrid keyGrid{1, 1, 1};
  std::int64_t features = 0;  ///< D of q and k; 0 without them
  double scale = 1;           ///< logits are scale * q.k
  bool dividedByKeys = true;  ///< none, ReLU and sigmoid were divided by M
  /// Weights of none, ReLU, softmax, sigmoid; one-hot for a fixed activation.
  std::array<double, kActivations> activationWeights{0, 0, 1, 0};
  std::vector<float> map;         ///< Shape: (G, M) of dot-product, (G, N) of map-based
  std::vector<float> matrix;      ///< Shape: (G, N, M)
  std::vector<float> queries;     ///< Shape: (G, N, D)
  std::vector<float> keys;        ///< Shape: (G, M, D)
  std::vector<float> normaliser;  ///< log-sum-exp of each row's scaled logits. Shape: (G, N)

  std::int64_t groups() const;
  std::int64_t queryPositions() const;
  std::int64_t keyPositions() const;
};

/// The default allowance of one encoded record, in bytes.
inline constexpr std::size_t kAttentionRecordBytes = std::size_t{8} << 20;

/// A record as it is stored: header as JSON text, payload as float16 (q and k too large for it are
/// brought into range by a power of two that the header names; normalisers are float32).
///
/// With q and k the mean map is stored too: give it in `map` where it is at hand, else it is
/// computed here (groups x N x M x D multiply-adds). Above `maximumBytes` the mean map alone is
/// kept, and above that too the record is refused. Errors: InvalidArgument: lengths that do not fit
/// the grids, or non-finite values.
Result<std::string> encodeAttention(const AttentionRecord& record,
                                    std::size_t maximumBytes = kAttentionRecordBytes);

/// A record of anybody: header and length are checked before anything is allocated.
///
/// Errors: Corrupt, with what is wrong; Unsupported for a newer version.
Result<AttentionRecord> decodeAttention(std::span<const std::byte> bytes,
                                        const std::string& where = {});

/// Weights on a grid of positions, for drawing.
///
/// Shape: values (frames, height, width) of `grid`. Pooled keys lie on a coarser grid than the
/// place's; an axis of 1 means the weight holds for that whole axis.
struct AttentionMap {
  AttentionGrid grid{1, 1, 1};
  std::vector<float> values;
};

/// A position asked about, on the place's feature grid; what the node does not tell apart is
/// ignored (the pixel, for a temporal node).
struct AttentionPoint {
  std::int64_t frame = 0;
  std::int64_t y = 0;
  std::int64_t x = 0;
};

/// The map drawn for a node: its weights (map-based), or the attention each position receives, the
/// mean over queries (dot-product). Groups lie side by side on the grid.
AttentionMap attentionMap(const AttentionRecord& record);

/// What a query attends to: its row of A, on the grid of its group's keys.
///
/// `point` is a position of queryGrid x groupGrid. Batched: the other groups' positions are 0.
/// Errors: Unsupported for a record without q, k or A ("ask the engine"); InvalidArgument for a
/// point outside the grid.
Result<AttentionMap> attentionOfQuery(const AttentionRecord& record, const AttentionPoint& point);

/// Which queries attend to a key, and how much: its column of A, on the grid of queries.
///
/// `point` is a position on the grid of keys (coarser than the place's with pooled keys).
/// Errors: as attentionOfQuery.
Result<AttentionMap> attentionToKey(const AttentionRecord& record, const AttentionPoint& point);

/// The activation weights of a fixed activation.
std::array<double, kActivations> oneHot(Activation activation);

}  // namespace attelier::space
