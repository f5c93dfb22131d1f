#pragma once

#include "engine/base/result.h"

#include <filesystem>

namespace attelier::run {

struct SnapshotOptions {
  bool frames = true;  ///< pictures of the probe clips
  bool paths = true;   ///< paths, host, command line; without them clips are "clip-000001", …
};

/// Writes a run (also one that an engine is writing) as one SQLite file that RunReader and any
/// SQLite open read-only. `run.json` and `user.json` go into its table `documents`; checkpoints,
/// evaluations and exports stay behind. Errors: InvalidArgument when `file` exists; NotFound,
/// Corrupt, Io.
Status writeSnapshot(const std::filesystem::path& run, const std::filesystem::path& file,
                     const SnapshotOptions& options = {});

}  // namespace attelier::run
