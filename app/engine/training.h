#pragma once

#include "engine/search/run_session.h"
#include "engine/search/training_run.h"

#include <string>

namespace attelier::app {

/// What stands around the training of a run.
struct TrainingFrame {
  std::string program;  ///< as it was called, for commands that are printed
  bool json = false;
  std::string onDone;  ///< command of the person, run when the run has ended and its lock is free
};

/// Trains a session to its end, with progress, and prints the outcome: phase, speed, score, derived
/// cells with their cost, and what to do next.
/// Errors: those of search::train; Interrupted when a signal or a viewer stopped it.
Status trainAndReport(search::RunSession session, const TrainingFrame& frame);

}  // namespace attelier::app
