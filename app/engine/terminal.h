#pragma once

#include "engine/search/training_run.h"

#include <chrono>
#include <deque>
#include <string>

namespace attelier::app {

/// How a run goes, on standard error: one line that is written over on a terminal; where piped,
/// plain lines at most every 10 seconds or 5 percent; nothing when quiet.
///
/// Threads: one at a time.
class ProgressLine {
 public:
  explicit ProgressLine(bool quiet);
  ~ProgressLine();
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  void show(const search::RunProgress& progress);
  /// A line that stays: an event, the name of the next training.
  void say(const std::string& line);
  /// Clears what was being written over.
  void clear();
  /// Forgets rates and shares: another training begins.
  void restart();

 private:
  using Clock = std::chrono::steady_clock;
  std::string etaText(const search::RunProgress& progress);

  bool quiet_ = false;
  bool terminal_ = false;
  bool drawn_ = false;
  double shownShare_ = -1.0;
  Clock::time_point shownAt_;
  std::deque<double> rates_;
};

/// The hooks of a run that is watched through this line and stopped by signals.
search::RunHooks hooksOf(ProgressLine& line);

}  // namespace attelier::app
