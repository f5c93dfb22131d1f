#pragma once

#include <chrono>

namespace attelier::app {

/// From now on the first SIGINT or SIGTERM only makes `interrupted` true; the second one ends the
/// process at once with 130.
void catchSignals();

/// Whether a signal asked to stop. Threads: any.
bool interrupted();

/// Waits, or less when a signal comes.
void waitOrSignal(std::chrono::milliseconds time);

}  // namespace attelier::app
