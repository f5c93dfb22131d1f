#include "widgets/plots/curve_plot_impl.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace attelier::widgets {

namespace {

constexpr int kGrip = 5;        ///< pixels beside a cursor at which it can be taken
constexpr int kClickSlack = 3;  ///< pixels a click may move

}  // namespace

CurvePlot::Impl::Drag CurvePlot::Impl::gripAt(const QPoint& position) const {
  if (!plot->axisRect()->rect().contains(position)) return Drag::Nothing;
  const auto isNear = [&](qint64 step) {
    return std::abs(plot->xAxis->coordToPixel(axis.xOfStep(step)) - position.x()) <= kGrip;
  };
  if (overlay.measures[0] && isNear(*overlay.measures[0])) return Drag::FirstMeasure;
  if (overlay.measures[1] && isNear(*overlay.measures[1])) return Drag::SecondMeasure;
  return overlay.currentStep >= 0 && isNear(overlay.currentStep) ? Drag::Step : Drag::Nothing;
}

void CurvePlot::Impl::onPress(const QMouseEvent& event) {
  if (event.button() != Qt::LeftButton) return;
  pressed_ = event.pos();
  isClick_ = plot->axisRect()->rect().contains(pressed_);
  plot->setSelectionRectMode(event.modifiers().testFlag(Qt::ShiftModifier) ? QCP::srmZoom
                                                                           : QCP::srmNone);
  // Ranges at the start of a drag are kept by the axis rectangle only while it may be dragged.
  plot->setInteraction(QCP::iRangeDrag, true);
  drag_ = gripAt(pressed_);
  if (drag_ == Drag::Nothing) drag_ = Drag::Pan;
}

void CurvePlot::Impl::onMove(const QMouseEvent& event) {
  overlay.pointer = event.pos();
  overlay.showsCurrent = false;
  const bool isDragging = event.buttons().testFlag(Qt::LeftButton);
  if (!isDragging) {
    plot->setCursor(gripAt(event.pos()) == Drag::Nothing ? Qt::ArrowCursor : Qt::SplitHCursor);
    replotCursors();
    return;
  }
  if ((event.pos() - pressed_).manhattanLength() > kClickSlack) isClick_ = false;
  plot->setInteraction(QCP::iRangeDrag, drag_ == Drag::Pan && !isClick_);
  const qint64 step = axis.stepAt(plot->xAxis->pixelToCoord(event.pos().x()));
  if (drag_ == Drag::Step && !isClick_) choose(step);
  if (drag_ == Drag::FirstMeasure) overlay.measures[0] = step;
  if (drag_ == Drag::SecondMeasure) overlay.measures[1] = step;
  replotCursors();
}

void CurvePlot::Impl::onRelease(const QMouseEvent& event) {
  if (event.button() != Qt::LeftButton) return;
  const bool isClick = isClick_ && plot->selectionRectMode() == QCP::srmNone;
  drag_ = Drag::Nothing;
  if (!isClick) return;
  const qint64 step = axis.stepAt(plot->xAxis->pixelToCoord(event.pos().x()));
  if (event.modifiers().testFlag(Qt::ControlModifier)) {
    measureNext(step);
  } else {
    choose(step);
  }
}

void CurvePlot::Impl::onWheel(const QWheelEvent& event) {
  const QPoint position = event.position().toPoint();
  const double notches = event.angleDelta().y() / 120.;
  if (traces.empty() || notches == 0) return;
  const QRect area = plot->axisRect()->rect();
  const double factor = std::pow(kZoomOfNotch, notches);
  if (event.modifiers().testFlag(Qt::ControlModifier) || position.x() < area.left()) {
    plot->yAxis->scaleRange(factor, plot->yAxis->pixelToCoord(position.y()));
    replot();
  } else {
    zoomX(factor, plot->xAxis->pixelToCoord(position.x()));
  }
}

void CurvePlot::Impl::zoomX(double factor, double centre) {
  plot->xAxis->scaleRange(factor, centre);
  replot();
}

