#pragma once

#include "engine/search/evaluation.h"

#include <nlohmann/json.hpp>

#include <string>

namespace attelier::app {

/// The cells of an evaluation as a table, the verdict, and the price of the search.
/// Units: searchSeconds of training, 0 where unknown.
std::string evaluationText(const search::Evaluation& evaluation, double searchSeconds);

nlohmann::json toJson(const search::Evaluation& evaluation);

}  // namespace attelier::app
