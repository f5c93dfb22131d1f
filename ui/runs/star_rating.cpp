#include "ui/runs/star_rating.h"

#include "ui/runs/sign.h"
#include "widgets/base/theme.h"

#include <QAccessible>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QStyleOptionFocusRect>

#include <algorithm>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {

namespace {
constexpr int kMost = 5;
}  // namespace

StarRating::StarRating(QWidget* parent) : QWidget(parent) {
  setFocusPolicy(Qt::StrongFocus);
  setMouseTracking(true);
  setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
  setStars(0);
}

void StarRating::setStars(int stars) {
  stars_ = std::clamp(stars, 0, kMost);
  setAccessibleName(tr("%n star(s)", nullptr, stars_));
  setToolTip(tr("%n star(s)", nullptr, stars_));
  update();
}

QSize StarRating::sizeHint() const {
  const int side = fontMetrics().height() + 2;
  return {kMost * side + 4, side + 4};
}

int StarRating::starAt(const QPointF& position) const {
  const double side = (width() - 4.0) / kMost;
  return std::clamp(static_cast<int>((position.x() - 2) / side) + 1, 1, kMost);
}

void StarRating::rate(int stars) {
  stars = std::clamp(stars, 0, kMost);
  if (stars == stars_) return;
  setStars(stars);
  QAccessibleEvent event(this, QAccessible::NameChanged);
  QAccessible::updateAccessibility(&event);
  Q_EMIT rated(stars);
}

void StarRating::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  const widgets::Theme& theme = widgets::Theme::of(palette());
  const int side = (width() - 4) / kMost;
  const int shown = hovered_ >= 0 && isEnabled() ? hovered_ : stars_;
  for (int i = 0; i < kMost; ++i) {
    drawSign(painter, QRect(3 + i * side, 3, side - 2, side - 2),
             i < shown ? u"star-filled"_s : u"star"_s, i < shown ? theme.warning : theme.mutedText);
  }
  if (hasFocus()) {
    QStyleOptionFocusRect option;
    option.initFrom(this);
    style()->drawPrimitive(QStyle::PE_FrameFocusRect, &option, &painter, this);
  }
}

void StarRating::mousePressEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton) return;
  const int star = starAt(event->position());
  rate(star == stars_ ? star - 1 : star);
}

void StarRating::mouseMoveEvent(QMouseEvent* event) {
  hovered_ = starAt(event->position());
  update();
}

void StarRating::leaveEvent(QEvent*) {
  hovered_ = -1;
  update();
}

void StarRating::keyPressEvent(QKeyEvent* event) {
  const bool isRightToLeft = layoutDirection() == Qt::RightToLeft;
  if (event->key() >= Qt::Key_0 && event->key() <= Qt::Key_5) {
    rate(event->key() - Qt::Key_0);
  } else if (event->key() == Qt::Key_Left || event->key() == Qt::Key_Down) {
    rate(stars_ + (isRightToLeft && event->key() == Qt::Key_Left ? 1 : -1));
  } else if (event->key() == Qt::Key_Right || event->key() == Qt::Key_Up) {
    rate(stars_ + (isRightToLeft && event->key() == Qt::Key_Right ? -1 : 1));
  } else {
    QWidget::keyPressEvent(event);
  }
}

}  // namespace attelier::ui
