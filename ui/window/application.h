#pragma once

#include <QApplication>

#include <cstdint>
#include <functional>

namespace attelier::ui {

/// How long one event kept the window's thread.
struct SlowEvent {
  double wallMs = 0;
  double cpuMs = 0;  ///< of this thread: what the window itself did, whoever else holds the machine
  QString receiver;  ///< class and object name
  int type = 0;      ///< QEvent::Type
};

/// QApplication that measures every event: the window must never block.
///
/// Events over 50 ms wall time are logged; the worst are kept for tests and the diagnostics.
class Application : public QApplication {
  Q_OBJECT
 public:
  Application(int& argc, char** argv);

  bool notify(QObject* receiver, QEvent* event) override;

  /// The event with the most wall time and the one with the most thread CPU time since
  /// `forgetSlowEvents`.
  const SlowEvent& longest() const { return longest_; }
  const SlowEvent& hardest() const { return hardest_; }
  std::int64_t eventsOver50Ms() const { return over50Ms_; }
  void forgetSlowEvents();

 private:
  SlowEvent longest_, hardest_;
  std::int64_t over50Ms_ = 0;
  int depth_ = 0;
};

}  // namespace attelier::ui
