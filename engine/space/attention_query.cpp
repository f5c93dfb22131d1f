#include "engine/space/attention_query.h"

#include "engine/space/attention_values.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace attelier::space {
namespace {

std::int64_t product(const AttentionGrid& grid) { return grid[0] * grid[1] * grid[2]; }

AttentionGrid coordinates(const AttentionGrid& grid, std::int64_t index) {
  return {index / (grid[1] * grid[2]), index / grid[2] % grid[1], index % grid[2]};
}

std::int64_t indexOf(const AttentionGrid& grid, const AttentionGrid& at) {
  return (at[0] * grid[1] + at[1]) * grid[2] + at[2];
}

// Where a position of a group lies among all positions: on each axis one of the two grids is 1.
std::int64_t combinedIndex(const AttentionGrid& groups, const AttentionGrid& inside,
                           std::int64_t group, std::int64_t position) {
  const AttentionGrid a = coordinates(groups, group);
  const AttentionGrid b = coordinates(inside, position);
  return indexOf(combinedGrid(groups, inside), {a[0] + b[0], a[1] + b[1], a[2] + b[2]});
}

struct Located {
  std::int64_t group = 0;
  std::int64_t position = 0;
};

// Group and position of a point; an axis that neither grid tells apart is ignored.
Result<Located> locate(const AttentionGrid& groups, const AttentionGrid& inside,
                       const AttentionPoint& point) {
  const AttentionGrid asked{point.frame, point.y, point.x};
  constexpr std::array<const char*, 3> kAxes{"frame", "y", "x"};
  AttentionGrid inGroups{0, 0, 0};
  AttentionGrid insideGroup{0, 0, 0};
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const std::int64_t extent = groups[axis] * inside[axis];
    if (extent == 1) continue;
    if (asked[axis] < 0 || asked[axis] >= extent) {
      return fail(ErrorCode::InvalidArgument,
                  std::string(kAxes[axis]) + " is " + std::to_string(asked[axis]) +
                      "; it must be 0 to " + std::to_string(extent - 1));
    }
    (groups[axis] > 1 ? inGroups : insideGroup)[axis] = asked[axis];
  }
  return Located{indexOf(groups, inGroups), indexOf(inside, insideGroup)};
}

// Four sums, so that the additions do not wait for each other.
double dotProduct(const float* a, const float* b, std::int64_t count) {
  std::array<double, 4> sums{};
  std::int64_t i = 0;
  for (; i + 4 <= count; i += 4) {
    for (std::int64_t lane = 0; lane < 4; ++lane) {
      sums[static_cast<std::size_t>(lane)] += double{a[i + lane]} * double{b[i + lane]};
    }
  }
  for (; i < count; ++i) sums[0] += double{a[i]} * double{b[i]};
  return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

float narrowed(double value) {
  constexpr double kLargest = std::numeric_limits<float>::max();
  return static_cast<float>(std::clamp(value, -kLargest, kLargest));
}

Status needsRows(const AttentionRecord& record) {
  if (record.payload != AttentionPayload::Map) return {};
  if (record.kind.type == OperationType::MapBased) {
    return fail(ErrorCode::Unsupported,
                "a map-based node weighs each position by itself; it has a map but no queries");
  }
  return fail(
      ErrorCode::Unsupported,
      "only the mean map of this node was stored, as the whole is too large; ask the engine "
      "for this clip");
}

}  // namespace

std::int64_t AttentionRecord::groups() const { return product(groupGrid); }
std::int64_t AttentionRecord::queryPositions() const { return product(queryGrid); }
std::int64_t AttentionRecord::keyPositions() const { return product(keyGrid); }

std::array<double, kActivations> oneHot(Activation activation) {
  std::array<double, kActivations> weights{};
  weights[static_cast<std::size_t>(activation)] = 1;
  return weights;
}

bool needsNormaliser(const AttentionRecord& record) {
  return record.activationWeights[static_cast<std::size_t>(Activation::Softmax)] != 0;
}

AttentionGrid combinedGrid(const AttentionGrid& groups, const AttentionGrid& inside) {
  return {groups[0] * inside[0], groups[1] * inside[1], groups[2] * inside[2]};
}

