#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace attelier {

/// The known name that a person most likely meant, or nothing when none is near.
///
/// Near is an edit distance (insert, drop, replace, swap of neighbours) of at most a third of the
/// longer name, rounded up. Case and '-' against '_' cost nothing. Ties: the first in `known`.
std::optional<std::string> nearestName(std::string_view name, std::span<const std::string> known);

/// "unknown field 'top_node'; did you mean 'top_nodes'?", or the known names when none is near.
std::string unknownNameMessage(std::string_view kind, std::string_view name,
                               std::span<const std::string> known);

}  // namespace attelier
