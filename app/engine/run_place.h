#pragma once

#include "engine/base/result.h"
#include "engine/search/run_configuration.h"

#include <filesystem>

namespace attelier::app {

/// Where new runs go when nobody says: $XDG_DATA_HOME/attelier/runs, else
/// ~/.local/share/attelier/runs. Errors: NotFound without a home folder.
Result<std::filesystem::path> defaultRunsFolder();

/// A folder that is not there yet for a new search: NAME-DATE-N.attelier in the default place, with
/// the task's or the clips folder's name. Makes nothing.
Result<std::filesystem::path> newRunFolder(const search::RunConfiguration& configuration);

}  // namespace attelier::app
