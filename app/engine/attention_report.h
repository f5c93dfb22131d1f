#pragma once

#include <nlohmann/json.hpp>

#include <string>

namespace attelier::app {

/// The answer of an inspection for a person: a line on where it is from, then each map as a table
/// of frames by tokens (weights, and as multiples of uniform), or its strongest positions where the
/// table would be too wide.
std::string attentionText(const nlohmann::json& answer);

}  // namespace attelier::app
