#include "engine/run/rows.h"

namespace attelier::run {
namespace {

constexpr std::int64_t kMaximumCount = std::int64_t{1} << 40;

// Product of factors that must be positive; -1 where one is not or the product is absurd.
template <typename... Factors>
std::int64_t product(Factors... factors) {
  std::int64_t result = 1;
  for (const std::int64_t factor : {static_cast<std::int64_t>(factors)...}) {
    if (factor <= 0 || result > kMaximumCount / factor) {
      return -1;
    }
    result *= factor;
  }
  return result;
}

}  // namespace

std::size_t WeightsRow::expectedSize() const {
  if (levels < 1 || kinds < 1 || levels > 1000 || kinds > 1000) {
    return 0;
  }
  const auto m = static_cast<std::size_t>(levels);
  const auto n = static_cast<std::size_t>(kinds);
  return (m - 1) * n * n + m * n + (activations ? m * n * 4 : 0);
}

std::int64_t AttentionRow::queries() const { return product(queryT, queryH, queryW); }

std::int64_t AttentionRow::keys() const { return product(keyT, keyH, keyW); }

std::int64_t AttentionRow::expectedBytes() const {
  const std::int64_t q = product(groups, queries());
  const std::int64_t k = product(groups, keys());
  if (q < 0 || k < 0) {
    return -1;
  }
  switch (form) {
    case AttentionForm::Map:
      return product(q, 2);
    case AttentionForm::Matrix:
      return product(q, keys(), 2);
    case AttentionForm::MeanMap:
      return product(k, 2);
    case AttentionForm::QueryKey:
      return channels <= 0 ? -1 : product(q + k, channels, 2) + product(q, 4);
  }
  return -1;
}

}  // namespace attelier::run
