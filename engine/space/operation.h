#pragma once

#include "engine/base/fields.h"
#include "engine/space/operation_settings.h"

#include <array>
#include <span>
#include <string>
#include <vector>

namespace attelier::space {

/// Over which axes of a clip an operation attends.
enum class Dimension { Spatial, Temporal, Spatiotemporal };

/// How an operation weighs positions: one learned weight each, or pairwise similarity.
enum class OperationType { MapBased, DotProduct };

/// What turns attention logits into attention weights.
enum class Activation { None, Relu, Softmax, Sigmoid };

inline constexpr std::array kDimensionNames{EnumName{Dimension::Spatial, "spatial"},
                                            EnumName{Dimension::Temporal, "temporal"},
                                            EnumName{Dimension::Spatiotemporal, "spatiotemporal"}};
inline constexpr std::array kOperationTypeNames{EnumName{OperationType::MapBased, "map"},
                                                EnumName{OperationType::DotProduct, "dot"}};
inline constexpr std::array kActivationNames{
    EnumName{Activation::None, "none"}, EnumName{Activation::Relu, "relu"},
    EnumName{Activation::Softmax, "softmax"}, EnumName{Activation::Sigmoid, "sigmoid"}};

constexpr std::span<const EnumName<Dimension>> enumNames(Dimension) { return kDimensionNames; }
constexpr std::span<const EnumName<OperationType>> enumNames(OperationType) {
  return kOperationTypeNames;
}
constexpr std::span<const EnumName<Activation>> enumNames(Activation) { return kActivationNames; }

inline constexpr int kActivations = 4;  ///< their order is that of the enumeration

/// Type and dimension of an operation: what a supergraph node has before its activation is chosen.
struct OperationKind {
  OperationType type = OperationType::MapBased;
  Dimension dimension = Dimension::Spatial;
  bool operator==(const OperationKind&) const = default;
};

/// The six kinds in canonical order: mS, mT, mST, dS, dT, dST.
inline constexpr std::array<OperationKind, 6> kOperationKinds{
    OperationKind{OperationType::MapBased, Dimension::Spatial},
    OperationKind{OperationType::MapBased, Dimension::Temporal},
    OperationKind{OperationType::MapBased, Dimension::Spatiotemporal},
    OperationKind{OperationType::DotProduct, Dimension::Spatial},
    OperationKind{OperationType::DotProduct, Dimension::Temporal},
    OperationKind{OperationType::DotProduct, Dimension::Spatiotemporal}};

/// Place of a kind in the canonical order, 0 to 5.
int kindIndex(const OperationKind& kind);

/// "mS", "mT", "mST", "dS", "dT" or "dST".
const char* shortName(const OperationKind& kind);

/// The kind of a short name; the error suggests the nearest.
Result<OperationKind> kindFromShortName(const std::string& name, const std::string& where = {});

/// An attention operation as it stands in a cell.
struct Operation {
  OperationKind kind;
  Activation activation = Activation::Sigmoid;
  bool operator==(const Operation&) const = default;
};

/// The conventional activation of a type: sigmoid for map-based, softmax for dot-product.
///
/// Source: AttentionNAS leaves it open; papers.md 1.3 [P].
Activation defaultActivation(OperationType type);

/// "dT", or "dT:relu" where the activation is not the type's default.
std::string shortName(const Operation& operation);

}  // namespace attelier::space
