#include "ui/runs/comparison_strip.h"

#include "widgets/base/icon.h"
#include "widgets/base/theme.h"

#include <QContextMenuEvent>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QLocale>
#include <QMenu>
#include <QPainter>
#include <QStyleOptionFocusRect>
#include <QToolTip>

#include <algorithm>
#include <cmath>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {

namespace {

QString number(double value) { return QLocale().toString(value, 'f', 3); }

}  // namespace

ComparisonStrip::ComparisonStrip(QWidget* parent) : QWidget(parent) {
  setFocusPolicy(Qt::TabFocus);
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
  setAccessibleName(tr("The cell among its controls"));
}

void ComparisonStrip::setGroup(const EvaluationGroup& group) {
  group_ = group;
  std::vector<double> values = group.random;
  if (group.cell) values.push_back(*group.cell);
  if (group.plain) values.push_back(*group.plain);
  if (!values.empty()) {
    const auto [lowest, highest] = std::minmax_element(values.begin(), values.end());
    const double span = std::max(0.02, *highest - *lowest);
    step_ = span > 0.5 ? 0.2 : span > 0.25 ? 0.1 : span > 0.1 ? 0.05 : span > 0.05 ? 0.02 : 0.01;
    from_ = std::max(0.0, std::floor((*lowest - 0.15 * span) / step_) * step_);
    to_ = std::min(1.0, std::ceil((*highest + 0.15 * span) / step_) * step_);
  }
  setAccessibleDescription(group.verdict ? QString::fromStdString(group.verdict->sentence)
                                         : QString());
  update();
}

widgets::DataTable ComparisonStrip::dataTable() const {
  widgets::DataTable table{.title = tr("%1 among its controls").arg(group_.name),
                           .columns = {tr("Training"), tr("%1 top-1", "split").arg(group_.split)},
                           .rows = {}};
  if (group_.cell) table.rows << QVariantList{group_.name, *group_.cell};
  if (group_.plain) table.rows << QVariantList{tr("plain backbone"), *group_.plain};
  for (std::size_t i = 0; i < group_.random.size(); ++i) {
    table.rows << QVariantList{tr("random cell %1").arg(i + 1), group_.random[i]};
  }
  return table;
}

QSize ComparisonStrip::sizeHint() const {
  const int line = fontMetrics().height();
  return {line * 20, line * 5};
}

QSize ComparisonStrip::minimumSizeHint() const {
  return {fontMetrics().height() * 10, sizeHint().height()};
}

QRect ComparisonStrip::plot() const {
  const int line = fontMetrics().height();
  return rect().adjusted(line, line * 3 / 2, -line, -line * 3 / 2);
}

double ComparisonStrip::xOf(double value) const {
  const QRect area = plot();
  const double share = (value - from_) / std::max(1e-9, to_ - from_);
  return area.left() + share * area.width();
}

void ComparisonStrip::paintEvent(QPaintEvent*) {
  const widgets::Theme& theme = widgets::Theme::of(palette());
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  const QRect area = plot();
  const int line = fontMetrics().height();
  const double middle = area.center().y();
  const double size = line * 0.38;

  painter.setPen(QPen(theme.grid, 1));
  const int digits = step_ < 0.1 ? 2 : 1;
  for (double tick = from_; tick <= to_ + step_ / 2; tick += step_) {
    const double x = xOf(tick);
    painter.setPen(theme.grid);
    painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()));
    painter.setPen(theme.mutedText);
    painter.drawText(QRectF(x - 2 * line, area.bottom(), 4 * line, line * 1.4), Qt::AlignCenter,
                     QLocale().toString(tick, 'f', digits));
  }
  if (group_.spread) {
    const double left = xOf(group_.spread->mean - group_.spread->deviation);
    const double right = xOf(group_.spread->mean + group_.spread->deviation);
    QColor band = theme.mutedText;
    band.setAlphaF(0.22F);
    painter.fillRect(QRectF(left, area.top(), right - left, area.height()), band);
    painter.setPen(QPen(theme.mutedText, 2));
    const double x = xOf(group_.spread->mean);
    painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()));
  }
  const auto label = [&](double value, const QString& text, const QColor& colour) {
    const int width = fontMetrics().horizontalAdvance(text);
    const double x =
        std::clamp(xOf(value) - width / 2.0, 0.0, static_cast<double>(this->width() - width));
    painter.setPen(colour);
    painter.drawText(QPointF(x, area.top() - line * 0.4), text);
  };
  painter.setBrush(Qt::NoBrush);
  painter.setPen(QPen(theme.text, 1.5));
  for (const double value : group_.random)
    painter.drawEllipse(QPointF(xOf(value), middle), size, size);
  if (group_.plain) {
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme.mutedText);
    painter.drawRect(
        QRectF(xOf(*group_.plain) - size * 0.85, middle - size * 0.85, size * 1.7, size * 1.7));
  }
  if (group_.cell) {
    const QPointF at(xOf(*group_.cell), middle);
    painter.setPen(QPen(theme.surface, 1));
    painter.setBrush(theme.accent);
    const double half = size * 1.4;
    painter.drawPolygon(QPolygonF{at + QPointF(0, -half), at + QPointF(half, 0),
                                  at + QPointF(0, half), at + QPointF(-half, 0)});
    label(*group_.cell, tr("the cell %1").arg(number(*group_.cell)), theme.accent);
  }
  if (hasFocus()) {
    QStyleOptionFocusRect option;
    option.initFrom(this);
    style()->drawPrimitive(QStyle::PE_FrameFocusRect, &option, &painter, this);
  }
}

bool ComparisonStrip::event(QEvent* event) {
  if (event->type() == QEvent::ToolTip) {
    const QPoint at = static_cast<QHelpEvent*>(event)->pos();
    QString nearest;
    double distance = fontMetrics().height();
    const auto offer = [&](double value, const QString& name) {
      const double off = std::abs(xOf(value) - at.x());
      if (off >= distance) return;
      distance = off;
      nearest = tr("%1: %2", "training, accuracy").arg(name, number(value));
    };
    for (const double value : group_.random) offer(value, tr("random cell"));
    if (group_.plain) offer(*group_.plain, tr("plain backbone"));
    if (group_.cell) offer(*group_.cell, tr("the cell"));
    QToolTip::showText(static_cast<QHelpEvent*>(event)->globalPos(), nearest, this);
    return true;
  }
  return QWidget::event(event);
}

void ComparisonStrip::keyPressEvent(QKeyEvent* event) {
  if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) {
    widgets::showDataTable(dataTable(), this);
  } else {
    QWidget::keyPressEvent(event);
  }
}

void ComparisonStrip::contextMenuEvent(QContextMenuEvent* event) {
  auto* menu = new QMenu(this);
  menu->setAttribute(Qt::WA_DeleteOnClose);
  menu->addAction(widgets::icon(u"table"_s), tr("Show as &Table"), this,
                  [this] { widgets::showDataTable(dataTable(), this); });
  menu->addAction(widgets::icon(u"save"_s), tr("&Save as CSV…"), this,
                  [this] { widgets::saveDataTable(dataTable(), this); });
  menu->popup(event->globalPos());
}

}  // namespace attelier::ui
