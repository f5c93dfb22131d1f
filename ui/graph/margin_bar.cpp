#include "ui/graph/margin_bar.h"

#include "widgets/base/theme.h"

#include <QPainter>

#include <algorithm>

namespace attelier::ui {

MarginBar::MarginBar(QWidget* parent) : QWidget(parent) {
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
  setAccessibleName(tr("Margin of the cell"));
}

void MarginBar::setChoice(double keptWeight, double droppedWeight, const QString& sentence) {
  const bool same = isSet_ && kept_ == keptWeight && dropped_ == droppedWeight;
  isSet_ = true;
  kept_ = keptWeight;
  dropped_ = droppedWeight;
  if (accessibleDescription() != sentence) {
    setAccessibleDescription(sentence);
    setToolTip(sentence);
  }
  if (!same) update();
}

void MarginBar::clear(const QString& sentence) {
  isSet_ = false;
  setAccessibleDescription(sentence);
  setToolTip(sentence);
  update();
}

QSize MarginBar::sizeHint() const { return {fontMetrics().height() * 14, fontMetrics().height()}; }

QSize MarginBar::minimumSizeHint() const {
  return {fontMetrics().height() * 6, fontMetrics().height()};
}

void MarginBar::paintEvent(QPaintEvent*) {
  const widgets::Theme& theme = widgets::Theme::of(palette());
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  const QRectF track = QRectF(rect()).adjusted(0.5, height() * 0.2, -0.5, -height() * 0.2);
  painter.setPen(QPen(theme.border, 1));
  painter.setBrush(theme.surface);
  painter.drawRect(track);
  if (!isSet_) return;
  // The kept weight at four fifths: room on both sides of the gap.
  const double unit = track.width() * 0.8 / std::max(kept_, 1e-12);
  const double from = track.left() + dropped_ * unit, to = track.left() + kept_ * unit;
  painter.fillRect(
      QRectF(QPointF(track.left() + 1, track.top() + 1), QPointF(from, track.bottom() - 1)),
      theme.grid);
  const QColor colour = kept_ - dropped_ < kSmallMargin ? theme.warning : theme.good;
  const QRectF gap(QPointF(from, track.top() + 1),
                   QPointF(std::max(to, from + 1), track.bottom() - 1));
  painter.fillRect(gap, QBrush(colour, Qt::BDiagPattern));
  painter.setPen(QPen(theme.mutedText, 1.5));
  painter.drawLine(QPointF(from, track.top() - 2), QPointF(from, track.bottom() + 2));
  painter.setPen(QPen(colour, 2.5));
  painter.drawLine(QPointF(to, track.top() - 3), QPointF(to, track.bottom() + 3));
}

}  // namespace attelier::ui
