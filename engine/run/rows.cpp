#include "engine/run/rows.h"

namespace attelier::run {

std::size_t WeightsRow::expectedSize() const {
  if (levels < 1 || kinds < 1 || levels > 1000 || kinds > 1000) {
    return 0;
  }
  const auto m = static_cast<std::size_t>(levels);
  const auto n = static_cast<std::size_t>(kinds);
  return (m - 1) * n * n + m * n + (activations ? m * n * 4 : 0);
}

}  // namespace attelier::run
