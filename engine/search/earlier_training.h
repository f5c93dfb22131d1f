#pragma once

#include "engine/base/result.h"
#include "engine/search/run_settings.h"
#include "engine/search/training_run.h"

#include <filesystem>
#include <optional>

namespace attelier::search {

/// A training that was begun before, by the very same settings.
struct EarlierTraining {
  std::filesystem::path folder;
  run::Phase phase = run::Phase::Interrupted;
};

/// The training with these settings (as a run keeps them: `settleSettings`) in a folder of runs:
/// one that finished its plan before one that can be resumed; nothing where there is none.
std::optional<EarlierTraining> earlierTraining(const std::filesystem::path& runs,
                                               const RunSettings& settings);

/// What a finished training came to, from its rows; predictions are left in the run.
/// Errors: those of the reader.
Result<RunOutcome> recordedOutcome(const std::filesystem::path& run);

}  // namespace attelier::search
