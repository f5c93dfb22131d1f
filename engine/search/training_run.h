#pragma once

#include "engine/base/result.h"
#include "engine/run/phase.h"
#include "engine/search/run_configuration.h"
#include "engine/search/validation.h"
#include "engine/space/derivation.h"

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace attelier::search {

class Learner;
struct RunSession;

/// Where a run is, for a progress line.
struct RunProgress {
  std::int64_t step = 0;
  std::int64_t stepsPlanned = 0;
  std::string stage;
  double loss = 0.0;         ///< mean over the last steps
  double accuracy = 0.0;     ///< on train, mean over the last steps
  double selectTop1 = -1.0;  ///< of the last validation, -1 before any
  double stepsPerSecond = 0.0;
};

/// How a run is watched and stopped by the process that runs it.
struct RunHooks {
  std::function<void(const std::filesystem::path& run)> opened;  ///< before the first step
  std::function<void(const RunProgress&)> progress;              ///< at most ten times a second
  std::function<void(const std::string& text)> event;            ///< one line a noteworthy event
  std::function<bool()> interrupted;                             ///< true: checkpoint and leave
};

/// How a run ended.
struct RunOutcome {
  run::Phase phase = run::Phase::Finished;
  std::int64_t step = 0;
  double seconds = 0.0;                    ///< wall time of this session
  double trainingSeconds = 0.0;            ///< in training steps, over all sessions
  double loaderWaitShare = 0.0;            ///< share of the training time spent waiting for clips
  std::optional<Score> select;             ///< final score on the select split
  std::optional<Score> report;             ///< evaluations only
  std::vector<space::Derivation> derived;  ///< searches only: one if shared, else one a place
  std::string message;
};

/// Trains a session to its planned end, answering commands between steps.
///
/// Every way out leaves a folder that opens: finished, interrupted (a checkpoint of the last step),
/// or failed (the last good checkpoint and the reason).
/// Errors: NonFinite, OutOfMemory, Io (disk full), those of the clips; recorded in the run as well.
Result<RunOutcome> train(RunSession& session, const RunHooks& hooks);

/// The cells that a run's averaged weights give, by its own derivation settings.
Result<std::vector<space::Derivation>> derivedCells(const Learner& learner,
                                                    const RunConfiguration& configuration);

}  // namespace attelier::search
