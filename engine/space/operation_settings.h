#pragma once

#include "engine/base/fields.h"

#include <array>
#include <span>

namespace attelier::space {

/// Whether one map serves the whole clip (joint) or one each frame or pixel (batched).
enum class Grouping { Joint, Batched };

/// How dot products are scaled before the activation.
enum class AttentionScale { InverseSqrt, Cosine };

inline constexpr std::array kGroupingNames{EnumName{Grouping::Joint, "joint"},
                                           EnumName{Grouping::Batched, "batched"}};
inline constexpr std::array kAttentionScaleNames{
    EnumName{AttentionScale::InverseSqrt, "inverse_sqrt"},
    EnumName{AttentionScale::Cosine, "cosine"}};
constexpr std::span<const EnumName<Grouping>> enumNames(Grouping) { return kGroupingNames; }
constexpr std::span<const EnumName<AttentionScale>> enumNames(AttentionScale) {
  return kAttentionScaleNames;
}

/// How every operation of a cell or supergraph is made; the choices the source leaves open.
///
/// Source: AttentionNAS, papers.md 1.1-1.3; each default is our choice [P] unless marked there.
struct OperationSettings {
  Grouping grouping = Grouping::Joint;
  int keyReduction = 8;    ///< C' = max(minChannels, C / keyReduction) for q, k and the map gate
  int valueReduction = 2;  ///< C' = max(minChannels, C / valueReduction) for v of dot-product
  int minChannels = 8;     ///< least channels of either
  AttentionScale scale = AttentionScale::InverseSqrt;
  bool normByN = true;     ///< dot-product with none, ReLU, sigmoid divides by the key positions
  int kvPool = 1;          ///< keys and values max-pooled by (1, p, p); 1 is off
  bool nodeNorm = true;    ///< affine-free batch norm on every operation's output
  bool inputScale = true;  ///< a node's input is divided by the l2 norm of its input weights
  bool zeroInitBn = true;  ///< the combining norm's scale starts at 0: the cell starts as identity
  bool residual = true;    ///< the cell's input is added to its output
  bool operator==(const OperationSettings&) const = default;

  /// Channels of q and k, and of the gate of map-based operations.
  int keyChannels(int channels) const;
  /// Channels of v of dot-product operations.
  int valueChannels(int channels) const;
};

/// Fields of OperationSettings (group "operations" of a configuration, "settings" of a cell).
const Fields<OperationSettings>& operationSettingsFields();

}  // namespace attelier::space
