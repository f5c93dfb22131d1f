#include "app/engine/terminal.h"

#include "app/engine/logging.h"
#include "app/engine/printing.h"
#include "app/engine/signals.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <sys/ioctl.h>
#include <unistd.h>

namespace attelier::app {

namespace {

constexpr std::chrono::seconds kPlainInterval{10};
constexpr double kPlainShare = 0.05;
constexpr size_t kRates = 50;

size_t terminalColumns() {
  winsize size{};
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    return size.ws_col;
  }
  return 80;
}

}  // namespace

ProgressLine::ProgressLine(bool quiet) : quiet_(quiet), terminal_(isatty(STDERR_FILENO) == 1) {
  shownAt_ = Clock::now();
}

ProgressLine::~ProgressLine() { clear(); }

void ProgressLine::clear() {
  if (drawn_) {
    std::fputs("\r\x1b[K", stderr);
    drawn_ = false;
  }
}

void ProgressLine::restart() {
  clear();
  rates_.clear();
  shownShare_ = -1.0;
  shownAt_ = Clock::now();
}

void ProgressLine::say(const std::string& line) {
  if (quiet_) {
    return;
  }
  clear();
  std::fprintf(stderr, "%s\n", line.c_str());
}

std::string ProgressLine::etaText(const search::RunProgress& progress) {
  if (progress.stepsPerSecond <= 0.0) {
    return {};
  }
  rates_.push_back(progress.stepsPerSecond);
  if (rates_.size() > kRates) {
    rates_.pop_front();
  }
  const auto [slowest, fastest] = std::minmax_element(rates_.begin(), rates_.end());
  const auto left = static_cast<double>(progress.stepsPlanned - progress.step);
  const std::string soonest = durationText(left / *fastest);
  const std::string latest = durationText(left / *slowest);
  return ", " + (soonest == latest ? soonest : soonest + " to " + latest) + " left";
}

void ProgressLine::show(const search::RunProgress& progress) {
  if (quiet_) {
    return;
  }
  const double share = static_cast<double>(progress.step) /
                       static_cast<double>(std::max<std::int64_t>(1, progress.stepsPlanned));
  const std::string eta = etaText(progress);
  if (!terminal_ && shownShare_ >= 0.0 && Clock::now() - shownAt_ < kPlainInterval &&
      share - shownShare_ < kPlainShare) {
    return;
  }
  shownAt_ = Clock::now();
  shownShare_ = share;
  std::string text = "step " + std::to_string(progress.step) + "/" +
                     std::to_string(progress.stepsPlanned) + " (" +
                     numberText("%.0f", 100.0 * share) + "%), " + progress.stage;
  if (std::isfinite(progress.loss)) {  // read off the device a moment later
    text += ", loss " + numberText("%.4g", progress.loss) + ", train top-1 " +
            numberText("%.3f", progress.accuracy);
  }
  if (progress.selectTop1 >= 0.0) {
    text += ", select top-1 " + numberText("%.3f", progress.selectTop1);
  }
  if (progress.stepsPerSecond > 0.0) {
    text += ", " + numberText("%.3g", progress.stepsPerSecond) + " steps/s" + eta;
  }
  if (!terminal_) {
    std::fprintf(stderr, "%s\n", text.c_str());
    return;
  }
  text.resize(std::min(text.size(), terminalColumns() - 1));
  std::fprintf(stderr, "\r%s\x1b[K", text.c_str());
  std::fflush(stderr);
  drawn_ = true;
}

search::RunHooks hooksOf(ProgressLine& line) {
  search::RunHooks hooks;
  hooks.opened = logInto;
  hooks.progress = [&line](const search::RunProgress& progress) { line.show(progress); };
  hooks.event = [&line](const std::string& text) { line.say(text); };
  hooks.interrupted = interrupted;
  return hooks;
}

}  // namespace attelier::app
