#include "widgets/plots/curve_plot.h"

#include "widgets/plots/curve_plot_impl.h"
#include "widgets/plots/plot_style.h"

#include <QDateTime>
#include <QLayout>

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

using namespace Qt::Literals::StringLiterals;

namespace attelier::widgets {

CurvePlot::CurvePlot(QWidget* parent) : Plot(parent) {
  impl_ = std::make_unique<Impl>(*this);
  layout()->addWidget(impl_->legend);
  setCanvas(impl_->plot);
  setTitle(tr("Curves"));
  auto* fit = addPlotAction(tr("&Fit and follow"), [this] { followLive(); });
  fit->setObjectName(u"plot.fit"_s);
  auto* measure = addPlotAction(tr("Set &measuring cursor"), [this] {
    impl_->measureNext(std::max<qint64>(impl_->overlay.currentStep, 0));
  });
  measure->setObjectName(u"plot.measure"_s);
  setMinimumSize(8 * fontMetrics().height(), 6 * fontMetrics().height());
}

CurvePlot::~CurvePlot() = default;

void CurvePlot::setCurves(const QList<Curve>& curves) { impl_->setCurves(curves); }

void CurvePlot::setMarks(const QList<StepMark>& marks) {
  if (impl_->overlay.marks == marks) return;
  impl_->overlay.marks = marks;
  impl_->replot();
}

void CurvePlot::setEmptyText(const QString& text) {
  impl_->overlay.emptyText = text;
  impl_->replot();
}

void CurvePlot::setValueLabel(const QString& text) {
  impl_->plot->yAxis->setLabel(text);
  impl_->replot();
}

CurveAxis CurvePlot::xAxis() const { return impl_->axis.kind; }

void CurvePlot::setXAxis(CurveAxis axis) {
  if (axis == impl_->axis.kind) return;
  const auto [first, last] = visibleSteps();
  impl_->axis.kind = axis;
  impl_->placeAll();
  if (!impl_->follows) {
    impl_->show({impl_->axis.xOfStep(first), impl_->axis.xOfStep(last)},
                impl_->plot->yAxis->range());
  }
}

void CurvePlot::setStepsPerEpoch(double steps) {
  if (steps == impl_->axis.stepsPerEpoch) return;
  impl_->axis.stepsPerEpoch = steps;
  if (impl_->axis.kind == CurveAxis::Epoch) impl_->placeAll();
}

void CurvePlot::setLogX(bool isLog) {
  if (isLog == impl_->axis.isLog) return;
  impl_->axis.isLog = isLog;
  if (isLog && impl_->plot->xAxis->range().lower <= 0) followLive();
  impl_->placeAll();
}

void CurvePlot::setLogY(bool isLog) {
  if (isLog == impl_->overlay.isLogY) return;
  impl_->overlay.isLogY = isLog;
  if (isLog && impl_->plot->yAxis->range().lower <= 0) followLive();
  impl_->placeAll();
}

void CurvePlot::setSmoothing(double steps) {
  if (steps == impl_->smoothing) return;
  impl_->smoothing = steps;
  impl_->placeAll();
}

QStringList CurvePlot::hiddenCurves() const { return impl_->hidden; }

void CurvePlot::setHiddenCurves(const QStringList& names) {
  if (names == impl_->hidden) return;
  impl_->hidden = names;
  impl_->takeLooks();
  impl_->refit();
  impl_->replot();
}

void CurvePlot::setCurrentStep(qint64 step, bool isLive) {
  if (step == impl_->overlay.currentStep && isLive == impl_->overlay.isLive) return;
  impl_->overlay.currentStep = step;
  impl_->overlay.isLive = isLive;
  impl_->replotCursors();
}

qint64 CurvePlot::currentStep() const { return impl_->overlay.currentStep; }

bool CurvePlot::followsLive() const { return impl_->follows; }

void CurvePlot::followLive() {
  impl_->setFollows(true);
  impl_->refit();
  impl_->replot();
}

std::optional<QRectF> CurvePlot::zoom() const {
  if (impl_->follows) return std::nullopt;
  const QCPRange x = impl_->plot->xAxis->range(), y = impl_->plot->yAxis->range();
  return QRectF(x.lower, y.lower, x.size(), y.size());
}

void CurvePlot::setZoom(const std::optional<QRectF>& zoom) {
  if (!zoom || zoom->isEmpty()) return followLive();
  impl_->setFollows(false);
  impl_->show({zoom->left(), zoom->right()}, {zoom->top(), zoom->bottom()});
  impl_->replot();
}

std::pair<qint64, qint64> CurvePlot::visibleSteps() const {
  const QCPRange x = impl_->plot->xAxis->range();
  return {std::max<qint64>(0, impl_->axis.stepAt(x.lower)), impl_->axis.stepAt(x.upper)};
}

QPointF CurvePlot::positionOf(qint64 step, double value) const {
  return impl_->plot->pos() + QPointF(impl_->plot->xAxis->coordToPixel(impl_->axis.xOfStep(step)),
                                      impl_->plot->yAxis->coordToPixel(value));
}

DataTable CurvePlot::dataTable() const {
  DataTable table;
  table.title = title();
  table.columns = {tr("Step"), tr("Time")};
  std::map<std::int64_t, QVariantList> rows;
  int column = 2;
  for (const auto& trace : impl_->traces) {
    if (!trace->isVisible) continue;
    const QString& name = trace->curve().name;
    const bool hasBand = std::any_of(trace->points().begin(), trace->points().end(),
                                     [](const CurvePoint& point) { return point.count > 1; });
    const int columns = hasBand ? 3 : 1;
    table.columns << name;
    if (hasBand) table.columns << tr("%1, minimum").arg(name) << tr("%1, maximum").arg(name);
    for (const auto& point : trace->points()) {
      auto& row = rows[point.step];
      if (row.isEmpty()) {
        const auto at = QDateTime::fromMSecsSinceEpoch(std::llround(point.time * 1000));
        row << QVariant::fromValue<qint64>(point.step)
            << (std::isfinite(point.time) ? QVariant(at.toString(Qt::ISODateWithMs)) : QVariant());
      }
      while (row.size() < column) row << QVariant();
      row << static_cast<double>(point.mean);
      if (hasBand) row << static_cast<double>(point.minimum) << static_cast<double>(point.maximum);
    }
    column += columns;
  }
  for (auto& [step, row] : rows) {
    while (row.size() < column) row << QVariant();
    table.rows << std::move(row);
  }
  return table;
}

void CurvePlot::applyTheme(const Theme& theme) {
  impl_->overlay.theme = &theme;
  impl_->overlay.font = font();
  applyPlotTheme(*impl_->plot, theme, font());
  // Fixed, so that the curves don't jump when a longer number appears.
  const QFontMetrics metrics(font());
  const int left = metrics.horizontalAdvance(u"−0.00000"_s) + 3 * metrics.height() / 2;
  impl_->plot->axisRect()->setMargins({left, 0, 0, 0});
  impl_->plot->axisRect()->setMinimumMargins(
      {0, metrics.height() / 2, 2 * metrics.averageCharWidth(), 0});
  impl_->takeLooks();
  impl_->replot();
}

void CurvePlot::drawPicture(QPaintDevice& device, const QSize& size, double scale, bool isVector) {
  const auto pointer = std::exchange(impl_->overlay.pointer, std::nullopt);
  const bool showed = std::exchange(impl_->overlay.showsCurrent, false);
  impl_->overlay.showsLegend = true;
  drawPlot(*impl_->plot, device, size, scale, isVector);
  impl_->overlay.showsLegend = false;
  impl_->overlay.pointer = pointer;
  impl_->overlay.showsCurrent = showed;
}

void CurvePlot::pointerLeft() {
  impl_->overlay.pointer.reset();
  impl_->replotCursors();
}

void CurvePlot::focusChanged() {
  if (impl_->plot->hasFocus() || !impl_->overlay.showsCurrent) return;
  impl_->overlay.showsCurrent = false;
  impl_->replotCursors();
}

}  // namespace attelier::widgets
