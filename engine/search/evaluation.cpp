#include "engine/search/evaluation.h"

#include "engine/run/checkpoint.h"
#include "engine/run/run_reader.h"
#include "engine/search/checkpoint_state.h"
#include "engine/search/earlier_training.h"
#include "engine/search/inspection.h"
#include "engine/search/network_spec.h"
#include "engine/search/recorded_clips.h"
#include "engine/search/recorder.h"
#include "engine/search/run_session.h"
#include "engine/space/cost.h"
#include "engine/space/random_cell.h"

#include <algorithm>
#include <cstdio>

namespace attelier::search {

namespace {

std::string fileName(const std::string& name) {
  std::string safe;
  for (const char c : name) {
    const bool plain = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_';
    if (plain || !safe.ends_with('-')) {
      safe += plain ? c : '-';
    }
  }
  return safe.substr(0, 60);
}

/// The next free numbered folder, "0003-random-1.attelier".
std::filesystem::path numberedFolder(const std::filesystem::path& parent, const std::string& name) {
  int number = 0;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(parent, error)) {
    number = std::max(number, std::atoi(entry.path().filename().c_str()));
  }
  char prefix[16];
  std::snprintf(prefix, sizeof prefix, "%04d-", number + 1);
  return parent / (prefix + fileName(name) + ".attelier");
}

struct Training {
  std::string name;
  Trained trained;
};

EvaluatedCell describeCell(const Training& training, const std::filesystem::path& folder) {
  EvaluatedCell cell;
  cell.name = training.name;
  cell.folder = folder;
  if (const auto* design = std::get_if<space::CellDesign>(&training.trained)) {
    cell.design = space::shortText(*design);
    cell.operations = static_cast<int>(design->nodes.size());
    const auto places = run::RunReader::open(folder).and_then(
        [](const std::unique_ptr<run::RunReader>& reader) { return reader->places(); });
    if (places && !places->empty()) {
      const run::PlaceRow& at = places->front();
      cell.parameters = space::cost(*design, {.name = at.name,
                                              .channels = at.channels,
                                              .frames = at.frames,
                                              .height = at.height,
                                              .width = at.width})
                            .parameters;
    }
  }
  return cell;
}

/// The outcome of a training: that of an earlier one, its rest, or a new one.
Result<RunOutcome> trainOrTakeUp(const NewRun& run, const std::optional<EarlierTraining>& earlier,
                                 const std::filesystem::path& clipsRoot, const RunHooks& hooks) {
  if (earlier && earlier->phase == run::Phase::Finished) {
    return recordedOutcome(earlier->folder);
  }
  if (earlier) {
    Resumption resumption;
    resumption.folder = earlier->folder;
    resumption.clipsRoot = clipsRoot;
    ATTELIER_ASSIGN(RunSession session, resumeSession(resumption));
    return train(session, hooks);
  }
  ATTELIER_ASSIGN(RunSession session, createSession(run));
  return train(session, hooks);
}

/// True for what one training can meet while another by its side does not.
bool failsAlone(const Error& error) {
  return error.code == ErrorCode::NonFinite || error.code == ErrorCode::OutOfMemory;
}

/// False for a training that failed, or that a person ended before all of its steps were made.
bool tookItsPlan(const EvaluatedCell& cell, const RunConfiguration& configuration) {
  return cell.outcome.phase == run::Phase::Finished &&
         cell.outcome.step == configuration.training.steps;
}

Result<std::vector<Training>> controlsOf(const EvaluationPlan& plan, std::int64_t seed) {
  std::vector<Training> trainings;
  const auto* cell = std::get_if<space::CellDesign>(&plan.trained);
  if (plan.controls <= 0) {
    return trainings;
  }
  trainings.push_back({"plain", PlainBackbone{}});
  if (cell == nullptr) {
    return fail(ErrorCode::InvalidArgument,
                "controls stand beside a cell; the plain backbone has no operations", "--control");
  }
  ATTELIER_ASSIGN(const nn::SupergraphSettings supergraph, supergraphOf(plan.configuration));
  ATTELIER_ASSIGN(
      const auto random,
      space::randomCells(supergraph.shape, plan.configuration.derivation,
                         static_cast<int>(cell->nodes.size()), plan.controls,
                         static_cast<std::uint64_t>(seed), plan.configuration.operations,
                         supergraph.mixActivations, cell));
  for (size_t i = 0; i < random.size(); ++i) {
    trainings.push_back({"random " + std::to_string(i + 1), random[i]});
  }
  return trainings;
}

}  // namespace

