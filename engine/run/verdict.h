#pragma once

#include <string>
#include <vector>

namespace attelier::run {

/// One cell among its controls: what the honest comparison says.
struct Verdict {
  double cell = 0.0;           ///< accuracy of the cell in question
  std::vector<double> random;  ///< accuracies of the random control cells
  double plain = 0.0;          ///< accuracy of the backbone without a cell
  double p = 1.0;              ///< (1 + controls at least as good) / (K + 1)
  double smallestP = 1.0;      ///< 1 / (K + 1): what K controls allow at best
  bool standsOut = false;      ///< p <= 0.05
  std::string sentence;        ///< for a person, names the split
};

/// Permutation comparison of a cell with K random cells of as many operations.
/// Units: accuracies in 0..1, all of one `split`; `plain` below 0: it was not trained.
Verdict judge(double cell, const std::vector<double>& random, double plain,
              const std::string& split);

}  // namespace attelier::run
