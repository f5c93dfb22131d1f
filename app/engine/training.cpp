#include "app/engine/training.h"

#include "app/engine/cell_report.h"
#include "app/engine/inhibitor.h"
#include "app/engine/on_done.h"
#include "app/engine/printing.h"
#include "app/engine/terminal.h"

namespace attelier::app {

namespace {

/// What the outcome's text says of a run beside the outcome itself.
struct RunFacts {
  std::vector<space::Place> places;
  bool shared = true;  ///< one set of connection weights for all places
  std::string node;    ///< one whose attention is recorded; empty: there is none
};

RunFacts factsOf(const search::RunSession& session) {
  RunFacts facts{.places = session.learner->network().places(),
                 .shared = session.settings.configuration.space.shareWeights,
                 .node = {}};
  const auto weights = session.learner->weights();
  if (!session.probes->empty() && !weights.empty()) {
    facts.node = space::nodeName(weights.front().shape, 0);
  }
  return facts;
}

nlohmann::json outcomeJson(const search::RunOutcome& outcome, const std::filesystem::path& run,
                           const std::vector<space::Place>& places) {
  nlohmann::json json{{"run", run.string()},
                      {"phase", run::phaseName(outcome.phase)},
                      {"step", outcome.step},
                      {"seconds", outcome.seconds},
                      {"training_seconds", outcome.trainingSeconds},
                      {"loader_wait_share", outcome.loaderWaitShare},
                      {"select", nullptr},
                      {"report", nullptr},
                      {"derived", nlohmann::json::array()},
                      {"message", outcome.message}};
  if (outcome.select) {
    json["select"] = toJson(*outcome.select);
  }
  if (outcome.report) {
    json["report"] = toJson(*outcome.report);
  }
  for (const space::Derivation& derivation : outcome.derived) {
    json["derived"].push_back(derivationJson(derivation, places));
  }
  return json;
}

/// What a person might want next, in words that work when they are pasted.
std::string nextCommands(const search::RunOutcome& outcome, const std::string& run,
                         const TrainingFrame& frame, const RunFacts& facts) {
  const std::string engine = "  " + shellWord(frame.program) + " ";
  if (outcome.phase != run::Phase::Finished) {
    return outcome.phase == run::Phase::Discarded ? "" : "\nnext:\n" + engine + "resume " + run;
  }
  std::string text = "\nnext:\n" + engine + "info " + run;
  if (!outcome.derived.empty()) {
    const std::string place =
        facts.shared ? "" : " --place " + shellWord(facts.places.front().name);
    text += "\n" + engine + "derive " + run + " --table" + place + "\n" + engine + "evaluate " +
            run + " --control 4" + place;
    if (!facts.node.empty()) {
      text += "\n" + engine + "inspect " + run + " --probe 1 --node " + facts.node + place;
    }
  }
  return text;
}

std::string outcomeText(const search::RunOutcome& outcome, const std::filesystem::path& run,
                        const TrainingFrame& frame, const RunFacts& facts) {
  std::string text = std::string(run::phaseName(outcome.phase)) + ": step " +
                     std::to_string(outcome.step) + ", " + durationText(outcome.seconds) + " (" +
                     durationText(outcome.trainingSeconds) + " in training steps, " +
                     numberText("%.1f", 100.0 * outcome.loaderWaitShare) +
                     "% of it waiting for clips)";
  if (!outcome.message.empty()) {
    text += "\n" + outcome.message;
  }
  for (const auto& score : {outcome.select, outcome.report}) {
    if (score) {
      text += "\n" + scoreText(*score);
    }
  }
  for (size_t i = 0; i < outcome.derived.size(); ++i) {
    text +=
        "\n" + derivationText(outcome.derived[i], facts.shared || i >= facts.places.size()
                                                      ? facts.places
                                                      : std::vector<space::Place>{facts.places[i]});
  }
  return text + "\nrun: " + run.string() +
         nextCommands(outcome, shellWord(run.string()), frame, facts);
}

Result<search::RunOutcome> trainAwake(search::RunSession& session, bool quiet) {
  const Inhibitor awake("a search of attention cells is running");
  ProgressLine line(quiet);
  line.say("run: " + session.folder.path().string());
  return search::train(session, hooksOf(line));
}

}  // namespace

Status trainAndReport(search::RunSession session, const TrainingFrame& frame) {
  const std::filesystem::path run = session.folder.path();
  const RunFacts facts = factsOf(session);
  const auto outcome = trainAwake(session, frame.json);
  {
    // The lock and the store go before the person's command, which may want the run.
    const search::RunSession ended = std::move(session);
  }
  if (!outcome) {
    runOnDone(frame.onDone, run, run::phaseName(run::Phase::Failed));
    return tl::unexpected(outcome.error());
  }
  if (frame.json) {
    printJson(outcomeJson(*outcome, run, facts.places));
  } else {
    printText(outcomeText(*outcome, run, frame, facts));
  }
  runOnDone(frame.onDone, run, run::phaseName(outcome->phase));
  if (outcome->phase == run::Phase::Interrupted) {
    return fail(ErrorCode::Interrupted,
                "stopped at step " + std::to_string(outcome->step) + "; go on with: resume",
                run.string());
  }
  return {};
}

}  // namespace attelier::app
