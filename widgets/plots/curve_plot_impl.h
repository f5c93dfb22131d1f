#pragma once

#include "widgets/plots/curve_overlay.h"
#include "widgets/plots/curve_plot.h"
#include "widgets/plots/legend_strip.h"

#include <QTimer>

namespace attelier::widgets {

inline constexpr double kZoomOfNotch = 0.8;

/// The plot behind a CurvePlot: what is in view (curve_view.cpp) and what mouse and keys do to it
/// (curve_input.cpp).
class CurvePlot::Impl {
 public:
  explicit Impl(CurvePlot& owner);

  void replot() { plot->replot(QCustomPlot::rpQueuedReplot); }
  void replotCursors();
  void setCurves(const QList<Curve>& curves);
  void placeAll();
  void takeLooks();
  void refit();
  void setFollows(bool follows);
  void onRangeChanged(const QCPRange& range);
  void show(const QCPRange& x, const QCPRange& y);
  const CurveTrace* finest() const;

  void onPress(const QMouseEvent& event);
  void onMove(const QMouseEvent& event);
  void onRelease(const QMouseEvent& event);
  void onWheel(const QWheelEvent& event);
  void choose(qint64 step);
  void moveBy(int points);
  void zoomX(double factor, double centre);
  void pan(QCPAxis* axis, double share);
  void measureNext(qint64 step);

  CurvePlot& owner;
  QCustomPlot* plot;
  LegendStrip* legend;
  StepAxis axis;
  std::vector<std::unique_ptr<CurveTrace>> traces;
  CurveOverlay overlay;
  QCPLayer* cursors = nullptr;
  QTimer rangeTimer;
  QStringList hidden;
  double smoothing = 0;
  bool follows = true;
  bool isSetting = false;  ///< ranges change by this class, not by a person

 private:
  enum class Drag { Nothing, Pan, Step, FirstMeasure, SecondMeasure };
  Drag gripAt(const QPoint& position) const;

  Drag drag_ = Drag::Nothing;
  QPoint pressed_;
  bool isClick_ = false;
  bool isPlotted_ = false;
};

}  // namespace attelier::widgets
