// How AttentionCanvas looks; what it does stands in attention_canvas.cpp.
#include "widgets/video/attention_canvas.h"

#include <QLocale>
#include <QPainter>
#include <QPainterPath>

#include <algorithm>

namespace attelier::widgets {

namespace {

constexpr int kStrongest = 5;

QRectF onScreen(const QRectF& target, const QRectF& fractions) {
  return {target.left() + fractions.left() * target.width(),
          target.top() + fractions.top() * target.height(), fractions.width() * target.width(),
          fractions.height() * target.height()};
}

/// A line that is seen on any picture.
void paintCased(QPainter& painter, const QPainterPath& path, const Theme& theme,
                Qt::PenStyle style = Qt::SolidLine) {
  painter.setBrush(Qt::NoBrush);
  painter.setPen(QPen(theme.accentText, 4));
  painter.drawPath(path);
  painter.setPen(QPen(theme.accent, 2, style));
  painter.drawPath(path);
}

void paintChip(QPainter& painter, const QRectF& within, const QString& text, bool atRight,
               const Theme& theme) {
  const QFontMetricsF metrics(painter.font());
  const double pad = metrics.height() / 3;
  const QString fitted = metrics.elidedText(text, Qt::ElideRight, within.width() - 4 * pad);
  if (fitted.isEmpty() || within.width() < 6 * pad) return;
  const double width = metrics.horizontalAdvance(fitted) + 2 * pad;
  const QRectF chip(atRight ? within.right() - width - pad : within.left() + pad,
                    within.top() + pad, width, metrics.height() + pad);
  QColor ground = theme.raised;
  ground.setAlphaF(0.9F);
  painter.setPen(Qt::NoPen);
  painter.setBrush(ground);
  painter.drawRoundedRect(chip, pad, pad);
  painter.setPen(theme.text);
  painter.drawText(chip, Qt::AlignCenter, fitted);
}

}  // namespace

void AttentionCanvas::paintEvent(QPaintEvent*) {
  const Theme& theme = Theme::of(palette());
  QPainter painter(this);
  painter.fillRect(rect(), theme.surface);
  pictures_.keepFor(devicePixelRatioF());
  const auto all = views();
  for (const View& view : all) paintView(painter, view, theme);
  painter.setRenderHint(QPainter::Antialiasing);
  for (const View& view : all) paintMarks(painter, view, theme);
  paintWords(painter, all, theme);
  if (hasFocus()) {
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(theme.accent, 2, Qt::SolidLine, Qt::SquareCap, Qt::MiterJoin));
    painter.drawRect(rect().adjusted(1, 1, -1, -1));
  }
}

void AttentionCanvas::paintView(QPainter& painter, const View& view, const Theme& theme) {
  const double ratio = devicePixelRatioF();
  const QSize pixels = (view.target.size() * ratio).toSize();
  const QImage& image = pictures_.get(view.side, view.picture, [&] {
    QImage made = renderFrame(*view.frames, view.picture, shownOverlay(), pixels, theme);
    made.setDevicePixelRatio(ratio);
    return made;
  });
  painter.setClipRect(view.clip);
  painter.drawImage(view.target.topLeft(), image);
  painter.setClipping(false);
}

