#include "widgets/video/clip_player.h"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace attelier::widgets {

namespace {

constexpr double kUsualInterval = 0.125;
constexpr double kShortest = 1.0 / 60;
constexpr double kLongest = 10;

double steadySeconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

}  // namespace

ClipPlayer::ClipPlayer(QObject* parent, Clock clock)
    : QObject(parent), clock_(clock ? std::move(clock) : steadySeconds) {
  timer_.setSingleShot(true);
  timer_.setTimerType(Qt::PreciseTimer);
  connect(&timer_, &QTimer::timeout, this, &ClipPlayer::advance);
}

void ClipPlayer::setTimes(const std::vector<double>& times) {
  std::vector<double> intervals;
  for (std::size_t i = 1; i < times.size(); ++i) intervals.push_back(times[i] - times[i - 1]);
  std::vector<double> growing;
  std::copy_if(intervals.begin(), intervals.end(), std::back_inserter(growing),
               [](double interval) { return std::isfinite(interval) && interval > 0; });
  double usual = kUsualInterval;
  if (!growing.empty()) {
    const auto middle = growing.begin() + static_cast<std::ptrdiff_t>(growing.size() / 2);
    std::nth_element(growing.begin(), middle, growing.end());
    usual = *middle;
  }
  usual = std::clamp(usual, kShortest, kLongest);
  std::vector<double> starts;
  duration_ = 0;
  for (std::size_t i = 0; i < times.size(); ++i) {
    starts.push_back(duration_);
    const bool known = i < intervals.size() && std::isfinite(intervals[i]) && intervals[i] > 0;
    duration_ += known ? std::clamp(intervals[i], kShortest, kLongest) : usual;
  }
  if (starts == starts_) return;
  starts_ = std::move(starts);
  if (frameCount() < 2) pause();
  show(std::clamp(frame_, 0, std::max(0, frameCount() - 1)));
  if (playing_) anchor();
}

void ClipPlayer::setFrame(int frame) {
  if (frame < 0 || frame >= frameCount()) return;
  show(frame);
  if (playing_) anchor();
}

void ClipPlayer::setSpeed(double speed) {
  speed_ = std::clamp(speed, 0.05, 20.0);
  if (playing_) anchor();
}

void ClipPlayer::play() {
  if (playing_ || frameCount() < 2) return;
  playing_ = true;
  if (!loops_ && frame_ == frameCount() - 1) show(0);
  anchor();
  Q_EMIT playingChanged(true);
}

void ClipPlayer::pause() {
  if (!playing_) return;
  playing_ = false;
  timer_.stop();
  Q_EMIT playingChanged(false);
}

void ClipPlayer::step(int pictures) {
  pause();
  const int count = frameCount();
  if (count > 0) show(((frame_ + pictures) % count + count) % count);
}

void ClipPlayer::anchor() {
  anchorTime_ = clock_();
  anchorClip_ = starts_[static_cast<std::size_t>(frame_)];
  schedule(anchorClip_);
}

void ClipPlayer::advance() {
  if (!playing_) return;
  const double passed = anchorClip_ + (clock_() - anchorTime_) * speed_;
  if (!loops_ && passed >= duration_) {
    show(frameCount() - 1);
    pause();
    return;
  }
  const double at = std::fmod(passed, duration_);
  // A timer may fire a little early; then it waits for the rest.
  const auto next = std::upper_bound(starts_.begin(), starts_.end(), at + 1e-6);
  show(static_cast<int>(next - starts_.begin()) - 1);
  if (playing_) schedule(passed);
}

void ClipPlayer::schedule(double clipTime) {
  const double at = std::fmod(clipTime, duration_);
  const auto next = std::upper_bound(starts_.begin(), starts_.end(), at + 1e-6);
  const double due = next == starts_.end() ? duration_ : *next;
  const double wait = (due - at) / speed_;
  timer_.start(std::chrono::milliseconds(std::lround(std::ceil(std::max(wait, 0.001) * 1000))));
}

void ClipPlayer::show(int frame) {
  if (frame == frame_) return;
  frame_ = frame;
  Q_EMIT frameChanged(frame);
}

}  // namespace attelier::widgets
