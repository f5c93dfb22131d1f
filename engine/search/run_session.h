#pragma once

#include "engine/base/result.h"
#include "engine/run/commands.h"
#include "engine/run/run_folder.h"
#include "engine/run/run_lock.h"
#include "engine/run/run_reader.h"
#include "engine/run/store.h"
#include "engine/search/learner.h"
#include "engine/search/probes.h"
#include "engine/search/run_settings.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace attelier::search {

/// A run that does not exist yet.
struct NewRun {
  std::filesystem::path folder;
  RunConfiguration configuration;
  Trained trained;  ///< monostate: the supergraph of the configuration
  std::optional<run::RunParent> parent;
  std::vector<std::string> commandLine;
  /// Clips that are open already, of the same configuration; none: they are opened.
  std::shared_ptr<const clips::ClipSource> source;
  std::optional<clips::Dataset> dataset;
};

/// How an existing run is taken up again.
struct Resumption {
  std::filesystem::path folder;
  std::optional<std::int64_t> steps;  ///< new number of planned steps
  bool allowChangedData = false;
  std::filesystem::path clipsRoot;  ///< found here instead of at the recorded root
  std::string device;               ///< empty: as configured
};

/// Everything a running run holds: its folder, lock and store, its clips and its learner.
struct RunSession {
  run::RunFolder folder;
  run::RunLock lock;
  std::unique_ptr<run::Store> store;
  std::unique_ptr<run::CommandQueue> commands;
  RunSettings settings;
  std::shared_ptr<const clips::ClipSource> source;
  clips::Dataset dataset;  ///< empty for a synthetic task
  std::unique_ptr<Learner> learner;
  std::vector<std::int64_t> placeIds{};
  std::unique_ptr<Probes> probes{};
  Progress progress{};
};

/// The device, the network and its optimisers of a run's settings, with fresh weights.
Result<std::unique_ptr<Learner>> makeLearner(const RunSettings& settings,
                                             const clips::ClipSource& source,
                                             std::int64_t stepsPlanned);

/// Makes the folder and everything in it, up to the first step.
/// Errors: InvalidArgument (settings, unlabelled clips, an existing folder), those of the clips.
Result<RunSession> createSession(const NewRun& run);

/// Takes up a run at its last good checkpoint; rows past it go.
/// Errors: Busy (another engine), InvalidArgument (discarded; finished without more steps; data
/// changed, naming files), NotFound (no checkpoint), Corrupt.
Result<RunSession> resumeSession(const Resumption& resumption);

/// Takes up the probe clips that the run has rows of. One that cannot be loaded is left out, and
/// what is said of it returned.
Result<std::vector<std::string>> restoreProbes(RunSession& session, run::RunReader& reader);

}  // namespace attelier::search
