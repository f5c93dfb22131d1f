#include "widgets/plots/curve_overlay.h"

#include <QCoreApplication>
#include <QLocale>

#include <cmath>

using namespace Qt::Literals::StringLiterals;

namespace attelier::widgets {

namespace {

constexpr double kMark = 4;      ///< half the size of a mark, in pixels
constexpr int kNear = 5;         ///< pixels from a mark at which its words are shown
constexpr int kValueDigits = 6;  ///< of a float32

struct Words {
  Q_DECLARE_TR_FUNCTIONS(attelier::widgets::CurvePlot)
};

QString number(double value) {
  if (std::isnan(value)) return Words::tr("not a number");
  if (std::isinf(value)) return value > 0 ? u"+∞"_s : u"−∞"_s;
  return QLocale().toString(value, 'g', kValueDigits);
}

QString whole(qint64 value) { return QLocale().toString(value); }

void paintTriangle(QPainter& painter, double x, double y, double direction) {
  painter.drawPolygon(QPolygonF{QPointF(x, y), QPointF(x - kMark, y - 2 * direction * kMark),
                                QPointF(x + kMark, y - 2 * direction * kMark)});
}

void paintCross(QPainter& painter, double x, double y) {
  painter.drawLine(QPointF(x - kMark, y - kMark), QPointF(x + kMark, y + kMark));
  painter.drawLine(QPointF(x - kMark, y + kMark), QPointF(x + kMark, y - kMark));
}

void paintStar(QPainter& painter, double x, double y) {
  QPolygonF star;
  for (int i = 0; i < 10; ++i) {
    const double radius = (i % 2 == 0 ? 1.8 : 0.75) * kMark;
    const double angle = M_PI * (0.2 * i - 0.5);
    star << QPointF(x + radius * std::cos(angle), y + radius * std::sin(angle));
  }
  painter.drawPolygon(star);
}

}  // namespace

CurveOverlay::CurveOverlay(QCustomPlot& plot, const StepAxis& axis,
                           const std::vector<std::unique_ptr<CurveTrace>>& traces)
    : plot_(plot), axis_(axis), traces_(traces) {}

double CurveOverlay::pixel(qint64 step) const {
  return plot_.xAxis->coordToPixel(axis_.xOfStep(step));
}

void CurveOverlay::paintMarks(QCPPainter& painter) const {
  const QRectF area = plot_.axisRect()->rect();
  if (traces_.empty() && !emptyText.isEmpty()) {
    painter.setFont(font);
    painter.setPen(theme->mutedText);
    painter.drawText(area, Qt::AlignCenter | Qt::TextWordWrap, emptyText);
    return;
  }
  for (const auto& mark : marks) {
    const double x = pixel(mark.step);
    if (x < area.left() - kMark || x > area.right() + kMark) continue;
    const auto line = [&](const QColor& colour) {
      painter.setPen(QPen(colour, 1, Qt::DotLine));
      painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()));
    };
    switch (mark.kind) {
      case StepMark::Kind::Checkpoint:
        painter.setPen(Qt::NoPen);
        painter.setBrush(theme->mutedText);
        paintTriangle(painter, x, area.bottom() - 1.4 * kMark, -0.7);
        break;
      case StepMark::Kind::Pinned:
        painter.setPen(Qt::NoPen);
        painter.setBrush(theme->accent);
        painter.drawPolygon(QPolygonF{
            QPointF(x, area.bottom()), QPointF(x - kMark, area.bottom() - kMark),
            QPointF(x, area.bottom() - 2 * kMark), QPointF(x + kMark, area.bottom() - kMark)});
        break;
      case StepMark::Kind::Best:
        line(theme->good);
        painter.setPen(Qt::NoPen);
        painter.setBrush(theme->good);
        paintStar(painter, x, area.top() + 2 * kMark);
        break;
      case StepMark::Kind::Phase:
        line(theme->mutedText);
        painter.setFont(font);
        painter.drawText(QPointF(x + kMark, area.bottom() - 3 * kMark), mark.text);
        break;
      case StepMark::Kind::Failure:
        line(theme->bad);
        painter.setPen(QPen(theme->bad, 2));
        paintCross(painter, x, area.top() + 2 * kMark);
        break;
    }
  }
  paintClamped(painter);
}

