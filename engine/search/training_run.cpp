#include "engine/search/training_run.h"

#include "engine/search/command_answers.h"
#include "engine/search/recorder.h"
#include "engine/search/run_session.h"

#include <c10/util/Exception.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <new>
#include <thread>

namespace attelier::search {

namespace {

using Clock = std::chrono::steady_clock;
constexpr auto kIdlePoll = std::chrono::milliseconds(10);

double secondsSince(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// What a command or a signal asks of the loop.
enum class Wish { GoOn, Finish, Discard, Leave };

/// The loop of one session; every function returns between two steps.
class TrainingLoop {
 public:
  TrainingLoop(RunSession& session, const RunHooks& hooks)
      : session_(session),
        hooks_(hooks),
        recorder_(session),
        answers_(session),
        start_(Clock::now()),
        checkpointed_(start_),
        speedStart_(start_) {}

  Result<RunOutcome> run() {
    RunOutcome outcome;
    ATTELIER_CHECKED(enter(run::PhaseAction::Start));
    const Status trained = steps();
    session_.progress.step = session_.learner->steps();
    settleAnswers(/*wait=*/trained.has_value());
    if (!trained) {
      return tl::unexpected(trained.error());
    }
    if (wish_ == Wish::GoOn || wish_ == Wish::Finish) {
      ATTELIER_CHECKED(finish(outcome));
    }
    if (wish_ == Wish::Leave) {
      ATTELIER_CHECKED(recorder_.watch(/*always=*/true));
      ATTELIER_CHECKED(checkpoint("leave"));
      ATTELIER_CHECKED(enter(run::PhaseAction::Interrupt));
      outcome.message = "stopped at step " + std::to_string(session_.progress.step) + "; resumable";
    } else if (wish_ == Wish::Discard) {
      ATTELIER_CHECKED(checkpoint("discard"));
      ATTELIER_CHECKED(enter(run::PhaseAction::Discard));
      outcome.message = "discarded at step " + std::to_string(session_.progress.step);
    }
    outcome.phase = session_.store->status().phase;
    outcome.step = session_.progress.step;
    outcome.seconds = secondsSince(start_);
    outcome.trainingSeconds = session_.progress.trainingSeconds;
    outcome.loaderWaitShare = loaderWait_ / std::max(1e-9, trainedHere_ + loaderWait_);
    return outcome;
  }

 private:
  Status enter(run::PhaseAction action) {
    const run::Phase from = session_.store->status().phase;
    ATTELIER_ASSIGN(const run::Phase to, run::phaseAfter(from, action));
    run::StatusUpdate update;
    update.phase = to;
    update.step = session_.learner->steps();
    update.stepsPlanned = session_.learner->stepsPlanned();
    ATTELIER_CHECKED(session_.store->setStatus(update));
    if (hooks_.event) {
      hooks_.event(std::string("phase: ") + run::phaseName(to));
    }
    return {};
  }

  Status steps() {
    Learner& learner = *session_.learner;
    if (learner.steps() == 0) {
      ATTELIER_CHECKED(recorder_.watch(/*always=*/true));
    }
    clips::Loader loader(session_.source, session_.settings.configuration.loader, loadPlan());
    while (learner.steps() < learner.stepsPlanned()) {
      ATTELIER_CHECKED(answerCommands());
      if (wish_ != Wish::GoOn) {
        return {};
      }
      const auto loadStart = Clock::now();
      ATTELIER_ASSIGN(const auto batch, loader.next());
      const double waited = secondsSince(loadStart);
      ATTELIER_CHECKED(reportBadClips(loader));
      const auto stepStart = Clock::now();
      const at::Tensor scalars = learner.step(*batch);
      const double took = secondsSince(stepStart);
      loaderWait_ += waited;
      trainedHere_ += took;
      session_.progress.trainingSeconds += took + waited;
      session_.progress.step = learner.steps();
      recorder_.addLoadTime(waited);
      ATTELIER_CHECKED(recorder_.step(learner.steps(), scalars));
      ATTELIER_CHECKED(recorder_.watch(/*always=*/false));
      ATTELIER_CHECKED(updateStatus());
      const bool last = learner.steps() == learner.stepsPlanned();
      if (!last && validationDue()) {
        ATTELIER_CHECKED(validateSelect(session_.settings.configuration.watch.validationClips));
      }
      if (!last && checkpointDue() && lastCheckpoint_ != learner.steps()) {
        ATTELIER_CHECKED(checkpoint("interval"));
      }
      stepOnly_ = false;  // the command `step` has paused the run already
    }
    return recorder_.flush();
  }

  clips::LoadPlan loadPlan() const {
    const TrainingSettings& training = session_.settings.configuration.training;
    return {.split = clips::Split::Train,
            .mode = clips::LoadMode::Train,
            .batchSize = training.batch,
            .seed = static_cast<std::uint64_t>(training.seed),
            .startPosition = session_.learner->steps() * training.batch,
            .limit = 0};
  }

  Status updateStatus() {
    const Recorder::Watching cost(recorder_);
    const Learner& learner = *session_.learner;
    run::StatusUpdate update;
    update.step = learner.steps();
    update.stage = learner.stage();
    update.epoch = learner.steps() * session_.settings.configuration.training.batch /
                   std::max<std::int64_t>(1, session_.source->clipCount(clips::Split::Train));
    ATTELIER_CHECKED(session_.store->setStatus(update));
    const double sinceSpeed = secondsSince(speedStart_);
    if (sinceSpeed >= 0.5) {
      const double speed = static_cast<double>(learner.steps() - speedStep_) / sinceSpeed;
      stepsPerSecond_ = stepsPerSecond_ == 0.0 ? speed : 0.7 * stepsPerSecond_ + 0.3 * speed;
      speedStart_ = Clock::now();
      speedStep_ = learner.steps();
    }
    if (hooks_.progress && secondsSince(shown_) >= 0.1) {
      shown_ = Clock::now();
      hooks_.progress({.step = learner.steps(),
                       .stepsPlanned = learner.stepsPlanned(),
                       .stage = learner.stage(),
                       .loss = recorder_.meanLoss(),
                       .accuracy = recorder_.meanAccuracy(),
                       .selectTop1 = lastSelect_,
                       .stepsPerSecond = stepsPerSecond_});
    }
    return {};
  }

  Status reportBadClips(clips::Loader& loader) {
    for (const clips::BadClip& bad : loader.takeBadClips()) {
      ATTELIER_CHECKED(session_.store->append(
          run::EventRow{.step = session_.learner->steps(),
                        .level = run::EventLevel::Warning,
                        .kind = "clip",
                        .text = "a clip was skipped: " + describe(bad.error)}));
    }
    return {};
  }

  bool validationDue() const {
    if (session_.source->clipCount(clips::Split::Select) == 0) {
      return false;
    }
    const Learner& learner = *session_.learner;
    return learner.steps() %
               stepsBetweenValidations(session_.settings.configuration, learner.stepsPlanned(),
                                       session_.source->clipCount(clips::Split::Train)) ==
           0;
  }

  /// Looks at `limit` clips of the select split, or at all of them.
  Status validateSelect(std::int64_t limit) {
    ATTELIER_CHECKED(recorder_.flush());
    run::StatusUpdate update;
    update.stage = "validating";
    ATTELIER_CHECKED(session_.store->setStatus(update));
    const RunConfiguration& configuration = session_.settings.configuration;
    const auto looked = validate(
        session_.learner->replicas(), session_.source, configuration.loader,
        {.split = clips::Split::Select, .batch = configuration.training.batch, .limit = limit},
        [this] { return !isInterrupted(); });
    if (!looked) {
      // Interrupted in the middle of a look: the loop sees it at once.
      if (looked.error().code != ErrorCode::Interrupted) {
        return tl::unexpected(looked.error());
      }
      wish_ = Wish::Leave;
      return {};
    }
    lastSelect_ = looked->top1;
    lookedAt_ = session_.learner->steps();
    const bool best = looked->top1 > session_.progress.bestSelect;
    session_.progress.bestSelect = std::max(session_.progress.bestSelect, looked->top1);
    select_ = *looked;
    // The time of looking is no training time.
    speedStart_ = Clock::now();
    speedStep_ = session_.learner->steps();
    ATTELIER_CHECKED(recordScore(*session_.store, *looked, session_.learner->steps()));
    const bool last = session_.learner->steps() == session_.learner->stepsPlanned();
    return best && !last ? checkpoint("best") : Status();
  }

  bool checkpointDue() const {
    const WatchSettings& watch = session_.settings.configuration.watch;
    if (watch.checkpointSteps > 0 && session_.learner->steps() % watch.checkpointSteps == 0) {
      return true;
    }
    return secondsSince(checkpointed_) >= watch.checkpointSeconds;
  }

  Status checkpoint(const std::string& reason) {
    ATTELIER_CHECKED(recorder_.flush());
    const bool looked = lookedAt_ == session_.learner->steps();
    ATTELIER_CHECKED(writeCheckpoint(session_, reason, looked ? lastSelect_ : -1.0));
    lastCheckpoint_ = session_.learner->steps();
    checkpointed_ = Clock::now();
    return {};
  }

  bool isInterrupted() const { return hooks_.interrupted && hooks_.interrupted(); }

  /// Before the run ends: videos that are being decoded for viewers still become probes where the
  /// run goes its way, and are given up where somebody waits for it to leave.
  void settleAnswers(bool wait) {
    const bool mayWait = wait && (wish_ == Wish::GoOn || wish_ == Wish::Finish);
    while (mayWait && answers_.hasWaiting() && !isInterrupted()) {
      static_cast<void>(answers_.settle());
      std::this_thread::sleep_for(kIdlePoll);
    }
    static_cast<void>(answers_.abandon("the engine has left the run; ask again"));
  }

  Status answerCommands() {
    if (isInterrupted()) {
      wish_ = Wish::Leave;
      return {};
    }
    while (true) {
      if (answers_.hasWaiting()) {
        const Recorder::Watching cost(recorder_);
        static_cast<void>(answers_.settle());
      }
      const auto taken = session_.commands->take();
      if (!taken && !queueFailed_) {
        queueFailed_ = true;
        ATTELIER_CHECKED(session_.store->append(
            run::EventRow{.step = session_.learner->steps(),
                          .level = run::EventLevel::Warning,
                          .kind = "commands",
                          .text = "commands cannot be read: " + describe(taken.error())}));
      }
      const auto command = taken ? *taken : std::nullopt;
      if (command) {
        // An answer that a viewer's lock keeps out is that viewer's loss, not the search's.
        static_cast<void>(obey(*command));
        ATTELIER_CHECKED(recorder_.health());
        if (wish_ != Wish::GoOn || stepOnly_) {
          return {};
        }
        continue;
      }
      if (session_.store->status().phase != run::Phase::Paused) {
        return {};
      }
      if (isInterrupted()) {
        wish_ = Wish::Leave;
        return {};
      }
      std::this_thread::sleep_for(kIdlePoll);
    }
  }

  /// Obeys what changes the course of the run; everything else goes to CommandAnswers.
  Status obey(const run::Command& command) {
    const auto answered = [&](const Status& status) {
      return status ? session_.commands->done(command.id)
                    : session_.commands->failed(command.id, status.error());
    };
    switch (command.kind) {
      case run::CommandKind::Pause: {
        Status paused = enter(run::PhaseAction::Pause);
        if (paused) {
          paused = checkpoint("pause");
        }
        return answered(paused);
      }
      case run::CommandKind::Resume: {
        speedStart_ = Clock::now();
        return answered(enter(run::PhaseAction::Continue));
      }
      case run::CommandKind::Step: {
        const Status allowed = enter(run::PhaseAction::Step);
        stepOnly_ = allowed.has_value();
        return answered(allowed);
      }
      case run::CommandKind::Finish:
        wish_ = Wish::Finish;
        return answered({});
      case run::CommandKind::Discard:
        wish_ = Wish::Discard;
        return answered({});
      case run::CommandKind::Leave:
        wish_ = Wish::Leave;
        return answered({});
      case run::CommandKind::Checkpoint:
        return answered(checkpoint("asked"));
      case run::CommandKind::Resize:
        return answered(resize(command.arguments));
      default: {
        const Recorder::Watching cost(recorder_);
        return answers_.take(command);
      }
    }
  }

  Status resize(const nlohmann::json& arguments) {
    const auto planned = arguments.at("steps_planned").get<std::int64_t>();
    TrainingSettings changed = session_.settings.configuration.training;
    changed.steps = planned;
    ATTELIER_CHECKED(trainingFields().validate(changed));
    if (planned <= session_.learner->steps()) {
      return fail(ErrorCode::InvalidArgument,
                  "the run is at step " + std::to_string(session_.learner->steps()) +
                      "; more steps than that must be planned",
                  "steps_planned");
    }
    session_.learner->setStepsPlanned(planned);
    session_.settings.configuration.training.steps = planned;
    run::StatusUpdate update;
    update.stepsPlanned = planned;
    ATTELIER_CHECKED(session_.store->setStatus(update));
    ATTELIER_CHECKED(session_.store->append(
        run::ConfigChangeRow{.step = session_.learner->steps(),
                             .time = run::now(),
                             .patch = nlohmann::json{{"training", {{"steps", planned}}}}.dump(),
                             .reason = "resize"}));
    // Steps made under the new plan must not be made again under the old one.
    return checkpoint("resize");
  }

  Status finish(RunOutcome& outcome) {
    if (wish_ == Wish::Finish) {
      outcome.message = "finished early at step " + std::to_string(session_.progress.step);
    }
    ATTELIER_CHECKED(enter(run::PhaseAction::Finish));
    ATTELIER_CHECKED(recorder_.watch(/*always=*/true));
    if (session_.source->clipCount(clips::Split::Select) > 0) {
      ATTELIER_CHECKED(validateSelect(/*limit=*/0));
      if (wish_ == Wish::Leave) {
        return {};
      }
      outcome.select = select_;
    }
    const RunConfiguration& configuration = session_.settings.configuration;
    const bool evaluates = session_.folder.info().kind == run::RunKind::Evaluation;
    if (evaluates && session_.source->clipCount(clips::Split::Report) > 0) {
      ATTELIER_ASSIGN(
          outcome.report,
          validate(session_.learner->replicas(), session_.source, configuration.loader,
                   {.split = clips::Split::Report, .batch = configuration.training.batch}));
      ATTELIER_CHECKED(recordScore(*session_.store, *outcome.report, session_.progress.step));
    }
    ATTELIER_CHECKED(checkpoint("finish"));
    if (!evaluates) {
      ATTELIER_ASSIGN(outcome.derived, derivedCells(*session_.learner, configuration));
      for (const space::Derivation& derivation : outcome.derived) {
        ATTELIER_CHECKED(addDerivedCell(session_, derivation));
      }
    }
    ATTELIER_CHECKED(session_.store->flush());
    run::StatusUpdate update;
    update.stage = "";
    ATTELIER_CHECKED(session_.store->setStatus(update));
    return enter(run::PhaseAction::Complete);
  }

  RunSession& session_;
  const RunHooks& hooks_;
  Recorder recorder_;
  CommandAnswers answers_;
  Wish wish_ = Wish::GoOn;
  bool stepOnly_ = false;
  bool queueFailed_ = false;
  Clock::time_point start_, checkpointed_, speedStart_, shown_{};
  std::int64_t speedStep_ = 0, lookedAt_ = -1, lastCheckpoint_ = -1;
  double stepsPerSecond_ = 0.0, loaderWait_ = 0.0, trainedHere_ = 0.0, lastSelect_ = -1.0;
  std::optional<Score> select_;
};

/// Marks a run as failed, as far as its disk allows.
void recordFailure(RunSession& session, const Error& error) {
  run::StatusUpdate update;
  update.message = describe(error);
  if (const auto failed = run::phaseAfter(session.store->status().phase, run::PhaseAction::Fail)) {
    update.phase = *failed;
  }
  static_cast<void>(session.store->setStatus(update));
  static_cast<void>(session.store->append(run::EventRow{.step = session.learner->steps(),
                                                        .level = run::EventLevel::Error,
                                                        .kind = "failure",
                                                        .text = describe(error)}));
}

Error errorOf(const std::exception& exception, const RunSession& session) {
  const bool memory =
      dynamic_cast<const c10::OutOfMemoryError*>(&exception) != nullptr ||
      dynamic_cast<const std::bad_alloc*>(&exception) != nullptr ||
      std::string(exception.what()).find("can't allocate memory") != std::string::npos;
  if (memory) {
    const int batch = session.settings.configuration.training.batch;
    return {ErrorCode::OutOfMemory,
            "memory did not suffice for " + std::to_string(batch) + " clips a step; try --batch " +
                std::to_string(std::max(1, batch * 3 / 4)),
            "training.batch"};
  }
  const auto* fromTorch = dynamic_cast<const c10::Error*>(&exception);
  return {ErrorCode::Internal,
          fromTorch != nullptr ? fromTorch->what_without_backtrace() : exception.what(),
          session.folder.path().string()};
}

}  // namespace

Result<std::vector<space::Derivation>> derivedCells(const Learner& learner,
                                                    const RunConfiguration& configuration) {
  std::vector<space::Derivation> cells;
  for (const space::ConnectionWeights& weights : learner.meanWeights()) {
    ATTELIER_ASSIGN(space::Derivation derivation,
                    space::derive(weights, configuration.derivation, configuration.operations));
    cells.push_back(std::move(derivation));
  }
  return cells;
}

Result<RunOutcome> train(RunSession& session, const RunHooks& hooks) {
  if (hooks.opened) {
    hooks.opened(session.folder.path());
  }
  Result<RunOutcome> outcome = fail(ErrorCode::Internal, "the training did not start");
  try {
    outcome = TrainingLoop(session, hooks).run();
  } catch (const std::exception& exception) {
    outcome = tl::unexpected(errorOf(exception, session));
  }
  if (!outcome) {
    recordFailure(session, outcome.error());
  }
  if (const Status closed = session.store->finish(); !closed && outcome) {
    return tl::unexpected(closed.error());
  }
  return outcome;
}

}  // namespace attelier::search
