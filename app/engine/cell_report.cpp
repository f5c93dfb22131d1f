#include "app/engine/cell_report.h"

#include "app/engine/printing.h"

#include <cmath>

namespace attelier::app {

namespace {

std::string marginText(const space::Derivation& derivation) {
  if (!std::isfinite(derivation.margin)) {
    return "no choice was made: everything was kept";
  }
  return "margin " + numberText("%.4f", derivation.margin) + ", flips first at " +
         space::describe(derivation.flip);
}

}  // namespace

space::Place placeOf(const run::PlaceRow& row) {
  return {.name = row.name,
          .channels = row.channels,
          .frames = row.frames,
          .height = row.height,
          .width = row.width};
}

std::vector<space::Place> placesOf(const std::vector<run::PlaceRow>& rows) {
  std::vector<space::Place> places;
  places.reserve(rows.size());
  for (const run::PlaceRow& row : rows) {
    places.push_back(placeOf(row));
  }
  return places;
}

std::string costText(const space::CellCost& cost) {
  return countText(cost.parameters) + " parameters, " + countText(cost.flops) + " FLOPs, " +
         bytesText(cost.activationBytes) + " activations a clip";
}

nlohmann::json toJson(const space::CellCost& cost) {
  return {{"parameters", cost.parameters},
          {"flops", cost.flops},
          {"activation_bytes", cost.activationBytes}};
}

nlohmann::json costsJson(const space::CellDesign& cell, const std::vector<space::Place>& places) {
  auto costs = nlohmann::json::object();
  for (const space::Place& place : places) {
    costs[place.name] = toJson(space::cost(cell, place));
  }
  return costs;
}

std::string derivationText(const space::Derivation& derivation,
                           const std::vector<space::Place>& places) {
  std::string text = "cell: " + space::shortText(derivation.cell) + "\n  " +
                     std::to_string(derivation.cell.nodes.size()) + " operations; " +
                     marginText(derivation);
  for (const space::Place& place : places) {
    text += "\n  at " + place.name + " (" + std::to_string(place.channels) + " channels, " +
            std::to_string(place.frames) + "x" + std::to_string(place.height) + "x" +
            std::to_string(place.width) +
            " tokens): " + costText(space::cost(derivation.cell, place));
  }
  return text;
}

nlohmann::json derivationJson(const space::Derivation& derivation,
                              const std::vector<space::Place>& places) {
  const space::Flip& flip = derivation.flip;
  nlohmann::json json{{"text", space::shortText(derivation.cell)},
                      {"operations", derivation.cell.nodes.size()},
                      {"cell", space::toJson(derivation.cell)},
                      {"costs", costsJson(derivation.cell, places)},
                      {"margin", nullptr},
                      {"flip", nullptr}};
  if (std::isfinite(derivation.margin)) {
    json["margin"] = derivation.margin;
    json["flip"] = {{"where", flip.where},
                    {"kept", flip.kept},
                    {"dropped", flip.dropped},
                    {"kept_weight", flip.keptWeight},
                    {"dropped_weight", flip.droppedWeight}};
  }
  return json;
}

}  // namespace attelier::app
