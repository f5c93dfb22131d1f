#include "ui/dialogs/message_bar.h"

#include "widgets/base/theme.h"

#include <QAccessible>
#include <QEvent>
#include <QPainter>
#include <QPainterPath>

namespace attelier::ui {

namespace {

QColor colourOf(Severity severity, const widgets::Theme& theme) {
  switch (severity) {
    case Severity::Good:
      return theme.good;
    case Severity::Warning:
      return theme.warning;
    case Severity::Bad:
      return theme.bad;
    case Severity::Information:
      return theme.accent;
    case Severity::Quiet:
      break;
  }
  return theme.mutedText;
}

}  // namespace

MessageBar::MessageBar(Look look, QWidget* parent) : QLabel(parent), look_(look) {
  setWordWrap(true);
  setTextFormat(Qt::PlainText);
  setTextInteractionFlags(Qt::TextSelectableByMouse);
  hide();
}

void MessageBar::say(Severity severity, const QString& text) {
  const bool isNew = text != this->text() || severity != severity_;
  severity_ = severity;
  const int unit = fontMetrics().height();
  const int around = look_ == Look::Banner ? unit / 2 : 0;
  setContentsMargins(around + (severity == Severity::Quiet ? 0 : unit + unit / 3), around, around,
                     around);
  setText(text);
  applyColours();
  setVisible(!text.isEmpty());
  if (isNew && !text.isEmpty() && severity != Severity::Quiet) {
    QAccessibleEvent event(this, QAccessible::Alert);
    QAccessible::updateAccessibility(&event);
  }
}

void MessageBar::clear() { say(Severity::Quiet, {}); }

void MessageBar::applyColours() {
  const widgets::Theme& theme =
      widgets::Theme::of(parentWidget() != nullptr ? parentWidget()->palette() : palette());
  QPalette own = palette();
  const QColor text = look_ == Look::Banner                ? theme.text
                      : severity_ == Severity::Quiet       ? theme.mutedText
                      : severity_ == Severity::Information ? theme.text
                                                           : colourOf(severity_, theme);
  if (own.color(QPalette::WindowText) != text) {
    own.setColor(QPalette::WindowText, text);
    setPalette(own);
  }
  update();
}

void MessageBar::changeEvent(QEvent* event) {
  QLabel::changeEvent(event);
  if (event->type() == QEvent::PaletteChange) applyColours();
}

QRectF MessageBar::markRect() const {
  const double side = fontMetrics().height() * 0.9;
  const QRect inside = contentsRect();
  const double left = look_ == Look::Banner ? fontMetrics().height() / 2.0 : 0.0;
  return {left, inside.top() + (fontMetrics().height() - side) / 2, side, side};
}

void MessageBar::paintEvent(QPaintEvent* event) {
  const widgets::Theme& theme = widgets::Theme::of(palette());
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  const QColor colour = colourOf(severity_, theme);
  if (look_ == Look::Banner) {
    QColor behind = colour;
    behind.setAlphaF(0.12F);
    painter.setPen(QPen(colour, 1));
    painter.setBrush(behind);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4);
  }
  if (severity_ != Severity::Quiet) {
    // Told by shape and sign, not by colour alone: triangle, circle, tick.
    const QRectF mark = markRect();
    painter.setPen(Qt::NoPen);
    painter.setBrush(colour);
    if (severity_ == Severity::Warning) {
      QPainterPath triangle(QPointF(mark.center().x(), mark.top()));
      triangle.lineTo(mark.bottomRight());
      triangle.lineTo(mark.bottomLeft());
      triangle.closeSubpath();
      painter.drawPath(triangle);
    } else {
      painter.drawEllipse(mark);
    }
    const double side = mark.width();
    QPen pen(theme.surface, side * 0.13, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin);
    painter.setPen(pen);
    const auto at = [&](double x, double y) {
      return QPointF(mark.left() + x * side, mark.top() + y * side);
    };
    if (severity_ == Severity::Good) {
      painter.drawPolyline(QPolygonF{at(0.27, 0.52), at(0.44, 0.69), at(0.74, 0.34)});
    } else if (severity_ == Severity::Information) {
      painter.drawLine(at(0.5, 0.47), at(0.5, 0.75));
      painter.drawPoint(at(0.5, 0.26));
    } else {
      const double top = severity_ == Severity::Warning ? 0.4 : 0.24;
      painter.drawLine(at(0.5, top), at(0.5, 0.6));
      painter.drawPoint(at(0.5, 0.8));
    }
  }
  painter.end();
  QLabel::paintEvent(event);
}

}  // namespace attelier::ui
