#include "widgets/video/frame_strip.h"

#include "widgets/video/colour_bar.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QLocale>
#include <QPainter>
#include <QScrollBar>
#include <QToolTip>

#include <algorithm>
#include <cmath>

namespace attelier::widgets {

namespace {
constexpr std::size_t kThumbnailBytes = std::size_t{16} << 20;
constexpr int kGap = 2;
}  // namespace

FrameStrip::FrameStrip(QWidget* parent)
    : QAbstractScrollArea(parent), thumbnails_(kThumbnailBytes) {
  setAccessibleName(tr("Frames of the clip"));
  setFocusPolicy(Qt::StrongFocus);
  setFrameShape(QFrame::NoFrame);
  setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Maximum);
  viewport()->setCursor(Qt::PointingHandCursor);
}

void FrameStrip::setFrames(FramesPtr frames) {
  if (frames == frames_) return;
  const bool sameShape = frames && frames_ && frames->frameCount() == frames_->frameCount();
  frames_ = std::move(frames);
  clear();
  if (!sameShape) layOut();
}

void FrameStrip::setOverlay(const OverlayStyle& style) {
  if (style == style_) return;
  style_ = style;
  clear();
}

void FrameStrip::setFrame(int picture) {
  if (picture == picture_) return;
  viewport()->update(cellRect(picture_));
  picture_ = picture;
  const QRect cell = cellRect(picture);
  if (cell.left() < 0 || cell.right() > viewport()->width()) {
    horizontalScrollBar()->setValue(static_cast<int>(picture * cellWidth()) -
                                    viewport()->width() / 3);
    viewport()->update();
  }
  viewport()->update(cell);
  setAccessibleDescription(textOf(picture));
}

double FrameStrip::cellWidth() const {
  const double least = fontMetrics().height() * 2.5;
  return std::max(least, static_cast<double>(viewport()->width()) / std::max(1, frameCount()));
}

QRect FrameStrip::cellRect(int picture) const {
  const double width = cellWidth();
  const int left = static_cast<int>(std::lround(picture * width)) - horizontalScrollBar()->value();
  const int right =
      static_cast<int>(std::lround((picture + 1) * width)) - horizontalScrollBar()->value();
  return {left, 0, right - left, viewport()->height()};
}

int FrameStrip::pictureAt(int x) const {
  const int picture = static_cast<int>((x + horizontalScrollBar()->value()) / cellWidth());
  return picture >= 0 && picture < frameCount() ? picture : -1;
}

void FrameStrip::layOut() {
  const int whole = static_cast<int>(std::lround(cellWidth() * frameCount()));
  horizontalScrollBar()->setPageStep(viewport()->width());
  horizontalScrollBar()->setSingleStep(static_cast<int>(cellWidth()));
  horizontalScrollBar()->setRange(0, std::max(0, whole - viewport()->width()));
}

void FrameStrip::clear() {
  thumbnails_.clear();
  viewport()->update();
}

QString FrameStrip::textOf(int picture) const {
  if (!frames_ || picture < 0 || picture >= frameCount()) return {};
  const QLocale locale;
  const QString number =
      tr("Frame %1 of %2").arg(locale.toString(picture + 1), locale.toString(frameCount()));
  const auto at = static_cast<std::size_t>(picture);
  if (at >= frames_->times.size() || !std::isfinite(frames_->times[at])) return number;
  return tr("%1, %2 s").arg(number, locale.toString(frames_->times[at], 'f', 2));
}

DataTable FrameStrip::dataTable() const {
  DataTable table{tr("Frames of the clip"),
                  {tr("frame"), tr("time, s"), tr("frame of the map"), tr("sum of weights")},
                  {}};
  if (!frames_) return table;
  const auto mass = massPerFrame(*frames_);
  for (int picture = 0; picture < frameCount(); ++picture) {
    const auto at = static_cast<std::size_t>(picture);
    const int t = tokenFrame(*frames_, frames_->grid, picture);
    table.rows << QVariantList{picture + 1,
                               at < frames_->times.size() ? frames_->times[at] : QVariant(), t + 1,
                               mass.empty() ? QVariant() : mass[static_cast<std::size_t>(t)]};
  }
  return table;
}

