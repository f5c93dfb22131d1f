#include "engine/space/cost.h"

#include "engine/space/attention_extent.h"

namespace attelier::space {
namespace {

constexpr std::int64_t kFloatBytes = 4;

// Sizes of one operation at a place, in the letters of papers.md 1.2.
struct Sizes {
  std::int64_t n, C, q, v;  // tokens, channels of features, of queries and keys, of values
  std::int64_t G, N, M;     // groups, query and key positions in each
  std::int64_t D, Dv;       // numbers of a position in queries and in values

  Sizes(const OperationKind& kind, const OperationSettings& settings, const Place& place) {
    const AttentionExtent extent = attentionExtent(kind, settings, place);
    n = std::int64_t{place.frames} * place.height * place.width;
    C = place.channels;
    q = settings.keyChannels(place.channels);
    v = settings.valueChannels(place.channels);
    G = extent.groups;
    N = extent.positions;
    M = extent.keyPositions;
    D = q * extent.tokensPerPosition;
    Dv = v * extent.tokensPerPosition;
  }
};

bool rightIsCheaper(const Sizes& s) {
  return s.M * s.D * s.Dv + s.N * s.D * s.Dv < s.N * s.M * (s.D + s.Dv);
}

PartCost mapCost(const Sizes& s) {
  const std::int64_t weights = s.G * s.N;
  const bool pooled = weights < s.n;
  PartCost cost;
  cost.parameters = s.C * s.C + s.C + s.C * s.q + s.q + s.q + 1;
  cost.flops =
      2 * s.n * s.C * (s.C + s.q) + (pooled ? s.n * s.q : 0) + 2 * weights * s.q + s.n * s.C;
  cost.activationBytes =
      kFloatBytes * (s.n * (s.C + s.q) + (pooled ? weights * s.q : 0) + weights + s.n * s.C);
  return cost;
}

PartCost dotCost(const Sizes& s, Activation activation, const OperationSettings& settings) {
  const bool right = activation == Activation::None && rightIsCheaper(s);
  PartCost cost;
  cost.parameters = 2 * (s.C * s.q + s.q) + s.C * s.v + s.v + s.v * s.C + s.C +
                    (settings.scale == AttentionScale::Cosine ? 1 : 0);
  const std::int64_t products = right ? 2 * s.M * s.D * s.Dv + 2 * s.N * s.D * s.Dv
                                      : 2 * s.N * s.M * s.D + 2 * s.N * s.M * s.Dv;
  cost.flops = 2 * s.n * s.C * (2 * s.q + 2 * s.v) + s.G * products;
  const std::int64_t pooledKeys = s.M < s.N ? s.G * s.M * (s.D + s.Dv) : 0;
  const std::int64_t between = s.G * (right ? s.D * s.Dv : s.N * s.M);
  cost.activationBytes =
      kFloatBytes * (s.n * (2 * s.q + s.v) + pooledKeys + between + s.n * s.v + s.n * s.C);
  return cost;
}

}  // namespace

PartCost operationCost(const Operation& operation, const OperationSettings& settings,
                       const Place& place) {
  const Sizes sizes(operation.kind, settings, place);
  return operation.kind.type == OperationType::MapBased
             ? mapCost(sizes)
             : dotCost(sizes, operation.activation, settings);
}

bool prefersRightAssociation(const OperationKind& kind, const OperationSettings& settings,
                             const Place& place) {
  return rightIsCheaper(Sizes(kind, settings, place));
}

CellCost cost(const CellDesign& cell, const Place& place) {
  expects(validate(cell).has_value(), "the cost of a valid cell");
  const std::int64_t channels = place.channels;
  const std::int64_t features = std::int64_t{place.frames} * place.height * place.width * channels;
  CellCost total;
  const auto add = [&total](const PartCost& part) {
    total.parameters += part.parameters;
    total.flops += part.flops;
    total.activationBytes += part.activationBytes;
  };
  for (const auto& node : cell.nodes) {
    PartCost part = operationCost(node.operation, cell.settings, place);
    const auto inputs = static_cast<std::int64_t>(node.inputs.size());
    if (inputs > 1) {
      part.parameters += inputs;
      part.flops += (2 * inputs - 1) * features;
      part.activationBytes += kFloatBytes * features;
    }
    add(part);
    total.nodes.push_back(part);
  }
  const auto outputs = static_cast<std::int64_t>(cell.outputs.size());
  total.combine.parameters = outputs * channels * channels + 2 * channels;
  total.combine.flops = 2 * features * outputs * channels;
  total.combine.activationBytes = kFloatBytes * features * (outputs > 1 ? outputs + 1 : 1);
  add(total.combine);
  return total;
}

double searchSpaceSize(int operations) {
  expects(operations >= 0, "a cell has no negative number of operations");
  constexpr double kInstantiations = 3 * 2 * 4;
  double size = 1;
  double subsets = 1;
  for (int k = 1; k <= operations; ++k) {
    subsets *= 2;
    size *= kInstantiations * (subsets - 1);
  }
  return size;
}

}  // namespace attelier::space