void CurveOverlay::paintClamped(QCPPainter& painter) const {
  const QRectF area = plot_.axisRect()->rect();
  for (const auto& trace : traces_) {
    if (!trace->isVisible) continue;
    const QColor colour = trace->look.colourIn(*theme);
    double before = -1;
    for (const auto& one : trace->clamped()) {
      const double x = plot_.xAxis->coordToPixel(one.x);
      // Thousands of them look like one where they lie on the same pixels.
      if (x < area.left() || x > area.right() || std::abs(x - before) < kMark) continue;
      before = x;
      if (one.edge == CurveTrace::Edge::Nowhere) {
        painter.setPen(QPen(theme->bad, 2));
        paintCross(painter, x, area.bottom() - 2.5 * kMark);
        continue;
      }
      painter.setPen(QPen(theme->surface, 1));
      painter.setBrush(colour);
      const bool isTop = one.edge == CurveTrace::Edge::Top;
      paintTriangle(painter, x, isTop ? area.top() : area.bottom(), isTop ? -1 : 1);
    }
  }
}

void CurveOverlay::paintLine(QCPPainter& painter, qint64 step, const QColor& colour,
                             Qt::PenStyle style, const QString& tag) const {
  const QRectF area = plot_.axisRect()->rect();
  const double x = std::round(pixel(step)) + 0.5;
  if (x < area.left() - 1 || x > area.right() + 1) return;
  painter.setPen(QPen(colour, 1, style));
  painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()));
  if (tag.isEmpty()) return;
  const QFontMetricsF metrics(font);
  const double width = metrics.horizontalAdvance(tag) + metrics.averageCharWidth();
  QRectF box(x - width / 2, area.top(), width, metrics.height());
  box.moveLeft(std::clamp(box.left(), area.left(), area.right() - width));
  painter.setPen(Qt::NoPen);
  painter.setBrush(colour);
  painter.drawRoundedRect(box, 2, 2);
  painter.setFont(font);
  painter.setPen(theme->accentText);
  painter.drawText(box, Qt::AlignCenter, tag);
}

Readout CurveOverlay::valuesAt(double x) const {
  Readout readout;
  std::int64_t step = axis_.stepAt(x);
  const double reach = 0.01 * plot_.xAxis->range().size();
  const CurveTrace* finest = nullptr;
  for (const auto& trace : traces_) {
    if (!trace->isVisible) continue;
    if (finest == nullptr || trace->points().size() > finest->points().size()) {
      finest = trace.get();
    }
  }
  QString title;
  if (finest != nullptr) {
    if (const auto i = finest->nearest(x)) {
      const CurvePoint& point = finest->points()[*i];
      if (point.count == 1) step = point.step;
      title = axis_.describe(step);
      if (point.count > 1) {
        title += u" · "_s + Words::tr("mean of %1 to %2")
                                .arg(whole(point.step), whole(point.step + point.count - 1));
      }
    }
  }
  readout.title = title.isEmpty() ? axis_.describe(step) : title;
  for (const auto& trace : traces_) {
    const auto i = trace->isVisible ? trace->nearest(x) : std::nullopt;
    if (!i) continue;
    const auto range = trace->xRange();
    if (x < range->lower - reach || x > range->upper + reach) continue;
    const CurvePoint& point = trace->points()[*i];
    ReadoutRow row{trace->look.colourIn(*theme), {trace->curve().name, number(point.mean)}};
    if (!trace->smoothed().empty()) {
      row.cells << Words::tr("smooth %1").arg(number(trace->smoothed()[*i]));
    }
    if (point.count > 1) {
      row.cells << Words::tr("%1 to %2").arg(number(point.minimum), number(point.maximum));
    } else if (trace->curve().isSparse) {
      row.cells << Words::tr("at %1").arg(whole(point.step));
    }
    readout.rows << row;
  }
  for (const auto& mark : marks) {
    if (mark.text.isEmpty()) continue;
    if (std::abs(pixel(mark.step) - plot_.xAxis->coordToPixel(x)) <= kNear) {
      readout.rows << ReadoutRow{{}, {mark.text}, Qt::SolidLine};
    }
  }
  return readout;
}

