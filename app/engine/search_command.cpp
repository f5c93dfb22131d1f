#include "app/engine/command.h"
#include "app/engine/count_line.h"
#include "app/engine/field_options.h"
#include "app/engine/printing.h"
#include "app/engine/run_place.h"
#include "app/engine/signals.h"
#include "app/engine/terminal.h"
#include "app/engine/training.h"
#include "engine/run/run_lock.h"
#include "engine/search/planning.h"
#include "engine/search/recorded_clips.h"

#include <memory>

namespace attelier::app {

namespace {

constexpr std::chrono::seconds kLockPoll{1};

struct SearchOptions {
  FieldOptions fields;
  std::string out, after, onDone;
  bool plan = false;
  bool printConfiguration = false;
  bool progress = false;
};

Status waitForRun(const std::string& run, bool quiet) {
  ATTELIER_ASSIGN(const run::RunFolder folder, run::RunFolder::open(run));
  bool said = false;
  while (true) {
    ATTELIER_ASSIGN(const auto holder, run::lockHolder(folder.lockFile()));
    if (!holder) {
      return {};
    }
    if (!said) {
      ProgressLine(quiet).say("waiting for " + run + ", held by process " +
                              std::to_string(holder->pid));
      said = true;
    }
    waitOrSignal(kLockPoll);
    if (interrupted()) {
      return fail(ErrorCode::Interrupted, "stopped while waiting; nothing was made", run);
    }
  }
}

std::string planText(const search::SearchEstimate& estimate) {
  std::string text =
      "plan: " + std::to_string(estimate.steps) + " steps on " + estimate.device + ", about " +
      durationText(estimate.totalSeconds) + "\n  start " + durationText(estimate.startSeconds) +
      ", a step " + numberText("%.1f ms", 1e3 * estimate.stepSeconds) + ", a look at select " +
      durationText(estimate.validationSeconds) +
      "\n  clips: " + std::to_string(estimate.trainClips) + " train, " +
      std::to_string(estimate.selectClips) + " select, " + std::to_string(estimate.reportClips) +
      " report\n  memory: " + bytesText(estimate.hostBytes);
  if (estimate.deviceBytes > 0) {
    text += ", on the device " + bytesText(estimate.deviceBytes);
  }
  return text;
}

Result<search::SearchEstimate> plan(const search::RunConfiguration& configuration,
                                    const SearchOptions& options, const Invocation& invocation) {
  // Signals are not caught: nothing is written, so it may end at any moment.
  CountLine line(CountLine::formOf(invocation.json, options.progress));
  return search::planSearch(configuration,
                            [&line](const std::string& stage, std::int64_t done, std::int64_t of) {
                              line.show(stage, done, of);
                            });
}

/// Looks at the clips, before anything is made.
Status openClips(search::NewRun& run, const SearchOptions& options, const Invocation& invocation) {
  CountLine line(CountLine::formOf(invocation.json, options.progress));
  clips::Dataset dataset;
  ATTELIER_ASSIGN(run.source, search::openForTraining(run.configuration, dataset, line.token(),
                                                      [&line](std::int64_t done, std::int64_t of) {
                                                        line.show("clips", done, of);
                                                      }));
  run.dataset = std::move(dataset);
  return {};
}

Status runSearch(const SearchOptions& options, const Invocation& invocation) {
  search::RunConfiguration configuration;
  ATTELIER_CHECKED(options.fields.apply(configuration));
  if (options.printConfiguration) {
    printJson(search::runFields().toJson(configuration));
    return {};
  }
  if (options.plan) {
    ATTELIER_ASSIGN(const search::SearchEstimate estimate,
                    plan(configuration, options, invocation));
    if (invocation.json) {
      printJson(search::toJson(estimate));
    } else {
      printText(planText(estimate));
    }
    return {};
  }
  catchSignals();
  if (!options.after.empty()) {
    ATTELIER_CHECKED(waitForRun(options.after, invocation.json));
  }
  search::NewRun run;
  run.folder = options.out;
  if (options.out.empty()) {
    ATTELIER_ASSIGN(run.folder, newRunFolder(configuration));
  }
  run.configuration = configuration;
  run.commandLine = invocation.commandLine;
  ATTELIER_CHECKED(openClips(run, options, invocation));
  ATTELIER_ASSIGN(search::RunSession session, search::createSession(run));
  return trainAndReport(std::move(session), {.program = invocation.commandLine.front(),
                                             .json = invocation.json,
                                             .onDone = options.onDone});
}

}  // namespace

void addSearch(CLI::App& program, Invocation& invocation) {
  const auto options = std::make_shared<SearchOptions>();
  CLI::App* command = addCommand(
      program, invocation, "search",
      "Search an attention cell: train a supergraph on clips and derive the cell from it", true,
      [options, &invocation] { return runSearch(*options, invocation); });
  command
      ->add_option("--out", options->out,
                   "Folder of the new run (default: NAME-DATE-N.attelier under $XDG_DATA_HOME or "
                   "~/.local/share, in attelier/runs)")
      ->type_name("FOLDER");
  options->fields.addFilesTo(*command);
  command->add_flag("--plan", options->plan,
                    "Estimate time and memory from a few trial steps; nothing is written");
  command->add_flag("--print-config", options->printConfiguration,
                    "Print the effective configuration as JSON, as --config takes it, and leave");
  command
      ->add_option("--after", options->after,
                   "Wait until no engine holds that run (looked at every second)")
      ->type_name("RUN");
  command
      ->add_option("--on-done", options->onDone,
                   "Shell command to run when the run has ended, with ATTELIER_RUN and "
                   "ATTELIER_PHASE set")
      ->type_name("COMMAND");
  addBackground(*command, invocation);
  addProgress(*command, options->progress);
  options->fields.addTo(*command);
}

}  // namespace attelier::app
