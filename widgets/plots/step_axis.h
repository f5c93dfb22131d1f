#pragma once

#include "widgets/plots/curve.h"
#include "widgets/plots/curve_plot.h"
#include "widgets/plots/qcp.h"

#include <optional>
#include <vector>

namespace attelier::widgets {

/// How steps lie on the x axis of a curve plot: as steps, epochs or times.
class StepAxis {
 public:
  CurveAxis kind = CurveAxis::Step;
  bool isLog = false;  ///< has no effect on wall time
  double stepsPerEpoch = 0;

  /// The course of steps and times by which steps without a time are placed.
  void setTimeline(std::span<const CurvePoint> points);

  bool drawsLog() const { return isLog && kind != CurveAxis::WallTime; }
  /// The middle of a point. A log axis shows what is not above zero at its lower end.
  double xOf(const CurvePoint& point, double startTime) const;
  double xOfStep(std::int64_t step) const;
  std::int64_t stepAt(double x) const;

  QSharedPointer<QCPAxisTicker> ticker(double span) const;
  QString label() const;
  /// "Step 1,200 · epoch 3.2 · 14:03:11", as far as known.
  QString describe(std::int64_t step) const;

 private:
  double start() const { return times_.empty() ? 0 : times_.front(); }
  std::optional<double> timeOf(std::int64_t step) const;
  double clamped(double x) const;

  std::vector<std::int64_t> steps_;  ///< the last one of each point
  std::vector<double> times_;
};

}  // namespace attelier::widgets
