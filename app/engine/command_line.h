#pragma once

namespace attelier::app {

/// Runs the command that a command line names and returns the exit code of the process.
///
/// Results go to standard output, progress and the one line of an error to standard error.
int runCommandLine(int argumentCount, char** arguments);

}  // namespace attelier::app