Readout CurveOverlay::differences() const {
  const auto [a, b] = std::minmax(*measures[0], *measures[1]);
  Readout readout;
  readout.title = Words::tr("Steps %1 to %2, %3 apart").arg(whole(a), whole(b), whole(b - a));
  for (const auto& trace : traces_) {
    if (!trace->isVisible) continue;
    const auto i = trace->nearest(axis_.xOfStep(a));
    const auto k = trace->nearest(axis_.xOfStep(b));
    if (!i || !k) continue;
    const auto valueOf = [&](std::size_t at) {
      return trace->smoothed().empty() ? static_cast<double>(trace->points()[at].mean)
                                       : trace->smoothed()[at];
    };
    const double difference = valueOf(*k) - valueOf(*i);
    readout.rows << ReadoutRow{trace->look.colourIn(*theme),
                               {trace->curve().name, number(valueOf(*i)), number(valueOf(*k)),
                                (difference >= 0 ? u"+"_s : QString()) + number(difference)}};
  }
  return readout;
}

Readout CurveOverlay::legend() const {
  Readout readout;
  for (const auto& trace : traces_) {
    if (!trace->isVisible) continue;
    readout.rows << ReadoutRow{
        trace->look.colourIn(*theme), {trace->curve().name}, trace->look.dash()};
  }
  return readout;
}

void CurveOverlay::paintCursors(QCPPainter& painter) const {
  if (traces_.empty()) return;
  const QRect area = plot_.axisRect()->rect();
  if (currentStep >= 0) {
    paintLine(painter, currentStep, theme->accent, isLive ? Qt::DashLine : Qt::SolidLine,
              isLive ? QString() : whole(currentStep));
  }
  for (std::size_t i = 0; i < measures.size(); ++i) {
    if (measures[i]) {
      paintLine(painter, *measures[i], theme->text, Qt::DashDotLine, i == 0 ? u"1"_s : u"2"_s);
    }
  }
  if (showsLegend) paintReadout(painter, legend(), area, area.topRight(), *theme, font);
  if (measures[0] && measures[1]) {
    paintReadout(painter, differences(), area, area.topLeft(), *theme, font);
  }
  if (pointer && area.contains(*pointer)) {
    painter.setPen(QPen(theme->mutedText, 0, Qt::DotLine));
    painter.drawLine(QPointF(pointer->x(), area.top()), QPointF(pointer->x(), area.bottom()));
    const double x = plot_.xAxis->pixelToCoord(pointer->x());
    for (const auto& trace : traces_) {
      const auto i = trace->isVisible ? trace->nearest(x) : std::nullopt;
      if (!i || !std::isfinite(trace->points()[*i].mean)) continue;
      painter.setPen(QPen(theme->surface, 1));
      painter.setBrush(trace->look.colourIn(*theme));
      painter.drawEllipse(
          QPointF(plot_.xAxis->coordToPixel(trace->xs()[*i]),
                  plot_.yAxis->coordToPixel(static_cast<double>(trace->points()[*i].mean))),
          kMark, kMark);
    }
    paintReadout(painter, valuesAt(x), area, *pointer, *theme, font);
  } else if (showsCurrent && currentStep >= 0) {
    const QPoint at(static_cast<int>(pixel(currentStep)), area.center().y());
    paintReadout(painter, valuesAt(axis_.xOfStep(currentStep)), area, at, *theme, font);
  }
}

}  // namespace attelier::widgets
