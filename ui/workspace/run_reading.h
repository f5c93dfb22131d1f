#pragma once

#include "ui/workspace/run_watcher.h"

#include <algorithm>
#include <chrono>
#include <list>
#include <map>

namespace attelier::ui {

/// Reads a run into views, one after the other, and only what can have changed.
///
/// A part whose reading took t is read again after 50 t at the earliest (at once when a resume
/// deleted rows or another place is wanted). Threads: one; waits for the disk.
class RunReading {
 public:
  static Result<std::unique_ptr<RunReading>> open(const std::filesystem::path& run);

  /// The next view, or null when nothing changed since the last. With `statusOnly` just status,
  /// engine and events are looked at. A failure is told in RunView::problem.
  std::shared_ptr<const RunView> next(const Wanted& wanted, bool statusOnly);

 private:
  using Clock = std::chrono::steady_clock;

  /// When a part may be read again.
  struct Turn {
    Clock::time_point due{};
    std::int64_t readAt = -1;  ///< step up to which it has been read
  };

  RunReading() = default;
  Status read(const Wanted& wanted, bool statusOnly);
  Status readStatus();
  Status readParts(const Wanted& wanted, bool everything);
  Status readHistory(std::int64_t place, bool everything);
  Status readEvaluations(bool everything);
  Result<std::shared_ptr<const Moment>> moment(const Wanted& wanted, std::int64_t step, bool live);
  Result<std::shared_ptr<const StepWeights>> weights(std::int64_t step, std::int64_t place);
  Result<std::shared_ptr<const ProbeClip>> probeClip(std::int64_t id);
  Result<std::shared_ptr<const NodeAttention>> attention(std::int64_t step, std::int64_t place,
                                                         int node, std::int64_t probe);
  Status predictions(const char* source, std::int64_t step, bool live,
                     std::vector<run::PredictionRow>& rows);
  std::int64_t weightsPlace(std::int64_t place) const;
  std::int64_t chosenProbe(std::int64_t probe, std::int64_t step) const;

  /// Runs `action` when the part's turn has come; pacing by what it cost.
  template <typename Action>
  Status inTurn(const std::string& part, bool now, double leastSeconds, Action&& action);
  template <typename Part, typename Value>
  void replace(std::shared_ptr<const Part>& part, Value&& value);

  std::unique_ptr<run::RunReader> reader_;
  RunView view_;
  bool isChanged_ = true;
  bool isFirst_ = true;
  bool isBehind_ = false;  // a part that moved was not read, as its turn had not come
  bool isMomentBehind_ = false;
  std::map<std::string, Turn> turns_;
  std::int64_t generation_ = -1;
  Wanted wanted_;
  run::StepRange finerRange_;
  std::int64_t lastEvent_ = 0;
  std::int64_t partsStep_ = -1;
  run::Phase partsPhase_ = run::Phase::Preparing;

  // The clock of this machine, at which heartbeat and step were last seen to move.
  double heartbeat_ = -1;
  Clock::time_point heartbeatSeen_{};
  std::int64_t step_ = -1;
  Clock::time_point stepSeen_{};
  std::list<std::pair<Clock::time_point, std::int64_t>> steps_;

  std::map<std::int64_t, std::shared_ptr<const ProbeClip>> probeClips_;
  std::map<std::int64_t, std::vector<std::int64_t>> attentionSteps_;  // by probe
  std::int64_t momentPlace_ = -1;
  std::list<std::shared_ptr<const NodeAttention>> attentionCache_;  // latest first
  struct Predictions {
    bool live = false;
    std::int64_t step = -1, readAt = -1;
    std::vector<run::PredictionRow> rows;
  };
  std::map<std::string, Predictions> predictions_;
  struct OpenEvaluation {
    std::unique_ptr<run::RunReader> reader;
    bool isOver = false;
    EvaluationView view;
  };
  std::map<std::filesystem::path, OpenEvaluation> evaluations_;
};

template <typename Action>
Status RunReading::inTurn(const std::string& part, bool now, double leastSeconds, Action&& action) {
  // A reading that costs more than a fiftieth of the time would be felt by the search beside it.
  constexpr double kCostFactor = 50;
  Turn& turn = turns_[part];
  const auto start = Clock::now();
  if (!now && start < turn.due) {
    isBehind_ = true;
    return {};
  }
  ATTELIER_CHECKED(action());
  const std::chrono::duration<double> cost = Clock::now() - start;
  turn.due = Clock::now() +
             std::chrono::duration_cast<Clock::duration>(
                 std::chrono::duration<double>(std::max(leastSeconds, kCostFactor * cost.count())));
  return {};
}

}  // namespace attelier::ui
