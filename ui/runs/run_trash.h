#pragma once

#include "engine/base/result.h"

#include <filesystem>

namespace attelier::ui {

/// A run that lies in the trash, and where it came from.
struct TrashedRun {
  std::filesystem::path from;
  std::filesystem::path
      inTrash;  ///< empty where the system does not tell: it can't be taken back here
};

/// Moves a run to the trash of the desktop. Waits for the disk.
/// Errors: Busy while an engine holds the run or one of its evaluations; Io.
Result<TrashedRun> trashRun(const std::filesystem::path& run);

/// Takes it back. Errors: InvalidArgument when something else is there now; Io.
Status restoreRun(const TrashedRun& run);

}  // namespace attelier::ui
