#pragma once

#include "ui/workspace/choices.h"
#include "ui/workspace/run_view.h"

#include <QString>

#include <cstdint>
#include <vector>

namespace attelier::ui {

/// Steps of one pass over the readable training clips, from the run's batch; from the engine's own
/// count where that is not known; 0 where neither is.
double stepsPerEpoch(const RunView& view);

/// A stage of a search ("joint", "sharpening") and the step at which it begins.
struct StageStart {
  std::int64_t step = 0;
  QString name;  ///< for a person
};

/// The stages after the first one; none for an evaluation. They follow from the configuration that
/// the run began with: extending a run does not move them.
std::vector<StageStart> stageStarts(const RunView& view);

/// Checkpoints that somebody pinned, and the step that is compared with, if of this run.
std::vector<std::int64_t> pinnedSteps(const RunView& view, const Choices& choices);

}  // namespace attelier::ui
