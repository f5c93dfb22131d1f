#include "engine/run/verdict.h"

#include <algorithm>
#include <cstdio>

namespace attelier::run {

namespace {

std::string formatted(const char* format, double value) {
  char text[32];
  std::snprintf(text, sizeof text, format, value);
  return text;
}

}  // namespace

Verdict judge(double cell, const std::vector<double>& random, double plain,
              const std::string& split) {
  Verdict verdict{.cell = cell, .random = random, .plain = plain, .sentence = {}};
  const auto asGood = std::count_if(random.begin(), random.end(),
                                    [cell](double accuracy) { return accuracy >= cell; });
  const double controls = static_cast<double>(random.size());
  verdict.p = (1.0 + static_cast<double>(asGood)) / (controls + 1.0);
  verdict.smallestP = 1.0 / (controls + 1.0);
  verdict.standsOut = verdict.p <= 0.05;

  const std::string plainPart =
      plain < 0.0 ? "." : " (plain backbone " + formatted("%.3f", plain) + ").";
  if (random.empty()) {
    verdict.sentence = "The cell reaches " + formatted("%.3f", cell) + " on the " + split +
                       " split; without random cells beside it nothing can be said" + plainPart;
    return verdict;
  }
  const std::string figures =
      formatted("%.3f", cell) + " on the " + split + " split, " + std::to_string(asGood) + " of " +
      std::to_string(random.size()) +
      " random cells are at least as good, p = " + formatted("%.3f", verdict.p);
  if (verdict.standsOut) {
    verdict.sentence = "The cell stands out from random cells: " + figures + plainPart;
  } else if (verdict.smallestP > 0.05) {
    verdict.sentence = "The cell is not distinguishable from random cells: " + figures + "; with " +
                       std::to_string(random.size()) +
                       (random.size() == 1 ? " control" : " controls") + " p cannot fall below " +
                       formatted("%.3f", verdict.smallestP) + plainPart;
  } else {
    verdict.sentence = "The cell is not distinguishable from random cells: " + figures + plainPart;
  }
  return verdict;
}

}  // namespace attelier::run
