#include "widgets/plots/sparkline.h"

#include "widgets/base/theme.h"

#include <QPainter>

#include <algorithm>
#include <cmath>

namespace attelier::widgets {

void paintSparkline(QPainter& painter, const QRectF& rect, std::span<const float> values,
                    const SparklineLook& look) {
  double least = std::numeric_limits<double>::infinity();
  double most = -least;
  for (const float value : values) {
    if (!std::isfinite(value)) continue;
    least = std::min(least, static_cast<double>(value));
    most = std::max(most, static_cast<double>(value));
  }
  if (least > most) return;
  if (look.range) std::tie(least, most) = *look.range;
  const double inset = 1.5;
  const QRectF inner = rect.adjusted(inset, inset, -inset, -inset);
  const auto count = static_cast<double>(values.size());
  const auto place = [&](std::size_t i, double value) {
    const double x = values.size() > 1 ? static_cast<double>(i) / (count - 1) : 0.5;
    const double y = most > least ? std::clamp((value - least) / (most - least), 0., 1.) : 0.5;
    return QPointF(inner.left() + x * inner.width(), inner.bottom() - y * inner.height());
  };

  const std::size_t block = std::max<std::size_t>(
      1, static_cast<std::size_t>(std::ceil(count / std::max(1., inner.width()))));
  QPolygonF line;
  const auto flush = [&] {
    if (line.size() == 1) painter.drawPoint(line.front());
    if (line.size() > 1) painter.drawPolyline(line);
    line.clear();
  };
  painter.save();
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setPen(QPen(look.line, 1));
  painter.setBrush(Qt::NoBrush);
  for (std::size_t i = 0; i < values.size(); i += block) {
    const auto part = values.subspan(i, std::min(block, values.size() - i));
    if (std::none_of(part.begin(), part.end(), [](float v) { return std::isfinite(v); })) {
      flush();
      continue;
    }
    double low = std::numeric_limits<double>::infinity();
    double high = -low;
    for (const float value : part) {
      if (!std::isfinite(value)) continue;
      low = std::min(low, static_cast<double>(value));
      high = std::max(high, static_cast<double>(value));
    }
    line << place(i, low);
    if (high > low) line << place(i, high);
  }
  flush();
  if (look.marked >= 0 && static_cast<std::size_t>(look.marked) < values.size()) {
    const auto i = static_cast<std::size_t>(look.marked);
    if (std::isfinite(values[i])) {
      painter.setPen(Qt::NoPen);
      painter.setBrush(look.marker);
      painter.drawEllipse(place(i, static_cast<double>(values[i])), 2, 2);
    }
  }
  painter.restore();
}

Sparkline::Sparkline(QWidget* parent) : QWidget(parent) {
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void Sparkline::setValues(std::vector<float> values, const QString& title) {
  values_ = std::move(values);
  setAccessibleName(title);
  setToolTip(title);
  update();
}

void Sparkline::setMarked(int index) {
  marked_ = index;
  update();
}

void Sparkline::setRange(const std::optional<std::pair<double, double>>& range) {
  range_ = range;
  update();
}

QSize Sparkline::sizeHint() const {
  return {8 * fontMetrics().height(), fontMetrics().height() * 3 / 2};
}

QSize Sparkline::minimumSizeHint() const {
  return {3 * fontMetrics().height(), fontMetrics().height()};
}

DataTable Sparkline::dataTable() const {
  DataTable table;
  table.title = accessibleName();
  table.columns = {tr("Number"), tr("Value")};
  for (std::size_t i = 0; i < values_.size(); ++i) {
    table.rows << QVariantList{static_cast<int>(i), static_cast<double>(values_[i])};
  }
  return table;
}

void Sparkline::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  const Theme& theme = Theme::of(palette());
  paintSparkline(painter, rect(), values_, {theme.series[0], theme.accent, marked_, range_});
}

}  // namespace attelier::widgets
