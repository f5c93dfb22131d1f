#include "widgets/plots/matrix_canvas.h"

#include <algorithm>
#include <cmath>
#include <utility>

using namespace Qt::Literals::StringLiterals;

namespace attelier::widgets {

namespace {

constexpr int kClickSlack = 3;  ///< pixels a click may move
constexpr double kZoomOfNotch = 0.8;
constexpr int kNameWidth = 22;  ///< most of a name, in average characters
constexpr double kFewestCells = 3;

}  // namespace

MatrixCanvas::MatrixCanvas(QWidget& owner)
    : plot_(new QCustomPlot(&owner)),
      map_(new QCPColorMap(plot_->xAxis, plot_->yAxis)),
      bar_(new QCPColorScale(plot_)) {
  plot_->addLayer(u"marks"_s, plot_->layer(u"axes"_s), QCustomPlot::limAbove);
  cursors_ = plot_->layer(kCursorLayer);
  plot_->setPlottingHint(QCP::phImmediateRefresh, false);
  plot_->setNoAntialiasingOnDrag(false);
  plot_->plotLayout()->addElement(0, 1, bar_);
  bar_->setRangeDrag(false);
  bar_->setRangeZoom(false);
  bar_->setAutoMargins(QCP::msLeft | QCP::msRight);
  map_->setColorScale(bar_);
  map_->setInterpolate(false);
  map_->setSelectable(QCP::stNone);
  plot_->yAxis->setRangeReversed(true);
  plot_->xAxis->grid()->setVisible(false);
  plot_->yAxis->grid()->setVisible(false);

  new Drawing(plot_->axisRect(), u"marks"_s, [this](QCPPainter& painter) {
    if (paintCells) paintCells(painter);
  });
  new Drawing(plot_->axisRect(), kCursorLayer, [this](QCPPainter& painter) {
    if (paintCursors) paintCursors(painter);
  });

  QObject::connect(plot_, &QCustomPlot::mousePress, plot_, [this](QMouseEvent* event) {
    if (event->button() != Qt::LeftButton) return;
    pressed_ = event->pos();
    isClick_ = area().contains(pressed_);
    plot_->setInteraction(QCP::iRangeDrag, true);
  });
  QObject::connect(plot_, &QCustomPlot::mouseMove, plot_, [this](QMouseEvent* event) {
    if ((event->pos() - pressed_).manhattanLength() > kClickSlack) isClick_ = false;
    plot_->setInteraction(QCP::iRangeDrag, event->buttons().testFlag(Qt::LeftButton) && !isClick_);
    pointer_.reset();
    if (area().contains(event->pos())) pointer_ = coordinatesOf(event->pos());
    replotCursors();
  });
  QObject::connect(plot_, &QCustomPlot::mouseRelease, plot_, [this](QMouseEvent* event) {
    if (event->button() == Qt::LeftButton && isClick_ && clicked) {
      clicked(coordinatesOf(event->pos()));
    }
    isClick_ = false;
  });
  QObject::connect(plot_, &QCustomPlot::mouseWheel, plot_,
                   [this](QWheelEvent* event) { onWheel(*event); });
  QObject::connect(plot_, &QCustomPlot::afterReplot, plot_, [this] { isPlotted_ = true; });
  for (auto* axis : {plot_->xAxis, plot_->yAxis}) {
    QObject::connect(axis, qOverload<const QCPRange&>(&QCPAxis::rangeChanged), plot_,
                     [this] { isFitted_ = false; });
  }
}

QPointF MatrixCanvas::coordinatesOf(const QPoint& position) const {
  return {plot_->xAxis->pixelToCoord(position.x()), plot_->yAxis->pixelToCoord(position.y())};
}

QPointF MatrixCanvas::pixelOf(double x, double y) const {
  return {plot_->xAxis->coordToPixel(x), plot_->yAxis->coordToPixel(y)};
}

QStringList MatrixCanvas::fitted(const QStringList& names) const {
  const QFontMetrics metrics(font_);
  QStringList fitted;
  for (const auto& name : names) {
    fitted << metrics.elidedText(name, Qt::ElideRight, kNameWidth * metrics.averageCharWidth());
  }
  return fitted;
}

void MatrixCanvas::setRowNames(const QStringList& names) {
  rowNames_ = names;
  layOutNames();
}

void MatrixCanvas::setColumnNames(const QStringList& names) {
  columnNames_ = names;
  layOutNames();
}

void MatrixCanvas::layOutNames() {
  const QFontMetrics metrics(font_);
  const auto widest = [&](const QStringList& names) {
    int most = 0;
    for (const auto& name : names) most = std::max(most, metrics.horizontalAdvance(name));
    return most;
  };
  const QStringList rows = fitted(rowNames_);
  plot_->yAxis->setTicker(QSharedPointer<NameTicker>::create(plot_->yAxis, rows, metrics.height()));
  plot_->yAxis->setSubTicks(false);
  // Fixed, so that the field does not move when other names come into view.
  const int title = plot_->yAxis->label().isEmpty() ? 0 : 3 * metrics.height() / 2;
  const int left = widest(rows) + title + metrics.height();
  int bottom = 2 * metrics.height() + metrics.height() / 2;
  if (!columnNames_.isEmpty()) {
    const QStringList columns = fitted(columnNames_);
    plot_->xAxis->setTicker(
        QSharedPointer<NameTicker>::create(plot_->xAxis, columns, metrics.height()));
    plot_->xAxis->setSubTicks(false);
    plot_->xAxis->setTickLabelRotation(-90);
    bottom = widest(columns) + 2 * metrics.height();
  }
  plot_->axisRect()->setAutoMargins(QCP::msNone);
  plot_->axisRect()->setMargins(
      {left, metrics.height() / 2, 2 * metrics.averageCharWidth(), bottom});
  bar_->setMargins({0, metrics.height() / 2, 0, bottom});
  replot();
}

void MatrixCanvas::setFull(const QCPRange& x, const QCPRange& y) {
  fullX_ = x;
  fullY_ = y;
  if (isFitted_) fit();
  replot();
}

void MatrixCanvas::fit() {
  plot_->xAxis->setRange(fullX_);
  plot_->yAxis->setRange(fullY_);
  isFitted_ = true;
  replot();
}

void MatrixCanvas::reveal(const QPointF& at) {
  const auto show = [](QCPAxis* axis, double value) {
    const QCPRange range = axis->range();
    if (value - 0.5 < range.lower) axis->moveRange(value - 0.5 - range.lower);
    if (value + 0.5 > range.upper) axis->moveRange(value + 0.5 - range.upper);
  };
  if (isFitted_) return;
  show(plot_->xAxis, at.x());
  show(plot_->yAxis, at.y());
  replot();
}

void MatrixCanvas::scale(QCPAxis* axis, double factor, double centre, const QCPRange& full) {
  axis->scaleRange(factor, centre);
  QCPRange range = axis->range().bounded(full.lower, full.upper);
  if (range.size() < kFewestCells && full.size() > kFewestCells) {
    range = QCPRange(centre - 0.5 * kFewestCells, centre + 0.5 * kFewestCells)
                .bounded(full.lower, full.upper);
  }
  axis->setRange(range);
}

void MatrixCanvas::zoom(double factor, const QPointF& centre) {
  scale(plot_->xAxis, factor, centre.x(), fullX_);
  if (zoomsBoth) scale(plot_->yAxis, factor, centre.y(), fullY_);
  replot();
}

void MatrixCanvas::onWheel(const QWheelEvent& event) {
  const double notches = event.angleDelta().y() / 120.;
  const QPoint position = event.position().toPoint();
  if (notches == 0 || !area().contains(position)) return;
  const double factor = std::pow(kZoomOfNotch, notches);
  const QPointF centre = coordinatesOf(position);
  if (event.modifiers().testFlag(Qt::ControlModifier) && !zoomsBoth) {
    scale(plot_->yAxis, factor, centre.y(), fullY_);
    replot();
  } else {
    zoom(factor, centre);
  }
}

void MatrixCanvas::applyTheme(const Theme& theme, const QFont& font) {
  theme_ = &theme;
  font_ = font;
  applyPlotTheme(*plot_, theme, font);
  applyAxisTheme(*bar_->axis(), theme, font);
  bar_->setBarWidth(QFontMetrics(font).height() / 2);
  layOutNames();
}

void MatrixCanvas::replotCursors() {
  // Before the first picture QCustomPlot would draw everything, at once.
  if (isPlotted_) {
    cursors_->replot();
  } else {
    replot();
  }
}

void MatrixCanvas::leave() {
  pointer_.reset();
  replotCursors();
}

void MatrixCanvas::drawPicture(QPaintDevice& device, const QSize& size, double scale,
                               bool isVector) {
  const auto pointer = std::exchange(pointer_, std::nullopt);
  drawPlot(*plot_, device, size, scale, isVector);
  pointer_ = pointer;
}

}  // namespace attelier::widgets