void AttentionCanvas::paintMarks(QPainter& painter, const View& view, const Theme& theme) const {
  const AttentionFrames& frames = *view.frames;
  painter.setClipRect(view.clip);
  QPointF asked;
  if (frames.asked) {
    const TokenGrid& grid = frames.askedGrid;
    const QRectF box = onScreen(view.target, tokenRect(frames, grid, *frames.asked));
    const bool isHere = tokenFrame(frames, grid, view.picture) == frames.asked->t;
    asked = box.center();
    QPainterPath path;
    if (frames.asksWhoLooks) {
      path.addEllipse(box.adjusted(1, 1, -1, -1));
    } else {
      path.addRect(box.adjusted(1, 1, -1, -1));
    }
    // Dashed where the question was asked in another frame.
    paintCased(painter, path, theme, isHere ? Qt::SolidLine : Qt::DashLine);
  }
  if (marksStrongest_ && frames.asked && style_.shown) {
    const int t = tokenFrame(frames, frames.grid, view.picture);
    int rank = 0;
    for (const TokenPoint& at : strongest(frames, kStrongest)) {
      ++rank;
      if (at.t != t) continue;
      const QPointF centre = onScreen(view.target, tokenRect(frames, frames.grid, at)).center();
      const double radius = fontMetrics().height() * 0.6;
      const QLineF way(asked, centre);
      if (way.length() > 2 * radius) {
        QPainterPath line(asked);
        line.lineTo(way.pointAt(1 - radius / way.length()));
        paintCased(painter, line, theme);
      }
      painter.setPen(QPen(theme.accentText, 1));
      painter.setBrush(theme.accent);
      painter.drawEllipse(centre, radius, radius);
      painter.drawText(QRectF(centre.x() - radius, centre.y() - radius, 2 * radius, 2 * radius),
                       Qt::AlignCenter, QLocale().toString(rank));
    }
  }
  if (cursor_ && hasFocus() && frames.hasMap()) {
    if (const auto at = tokenAt(frames, frames.grid, view.picture, *cursor_)) {
      QPainterPath path;
      path.addRect(onScreen(view.target, tokenRect(frames, frames.grid, *at)));
      paintCased(painter, path, theme, Qt::DotLine);
    }
  }
  if (mouse_ && comparison() == Comparison::SideBySide) {
    const QPointF at = onScreen(view.target, QRectF(*mouse_, QSizeF())).topLeft();
    const double arm = fontMetrics().height() / 2.0;
    QPainterPath path;
    path.moveTo(at - QPointF(arm, 0));
    path.lineTo(at + QPointF(arm, 0));
    path.moveTo(at - QPointF(0, arm));
    path.lineTo(at + QPointF(0, arm));
    paintCased(painter, path, theme);
  }
  painter.setClipping(false);
}

void AttentionCanvas::paintWords(QPainter& painter, const QList<View>& views,
                                 const Theme& theme) const {
  if (comparison() != Comparison::None) {
    for (const View& view : views) {
      const bool second = view.side == 1;
      const QString text = view.side > 1 ? view.frames->name
                           : second      ? tr("B: %1").arg(view.frames->name)
                                         : tr("A: %1").arg(view.frames->name);
      paintChip(painter, view.clip, text, second && comparison() == Comparison::Wipe, theme);
    }
  }
  if (comparison() == Comparison::Wipe && !views.isEmpty()) {
    const QRectF target = views.first().target;
    const double line = target.left() + wipe_ * target.width();
    QPainterPath path(QPointF(line, target.top()));
    path.lineTo(line, target.bottom());
    paintCased(painter, path, theme);
    const double radius = fontMetrics().height() / 2.0;
    painter.setPen(QPen(theme.accentText, 1));
    painter.setBrush(theme.accent);
    painter.drawEllipse(QPointF(line, target.center().y()), radius / 2, radius);
  }
  if (!muted_.isEmpty() && !views.isEmpty()) {
    const QRectF target = views.first().target;
    const double pad = fontMetrics().height() / 2.0;
    const QRectF bounds =
        painter.boundingRect(QRectF(rect()).adjusted(2 * pad, 2 * pad, -2 * pad, -2 * pad),
                             Qt::AlignHCenter | Qt::AlignBottom | Qt::TextWordWrap, muted_);
    const QRectF text =
        bounds.translated(0, std::min(0.0, target.bottom() - 2 * pad - bounds.bottom()));
    QColor ground = theme.raised;
    ground.setAlphaF(0.92F);
    painter.setPen(QPen(theme.warning, 1));
    painter.setBrush(ground);
    painter.drawRoundedRect(text.adjusted(-pad, -pad / 2, pad, pad / 2), pad / 2, pad / 2);
    painter.setPen(theme.text);
    painter.drawText(text, Qt::AlignCenter | Qt::TextWordWrap, muted_);
  }
}

}  // namespace attelier::widgets
