#pragma once

#include "engine/base/result.h"
#include "engine/search/run_configuration.h"
#include "engine/space/cell_design.h"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace attelier::search {

/// A plain backbone is trained, without any cell.
struct PlainBackbone {};

/// What is inserted into the backbone: a supergraph to search in, a cell to train, or nothing.
using Trained = std::variant<std::monostate, space::CellDesign, PlainBackbone>;

/// What run.json's configuration says, apart: the fields and what is trained.
struct RunSettings {
  RunConfiguration configuration;
  Trained trained;
};
nlohmann::json toJson(const RunSettings& settings);
Result<RunSettings> runSettingsFromJson(const nlohmann::json& json, const std::string& where);

/// What a checkpoint says beside its tensors.
struct Progress {
  std::int64_t step = 0;
  std::int64_t firstPlan = 0;        ///< steps of the first plan, before any extension
  double trainingSeconds = 0.0;      ///< spent in training steps so far
  double bestSelect = -1.0;          ///< best top-1 on select so far, -1 before any
  std::int64_t derivedChanges = 0;   ///< how often the derived cell changed
  std::vector<std::string> derived;  ///< architecture ids of the derived cells
};
nlohmann::json toJson(const Progress& progress);
Result<Progress> progressFromJson(const nlohmann::json& json, const std::string& where);

/// Puts the numbers that a run keeps in place of those that say "by itself": steps, which extend
/// or resume compare with, and threads, which decide the rounding.
void settleSettings(RunConfiguration& configuration, const clips::ClipSource& source);

/// Versions of the engine and the libraries it runs on, for run.json and `doctor`.
nlohmann::json versions();

}  // namespace attelier::search
