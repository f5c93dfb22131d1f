#include "app/engine/stored_cells.h"

#include "engine/base/nearest_name.h"

#include <algorithm>
#include <sstream>

namespace attelier::app {

namespace {

Result<space::ConnectionWeights> meanWeights(const run::WeightsRow& row) {
  space::ConnectionWeights weights;
  weights.shape.levels = row.levels;
  weights.shape.kinds.clear();
  std::istringstream names(row.kindNames);
  std::string name;
  while (std::getline(names, name, ',')) {
    ATTELIER_ASSIGN(const space::OperationKind kind,
                    space::kindFromShortName(name, "run.db: weights"));
    weights.shape.kinds.push_back(kind);
  }
  const bool known = row.levels >= 1 && row.levels <= space::kMaxLevels &&
                     weights.shape.nodesPerLevel() == row.kinds && row.kinds >= 1 &&
                     row.mean.size() == row.expectedSize();
  if (!known) {
    return fail(ErrorCode::Corrupt,
                "the weights of step " + std::to_string(row.step) + " do not fit their own numbers",
                "run.db");
  }
  auto next = row.mean.begin();
  const auto take = [&next](std::vector<float>& to, size_t count) {
    to.assign(next, next + static_cast<std::ptrdiff_t>(count));
    next += static_cast<std::ptrdiff_t>(count);
  };
  take(weights.levelLogits, weights.shape.levelLogitCount());
  take(weights.sinkLogits, weights.shape.sinkLogitCount());
  if (row.activations) {
    take(weights.activationLogits, weights.shape.activationLogitCount());
  }
  if (const Status valid = space::validate(weights, "run.db"); !valid) {
    return fail(ErrorCode::Corrupt, valid.error().message, "run.db");
  }
  return weights;
}

bool isFile(const std::string& text) {
  std::error_code error;
  return text.size() < 4096 && text.find('{') == std::string::npos &&
         std::filesystem::is_regular_file(text, error);
}

}  // namespace

Result<search::RunSettings> settingsOf(run::RunReader& reader, const std::string& where) {
  ATTELIER_ASSIGN(const nlohmann::json configuration, reader.effectiveConfiguration());
  return search::runSettingsFromJson(configuration, where);
}

Result<std::vector<StoredWeights>> storedWeights(run::RunReader& reader, const std::string& place,
                                                 std::int64_t step) {
  ATTELIER_ASSIGN(const auto places, reader.places());
  std::vector<StoredWeights> stored;
  const auto add = [&](std::int64_t id, const std::string& name) -> Status {
    ATTELIER_ASSIGN(const auto row, reader.weightsAt(step, id));
    if (row) {
      ATTELIER_ASSIGN(space::ConnectionWeights weights, meanWeights(*row));
      stored.push_back({.step = row->step, .place = name, .weights = std::move(weights)});
    }
    return {};
  };
  std::vector<std::string> names;
  for (const run::PlaceRow& row : places) {
    names.push_back(row.name);
  }
  if (!place.empty() && std::find(names.begin(), names.end(), place) == names.end()) {
    return fail(ErrorCode::InvalidArgument, unknownNameMessage("place", place, names), "--place");
  }
  ATTELIER_CHECKED(add(run::kSharedPlace, {}));
  if (stored.empty()) {
    for (const run::PlaceRow& row : places) {
      if (place.empty() || place == row.name) {
        ATTELIER_CHECKED(add(row.id, row.name));
      }
    }
  }
  if (stored.empty()) {
    return fail(ErrorCode::NotFound,
                reader.info().kind == run::RunKind::Search
                    ? "the run has stored no connection weights at or before that step"
                    : "this run is an evaluation; only a search has connection weights to derive "
                      "a cell from");
  }
  return stored;
}

Result<NamedCell> findCell(const std::string& text, run::RunReader* reader,
                           const space::OperationSettings& settings) {
  if (reader != nullptr) {
    ATTELIER_ASSIGN(const auto cells, reader->cells());
    for (const run::CellRow& row : cells) {
      if (!row.removed && (row.name == text || std::to_string(row.id) == text)) {
        ATTELIER_ASSIGN(space::CellDesign design,
                        space::cellFromText(row.design, "cell " + row.name));
        return NamedCell{.name = row.name, .design = std::move(design), .origin = row.origin};
      }
    }
  }
  if (isFile(text)) {
    ATTELIER_ASSIGN(space::CellDesign design, space::readCell(text));
    const std::filesystem::path file(text);
    return NamedCell{.name = design.name.empty() ? file.stem().string() : design.name,
                     .design = std::move(design),
                     .origin = "file: " + file.filename().string()};
  }
  if (text.find('/') != std::string::npos || text.ends_with(".json")) {
    return fail(ErrorCode::NotFound, "there is no such file of a cell", text);
  }
  const bool isJson = text.find('{') != std::string::npos;
  ATTELIER_ASSIGN(space::CellDesign design, isJson ? space::cellFromText(text, "cell")
                                                   : space::parseCell(text, settings, "cell"));
  return NamedCell{
      .name = space::shortText(design), .design = std::move(design), .origin = "drawn"};
}

}  // namespace attelier::app
