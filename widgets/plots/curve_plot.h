#pragma once

#include "widgets/plots/curve.h"
#include "widgets/plots/plot.h"

#include <QList>
#include <QRectF>
#include <QStringList>

#include <memory>
#include <optional>

namespace attelier::widgets {

/// What the x axis of curves counts.
enum class CurveAxis { Step, Epoch, WallTime, RelativeTime };

/// A step worth a mark on the axis, with words for the read-out.
struct StepMark {
  enum class Kind { Checkpoint, Best, Pinned, Phase, Failure };
  qint64 step = 0;
  Kind kind = Kind::Checkpoint;
  QString text{};
  bool operator==(const StepMark&) const = default;
};

/// Curves over the steps of a run that may still go on.
///
/// The whole course is in view and follows new points until a person zooms; then the view stays as
/// it is until `followLive` (End). Click or drag of the line chooses a step; dragging elsewhere
/// pans, Shift-drag zooms into a rectangle, the wheel zooms along steps, with Ctrl along values.
/// Ctrl-click (or M) sets two more cursors that show differences.
class CurvePlot : public Plot {
  Q_OBJECT
 public:
  explicit CurvePlot(QWidget* parent = nullptr);
  ~CurvePlot() override;

  /// Replaces what is drawn; curves of a name that was there keep their switch.
  void setCurves(const QList<Curve>& curves);
  void setMarks(const QList<StepMark>& marks);
  /// A sentence for while there is nothing to draw.
  void setEmptyText(const QString& text);
  void setValueLabel(const QString& text);

  void setXAxis(CurveAxis axis);
  CurveAxis xAxis() const;
  void setStepsPerEpoch(double steps);
  /// Has no effect on wall time.
  void setLogX(bool isLog);
  void setLogY(bool isLog);
  /// Memory of the smoothed line; 0: none. Units: steps.
  void setSmoothing(double steps);
  QStringList hiddenCurves() const;
  void setHiddenCurves(const QStringList& names);

  /// The shared time cursor.
  void setCurrentStep(qint64 step, bool isLive);
  qint64 currentStep() const;

  bool followsLive() const;
  void followLive();
  /// What a person zoomed into, in the units of the axes; nothing while the view follows.
  std::optional<QRectF> zoom() const;
  void setZoom(const std::optional<QRectF>& zoom);
  /// First and last step in view.
  std::pair<qint64, qint64> visibleSteps() const;
  /// Where a step and a value are drawn, in coordinates of this widget.
  QPointF positionOf(qint64 step, double value) const;

  /// All points of the curves that are shown.
  DataTable dataTable() const override;

 Q_SIGNALS:
  void stepChosen(qint64 step);
  void liveRequested();
  void followsLiveChanged(bool follows);
  /// The steps in view, a moment after they have changed: to load them in detail.
  void rangeChanged(qint64 first, qint64 last);
  void hiddenCurvesChanged();

 protected:
  void applyTheme(const Theme& theme) override;
  void drawPicture(QPaintDevice& device, const QSize& size, double scale, bool isVector) override;
  std::function<void()> keyAction(const QKeyEvent& event) override;
  void pointerLeft() override;
  void focusChanged() override;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace attelier::widgets
