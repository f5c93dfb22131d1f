#pragma once

#include "engine/base/result.h"

#include <string_view>

namespace attelier::run {

/// Where a run is in its life. Interrupted is also derived: see `phaseSeen`.
enum class Phase {
  Preparing,    ///< data and model are being made ready; no step yet in this session
  Running,      ///< steps are made
  Paused,       ///< between two steps, on request
  Finishing,    ///< no more training steps: last validation, last checkpoint
  Finished,     ///< all planned steps are done; can be extended
  Failed,       ///< stopped by an error that `status.message` names; can be resumed
  Interrupted,  ///< stopped from outside, or its engine vanished; can be resumed
  Discarded,    ///< a person gave it up; nothing leads out of it
};

/// What a person or the engine wants to do with a run. Each is legal only from some phases.
enum class PhaseAction {
  Start,      ///< the engine begins to make steps
  Pause,      ///< stop between two steps
  Continue,   ///< go on after a pause, in the engine that is alive
  Step,       ///< make one step, then wait
  Finish,     ///< stop early and finish properly
  Complete,   ///< the engine has finished everything
  Fail,       ///< the engine met an error it cannot go on from
  Interrupt,  ///< a signal or `leave` stops the engine; a checkpoint is kept
  Discard,    ///< stop and mark
  Resume,     ///< a new engine takes the run up from its last checkpoint
  Extend,     ///< a new engine plans more steps for a finished run
};

/// The phase that an action leads to, or nothing to be done from `from`.
/// Errors: InvalidArgument, naming the action, the phase and the phases it is legal from.
Result<Phase> phaseAfter(Phase from, PhaseAction action);

/// True when the action is legal from this phase; what a button asks to be enabled.
bool allows(Phase from, PhaseAction action);

/// True when some action leads from one phase to the other (or they are equal).
bool canChange(Phase from, Phase to);

/// What a viewer shows for a stored phase: a run without a living engine (`locked` false) that says
/// it is Preparing, Running, Paused or Finishing is Interrupted.
Phase phaseSeen(Phase stored, bool locked);

/// Name as stored in `status.phase`: "preparing", "running", …
const char* phaseName(Phase phase);

/// Name of an action: "pause", "continue", …
const char* phaseActionName(PhaseAction action);

/// The phase of a stored name. Errors: Corrupt.
Result<Phase> parsePhase(std::string_view name);

}  // namespace attelier::run
