#include "widgets/video/temporal_bar.h"

#include "widgets/base/theme.h"
#include "widgets/video/colour_bar.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QLocale>
#include <QPainter>
#include <QToolTip>

#include <algorithm>
#include <cmath>

namespace attelier::widgets {

TemporalBar::TemporalBar(QWidget* parent) : QWidget(parent) {
  setAccessibleName(tr("Attention per frame"));
  setFocusPolicy(Qt::StrongFocus);
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Maximum);
  setCursor(Qt::PointingHandCursor);
}

void TemporalBar::setFrames(FramesPtr frames) {
  if (frames == frames_) return;
  frames_ = std::move(frames);
  mass_ = frames_ ? massPerFrame(*frames_) : std::vector<double>();
  whole_ = 0;
  for (const double mass : mass_) whole_ += std::isfinite(mass) ? std::abs(mass) : 0;
  setAccessibleDescription(
      mass_.size() == 1 ? tr("One map for the whole clip")
      : mass_.empty()
          ? QString()
          : textOf(static_cast<int>(std::max_element(mass_.begin(), mass_.end()) - mass_.begin())));
  update();
}

void TemporalBar::setFrame(int picture) {
  if (picture == picture_) return;
  picture_ = picture;
  update();
}

double TemporalBar::share(int t) const {
  const double mass = mass_[static_cast<std::size_t>(t)];
  return whole_ > 0 && std::isfinite(mass) ? mass / whole_ : 0;
}

QString TemporalBar::textOf(int t) const {
  const QLocale locale;
  const int first = firstPicture(*frames_, frames_->grid, t);
  const int last = firstPicture(*frames_, frames_->grid, t + 1) - 1;
  const QString part =
      last > first
          ? tr("Frames %1 to %2").arg(locale.toString(first + 1), locale.toString(last + 1))
          : tr("Frame %1").arg(locale.toString(first + 1));
  return tr("%1: %2 % of the attention (weights sum to %3)")
      .arg(part, locale.toString(100 * share(t), 'f', 1),
           valueText(mass_[static_cast<std::size_t>(t)]));
}

DataTable TemporalBar::dataTable() const {
  DataTable table{
      tr("Attention per frame"),
      {tr("frame of the map"), tr("first picture"), tr("sum of weights"), tr("share, %")},
      {}};
  for (int t = 0; t < static_cast<int>(mass_.size()); ++t) {
    table.rows << QVariantList{t + 1, firstPicture(*frames_, frames_->grid, t) + 1,
                               mass_[static_cast<std::size_t>(t)], 100 * share(t)};
  }
  return table;
}

QSize TemporalBar::sizeHint() const {
  return {fontMetrics().horizontalAdvance(u'0') * 60, fontMetrics().height() * 2};
}

QSize TemporalBar::minimumSizeHint() const {
  return {fontMetrics().horizontalAdvance(u'0') * 16, fontMetrics().height()};
}

int TemporalBar::pictureAt(double x) const {
  const int count = frames_ ? frames_->frameCount() : 0;
  if (count == 0) return -1;
  return std::clamp(static_cast<int>(x * count / std::max(1, width())), 0, count - 1);
}

void TemporalBar::paintEvent(QPaintEvent*) {
  const Theme& theme = Theme::of(palette());
  QPainter painter(this);
  painter.fillRect(rect(), theme.surface);
  if (!frames_ || frames_->pictures.isEmpty()) return;
  const int count = frames_->frameCount();
  const double column = static_cast<double>(width()) / count;
  painter.fillRect(QRectF(picture_ * column, 0, column, height()), theme.grid);
  const int bars = static_cast<int>(mass_.size());
  double most = 0, least = 0;
  for (int t = 0; t < bars; ++t) {
    most = std::max(most, share(t));
    least = std::min(least, share(t));
  }
  const double span = most - least;
  const int margin = 3;
  const double room = height() - 2 * margin;
  const double zero = span > 0 ? margin + room * most / span : height() - margin;
  for (int t = 0; t < bars && span > 0; ++t) {
    const int from = firstPicture(*frames_, frames_->grid, t);
    const int to = firstPicture(*frames_, frames_->grid, t + 1);
    const double gap = std::min(2.0, column / 4);
    const double size = room * share(t) / span;
    const QRectF bar(from * column + gap, std::min(zero, zero - size),
                     (to - from) * column - 2 * gap, std::max(1.0, std::abs(size)));
    const bool isCurrent = picture_ >= from && picture_ < to;
    painter.fillRect(bar, isCurrent ? theme.accent : theme.mutedText);
  }
  painter.setPen(theme.border);
  painter.drawLine(QPointF(0, zero), QPointF(width(), zero));
  if (hasFocus()) {
    painter.setPen(QPen(theme.accent, 2));
    painter.drawRect(rect().adjusted(1, 1, -1, -1));
  }
}

void TemporalBar::mousePressEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton) return QWidget::mousePressEvent(event);
  const int picture = pictureAt(event->position().x());
  if (picture >= 0) Q_EMIT frameChosen(picture);
}

void TemporalBar::mouseMoveEvent(QMouseEvent* event) {
  const int picture = pictureAt(event->position().x());
  if ((event->buttons() & Qt::LeftButton) && picture >= 0 && picture != picture_)
    Q_EMIT frameChosen(picture);
}

void TemporalBar::keyPressEvent(QKeyEvent* event) {
  const int count = frames_ ? frames_->frameCount() : 0;
  const bool plain = !(event->modifiers() & ~Qt::KeypadModifier);
  if (plain && event->key() == Qt::Key_Left && picture_ > 0) {
    Q_EMIT frameChosen(picture_ - 1);
  } else if (plain && event->key() == Qt::Key_Right && picture_ + 1 < count) {
    Q_EMIT frameChosen(picture_ + 1);
  } else {
    QWidget::keyPressEvent(event);
  }
}

bool TemporalBar::event(QEvent* event) {
  if (event->type() == QEvent::ToolTip) {
    const auto* help = static_cast<QHelpEvent*>(event);
    const int picture = pictureAt(help->pos().x());
    if (picture >= 0 && !mass_.empty()) {
      QToolTip::showText(help->globalPos(), textOf(tokenFrame(*frames_, frames_->grid, picture)),
                         this);
    } else {
      QToolTip::hideText();
    }
    return true;
  }
  return QWidget::event(event);
}

}  // namespace attelier::widgets
