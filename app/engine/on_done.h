#pragma once

#include <filesystem>
#include <string>

namespace attelier::app {

/// Runs a command of the person by /bin/sh after a run has ended, with ATTELIER_RUN (its folder)
/// and ATTELIER_PHASE ("finished", "failed", ...) in the environment, and waits for it. Nothing for
/// an empty command. A command that fails is reported on standard error and changes nothing else.
void runOnDone(const std::string& command, const std::filesystem::path& run,
               const std::string& phase);

}  // namespace attelier::app