std::int64_t evaluationSeed(std::int64_t searchSeed) { return searchSeed + 1'000'003; }

double judgedTop1(const RunOutcome& outcome) {
  if (outcome.report) {
    return outcome.report->top1;
  }
  return outcome.select ? outcome.select->top1 : -1.0;
}

Result<Evaluation> evaluateCell(
    const EvaluationPlan& plan, const RunHooks& hooks,
    const std::function<void(const std::string& name, int index, int count)>& begin) {
  RunConfiguration configuration = plan.configuration;
  configuration.training.seed = evaluationSeed(configuration.training.seed);
  std::vector<Training> trainings{{plan.name, plan.trained}};
  ATTELIER_ASSIGN(const auto controls, controlsOf(plan, configuration.training.seed));
  trainings.insert(trainings.end(), controls.begin(), controls.end());

  std::shared_ptr<const clips::ClipSource> source = plan.source;
  clips::Dataset dataset = plan.dataset.value_or(clips::Dataset{});
  if (!source) {
    ATTELIER_ASSIGN(source, openForTraining(configuration, dataset));
  }
  settleSettings(configuration, *source);
  const std::vector<run::ClipRow> clips = clipRows(*source, dataset);
  Evaluation evaluation;
  run::ComparisonPlan compared{
      .steps = configuration.training.steps, .controls = plan.controls, .trainings = {}};
  for (size_t i = 0; i < trainings.size(); ++i) {
    const Training& training = trainings[i];
    if (begin) {
      begin(training.name, static_cast<int>(i), static_cast<int>(trainings.size()));
    }
    NewRun run;
    run.configuration = configuration;
    run.trained = training.trained;
    run.parent = plan.parent;
    if (run.parent) {
      run.parent->cell = training.name;
    }
    run.commandLine = plan.commandLine;
    run.source = source;
    run.dataset = dataset;
    const auto earlier =
        plan.again ? std::nullopt
                   : earlierTraining(plan.folder, {.settings = {.configuration = configuration,
                                                                .trained = training.trained},
                                                   .parent = run.parent,
                                                   .clips = clips});
    run.folder = earlier ? earlier->folder : numberedFolder(plan.folder, training.name);
    compared.trainings.push_back({training.name, run.folder.filename().string()});
    const auto announce = [&] {
      return plan.controls > 0 ? run::writeComparisonPlan(
                                     plan.folder / compared.trainings.front().folder, compared)
                               : Status();
    };
    RunHooks announcing = hooks;
    announcing.opened = [&](const std::filesystem::path& opened) {
      // A disk that does not take this does not take the training either, which says so.
      static_cast<void>(announce());
      if (hooks.opened) {
        hooks.opened(opened);
      }
    };
    Result<RunOutcome> outcome = trainOrTakeUp(run, earlier, plan.clipsRoot, announcing);
    if (outcome) {
      ATTELIER_CHECKED(announce());
    }
    EvaluatedCell cell = describeCell(training, run.folder);
    cell.before = earlier && earlier->phase == run::Phase::Finished;
    if (!outcome && (i == 0 || !failsAlone(outcome.error()))) {
      return tl::unexpected(outcome.error());
    }
    if (!outcome) {
      cell.outcome.phase = run::Phase::Failed;
      cell.outcome.message = describe(outcome.error());
    } else if (outcome->phase == run::Phase::Finished || outcome->phase == run::Phase::Discarded) {
      cell.outcome = std::move(*outcome);
    } else {
      return fail(ErrorCode::Interrupted,
                  "the evaluation was stopped; the same command goes on where it was",
                  cell.folder.string());
    }
    if (i == 0 && plan.controls > 0 && !tookItsPlan(cell, configuration)) {
      return fail(ErrorCode::InvalidArgument,
                  "the training of the cell was ended by hand (" + cell.outcome.message +
                      "), so there is nothing to compare",
                  cell.folder.string());
    }
    evaluation.cells.push_back(std::move(cell));
  }
  const RunOutcome& first = evaluation.cells.front().outcome;
  if (plan.searchSeconds > 0.0 && first.trainingSeconds > 0.0) {
    evaluation.price = plan.searchSeconds / first.trainingSeconds;
  }
  if (plan.controls > 0) {
    std::vector<double> random;
    for (size_t i = 2; i < evaluation.cells.size(); ++i) {
      if (tookItsPlan(evaluation.cells[i], configuration)) {
        random.push_back(judgedTop1(evaluation.cells[i].outcome));
      }
    }
    const EvaluatedCell& plain = evaluation.cells[1];
    evaluation.verdict =
        run::judge(judgedTop1(first), random,
                   tookItsPlan(plain, configuration) ? judgedTop1(plain.outcome) : -1.0,
                   first.report ? "report" : "select");
  }
  return evaluation;
}

