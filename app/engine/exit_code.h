#pragma once

#include "engine/base/result.h"

namespace attelier::app {

/// What a process leaves with for each kind of failure; 0 is success.
int exitCode(ErrorCode code);

/// The table of exit codes, for --help.
const char* exitCodeHelp();

}  // namespace attelier::app
