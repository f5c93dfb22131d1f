#pragma once

#include "widgets/base/theme.h"
#include "widgets/plots/curve.h"
#include "widgets/plots/plot.h"

#include <QApplication>
#include <QTest>

#include <cmath>
#include <memory>
#include <vector>

namespace attelier::widgets {

/// Shows a plot and lets it draw.
inline void settle(Plot& plot) {
  if (!plot.isVisible()) {
    plot.show();
    static_cast<void>(QTest::qWaitForWindowExposed(&plot));
  }
  for (int i = 0; i < 3; ++i) QCoreApplication::processEvents();
}

/// Where a position of a plot is on the widget that takes the mouse.
inline QPoint onCanvas(const Plot& plot, const QPointF& position) {
  return plot.focusProxy()->mapFrom(&plot, position.toPoint());
}

inline void click(Plot& plot, const QPointF& position, Qt::KeyboardModifiers keys = {}) {
  QTest::mouseClick(plot.focusProxy(), Qt::LeftButton, keys, onCanvas(plot, position));
}

inline void drag(Plot& plot, const QPointF& from, const QPointF& to,
                 Qt::KeyboardModifiers keys = {}) {
  auto* canvas = plot.focusProxy();
  const QPoint a = onCanvas(plot, from), b = onCanvas(plot, to);
  const auto send = [&](QEvent::Type type, const QPoint& at, Qt::MouseButton button,
                        Qt::MouseButtons buttons) {
    QMouseEvent event(type, at, canvas->mapToGlobal(at), button, buttons, keys);
    QApplication::sendEvent(canvas, &event);
  };
  send(QEvent::MouseButtonPress, a, Qt::LeftButton, Qt::LeftButton);
  for (int i = 1; i <= 4; ++i) {
    send(QEvent::MouseMove, a + (b - a) * i / 4, Qt::NoButton, Qt::LeftButton);
  }
  send(QEvent::MouseButtonRelease, b, Qt::LeftButton, Qt::NoButton);
  settle(plot);
}

inline void wheel(Plot& plot, const QPointF& at, int notches, Qt::KeyboardModifiers keys = {}) {
  auto* canvas = plot.focusProxy();
  const QPoint position = onCanvas(plot, at);
  QWheelEvent event(position, canvas->mapToGlobal(position), {}, {0, 120 * notches}, Qt::NoButton,
                    keys, Qt::NoScrollPhase, false);
  QApplication::sendEvent(canvas, &event);
  settle(plot);
}

inline void press(Plot& plot, int key, Qt::KeyboardModifiers keys = {}) {
  QTest::keyClick(plot.focusProxy(), static_cast<Qt::Key>(key), keys);
  settle(plot);
}

/// A curve that falls and jitters, of so many single steps.
inline Curve fallingCurve(const QString& name, int steps, float from = 2, float until = 0.2F) {
  std::vector<std::int64_t> at;
  std::vector<float> values;
  std::vector<double> times;
  for (int step = 1; step <= steps; ++step) {
    const float jitter = static_cast<float>(step * 7919 % 101) / 101 - 0.5F;
    at.push_back(step);
    values.push_back((until + (from - until) * std::exp(-static_cast<float>(step) / 300)) *
                     (1 + 0.4F * jitter));
    times.push_back(1e9 + 0.5 * step);
  }
  return {.name = name, .points = CurvePoints::of(at, values, times)};
}

/// The same in blocks of 10 steps with minimum and maximum.
inline Curve bandedCurve(const QString& name, int blocks) {
  struct Arrays {
    std::vector<std::int64_t> steps;
    std::vector<double> times;
    std::vector<float> low, high, mean;
  };
  auto arrays = std::make_shared<Arrays>();
  for (int i = 0; i < blocks; ++i) {
    const float mean = 1 + std::sin(static_cast<float>(i) / 40);
    arrays->steps.push_back(1 + 10 * i);
    arrays->times.push_back(1e9 + 5 * (i + 1));
    arrays->low.push_back(mean - 0.3F - 0.01F * static_cast<float>(i % 7));
    arrays->high.push_back(mean + 0.4F);
    arrays->mean.push_back(mean);
  }
  Curve curve{.name = name};
  curve.points.owner = arrays;
  curve.points.stepsPerPoint = 10;
  curve.points.steps = arrays->steps;
  curve.points.times = arrays->times;
  curve.points.minimum = arrays->low;
  curve.points.maximum = arrays->high;
  curve.points.mean = curve.points.last = arrays->mean;
  return curve;
}

/// Runs the application in dark colours while it lives.
class InTheDark {
 public:
  InTheDark() : before_(QApplication::palette()) {
    QApplication::setPalette(paletteOf(Theme::darkTheme()));
  }
  ~InTheDark() { QApplication::setPalette(before_); }
  InTheDark(const InTheDark&) = delete;
  InTheDark& operator=(const InTheDark&) = delete;

 private:
  QPalette before_;
};

}  // namespace attelier::widgets
