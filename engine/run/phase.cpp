#include "engine/run/phase.h"

#include <array>
#include <string>

namespace attelier::run {
namespace {

constexpr std::array kPhaseNames = {"preparing", "running", "paused",      "finishing",
                                    "finished",  "failed",  "interrupted", "discarded"};
constexpr std::array kActionNames = {"start",   "pause",    "continue", "step",
                                     "finish",  "complete", "fail",     "interrupt",
                                     "discard", "resume",   "extend"};

struct Transition {
  Phase from;
  PhaseAction action;
  Phase to;
};

// The one table that buttons, commands and the engine ask.
constexpr std::array kTransitions = {
    Transition{Phase::Preparing, PhaseAction::Start, Phase::Running},
    Transition{Phase::Preparing, PhaseAction::Pause, Phase::Paused},
    Transition{Phase::Preparing, PhaseAction::Complete, Phase::Finished},
    Transition{Phase::Preparing, PhaseAction::Fail, Phase::Failed},
    Transition{Phase::Preparing, PhaseAction::Interrupt, Phase::Interrupted},
    Transition{Phase::Preparing, PhaseAction::Discard, Phase::Discarded},
    Transition{Phase::Running, PhaseAction::Pause, Phase::Paused},
    Transition{Phase::Running, PhaseAction::Step, Phase::Paused},
    Transition{Phase::Running, PhaseAction::Finish, Phase::Finishing},
    Transition{Phase::Running, PhaseAction::Fail, Phase::Failed},
    Transition{Phase::Running, PhaseAction::Interrupt, Phase::Interrupted},
    Transition{Phase::Running, PhaseAction::Discard, Phase::Discarded},
    Transition{Phase::Paused, PhaseAction::Continue, Phase::Running},
    Transition{Phase::Paused, PhaseAction::Step, Phase::Paused},
    Transition{Phase::Paused, PhaseAction::Finish, Phase::Finishing},
    Transition{Phase::Paused, PhaseAction::Fail, Phase::Failed},
    Transition{Phase::Paused, PhaseAction::Interrupt, Phase::Interrupted},
    Transition{Phase::Paused, PhaseAction::Discard, Phase::Discarded},
    Transition{Phase::Finishing, PhaseAction::Complete, Phase::Finished},
    Transition{Phase::Finishing, PhaseAction::Fail, Phase::Failed},
    Transition{Phase::Finishing, PhaseAction::Interrupt, Phase::Interrupted},
    Transition{Phase::Finishing, PhaseAction::Discard, Phase::Discarded},
    Transition{Phase::Finished, PhaseAction::Extend, Phase::Preparing},
    Transition{Phase::Failed, PhaseAction::Resume, Phase::Preparing},
    Transition{Phase::Failed, PhaseAction::Discard, Phase::Discarded},
    Transition{Phase::Interrupted, PhaseAction::Resume, Phase::Preparing},
    Transition{Phase::Interrupted, PhaseAction::Discard, Phase::Discarded},
};

}  // namespace

Result<Phase> phaseAfter(Phase from, PhaseAction action) {
  std::string legal;
  for (const Transition& transition : kTransitions) {
    if (transition.action != action) {
      continue;
    }
    if (transition.from == from) {
      return transition.to;
    }
    legal += (legal.empty() ? "" : ", ") + std::string(phaseName(transition.from));
  }
  return fail(ErrorCode::InvalidArgument, std::string("a run that is ") + phaseName(from) +
                                              " can't " + phaseActionName(action) +
                                              "; it can when it is " + legal);
}

bool allows(Phase from, PhaseAction action) { return phaseAfter(from, action).has_value(); }

bool canChange(Phase from, Phase to) {
  if (from == to) {
    return true;
  }
  for (const Transition& transition : kTransitions) {
    if (transition.from == from && transition.to == to) {
      return true;
    }
  }
  return false;
}

Phase phaseSeen(Phase stored, bool locked) {
  const bool alive = stored == Phase::Preparing || stored == Phase::Running ||
                     stored == Phase::Paused || stored == Phase::Finishing;
  return alive && !locked ? Phase::Interrupted : stored;
}

const char* phaseName(Phase phase) { return kPhaseNames.at(static_cast<std::size_t>(phase)); }

const char* phaseActionName(PhaseAction action) {
  return kActionNames.at(static_cast<std::size_t>(action));
}

Result<Phase> parsePhase(std::string_view name) {
  for (std::size_t i = 0; i < kPhaseNames.size(); ++i) {
    if (name == kPhaseNames[i]) {
      return static_cast<Phase>(i);
    }
  }
  return fail(ErrorCode::Corrupt, "unknown phase '" + std::string(name.substr(0, 40)) + "'");
}

}  // namespace attelier::run
