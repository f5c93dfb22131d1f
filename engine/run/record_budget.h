#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <vector>

/// Not for other folders.
namespace attelier::run::detail {

/// Which steps have records, how much they weigh together, and which go when there is too much
/// (rule 4).
class RecordBudget {
 public:
  explicit RecordBudget(std::int64_t limit) : limit_(limit) {}

  void add(std::int64_t step, std::int64_t amount);
  void clear();

  /// Least distance in steps between two records from now on; doubled by each thinning.
  std::int64_t interval() const { return interval_; }
  void setInterval(std::int64_t interval) { interval_ = interval; }

  bool isOver() const { return total_ > limit_ && steps_.size() > patience_; }

  /// Drops every second step but the first, the last and the protected, and doubles the interval.
  /// Returns what it dropped.
  std::vector<std::int64_t> thin(const std::set<std::int64_t>& protectedSteps);

 private:
  std::int64_t limit_;
  std::int64_t total_ = 0;
  std::int64_t interval_ = 1;
  std::size_t patience_ = 2;  // steps below which thinning is not worth a try
  std::map<std::int64_t, std::int64_t> steps_;
};

}  // namespace attelier::run::detail