void CurvePlot::Impl::pan(QCPAxis* along, double share) {
  const QCPRange range = along->range();
  if (along->scaleType() == QCPAxis::stLogarithmic) {
    const double factor = std::pow(range.upper / range.lower, share);
    along->setRange(range.lower * factor, range.upper * factor);
  } else {
    along->moveRange(share * range.size());
  }
  replot();
}

void CurvePlot::Impl::choose(qint64 step) {
  qint64 first = std::numeric_limits<qint64>::max();
  qint64 last = 0;
  for (const auto& trace : traces) {
    if (trace->points().empty()) continue;
    first = std::min<qint64>(first, trace->points().front().step);
    last = std::max<qint64>(last, trace->points().back().step + trace->points().back().count - 1);
  }
  if (first > last) return;
  overlay.currentStep = std::clamp(step, first, last);
  overlay.isLive = false;
  replotCursors();
  Q_EMIT owner.stepChosen(overlay.currentStep);
}

void CurvePlot::Impl::moveBy(int points) {
  const CurveTrace* reference = finest();
  if (reference == nullptr || reference->points().empty()) return;
  overlay.showsCurrent = true;
  const auto size = static_cast<std::int64_t>(reference->points().size());
  const auto nearest = reference->nearest(axis.xOfStep(std::max<qint64>(overlay.currentStep, 0)));
  const auto i = static_cast<std::int64_t>(*nearest) + points;
  const auto& point =
      reference->points()[static_cast<std::size_t>(std::clamp<std::int64_t>(i, 0, size - 1))];
  choose(point.step + (point.count - 1) / 2);
}

void CurvePlot::Impl::measureNext(qint64 step) {
  auto& [first, second] = overlay.measures;
  if (!first) {
    first = step;
  } else if (!second) {
    second = step;
  } else {
    first.reset();
    second.reset();
  }
  replotCursors();
}

std::function<void()> CurvePlot::keyAction(const QKeyEvent& event) {
  const bool isFar = event.modifiers().testFlag(Qt::ControlModifier);
  if (event.modifiers() & ~(Qt::ControlModifier | Qt::KeypadModifier)) return {};
  const auto centre = [this] {
    const QCPRange x = impl_->plot->xAxis->range();
    const double at = impl_->axis.xOfStep(std::max<qint64>(0, impl_->overlay.currentStep));
    return x.contains(at) ? at : x.center();
  };
  switch (event.key()) {
    case Qt::Key_Left:
      return [this, isFar] { impl_->moveBy(isFar ? -10 : -1); };
    case Qt::Key_Right:
      return [this, isFar] { impl_->moveBy(isFar ? 10 : 1); };
    case Qt::Key_Home:
      return [this] { impl_->choose(0); };
    case Qt::Key_End:
      return [this] {
        followLive();
        Q_EMIT liveRequested();
      };
    case Qt::Key_Up:
      return [this] { impl_->pan(impl_->plot->yAxis, 0.1); };
    case Qt::Key_Down:
      return [this] { impl_->pan(impl_->plot->yAxis, -0.1); };
    case Qt::Key_PageUp:
      return [this] { impl_->pan(impl_->plot->xAxis, -0.5); };
    case Qt::Key_PageDown:
      return [this] { impl_->pan(impl_->plot->xAxis, 0.5); };
    case Qt::Key_Plus:
    case Qt::Key_Equal:
      return [this, centre] { impl_->zoomX(kZoomOfNotch, centre()); };
    case Qt::Key_Minus:
      return [this, centre] { impl_->zoomX(1 / kZoomOfNotch, centre()); };
    case Qt::Key_M:
      return [this] { impl_->measureNext(std::max<qint64>(0, impl_->overlay.currentStep)); };
    case Qt::Key_Escape:
      if (!impl_->overlay.measures[0]) return {};
      return [this] {
        impl_->overlay.measures = {};
        impl_->replotCursors();
      };
    default:
      return Plot::keyAction(event);
  }
}

}  // namespace attelier::widgets
