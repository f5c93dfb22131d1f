#pragma once

#include "engine/base/result.h"
#include "engine/search/optimiser.h"

#include <nlohmann/json.hpp>

#include <filesystem>

namespace attelier::search {

/// What a checkpoint file holds: tensors on the CPU, and what a run needs to go on.
struct CheckpointState {
  NamedTensors tensors;
  nlohmann::json progress;  ///< step, seconds, best validation, changes of the derived cell, ...
};

/// Writes a checkpoint as one safetensors file, atomically; Python reads it without our code.
/// Errors: Io.
Status writeCheckpointState(const std::filesystem::path& file, const CheckpointState& state);

/// Errors: NotFound, Corrupt, Io.
Result<CheckpointState> readCheckpointState(const std::filesystem::path& file);

}  // namespace attelier::search
