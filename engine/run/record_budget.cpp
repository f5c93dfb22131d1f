#include "engine/run/record_budget.h"

#include <algorithm>

namespace attelier::run::detail {

void RecordBudget::add(std::int64_t step, std::int64_t amount) {
  steps_[step] += amount;
  total_ += amount;
}

void RecordBudget::clear() {
  steps_.clear();
  total_ = 0;
  patience_ = 2;
}

std::vector<std::int64_t> RecordBudget::thin(const std::set<std::int64_t>& protectedSteps) {
  std::vector<std::int64_t> dropped;
  if (steps_.size() < 3) {
    return dropped;
  }
  const std::int64_t first = steps_.begin()->first;
  const std::int64_t last = steps_.rbegin()->first;
  // Records come at most so many a second, so they may lie much further apart than the interval
  // asks.
  const std::int64_t spacing = (last - first) / (static_cast<std::int64_t>(steps_.size()) - 1);
  interval_ = 2 * std::max(interval_, spacing);
  bool second = false;
  for (auto step = steps_.begin(); step != steps_.end(); second = !second) {
    if (second && step->first != last && !protectedSteps.contains(step->first)) {
      dropped.push_back(step->first);
      total_ -= step->second;
      step = steps_.erase(step);
    } else {
      ++step;
    }
  }
  // Where all that is left is protected, trying at every flush would cost and give nothing.
  patience_ = std::max<std::size_t>(2, total_ > limit_ ? steps_.size() + steps_.size() / 8 : 2);
  return dropped;
}

}  // namespace attelier::run::detail
