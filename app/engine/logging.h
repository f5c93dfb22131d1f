#pragma once

#include "engine/base/result.h"

#include <filesystem>
#include <string>

namespace attelier::app {

/// The names that --log-level takes: "debug|information|warning|error|off".
std::string logLevelNames();

/// Sends log lines of this severity and above to standard error.
/// Errors: InvalidArgument with the nearest known name.
Status startConsoleLog(const std::string& level);

/// Sends log lines to the run's engine.log as well. A log that cannot be written is no reason to
/// stop.
void logInto(const std::filesystem::path& run);

}  // namespace attelier::app
