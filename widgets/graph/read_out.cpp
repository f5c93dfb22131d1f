#include "widgets/graph/read_out.h"

#include "widgets/graph/node_glyph.h"

#include <QFontMetricsF>
#include <QLocale>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace attelier::widgets {

void drawReadOut(QPainter& painter, const ReadOut& readOut, const QPointF& anchor,
                 const QRectF& bounds, const QFont& font, const Theme& theme) {
  QFont bold = font;
  bold.setBold(true);
  const QFontMetricsF metrics(font), boldMetrics(bold);
  const double em = metrics.height(), pad = em * 0.5;
  const bool sparkline = readOut.history.size() >= 2;
  double width = std::max(boldMetrics.horizontalAdvance(readOut.title), sparkline ? em * 11 : 0.0);
  for (const auto& line : readOut.lines) width = std::max(width, metrics.horizontalAdvance(line));
  const double height =
      em * (1.15 + static_cast<double>(readOut.lines.size()) + (sparkline ? 2.4 : 0.0));
  const QSizeF size(std::ceil(width + 2 * pad), std::ceil(height + 2 * pad));

  const double gap = em * 0.9;
  QPointF corner = anchor + QPointF(gap, gap);
  if (corner.x() + size.width() > bounds.right()) corner.setX(anchor.x() - gap - size.width());
  if (corner.y() + size.height() > bounds.bottom()) corner.setY(anchor.y() - gap - size.height());
  corner.setX(std::clamp(corner.x(), bounds.left(),
                         std::max(bounds.left(), bounds.right() - size.width())));
  corner.setY(std::clamp(corner.y(), bounds.top(),
                         std::max(bounds.top(), bounds.bottom() - size.height())));
  const QRectF card(QPointF(std::round(corner.x()), std::round(corner.y())), size);

  painter.save();
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setPen(QPen(theme.border, 1));
  painter.setBrush(faded(theme.raised, 0.97));
  painter.drawRoundedRect(card.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4);
  QRectF line(card.left() + pad, card.top() + pad, width + 2, em);
  painter.setPen(theme.text);
  painter.setFont(bold);
  painter.drawText(line, Qt::AlignVCenter, readOut.title);
  line.translate(0, em * 1.15);
  painter.setFont(font);
  for (const auto& text : readOut.lines) {
    painter.drawText(line, Qt::AlignVCenter, text);
    line.translate(0, em);
  }
  if (sparkline) {
    drawSparkline(painter, QRectF(line.left(), line.top() + em * 0.4, width, em * 1.9),
                  readOut.history, theme);
  }
  painter.restore();
}

void drawSparkline(QPainter& painter, const QRectF& box, const std::vector<float>& values,
                   const Theme& theme, float leastSpan) {
  std::vector<float> finite;
  std::copy_if(values.begin(), values.end(), std::back_inserter(finite),
               [](float value) { return std::isfinite(value); });
  if (finite.size() < 2) return;
  const auto [least, most] = std::minmax_element(finite.begin(), finite.end());
  const double middle = (static_cast<double>(*least) + *most) / 2;
  const double span = std::max(*most - *least, leastSpan);
  const double top = middle + span / 2;

  painter.save();
  painter.setRenderHint(QPainter::Antialiasing);
  const QFont small = pixelFont(painter.font(), QFontMetricsF(painter.font()).height() * 0.62);
  const QFontMetricsF metrics(small);
  const auto number = [](double value) { return QLocale().toString(value, 'f', 3); };
  const double numbers = metrics.horizontalAdvance(number(0)) + metrics.height() * 0.4;
  painter.setFont(small);
  painter.setPen(theme.mutedText);
  const QRectF column(box.right() - numbers, box.top(), numbers, box.height());
  painter.drawText(column, Qt::AlignRight | Qt::AlignTop, number(top));
  painter.drawText(column, Qt::AlignRight | Qt::AlignBottom, number(top - span));

  const QRectF plot = box.adjusted(0, 2, -numbers - 3, -2);
  painter.setPen(QPen(theme.grid, 1));
  painter.drawLine(plot.topLeft(), plot.topRight());
  painter.drawLine(plot.bottomLeft(), plot.bottomRight());
  QPolygonF line;
  for (std::size_t i = 0; i < finite.size(); ++i) {
    const double x = static_cast<double>(i) / static_cast<double>(finite.size() - 1);
    line << QPointF(plot.left() + x * plot.width(),
                    plot.top() + (top - static_cast<double>(finite[i])) / span * plot.height());
  }
  painter.setPen(QPen(theme.accent, 1));
  painter.drawPolyline(line);
  painter.setPen(Qt::NoPen);
  painter.setBrush(theme.accent);
  painter.drawEllipse(line.last(), 2.5, 2.5);
  painter.restore();
}

}  // namespace attelier::widgets
