#pragma once

#include "engine/base/result.h"
#include "engine/run/evaluations.h"
#include "engine/run/run_folder.h"
#include "engine/run/run_reader.h"
#include "engine/search/run_settings.h"
#include "engine/search/training_run.h"

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace attelier::search {

/// A cell to be trained with fresh weights, and what stands beside it.
struct EvaluationPlan {
  RunConfiguration configuration;  ///< of the search it came from, or given
  Trained trained;                 ///< a cell, or the plain backbone
  std::string name = "cell";       ///< of the cell, in folder names and `parent`
  std::optional<run::RunParent> parent;
  std::filesystem::path folder;  ///< the evaluations go into numbered folders below it
  int controls = 0;              ///< random cells of as many operations, and the plain backbone
  std::vector<std::string> commandLine;
  std::shared_ptr<const clips::ClipSource> source;  ///< empty: opened from the configuration
  std::optional<clips::Dataset> dataset;
  double searchSeconds = 0.0;       ///< training time of the search; 0: unknown
  std::filesystem::path clipsRoot;  ///< for trainings that go on; empty: the recorded one
  bool again = false;               ///< train anew what the folder holds already
};

/// One training of an evaluation.
struct EvaluatedCell {
  std::string name;    ///< "cell", "plain", "random 1", ...
  std::string design;  ///< short text, empty for the plain backbone
  int operations = 0;
  std::int64_t parameters = 0;  ///< of one cell at the first place
  std::filesystem::path folder;
  bool before = false;  ///< trained by an earlier evaluation, read here
  RunOutcome outcome;
};

struct Evaluation {
  std::vector<EvaluatedCell> cells;     ///< the cell first, then plain, then random ones
  std::optional<run::Verdict> verdict;  ///< with controls
  double price = 0.0;  ///< seconds of the search over those of training the cell once; 0: unknown
};

/// Retrains a cell with fresh weights and a seed that no search used, each training a run of its
/// own; with controls, K random cells of as many operations and the plain backbone as well, all by
/// the same settings and seed.
///
/// What the folder already holds of the same settings, clips, parent and engine is not trained
/// again, unless `again`: a finished training is read, an interrupted one goes on. A control that
/// becomes non-finite, out of memory, or was ended early by a person is left out of the verdict;
/// its outcome says why. The split that judges is `report`, else `select`. With controls the folder
/// of the cell names what is compared (`run::ComparisonPlan`).
/// `begin` is called before each training.
/// Errors: those of createSession, resumeSession and train; Interrupted; NotFound when there are
/// not K different random cells.
Result<Evaluation> evaluateCell(
    const EvaluationPlan& plan, const RunHooks& hooks,
    const std::function<void(const std::string& name, int index, int count)>& begin = {});

/// The seed of an evaluation: another one than any search's.
std::int64_t evaluationSeed(std::int64_t searchSeed);

/// Scores the supergraph of a run as it stands at its last checkpoint, without training, and leaves
/// the score in a folder of its own under `evaluations`, so that looks at a split are counted.
Result<Score> evaluateSupergraph(const std::filesystem::path& run, clips::Split split,
                                 const std::vector<std::string>& commandLine,
                                 const std::filesystem::path& clipsRoot = {});

/// Training seconds of a run, from its newest checkpoint; 0 where that cannot be read.
double trainingSeconds(run::RunReader& reader);

/// The score that a judge reads: report, else select; -1 without either.
double judgedTop1(const RunOutcome& outcome);

}  // namespace attelier::search
