#include "engine/search/serving.h"

#include "engine/search/checkpoint_state.h"
#include "engine/search/command_answers.h"
#include "engine/search/inspection.h"

#include <thread>

namespace attelier::search {

namespace {

using Clock = std::chrono::steady_clock;
constexpr auto kPoll = std::chrono::milliseconds(10);
constexpr auto kPatience = std::chrono::seconds(15);

bool trains(run::Phase phase) {
  return phase == run::Phase::Preparing || phase == run::Phase::Running ||
         phase == run::Phase::Paused || phase == run::Phase::Finishing;
}

Status loadNearest(RunSession& session, std::int64_t step) {
  ATTELIER_ASSIGN(auto reader, run::RunReader::open(session.folder.path()));
  ATTELIER_ASSIGN(auto rows, reader->checkpoints());
  ATTELIER_ASSIGN(const auto checkpoint,
                  run::nearestCheckpoint(session.folder, std::move(rows), step));
  if (!checkpoint || checkpoint->row.step == session.learner->steps()) {
    return {};
  }
  ATTELIER_ASSIGN(const CheckpointState state, readCheckpointState(checkpoint->path));
  ATTELIER_CHECKED(session.learner->restore(state.tensors, checkpoint->row.step));
  session.progress.step = checkpoint->row.step;
  return {};
}

Result<RunSession> servingSession(const ServingPlan& plan) {
  ATTELIER_ASSIGN(run::RunFolder folder, run::RunFolder::open(plan.run));
  ATTELIER_ASSIGN(run::RunLock lock, run::RunLock::acquire(folder.lockFile()));
  // Read before it is written: a database that is damaged or empty is left as it is.
  ATTELIER_ASSIGN(auto reader,
                  run::RunReader::open(plan.run, {.cache = {}, .clipsRoot = plan.clipsRoot}));
  ATTELIER_ASSIGN(auto store, run::Store::open(folder, lock));
  if (trains(store->status().phase)) {
    ATTELIER_ASSIGN(const run::Phase interrupted,
                    run::phaseAfter(store->status().phase, run::PhaseAction::Interrupt));
    run::StatusUpdate update;
    update.phase = interrupted;
    ATTELIER_CHECKED(store->setStatus(update));
  }
  // Before the model, so that a `leave` that comes meanwhile is found.
  ATTELIER_ASSIGN(auto commands, run::CommandQueue::create(folder, lock));
  ATTELIER_ASSIGN(RestoredModel model,
                  restoreModel(*reader, std::numeric_limits<std::int64_t>::max(), plan.device));
  RunSession session{.folder = std::move(folder),
                     .lock = std::move(lock),
                     .store = std::move(store),
                     .commands = std::move(commands),
                     .settings = std::move(model.settings),
                     .source = std::move(model.source),
                     .dataset = std::move(model.dataset),
                     .learner = std::move(model.learner),
                     .placeIds = {},
                     .probes = {},
                     .progress = {}};
  session.progress.step = model.step;
  ATTELIER_ASSIGN(const auto places, reader->places());
  for (const run::PlaceRow& place : places) {
    session.placeIds.push_back(place.id);
  }
  ATTELIER_ASSIGN(const auto missing, restoreProbes(session, *reader));
  static_cast<void>(missing);  // asking for them says so
  return session;
}

}  // namespace

Result<int> serve(const ServingPlan& plan, const std::function<bool()>& interrupted) {
  ATTELIER_ASSIGN(RunSession session, servingSession(plan));
  CommandAnswers answers(session,
                         [&session](std::int64_t step) { return loadNearest(session, step); });
  int answered = 0;
  auto lastAsked = Clock::now();
  while (!interrupted() && (answers.hasWaiting() || Clock::now() - lastAsked < plan.idleLimit)) {
    ATTELIER_CHECKED(answers.settle());
    ATTELIER_ASSIGN(const auto command, session.commands->take());
    if (!command) {
      std::this_thread::sleep_for(kPoll);
      continue;
    }
    lastAsked = Clock::now();
    ++answered;
    if (command->kind == run::CommandKind::Leave) {
      ATTELIER_CHECKED(session.commands->done(command->id));
      break;
    }
    ATTELIER_CHECKED(answers.take(*command));
  }
  ATTELIER_CHECKED(answers.abandon("the engine that served the run has left; ask again"));
  ATTELIER_CHECKED(session.store->finish());
  return answered;
}

Status askServerToLeave(const std::filesystem::path& run) {
  ATTELIER_ASSIGN(const run::RunFolder folder, run::RunFolder::open(run));
  ATTELIER_ASSIGN(const bool locked, run::isLocked(folder.lockFile()));
  if (!locked) {
    return {};
  }
  {
    ATTELIER_ASSIGN(auto reader, run::RunReader::open(run));
    ATTELIER_ASSIGN(const run::StatusRow status, reader->status());
    if (trains(status.phase)) {
      return fail(ErrorCode::Busy,
                  "process " + std::to_string(status.pid) + " on " + status.host +
                      " is running it; attach a window, or stop that engine first",
                  run.string());
    }
  }
  ATTELIER_ASSIGN(auto client, run::CommandClient::open(folder));
  ATTELIER_ASSIGN(const std::string id, client->issue(run::CommandKind::Leave));
  static_cast<void>(id);
  const auto deadline = Clock::now() + kPatience;
  while (Clock::now() < deadline) {
    ATTELIER_ASSIGN(const bool still, run::isLocked(folder.lockFile()));
    if (!still) {
      return {};
    }
    std::this_thread::sleep_for(kPoll);
  }
  return fail(ErrorCode::Busy, "the engine that serves this run does not leave", run.string());
}

}  // namespace attelier::search
