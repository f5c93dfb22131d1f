#include "ui/workspace/run_reading.h"

#include "ui/workspace/row_values.h"

#include <algorithm>
#include <unistd.h>

namespace attelier::ui {

namespace {

constexpr std::size_t kEventsKept = 10'000;
constexpr std::int64_t kCurvePoints = 8192;
constexpr std::int64_t kHistoryRecords = 2000;

double seconds(std::chrono::steady_clock::duration duration) {
  return std::chrono::duration<double>(duration).count();
}

// Ages are shown in tenths of a second; finer changes would only wake the window.
double tenths(double value) {
  return static_cast<double>(static_cast<std::int64_t>(value * 10)) / 10;
}

bool isAlive(run::Phase phase) {
  return phase == run::Phase::Preparing || phase == run::Phase::Running ||
         phase == run::Phase::Paused || phase == run::Phase::Finishing;
}

}  // namespace

Result<std::unique_ptr<RunReading>> RunReading::open(const std::filesystem::path& run) {
  std::unique_ptr<RunReading> reading(new RunReading);
  ATTELIER_ASSIGN(reading->reader_, run::RunReader::open(run));
  reading->view_.path = run;
  reading->view_.info = reading->reader_->info();
  reading->view_.isSnapshot = reading->reader_->isSnapshot();
  reading->view_.isWritable = !reading->view_.isSnapshot && ::access(run.c_str(), W_OK) == 0;
  return reading;
}

template <typename Part, typename Value>
void RunReading::replace(std::shared_ptr<const Part>& part, Value&& value) {
  part = std::make_shared<const Part>(std::forward<Value>(value));
  isChanged_ = true;
}

std::shared_ptr<const RunView> RunReading::next(const Wanted& wanted, bool statusOnly) {
  isChanged_ = isFirst_;
  const std::string before = view_.problem;
  if (const Status status = read(wanted, statusOnly); !status) {
    view_.problem = describe(status.error());
  } else {
    view_.problem.clear();
  }
  isFirst_ = false;
  if (!isChanged_ && view_.problem == before) return nullptr;
  return std::make_shared<const RunView>(view_);
}

Status RunReading::read(const Wanted& wanted, bool statusOnly) {
  ATTELIER_CHECKED(readStatus());
  const bool isNewGeneration = view_.status.generation != generation_;
  if (isNewGeneration) {
    generation_ = view_.status.generation;
    turns_.clear();
    lastEvent_ = 0;
    attentionCache_.clear();
    attentionSteps_.clear();
    view_.events = std::make_shared<const std::vector<run::EventRow>>();
    isChanged_ = true;
  }
  ATTELIER_CHECKED(inTurn("events", isNewGeneration, 0.25, [&]() -> Status {
    ATTELIER_ASSIGN(auto events, reader_->events(lastEvent_));
    if (events.empty()) return {};
    lastEvent_ = events.back().id;
    std::vector<run::EventRow> all = *view_.events;
    all.insert(all.end(), std::make_move_iterator(events.begin()),
               std::make_move_iterator(events.end()));
    if (all.size() > kEventsKept) all.erase(all.begin(), all.end() - kEventsKept);
    replace(view_.events, std::move(all));
    return {};
  }));
  if (statusOnly) return {};

  const bool wantsOther = wanted != wanted_;
  const bool wantsOtherPlace = wanted.place != wanted_.place;
  const bool hasMoved = view_.status.step != partsStep_ || view_.status.phase != partsPhase_;
  wanted_ = wanted;
  ATTELIER_CHECKED(readParts(wanted, isNewGeneration || view_.status.phase != partsPhase_));
  if (hasMoved || wantsOtherPlace || isNewGeneration ||
      turns_["history"].readAt != view_.status.step) {
    ATTELIER_CHECKED(readHistory(weightsPlace(wanted.place), isNewGeneration || wantsOtherPlace ||
                                                                 !isAlive(view_.status.phase)));
  }
  ATTELIER_CHECKED(readEvaluations(isNewGeneration));
  partsStep_ = view_.status.step;
  partsPhase_ = view_.status.phase;

  const bool live = !wanted.step.has_value();
  const bool follows = isMomentBehind_ || (live && hasMoved);
  if (follows || wantsOther || isNewGeneration || view_.moment == nullptr) {
    isBehind_ = false;
    ATTELIER_ASSIGN(view_.moment, moment(wanted, live ? view_.status.step : *wanted.step, live));
    isMomentBehind_ = isBehind_;
    isChanged_ = true;
  }
  if (wantsOther || isNewGeneration) {
    view_.pinned.reset();
    if (wanted.pinnedStep.has_value()) {
      ATTELIER_ASSIGN(view_.pinned, moment(wanted, *wanted.pinnedStep, false));
    }
    isChanged_ = true;
  }
  return {};
}

Status RunReading::readStatus() {
  ATTELIER_ASSIGN(run::StatusRow status, reader_->status());
  bool hasEngine = false;
  run::LockHolder holder;
  if (const auto folder = reader_->folder()) {
    ATTELIER_ASSIGN(const auto held, run::lockHolder(folder->lockFile()));
    hasEngine = held.has_value();
    if (held) holder = *held;
  }
  const auto now = Clock::now();
  if (status.heartbeat != heartbeat_) {
    heartbeat_ = status.heartbeat;
    heartbeatSeen_ = now;
  }
  if (status.step != step_ || status.phase != view_.status.phase ||
      status.stage != view_.status.stage) {
    if (status.step < step_) steps_.clear();
    step_ = status.step;
    stepSeen_ = now;
    steps_.emplace_back(now, step_);
    while (steps_.size() > 2 && seconds(now - steps_.front().first) > 10) steps_.pop_front();
  }
  // Ages are of interest only while an engine is there and late; else they would be news ten times
  // a second.
  const auto age = [&](Clock::time_point seen) {
    const double value = seconds(now - seen);
    return hasEngine && value >= 2 ? tenths(value) : 0;
  };
  const double heartbeatAge = age(heartbeatSeen_);
  const double stepAge = age(stepSeen_);
  double stepsPerSecond = 0;
  if (steps_.size() >= 2 && status.phase == run::Phase::Running) {
    const double span = seconds(steps_.back().first - steps_.front().first);
    if (span > 0.2) {
      stepsPerSecond = static_cast<double>(steps_.back().second - steps_.front().second) / span;
    }
  }
  const auto& old = view_.status;
  isChanged_ = isChanged_ || status.step != old.step || status.phase != old.phase ||
               status.stage != old.stage || status.message != old.message ||
               status.stepsPlanned != old.stepsPlanned || status.generation != old.generation ||
               hasEngine != view_.hasEngine || heartbeatAge != view_.heartbeatAge ||
               stepAge != view_.stepAge;
  view_.status = std::move(status);
  view_.hasEngine = hasEngine;
  view_.holder = holder;
  view_.heartbeatAge = heartbeatAge;
  view_.stepAge = stepAge;
  view_.stepsPerSecond = stepsPerSecond;
  if (stepsPerSecond > 0) view_.medianStepSeconds = 1 / stepsPerSecond;
  return {};
}

Status RunReading::readParts(const Wanted& wanted, bool everything) {
  const std::int64_t step = view_.status.step;
  const bool hasNewRange = wanted.finerCurves.has_value() &&
                           (view_.finerCurves == nullptr || turns_["finer"].readAt < 0);
  const auto isKnown = [&](std::int64_t probe) {
    return probe == 0 || std::any_of(view_.probes->begin(), view_.probes->end(),
                                     [probe](const run::ProbeRow& row) { return row.id == probe; });
  };
  const bool isNew = everything || !isKnown(wanted.probe);
  ATTELIER_CHECKED(inTurn("rare", isNew, isAlive(view_.status.phase) ? 1 : 5, [&]() -> Status {
    ATTELIER_ASSIGN(auto configuration, reader_->effectiveConfiguration());
    if (configuration != *view_.configuration)
      replace(view_.configuration, std::move(configuration));
    ATTELIER_ASSIGN(auto places, reader_->places());
    if (places.size() != view_.places->size()) replace(view_.places, std::move(places));
    if (view_.labels->empty() || everything) {
      ATTELIER_ASSIGN(auto labels, reader_->labels());
      if (labels.size() != view_.labels->size()) replace(view_.labels, std::move(labels));
    }
    if (view_.dataset->empty() || everything) {
      ATTELIER_ASSIGN(auto dataset, reader_->dataset());
      if (dataset.size() != view_.dataset->size()) replace(view_.dataset, std::move(dataset));
    }
    ATTELIER_ASSIGN(auto probes, reader_->probes());
    if (!sameProbes(probes, *view_.probes)) {
      replace(view_.probes, std::move(probes));
      isMomentBehind_ = true;
    }
    ATTELIER_ASSIGN(auto cells, reader_->cells());
    if (!sameCells(cells, *view_.cells)) replace(view_.cells, std::move(cells));
    ATTELIER_ASSIGN(auto checkpoints, reader_->checkpoints());
    if (!sameCheckpoints(checkpoints, *view_.checkpoints)) {
      replace(view_.checkpoints, std::move(checkpoints));
    }
    return {};
  }));
  const auto following = [&](const char* part, double leastSeconds, auto&& action) -> Status {
    if (turns_[part].readAt == step && !everything) return {};
    return inTurn(part, everything, leastSeconds, [&]() -> Status {
      turns_[part].readAt = step;
      return action();
    });
  };
  ATTELIER_CHECKED(following("curves", 0.2, [&]() -> Status {
    ATTELIER_ASSIGN(auto curves, reader_->metrics({}, {}, kCurvePoints));
    replace(view_.curves, std::move(curves));
    return {};
  }));
  ATTELIER_CHECKED(following("points", 0.5, [&]() -> Status {
    ATTELIER_ASSIGN(auto points, reader_->points());
    if (points.size() != view_.points->size() || everything)
      replace(view_.points, std::move(points));
    return {};
  }));
  ATTELIER_CHECKED(following("resources", 1, [&]() -> Status {
    ATTELIER_ASSIGN(auto resources, reader_->resources({}, 1000));
    if (resources.size() != view_.resources->size() || everything) {
      replace(view_.resources, std::move(resources));
    }
    return {};
  }));
  if (wanted.finerCurves.has_value()) {
    const auto& range = *wanted.finerCurves;
    const bool other = finerRange_.first != range.first || finerRange_.last != range.last;
    if (other || hasNewRange || (range.last >= step && turns_["finer"].readAt != step)) {
      ATTELIER_CHECKED(inTurn("finer", other, 0.2, [&]() -> Status {
        turns_["finer"].readAt = step;
        finerRange_ = range;
        ATTELIER_ASSIGN(auto curves, reader_->metrics(range, {}, kCurvePoints));
        replace(view_.finerCurves, std::move(curves));
        return {};
      }));
    }
  } else if (view_.finerCurves != nullptr) {
    view_.finerCurves.reset();
    turns_.erase("finer");
    isChanged_ = true;
  }
  return {};
}

Status RunReading::readHistory(std::int64_t place, bool everything) {
  return inTurn("history", everything, 0.5, [&]() -> Status {
    turns_["history"].readAt = view_.status.step;
    ATTELIER_ASSIGN(const auto rows, reader_->weights(place, {}, kHistoryRecords));
    if (rows.empty()) {
      view_.history.reset();
      return {};
    }
    WeightsHistory history{.place = place, .records = {}};
    history.records.reserve(rows.size());
    const space::SinkGate gate = sinkGate(*view_.configuration);
    for (const auto& row : rows) {
      ATTELIER_ASSIGN(auto weights, weightsOf(row, gate));
      history.records.push_back(std::move(weights));
    }
    replace(view_.history, std::move(history));
    return {};
  });
}

Status RunReading::readEvaluations(bool everything) {
  return inTurn("evaluations", everything, 1, [&]() -> Status {
    bool isNew = false;
    for (const auto& path : reader_->evaluations()) {
      OpenEvaluation& evaluation = evaluations_[path];
      if (evaluation.isOver) continue;
      if (evaluation.reader == nullptr) {
        auto reader = run::RunReader::open(path);
        if (!reader) continue;  // in the making, or damaged: the list of runs says so
        evaluation.reader = std::move(*reader);
        evaluation.view.path = path;
        evaluation.view.info = evaluation.reader->info();
        isNew = true;
      }
      auto status = evaluation.reader->status();
      auto points = evaluation.reader->points();
      if (!status || !points) continue;
      isNew = isNew || status->step != evaluation.view.status.step ||
              status->phase != evaluation.view.status.phase ||
              points->size() != evaluation.view.points.size();
      evaluation.isOver = status->phase == run::Phase::Finished;
      evaluation.view.status = std::move(*status);
      evaluation.view.points = std::move(*points);
      if (evaluation.isOver) evaluation.reader.reset();
    }
    if (!isNew) return {};
    std::vector<EvaluationView> all;
    for (const auto& [path, evaluation] : evaluations_) {
      if (!evaluation.view.path.empty()) all.push_back(evaluation.view);
    }
    replace(view_.evaluations, std::move(all));
    return {};
  });
}

}  // namespace attelier::ui
