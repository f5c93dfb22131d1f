#pragma once

#include <QObject>
#include <QTimer>

#include <functional>
#include <vector>

namespace attelier::widgets {

/// Plays a clip by the time stamps of its pictures. The picture follows from the time that has
/// passed, not from counted ticks, so that it neither drifts nor falls behind.
class ClipPlayer : public QObject {
  Q_OBJECT

 public:
  /// Seconds that only grow; another clock for tests.
  using Clock = std::function<double()>;
  explicit ClipPlayer(QObject* parent = nullptr, Clock clock = {});

  /// Time stamps in seconds, one a picture. Where they do not grow (a short clip that was
  /// repeated) the clip's usual interval is taken. The current picture stays, if there is one.
  void setTimes(const std::vector<double>& times);

  int frameCount() const { return static_cast<int>(starts_.size()); }
  int frame() const { return frame_; }
  bool isPlaying() const { return playing_; }
  bool loops() const { return loops_; }
  double speed() const { return speed_; }
  double duration() const { return duration_; }  ///< of one round, in seconds

  void setFrame(int frame);
  void setLoops(bool loops) { loops_ = loops; }
  /// Times real time, clamped to 0.05 … 20.
  void setSpeed(double speed);
  void play();
  void pause();
  void toggle() { playing_ ? pause() : play(); }
  /// Pauses and goes so many pictures on, round the end.
  void step(int pictures);

 Q_SIGNALS:
  void frameChanged(int frame);
  void playingChanged(bool playing);

 private:
  friend class ClipPlayerAccess;  // tests let time pass
  void advance();
  void anchor();
  void schedule(double clipTime);
  void show(int frame);

  Clock clock_;
  QTimer timer_;
  std::vector<double> starts_;  // of each picture, from 0
  double duration_ = 0;
  double anchorTime_ = 0;  // of the clock, when anchorClip_ of the clip was shown
  double anchorClip_ = 0;
  double speed_ = 1;
  int frame_ = 0;
  bool playing_ = false;
  bool loops_ = true;
};

}  // namespace attelier::widgets