Result<Score> evaluateSupergraph(const std::filesystem::path& run, clips::Split split,
                                 const std::vector<std::string>& commandLine,
                                 const std::filesystem::path& clipsRoot) {
  ATTELIER_ASSIGN(auto reader, run::RunReader::open(run, {.cache = {}, .clipsRoot = clipsRoot}));
  ATTELIER_ASSIGN(RestoredModel model,
                  restoreModel(*reader, std::numeric_limits<std::int64_t>::max()));
  if (!std::holds_alternative<std::monostate>(model.settings.trained)) {
    return fail(ErrorCode::InvalidArgument, "this run is no search; it has no supergraph",
                run.string());
  }
  const RunConfiguration& configuration = model.settings.configuration;
  run::RunInfo info;
  info.kind = run::RunKind::Evaluation;
  info.parent = run::RunParent{.run = reader->info().id, .step = model.step, .cell = "supergraph"};
  info.configuration = toJson(model.settings);
  info.seed = static_cast<std::uint64_t>(configuration.training.seed);
  info.versions = versions();
  info.commandLine = commandLine;
  info.dataRoot = reader->info().dataRoot;
  const auto parent = std::filesystem::path(run) / "evaluations";
  ATTELIER_ASSIGN(run::RunFolder folder,
                  run::RunFolder::create(numberedFolder(parent, "supergraph"), std::move(info)));
  ATTELIER_ASSIGN(const run::RunLock lock, run::RunLock::acquire(folder.lockFile()));
  ATTELIER_ASSIGN(auto store, run::Store::open(folder, lock));
  run::StatusUpdate status;
  status.step = model.step;
  status.stepsPlanned = model.step;
  status.message = "the supergraph of step " + std::to_string(model.step) + ", not trained further";
  ATTELIER_CHECKED(store->setStatus(status));
  const auto enter = [&store](run::Phase phase, const std::string& message = {}) {
    run::StatusUpdate change;
    change.phase = phase;
    if (!message.empty()) {
      change.message = message;
    }
    return store->setStatus(change);
  };
  ATTELIER_CHECKED(enter(run::Phase::Running));
  // After the folder is made: what cannot be written is known before the split is looked at.
  const auto score = validate(model.learner->replicas(), model.source, configuration.loader,
                              {.split = split, .batch = configuration.training.batch});
  if (!score) {
    static_cast<void>(enter(run::Phase::Failed, describe(score.error())));
    static_cast<void>(store->finish());
    return tl::unexpected(score.error());
  }
  ATTELIER_CHECKED(recordScore(*store, *score, model.step));
  ATTELIER_CHECKED(enter(run::Phase::Finishing));
  ATTELIER_CHECKED(enter(run::Phase::Finished));
  ATTELIER_CHECKED(store->finish());
  return *score;
}

double trainingSeconds(run::RunReader& reader) {
  const auto folder = reader.folder();
  auto rows = reader.checkpoints();
  if (!folder || !rows) {
    return 0.0;
  }
  const auto checkpoint = run::newestCheckpoint(*folder, std::move(*rows));
  if (!checkpoint || !*checkpoint) {
    return 0.0;
  }
  const auto state = readCheckpointState((*checkpoint)->path);
  const auto progress = state ? progressFromJson(state->progress, {})
                              : Result<Progress>(tl::unexpected(state.error()));
  return progress ? progress->trainingSeconds : 0.0;
}

}  // namespace attelier::search
