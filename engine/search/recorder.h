#pragma once

#include "engine/search/run_session.h"
#include "engine/search/training_run.h"

#include <ATen/core/Tensor.h>

#include <chrono>
#include <limits>
#include <utility>
#include <vector>

namespace attelier::search {

/// Writes what a training run shows: every step's scalars, and at their own pace weights, health,
/// attention and resources.
///
/// Scalars stay on the device until they are flushed, so that a step never waits for them.
class Recorder {
  using Clock = std::chrono::steady_clock;

 public:
  explicit Recorder(RunSession& session);

  /// Keeps the scalars of a step; reads and stores all that wait when a tenth of a second is over.
  Status step(std::int64_t step, at::Tensor scalars);

  /// Reads and stores the scalars that wait.
  /// Errors: NonFinite, naming the first step whose loss or gradients were not finite.
  Status flush();

  /// Records weights with their health, attention and resources where they are due; `always`
  /// records them whatever the pace (checkpoints, the end).
  Status watch(bool always);

  /// Time of the parts of the steps since the last resources row. Units: seconds.
  void addLoadTime(double seconds) { loadSeconds_ += seconds; }

  /// While it lives the search works for viewers: `resources.answers_ms`. May be nested.
  class Watching {
   public:
    explicit Watching(Recorder& recorder)
        : recorder_(recorder), outer_(!recorder.isWatching_), start_(Clock::now()) {
      recorder_.isWatching_ = true;
    }
    ~Watching() {
      if (outer_) {
        recorder_.answerSeconds_ += std::chrono::duration<double>(Clock::now() - start_).count();
        recorder_.isWatching_ = false;
      }
    }
    Watching(const Watching&) = delete;
    Watching& operator=(const Watching&) = delete;

   private:
    Recorder& recorder_;
    bool outer_;
    std::chrono::steady_clock::time_point start_;
  };

  /// Running means of the training loss and top-1; NaN and 0 before the first flush.
  /// The first failure that flush() met: it stays.
  const Status& health() const { return health_; }

  double meanLoss() const { return meanLoss_; }
  double meanAccuracy() const { return meanAccuracy_; }

 private:
  Status weights(bool always);
  Status healthOf(const space::ConnectionWeights& mean, std::size_t place);
  std::string healthName(std::size_t place, const std::string& what) const;
  Status attention(bool maps);
  Status resources();
  Status point(const std::string& name, double value);
  /// What the device still has to do for the steps is no cost of showing them.
  void waitForDevice();

  RunSession& session_;
  std::vector<std::size_t> metricIndex_;
  std::vector<std::pair<std::int64_t, at::Tensor>> waiting_;
  std::vector<double> times_;
  Clock::time_point lastFlush_, lastResources_, lastHealth_, attentionDue_;
  std::int64_t stepsSinceResources_ = 0;
  bool isWatching_ = false;
  Status health_;
  double loadSeconds_ = 0.0, gradientSeconds_ = 0.0, optimiserSeconds_ = 0.0, answerSeconds_ = 0.0,
         storedMs_ = 0.0;
  double meanLoss_ = std::numeric_limits<double>::quiet_NaN(), meanAccuracy_ = 0.0;
};

/// Writes a score as points and predictions of its split.
Status recordScore(run::Store& store, const Score& score, std::int64_t step);

}  // namespace attelier::search
