#include "ui/window/hint_bubble.h"

#include "widgets/base/theme.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <cmath>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {

namespace {

constexpr int kWidthEms = 32;
constexpr int kPulseMs = 1600;
constexpr int kPulses = 2;

QRect inside(QRect rect, const QRect& bounds) {
  rect.moveLeft(std::clamp(rect.left(), bounds.left(),
                           std::max(bounds.left(), bounds.right() - rect.width())));
  rect.moveTop(std::clamp(rect.top(), bounds.top(),
                          std::max(bounds.top(), bounds.bottom() - rect.height())));
  return rect;
}

}  // namespace

HintBubble::HintBubble(const QString& text, QWidget* window)
    : QWidget(window), label_(new QLabel), button_(new QPushButton(tr("Got it"))) {
  setObjectName(u"hint"_s);
  label_->setWordWrap(true);
  label_->setTextFormat(Qt::PlainText);
  button_->setAutoDefault(false);
  button_->setFocusPolicy(Qt::TabFocus);
  connect(button_, &QPushButton::clicked, this, &HintBubble::closed);
  auto* row = new QHBoxLayout(this);
  row->addWidget(label_, 1);
  row->addWidget(button_, 0, Qt::AlignBottom);
  setText(text);
  colour();
}

void HintBubble::setText(const QString& text) {
  label_->setText(text);
  setAccessibleName(tr("Hint: %1").arg(text));
  button_->setAccessibleName(tr("Got it: close the hint “%1”").arg(text));
}

int HintBubble::arrow() const { return fontMetrics().height() / 2; }

void HintBubble::colour() {
  QPalette own = palette();
  const auto& theme = widgets::Theme::of(own);
  own.setColor(QPalette::WindowText, theme.text);
  label_->setPalette(own);
}

void HintBubble::pointAt(const QRect& target) {
  const int room = arrow(), edge = fontMetrics().height() / 2;
  const QRect bounds = parentWidget()->rect().adjusted(edge, edge, -edge, -edge);
  layout()->setContentsMargins(edge + room, edge + room, edge + room, edge + room);
  const int most = kWidthEms * fontMetrics().horizontalAdvance(u'M');
  const int textWidth = fontMetrics().horizontalAdvance(label_->text());
  const int spare = button_->sizeHint().width() + layout()->spacing() + 2 * (edge + room);
  const int width = std::min({most, textWidth + spare + 1, bounds.width()});
  const QSize size(width, heightForWidth(width));

  QRect best;
  int leastOverlap = 0;
  for (const auto side : {Qt::TopEdge, Qt::BottomEdge, Qt::LeftEdge, Qt::RightEdge}) {
    QRect rect(QPoint(), size);
    rect.moveCenter(target.center());
    if (side == Qt::TopEdge) rect.moveTop(target.bottom());
    if (side == Qt::BottomEdge) rect.moveBottom(target.top());
    if (side == Qt::LeftEdge) rect.moveLeft(target.right());
    if (side == Qt::RightEdge) rect.moveRight(target.left());
    rect = inside(rect, bounds);
    const QRect common = rect.adjusted(room, room, -room, -room).intersected(target);
    const int overlap = common.isEmpty() ? 0 : common.width() * common.height();
    if (best.isNull() || overlap < leastOverlap) {
      best = rect;
      leastOverlap = overlap;
      side_ = side;
    }
  }
  setGeometry(best);
  tip_ = inside(QRect(mapFromParent(target.center()), QSize(1, 1)),
                rect().adjusted(2 * room, 2 * room, -2 * room, -2 * room))
             .topLeft();
  update();
}

void HintBubble::paintEvent(QPaintEvent*) {
  const auto& theme = widgets::Theme::of(palette());
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  const double a = arrow();
  const QRectF body = QRectF(rect()).adjusted(a, a, -a, -a);
  QPainterPath outline, point;
  outline.addRoundedRect(body, a / 2, a / 2);
  const QPointF tip = tip_;
  switch (side_) {
    case Qt::TopEdge:
      point.addPolygon(QPolygonF{{{tip.x(), 1}, {tip.x() + a, a + 1}, {tip.x() - a, a + 1}}});
      break;
    case Qt::BottomEdge:
      point.addPolygon(QPolygonF{{{tip.x(), height() - 1.0},
                                  {tip.x() - a, body.bottom() - 1},
                                  {tip.x() + a, body.bottom() - 1}}});
      break;
    case Qt::LeftEdge:
      point.addPolygon(QPolygonF{{{1, tip.y()}, {a + 1, tip.y() - a}, {a + 1, tip.y() + a}}});
      break;
    case Qt::RightEdge:
      point.addPolygon(QPolygonF{{{width() - 1.0, tip.y()},
                                  {body.right() - 1, tip.y() + a},
                                  {body.right() - 1, tip.y() - a}}});
      break;
  }
  point.closeSubpath();
  painter.setPen(QPen(theme.accent, 1.5));
  painter.setBrush(theme.raised);
  painter.drawPath(outline.united(point));
}

void HintBubble::keyPressEvent(QKeyEvent* event) {
  if (event->key() == Qt::Key_Escape) {
    Q_EMIT closed();
  } else {
    QWidget::keyPressEvent(event);
  }
}

void HintBubble::changeEvent(QEvent* event) {
  if (event->type() == QEvent::PaletteChange) colour();
  QWidget::changeEvent(event);
}

HintRing::HintRing(QWidget* window, bool isStill) : QWidget(window) {
  setAttribute(Qt::WA_TransparentForMouseEvents);
  setFocusPolicy(Qt::NoFocus);
  pulse_.setStartValue(0.0);
  pulse_.setEndValue(1.0);
  pulse_.setDuration(kPulseMs);
  connect(&pulse_, &QVariantAnimation::valueChanged, this, qOverload<>(&QWidget::update));
  if (!isStill) pulse_.start();
}

void HintRing::surround(const QRect& target) {
  target_ = target;
  shape();
}

void HintRing::shape() {
  const int room = fontMetrics().height();
  setGeometry(target_.adjusted(-room, -room, room, room).intersected(parentWidget()->rect()));
  // What lies inside the ring must not be painted anew with every beat of the pulse.
  const QRect hole = QRect(mapFromParent(target_.topLeft()), target_.size());
  setMask(QRegion(rect()).subtracted(QRegion(hole.adjusted(4, 4, -4, -4))));
}

void HintRing::paintEvent(QPaintEvent*) {
  const double room = fontMetrics().height();
  const double wave = std::sin(M_PI * kPulses * pulse_.currentValue().toDouble());
  const double beat = isPulsing() ? wave * wave : 0;
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  const double grow = 1 + beat * room * 0.6;
  QColor colour = widgets::Theme::of(palette()).accent;
  colour.setAlphaF(isPulsing() ? 0.9F : 0.7F);
  painter.setPen(QPen(colour, 2 + 2 * beat));
  const QRectF hole(mapFromParent(target_.topLeft()), target_.size());
  painter.drawRoundedRect(hole.adjusted(-grow, -grow, grow, grow), room / 3, room / 3);
}

}  // namespace attelier::ui
