#include "app/engine/command.h"
#include "app/engine/evaluation_report.h"
#include "app/engine/field_options.h"
#include "app/engine/inhibitor.h"
#include "app/engine/printing.h"
#include "app/engine/signals.h"
#include "app/engine/stored_cells.h"
#include "app/engine/terminal.h"
#include "engine/search/evaluation.h"
#include "engine/search/recorded_clips.h"

#include <memory>

namespace attelier::app {

namespace {

struct EvaluateOptions {
  FieldOptions fields;
  std::string run, cell = "derived", out, split = "report", clipsRoot, place;
  int controls = 0;
  bool supergraph = false;
  bool again = false;
};

/// What is trained, and what it is called.
struct Candidate {
  std::string name;
  search::Trained trained;
};

Result<Candidate> candidateOf(const EvaluateOptions& options, run::RunReader* reader,
                              const search::RunConfiguration& configuration, std::int64_t& step) {
  if (options.cell == "plain") {
    return Candidate{.name = "plain", .trained = search::PlainBackbone{}};
  }
  if (options.cell == "derived") {
    if (reader == nullptr) {
      return fail(ErrorCode::InvalidArgument,
                  "without a run there is nothing to derive from; name a run, or a cell as mS<mT",
                  "--cell");
    }
    ATTELIER_ASSIGN(const auto stored, storedWeights(*reader, options.place));
    if (stored.size() > 1) {
      return fail(ErrorCode::InvalidArgument,
                  "each place of this run has a cell of its own; name one by --place", "--place");
    }
    step = stored.front().step;
    ATTELIER_ASSIGN(
        space::Derivation derivation,
        space::derive(stored.front().weights, configuration.derivation, configuration.operations));
    return Candidate{.name = space::shortText(derivation.cell), .trained = derivation.cell};
  }
  ATTELIER_ASSIGN(NamedCell cell, findCell(options.cell, reader, configuration.operations));
  return Candidate{.name = cell.name, .trained = std::move(cell.design)};
}

/// Clips that are opened before anything is made, so that bad input leaves nothing behind.
/// A synthetic task is left to the evaluation, which draws clips by its own seed.
/// `asRecorded`: the data set is still that of the run.
Status openPlanClips(search::EvaluationPlan& plan, const EvaluateOptions& options,
                     bool asRecorded) {
  if (plan.configuration.isSynthetic()) {
    return {};
  }
  clips::Dataset dataset;
  if (asRecorded) {
    ATTELIER_ASSIGN(auto reader, run::RunReader::open(
                                     options.run, {.cache = {}, .clipsRoot = options.clipsRoot}));
    ATTELIER_ASSIGN(plan.source, search::recordedClips(*reader, plan.configuration, &dataset));
  } else {
    ATTELIER_ASSIGN(plan.source, search::openForTraining(plan.configuration, dataset));
  }
  plan.dataset = std::move(dataset);
  return {};
}

Result<search::EvaluationPlan> planOf(const EvaluateOptions& options) {
  search::EvaluationPlan plan;
  plan.controls = options.controls;
  plan.again = options.again;
  plan.clipsRoot = options.clipsRoot;
  std::unique_ptr<run::RunReader> reader;
  if (options.run.empty()) {
    if (options.out.empty()) {
      return fail(ErrorCode::InvalidArgument,
                  "name a run to evaluate a cell of, or a folder for the evaluations by --out");
    }
    plan.folder = options.out;
  } else {
    ATTELIER_ASSIGN(reader, run::RunReader::open(options.run));
    if (reader->isSnapshot() && options.out.empty()) {
      return fail(ErrorCode::Unsupported,
                  "a snapshot takes no evaluations; name a folder for them by --out", options.run);
    }
    ATTELIER_ASSIGN(search::RunSettings settings, settingsOf(*reader, options.run));
    plan.configuration = std::move(settings.configuration);
    plan.folder = options.out.empty() ? std::filesystem::path(options.run) / "evaluations"
                                      : std::filesystem::path(options.out);
    plan.searchSeconds =
        reader->info().kind == run::RunKind::Search ? search::trainingSeconds(*reader) : 0.0;
  }
  const auto dataset = [&plan] {
    return search::runFields().toJson(plan.configuration).at("dataset");
  };
  const nlohmann::json recorded = dataset();
  ATTELIER_CHECKED(options.fields.apply(plan.configuration));
  const bool asRecorded = !options.run.empty() && dataset() == recorded;
  std::int64_t step = 0;
  ATTELIER_ASSIGN(Candidate candidate,
                  candidateOf(options, reader.get(), plan.configuration, step));
  plan.name = candidate.name;
  plan.trained = std::move(candidate.trained);
  if (reader) {
    plan.parent = run::RunParent{.run = reader->info().id, .step = step, .cell = plan.name};
  }
  ATTELIER_CHECKED(openPlanClips(plan, options, asRecorded));
  return plan;
}

Status runSupergraph(const EvaluateOptions& options, const Invocation& invocation) {
  if (options.run.empty()) {
    return fail(ErrorCode::InvalidArgument, "name the run whose supergraph is to be scored");
  }
  const auto split = options.split == "select" ? clips::Split::Select : clips::Split::Report;
  ATTELIER_ASSIGN(
      const search::Score score,
      search::evaluateSupergraph(options.run, split, invocation.commandLine, options.clipsRoot));
  ATTELIER_ASSIGN(auto reader, run::RunReader::open(options.run));
  const int looks = run::reportLooks(run::evaluationRecords(*reader));
  if (invocation.json) {
    printJson({{"run", options.run}, {"score", toJson(score)}, {"report_looks", looks}});
  } else {
    printText("supergraph: " + scoreText(score) + ", top-5 " + numberText("%.3f", score.top5) +
              ", loss " + numberText("%.3f", score.loss) + "\nthe report split of this run was " +
              "looked at " + std::to_string(looks) + (looks == 1 ? " time" : " times"));
  }
  return {};
}

Status runEvaluate(const EvaluateOptions& options, const Invocation& invocation) {
  if (options.supergraph) {
    return runSupergraph(options, invocation);
  }
  ATTELIER_ASSIGN(search::EvaluationPlan plan, planOf(options));
  plan.commandLine = invocation.commandLine;
  catchSignals();
  const Inhibitor awake("attention cells are being trained");
  ProgressLine line(invocation.json);
  const auto evaluation = search::evaluateCell(
      plan, hooksOf(line), [&line](const std::string& name, int index, int count) {
        line.restart();
        line.say("training " + std::to_string(index + 1) + " of " + std::to_string(count) + ": " +
                 name);
      });
  line.clear();
  if (!evaluation) {
    return tl::unexpected(evaluation.error());
  }
  if (invocation.json) {
    printJson(toJson(*evaluation));
  } else {
    printText(evaluationText(*evaluation, plan.searchSeconds));
  }
  return {};
}

}  // namespace

void addEvaluate(CLI::App& program, Invocation& invocation) {
  const auto options = std::make_shared<EvaluateOptions>();
  CLI::App* command =
      addCommand(program, invocation, "evaluate",
                 "Train a cell with fresh weights, beside controls where asked, and compare them",
                 true, [options, &invocation] { return runEvaluate(*options, invocation); });
  command
      ->add_option("run", options->run,
                   "Run folder whose settings and cells are taken; without one name --cell, --out "
                   "and the fields")
      ->type_name("RUN");
  command
      ->add_option("--cell", options->cell,
                   "derived, plain, a cell of the run by name or id, a text as 'mS<mT + dST', or a "
                   "JSON file (default derived)")
      ->type_name("CELL");
  command
      ->add_option("--control", options->controls,
                   "Random cells of as many operations to train beside it, and the plain backbone "
                   "(cells; default 0)")
      ->check(CLI::Range(0, 1000))
      ->type_name("K");
  command
      ->add_option(
          "--out", options->out,
          "Folder that the evaluations go into, numbered (default: RUN/evaluations); looks at the "
          "report split that are kept elsewhere are not counted for the run")
      ->type_name("FOLDER");
  command
      ->add_option("--place", options->place,
                   "Place whose cell is derived, where each has its own weights")
      ->type_name("NAME");
  command->add_flag("--again", options->again,
                    "Train anew what the folder holds already; by default a finished training of "
                    "the same settings, clips and engine is read and an interrupted one goes on");
  CLI::Option* supergraph =
      command->add_flag("--supergraph", options->supergraph,
                        "Score the supergraph of the last checkpoint instead, without training");
  for (const char* other : {"--control", "--cell", "--out", "--place", "--again"}) {
    supergraph->excludes(command->get_option(other));
  }
  command
      ->add_option("--split", options->split,
                   "Split that --supergraph is scored on: select or report (default report)")
      ->check(CLI::IsMember({"select", "report"}))
      ->needs(supergraph)
      ->type_name("SPLIT");
  command
      ->add_option("--clips-root", options->clipsRoot,
                   "Folder of the clips now, where they are not under the recorded one any more")
      ->type_name("DIR");
  addBackground(*command, invocation);
  options->fields.addFilesTo(*command);
  options->fields.addTo(*command);
}

}  // namespace attelier::app
