#pragma once

#include "engine/search/evaluation.h"

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace attelier::app {

/// The cells of an evaluation as a table, the verdict, and the price of the search.
/// Units: searchSeconds of training, 0 where unknown.
std::string evaluationText(const search::Evaluation& evaluation, double searchSeconds);

nlohmann::json toJson(const search::Evaluation& evaluation);
nlohmann::json toJson(const run::Verdict& verdict);

/// An evaluation as its folder tells.
nlohmann::json toJson(const run::EvaluationRecord& record);
/// A cell among its controls, each as above under its name in this comparison.
nlohmann::json toJson(const run::Comparison& comparison,
                      const std::vector<run::EvaluationRecord>& records);

}  // namespace attelier::app