QSize FrameStrip::sizeHint() const {
  return {fontMetrics().horizontalAdvance(u'0') * 60, fontMetrics().height() * 5};
}

QSize FrameStrip::minimumSizeHint() const {
  return {fontMetrics().horizontalAdvance(u'0') * 16, fontMetrics().height() * 3};
}

void FrameStrip::paintEvent(QPaintEvent* event) {
  const Theme& theme = Theme::of(palette());
  QPainter painter(viewport());
  painter.fillRect(event->rect(), theme.surface);
  const double ratio = devicePixelRatioF();
  thumbnails_.keepFor(ratio);
  const int line = 2;
  for (int picture = 0; picture < frameCount(); ++picture) {
    const QRect cell = cellRect(picture);
    if (!cell.intersects(event->rect())) continue;
    const QRect inner = cell.adjusted(kGap, kGap, -kGap, -kGap);
    const QSize size = fittingSize(*frames_, (QSizeF(inner.size()) * ratio).toSize());
    const QImage& thumbnail = thumbnails_.get(0, picture, [&] {
      QImage image = renderFrame(*frames_, picture, style_, size, theme);
      image.setDevicePixelRatio(ratio);
      return image;
    });
    const QSizeF shown = thumbnail.deviceIndependentSize();
    const QRectF where(inner.x() + (inner.width() - shown.width()) / 2,
                       inner.y() + (inner.height() - shown.height()) / 2, shown.width(),
                       shown.height());
    painter.drawImage(where.topLeft(), thumbnail);
    if (picture == picture_) {
      painter.setBrush(Qt::NoBrush);
      painter.setPen(QPen(theme.accent, line, Qt::SolidLine, Qt::SquareCap, Qt::MiterJoin));
      painter.drawRect(where.adjusted(-1, -1, 1, 1));
      if (hasFocus()) {
        painter.setPen(QPen(theme.accent, 1, Qt::DotLine));
        painter.drawRect(cell.adjusted(0, 0, -1, -1));
      }
    }
  }
}

void FrameStrip::resizeEvent(QResizeEvent* event) {
  QAbstractScrollArea::resizeEvent(event);
  clear();
  layOut();
}

void FrameStrip::mousePressEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton) return;
  const int picture = pictureAt(static_cast<int>(event->position().x()));
  if (picture >= 0) Q_EMIT frameChosen(picture);
}

void FrameStrip::mouseMoveEvent(QMouseEvent* event) {
  const int picture = pictureAt(static_cast<int>(event->position().x()));
  if ((event->buttons() & Qt::LeftButton) && picture >= 0 && picture != picture_)
    Q_EMIT frameChosen(picture);
}

void FrameStrip::keyPressEvent(QKeyEvent* event) {
  const bool plain = !(event->modifiers() & ~Qt::KeypadModifier);
  if (plain && event->key() == Qt::Key_Left && picture_ > 0) {
    Q_EMIT frameChosen(picture_ - 1);
  } else if (plain && event->key() == Qt::Key_Right && picture_ + 1 < frameCount()) {
    Q_EMIT frameChosen(picture_ + 1);
  } else {
    // Not the scroll area's own keys: the arrows would scroll.
    event->ignore();
  }
}

void FrameStrip::focusInEvent(QFocusEvent* event) {
  QAbstractScrollArea::focusInEvent(event);
  viewport()->update();
}

void FrameStrip::focusOutEvent(QFocusEvent* event) {
  QAbstractScrollArea::focusOutEvent(event);
  viewport()->update();
}

void FrameStrip::changeEvent(QEvent* event) {
  QAbstractScrollArea::changeEvent(event);
  if (event->type() == QEvent::PaletteChange) clear();
}

bool FrameStrip::viewportEvent(QEvent* event) {
  if (event->type() == QEvent::ToolTip) {
    const auto* help = static_cast<QHelpEvent*>(event);
    QToolTip::showText(help->globalPos(), textOf(pictureAt(help->pos().x())), this);
    return true;
  }
  return QAbstractScrollArea::viewportEvent(event);
}

}  // namespace attelier::widgets
