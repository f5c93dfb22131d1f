#pragma once

#include "widgets/plots/curve_plot.h"
#include "widgets/plots/curve_trace.h"
#include "widgets/plots/readout.h"
#include "widgets/plots/step_axis.h"

#include <array>
#include <memory>
#include <optional>
#include <vector>

namespace attelier::widgets {

/// What is drawn over curves: marks, the cursors and the values at them.
class CurveOverlay {
 public:
  /// `plot`, `axis` and `traces` live as long.
  CurveOverlay(QCustomPlot& plot, const StepAxis& axis,
               const std::vector<std::unique_ptr<CurveTrace>>& traces);

  const Theme* theme = &Theme::light();
  QFont font;
  QString emptyText;
  bool isLogY = false;
  QList<StepMark> marks;
  qint64 currentStep = -1;
  bool isLive = true;
  std::optional<QPoint> pointer;
  bool showsCurrent = false;  ///< values at the current step: it was moved by keys
  bool showsLegend = false;   ///< for files, which have no legend strip
  std::array<std::optional<qint64>, 2> measures;

  void paintMarks(QCPPainter& painter) const;
  void paintCursors(QCPPainter& painter) const;

 private:
  double pixel(qint64 step) const;
  void paintLine(QCPPainter& painter, qint64 step, const QColor& colour, Qt::PenStyle style,
                 const QString& tag) const;
  void paintClamped(QCPPainter& painter) const;
  Readout valuesAt(double x) const;
  Readout differences() const;
  Readout legend() const;

  QCustomPlot& plot_;
  const StepAxis& axis_;
  const std::vector<std::unique_ptr<CurveTrace>>& traces_;
};

}  // namespace attelier::widgets
