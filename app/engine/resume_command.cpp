#include "app/engine/command.h"
#include "app/engine/printing.h"
#include "app/engine/signals.h"
#include "app/engine/training.h"
#include "engine/search/serving.h"

#include <memory>

namespace attelier::app {

namespace {

struct ResumeOptions {
  search::Resumption resumption;
  std::string run, clipsRoot, onDone;
  std::int64_t steps = 0;
};

struct ServeOptions {
  std::string run, clipsRoot, device;
  int idleSeconds = 300;
};

Status runResume(const ResumeOptions& options, const Invocation& invocation) {
  search::Resumption resumption = options.resumption;
  resumption.folder = options.run;
  resumption.clipsRoot = options.clipsRoot;
  if (options.steps > 0) {
    resumption.steps = options.steps;
  }
  catchSignals();
  ATTELIER_CHECKED(search::askServerToLeave(options.run));
  ATTELIER_ASSIGN(search::RunSession session, search::resumeSession(resumption));
  return trainAndReport(std::move(session), {.program = invocation.commandLine.front(),
                                             .json = invocation.json,
                                             .onDone = options.onDone});
}

Status runServe(const ServeOptions& options, const Invocation& invocation) {
  catchSignals();
  search::ServingPlan plan;
  plan.run = options.run;
  plan.clipsRoot = options.clipsRoot;
  plan.device = options.device;
  plan.idleLimit = std::chrono::seconds(options.idleSeconds);
  ATTELIER_ASSIGN(const int answered, search::serve(plan, interrupted));
  if (invocation.json) {
    printJson({{"run", options.run}, {"answered", answered}});
  } else {
    printText("served " + options.run + ": " + std::to_string(answered) + " commands answered");
  }
  return {};
}

void addPlaceOptions(CLI::App& command, std::string& clipsRoot, std::string& device) {
  command
      .add_option("--clips-root", clipsRoot,
                  "Folder of the clips now, where they are not under the recorded one any more")
      ->type_name("DIR");
  command.add_option("--device", device, "auto, cpu or cuda, instead of the recorded one")
      ->type_name("DEVICE");
}

}  // namespace

void addResume(CLI::App& program, Invocation& invocation) {
  const auto options = std::make_shared<ResumeOptions>();
  CLI::App* command =
      addCommand(program, invocation, "resume",
                 "Take an interrupted run up at its last checkpoint, or extend a finished one",
                 true, [options, &invocation] { return runResume(*options, invocation); });
  command->add_option("run", options->run, "Run folder: a search or an evaluation")
      ->required()
      ->type_name("RUN");
  command
      ->add_option("--steps", options->steps,
                   "New number of planned steps of the whole run (steps; at least 1)")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{1'000'000'000}))
      ->type_name("N");
  command->add_flag("--allow-changed-data", options->resumption.allowChangedData,
                    "Go on although clips have changed since the run began");
  addPlaceOptions(*command, options->clipsRoot, options->resumption.device);
  command
      ->add_option("--on-done", options->onDone,
                   "Shell command to run when the run has ended, with ATTELIER_RUN and "
                   "ATTELIER_PHASE set")
      ->type_name("COMMAND");
  addBackground(*command, invocation);
}

void addServe(CLI::App& program, Invocation& invocation) {
  const auto options = std::make_shared<ServeOptions>();
  CLI::App* command =
      addCommand(program, invocation, "serve",
                 "Answer viewers of a run that nobody trains; gives way to resume", true,
                 [options, &invocation] { return runServe(*options, invocation); });
  command->add_option("run", options->run, "Run folder")->required()->type_name("RUN");
  command
      ->add_option("--idle", options->idleSeconds,
                   "Leave when nobody has asked for so long (seconds; default 300)")
      ->check(CLI::Range(1, 1'000'000))
      ->type_name("SECONDS");
  addPlaceOptions(*command, options->clipsRoot, options->device);
  addBackground(*command, invocation);
}

}  // namespace attelier::app
