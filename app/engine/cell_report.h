#pragma once

#include "engine/run/run_reader.h"
#include "engine/space/cost.h"
#include "engine/space/derivation.h"

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace attelier::app {

/// A place as a run stored it.
space::Place placeOf(const run::PlaceRow& row);
std::vector<space::Place> placesOf(const std::vector<run::PlaceRow>& rows);

/// "2.1 k parameters, 1.3 M FLOPs, 64.0 KiB activations".
std::string costText(const space::CellCost& cost);
nlohmann::json toJson(const space::CellCost& cost);

/// Cost of a cell at each place, by the place's name.
nlohmann::json costsJson(const space::CellDesign& cell, const std::vector<space::Place>& places);

/// A derived cell for a person: its short text, margin with the choice that would flip first, and a
/// line of cost for each place.
std::string derivationText(const space::Derivation& derivation,
                           const std::vector<space::Place>& places);
nlohmann::json derivationJson(const space::Derivation& derivation,
                              const std::vector<space::Place>& places);

}  // namespace attelier::app
