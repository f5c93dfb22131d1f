#pragma once

#include "engine/run/run_reader.h"
#include "engine/search/run_settings.h"
#include "engine/space/connection_weights.h"
#include "engine/space/derivation.h"

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace attelier::app {

/// Configuration of a run with all its changes. Errors: Corrupt, InvalidArgument, Io.
Result<search::RunSettings> settingsOf(run::RunReader& reader, const std::string& where);

/// The averaged connection weights that a run stored at or before a step.
struct StoredWeights {
  std::int64_t step = 0;
  std::string place;  ///< name; empty where all places share the weights
  space::ConnectionWeights weights;
};

/// Weights of a place by name, or with an empty name of every place that has its own.
/// Errors: NotFound (no search, nothing stored yet), InvalidArgument (place, with the nearest
/// name), Corrupt.
Result<std::vector<StoredWeights>> storedWeights(
    run::RunReader& reader, const std::string& place = {},
    std::int64_t step = std::numeric_limits<std::int64_t>::max());

/// A cell by what a person calls it: the name or id of one of the run's cells, a file, a JSON text
/// or a short text. `reader` may be null.
struct NamedCell {
  std::string name;
  space::CellDesign design;
  std::string origin;  ///< "drawn", "file: NAME" or that of the run's cell
};
Result<NamedCell> findCell(const std::string& text, run::RunReader* reader,
                           const space::OperationSettings& settings);

}  // namespace attelier::app
