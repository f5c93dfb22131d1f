#pragma once

#include "engine/base/result.h"
#include "engine/run/rows.h"
#include "engine/run/run_folder.h"
#include "engine/search/run_settings.h"
#include "engine/search/training_run.h"

#include <filesystem>
#include <optional>
#include <vector>

namespace attelier::search {

/// A training that was begun before, by the very same settings.
struct EarlierTraining {
  std::filesystem::path folder;
  run::Phase phase = run::Phase::Interrupted;
};

/// What a training must share with a new one to stand for it.
struct TrainingIdentity {
  RunSettings settings;  ///< as a run keeps them: `settleSettings`
  std::optional<run::RunParent> parent;
  std::vector<run::ClipRow> clips;
};

/// The training of that identity, made by this version of the engine, in a folder of runs: one that
/// finished its plan before one that can be resumed; nothing where there is none.
std::optional<EarlierTraining> earlierTraining(const std::filesystem::path& runs,
                                               const TrainingIdentity& identity);

/// What a finished training came to, from its rows; predictions are left in the run.
/// Errors: those of the reader.
Result<RunOutcome> recordedOutcome(const std::filesystem::path& run);

}  // namespace attelier::search
