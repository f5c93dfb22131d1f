#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <stop_token>
#include <string>

namespace attelier::app {

/// How far a command has come that counts clips or pictures, on standard error, at most ten times a
/// second: a line that is written over on a terminal, or one JSON object a line for another
/// program: {"stage":"clips","done":120,"of":928}. A signal requests its stop token to stop.
///
/// Threads: any.
class CountLine {
 public:
  enum class Form { Silent, Text, Json };
  explicit CountLine(Form form);
  ~CountLine();
  CountLine(const CountLine&) = delete;
  CountLine& operator=(const CountLine&) = delete;

  /// Silent with `json`, unless `progress` asks for JSON lines; without both a terminal gets text.
  static Form formOf(bool json, bool progress);

  /// Shows a count now if it is the first or last of its stage, else where a tenth of a second is
  /// over.
  void show(const std::string& stage, std::int64_t done, std::int64_t of);
  std::stop_token token() const { return stop_.get_token(); }

 private:
  using Clock = std::chrono::steady_clock;
  const Form form_;
  std::stop_source stop_;
  std::mutex mutex_;
  std::string stage_;
  Clock::time_point shown_{};
  bool drawn_ = false;
};

}  // namespace attelier::app