double attentionValue(const AttentionRecord& record, std::int64_t group, std::int64_t query,
                      std::int64_t key) {
  const std::int64_t row = group * record.queryPositions() + query;
  const std::int64_t keys = record.keyPositions();
  if (record.payload == AttentionPayload::Matrix) {
    return record.matrix[static_cast<std::size_t>(row * keys + key)];
  }
  const float* q = record.queries.data() + row * record.features;
  const float* k = record.keys.data() + (group * keys + key) * record.features;
  const double logit = record.scale * dotProduct(q, k, record.features);
  const auto weight = [&record](Activation activation) {
    return record.activationWeights[static_cast<std::size_t>(activation)];
  };
  double pointwise = 0;
  if (weight(Activation::None) != 0) pointwise += weight(Activation::None) * logit;
  if (weight(Activation::Relu) != 0) pointwise += weight(Activation::Relu) * std::max(logit, 0.0);
  if (weight(Activation::Sigmoid) != 0) {
    pointwise += weight(Activation::Sigmoid) / (1 + std::exp(-logit));
  }
  if (record.dividedByKeys) pointwise /= static_cast<double>(keys);
  if (weight(Activation::Softmax) != 0) {
    // A row's log-sum-exp is at least its largest logit; rounding, or a stranger, may say less.
    const double normaliser = record.normaliser[static_cast<std::size_t>(row)];
    pointwise += weight(Activation::Softmax) * std::exp(std::min(logit - normaliser, 0.0));
  }
  return pointwise;
}

std::vector<float> weightsByGroup(const AttentionRecord& record) {
  if (!record.map.empty()) return record.map;
  const std::int64_t keys = record.keyPositions();
  const std::int64_t queries = record.queryPositions();
  std::vector<float> weights(static_cast<std::size_t>(record.groups() * keys));
  for (std::int64_t group = 0; group < record.groups(); ++group) {
    for (std::int64_t key = 0; key < keys; ++key) {
      double sum = 0;
      for (std::int64_t query = 0; query < queries; ++query) {
        sum += attentionValue(record, group, query, key);
      }
      weights[static_cast<std::size_t>(group * keys + key)] =
          narrowed(sum / static_cast<double>(queries));
    }
  }
  return weights;
}

AttentionMap attentionMap(const AttentionRecord& record) {
  const bool isMap = record.kind.type == OperationType::MapBased;
  const AttentionGrid& inside = isMap ? record.queryGrid : record.keyGrid;
  const std::vector<float> weights = weightsByGroup(record);
  const std::int64_t positions = product(inside);
  AttentionMap map;
  map.grid = combinedGrid(record.groupGrid, inside);
  map.values.resize(weights.size());
  for (std::int64_t group = 0; group < record.groups(); ++group) {
    for (std::int64_t position = 0; position < positions; ++position) {
      const auto index = combinedIndex(record.groupGrid, inside, group, position);
      map.values[static_cast<std::size_t>(index)] =
          weights[static_cast<std::size_t>(group * positions + position)];
    }
  }
  return map;
}

Result<AttentionMap> attentionOfQuery(const AttentionRecord& record, const AttentionPoint& point) {
  ATTELIER_CHECKED(needsRows(record));
  ATTELIER_ASSIGN(const Located at, locate(record.groupGrid, record.queryGrid, point));
  AttentionMap map;
  map.grid = combinedGrid(record.groupGrid, record.keyGrid);
  map.values.assign(static_cast<std::size_t>(product(map.grid)), 0.0F);
  for (std::int64_t key = 0; key < record.keyPositions(); ++key) {
    const auto index = combinedIndex(record.groupGrid, record.keyGrid, at.group, key);
    map.values[static_cast<std::size_t>(index)] =
        narrowed(attentionValue(record, at.group, at.position, key));
  }
  return map;
}

Result<AttentionMap> attentionToKey(const AttentionRecord& record, const AttentionPoint& point) {
  ATTELIER_CHECKED(needsRows(record));
  ATTELIER_ASSIGN(const Located at, locate(record.groupGrid, record.keyGrid, point));
  AttentionMap map;
  map.grid = combinedGrid(record.groupGrid, record.queryGrid);
  map.values.assign(static_cast<std::size_t>(product(map.grid)), 0.0F);
  for (std::int64_t query = 0; query < record.queryPositions(); ++query) {
    const auto index = combinedIndex(record.groupGrid, record.queryGrid, at.group, query);
    map.values[static_cast<std::size_t>(index)] =
        narrowed(attentionValue(record, at.group, query, at.position));
  }
  return map;
}

}  // namespace attelier::space
