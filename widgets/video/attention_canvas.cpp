#include "widgets/video/attention_canvas.h"

#include "widgets/video/colour_bar.h"

#include <QAccessible>
#include <QKeyEvent>
#include <QLocale>
#include <QMouseEvent>

#include <algorithm>

namespace attelier::widgets {

namespace {
/// 16 frames that fill a window of 1800 x 1000 pixels.
constexpr std::size_t kPictureBytes = std::size_t{120} << 20;
constexpr double kWipeKeyStep = 0.02;
constexpr int kDifferenceSide = 2;
}  // namespace

AttentionCanvas::AttentionCanvas(QWidget* parent) : QWidget(parent), pictures_(kPictureBytes) {
  setAccessibleName(tr("Attention over the picture"));
  setFocusPolicy(Qt::StrongFocus);
  setMouseTracking(true);
  setAttribute(Qt::WA_OpaquePaintEvent);
  setCursor(Qt::CrossCursor);
}

void AttentionCanvas::setFrames(FramesPtr frames) {
  if (frames == frames_) return;
  frames_ = std::move(frames);
  difference_.reset();
  dropPictures();
  readAgain();
}

void AttentionCanvas::setOther(FramesPtr frames) {
  if (frames == other_) return;
  other_ = std::move(frames);
  difference_.reset();
  dropPictures();
}

void AttentionCanvas::setComparison(Comparison comparison) {
  if (comparison == comparison_) return;
  comparison_ = comparison;
  dropPictures();
}

void AttentionCanvas::setOverlay(const OverlayStyle& style) {
  if (style == style_) return;
  style_ = style;
  dropPictures();
}

void AttentionCanvas::setFrame(int picture) {
  if (picture == picture_) return;
  picture_ = picture;
  update();
  readAgain();
}

void AttentionCanvas::setWipe(double share) {
  share = std::clamp(share, 0.0, 1.0);
  if (share == wipe_) return;
  wipe_ = share;
  update();
  Q_EMIT wipeMoved(share);
}

void AttentionCanvas::setFlipped(bool flipped) {
  if (flipped == flipped_) return;
  flipped_ = flipped;
  update();
}

void AttentionCanvas::setMuted(const QString& reason) {
  if (reason == muted_) return;
  muted_ = reason;
  dropPictures();
}

void AttentionCanvas::setAskable(bool askable) {
  askable_ = askable;
  setCursor(askable ? Qt::CrossCursor : Qt::ArrowCursor);
}

void AttentionCanvas::setMarksStrongest(bool marks) {
  marksStrongest_ = marks;
  update();
}

Comparison AttentionCanvas::comparison() const { return other_ ? comparison_ : Comparison::None; }

FramesPtr AttentionCanvas::shownFrames() const {
  switch (comparison()) {
    case Comparison::Difference:
      return difference_;
    case Comparison::Flip:
      return flipped_ ? other_ : frames_;
    default:
      return frames_;
  }
}

OverlayStyle AttentionCanvas::shownOverlay() const {
  OverlayStyle style = style_;
  style.difference = comparison() == Comparison::Difference;
  const bool areMaps = frames_ && other_ && frames_->hasMap() && other_->hasMap();
  if (comparison() != Comparison::None && !style.difference && areMaps) {
    const double first = frames_->uniform, second = other_->uniform;
    const bool inUniform = first != second;
    // Weights over other numbers of positions compare as multiples of uniform, or not at all.
    if (!inUniform || (first > 0 && second > 0)) {
      const ValueRange a = valueRange(*frames_, 0, style_), b = valueRange(*other_, 0, style_);
      const double unitA = inUniform ? first : 1, unitB = inUniform ? second : 1;
      style.clipRange = ValueRange{std::min(a.low / unitA, b.low / unitB),
                                   std::max(a.high / unitA, b.high / unitB)};
      style.clipRangeInUniform = inUniform;
    }
  }
  if (!muted_.isEmpty()) {
    style.map = ColourMap::Grey;
    style.opacity = std::min(style.opacity, 0.5);
  }
  return style;
}

void AttentionCanvas::dropPictures() {
  if (comparison() == Comparison::Difference && frames_ && other_ && !difference_)
    difference_ = std::make_shared<const AttentionFrames>(difference(*frames_, *other_));
  pictures_.clear();
  update();
}

QList<AttentionCanvas::View> AttentionCanvas::views() const {
  if (!frames_ || frames_->pictures.isEmpty()) return {};
  const int ring = 3;
  const QRectF whole = QRectF(rect()).adjusted(ring, ring, -ring, -ring);
  const auto fitted = [&](const AttentionFrames& frames, const QRectF& room) {
    const double ratio = devicePixelRatioF();
    const QSizeF size = QSizeF(fittingSize(frames, (room.size() * ratio).toSize())) / ratio;
    return QRectF(std::round((room.center().x() - size.width() / 2) * ratio) / ratio,
                  std::round((room.center().y() - size.height() / 2) * ratio) / ratio, size.width(),
                  size.height());
  };
  const auto view = [&](const AttentionFrames& frames, int side, const QRectF& target) {
    const int picture = picture_ * frames.frameCount() / std::max(1, frames_->frameCount());
    return View{&frames, side, target, target,
                std::clamp(picture, 0, std::max(0, frames.frameCount() - 1))};
  };
  const AttentionFrames& first = *frames_;
  switch (comparison()) {
    case Comparison::None:
      return {view(first, 0, fitted(first, whole))};
    case Comparison::Difference:
      return {view(*difference_, kDifferenceSide, fitted(*difference_, whole))};
    case Comparison::Flip:
      return {flipped_ ? view(*other_, 1, fitted(*other_, whole))
                       : view(first, 0, fitted(first, whole))};
    case Comparison::SideBySide: {
      const double gap = fontMetrics().height() / 2.0;
      const QSizeF half((whole.width() - gap) / 2, whole.height());
      return {
          view(first, 0, fitted(first, {whole.topLeft(), half})),
          view(*other_, 1, fitted(*other_, {{whole.right() - half.width(), whole.top()}, half}))};
    }
    case Comparison::Wipe: {
      View a = view(first, 0, fitted(first, whole));
      View b = view(*other_, 1, a.target);
      const double line = a.target.left() + wipe_ * a.target.width();
      a.clip.setRight(line);
      b.clip.setLeft(line);
      return {a, b};
    }
  }
  return {};
}

QRectF AttentionCanvas::pictureRect(int side) const {
  for (const View& view : views()) {
    if (view.side == side || view.side == kDifferenceSide) return view.target;
  }
  return {};
}

std::optional<Reading> AttentionCanvas::readingAt(const View& view, QPointF fractions) const {
  const AttentionFrames& frames = *view.frames;
  if (!frames.hasMap()) return std::nullopt;
  const auto at = tokenAt(frames, frames.grid, view.picture, fractions);
  if (!at) return std::nullopt;
  Reading reading;
  reading.at = *at;
  reading.value = valueAt(frames, *at);
  reading.uniform = frames.uniform;
  reading.picture = view.picture;
  reading.side = view.side % 2;
  const AttentionFrames* second = comparison() == Comparison::None ? nullptr
                                  : view.side == 1                 ? frames_.get()
                                                                   : other_.get();
  if (second != nullptr && second->hasMap() && view.side != kDifferenceSide) {
    reading.other = valueAt(*second, converted(*at, frames.grid, second->grid));
    reading.otherUniform = second->uniform;
  }
  return reading;
}

void AttentionCanvas::read(const View& view, QPointF fractions) {
  const auto reading = readingAt(view, fractions);
  if (!reading) {
    Q_EMIT left();
    return;
  }
  const QLocale locale;
  setAccessibleDescription(tr("frame %1, row %2, column %3: %4")
                               .arg(locale.toString(reading->at.t + 1),
                                    locale.toString(reading->at.y + 1),
                                    locale.toString(reading->at.x + 1), valueText(reading->value)));
  Q_EMIT hovered(*reading);
}

void AttentionCanvas::readAgain() {
  if (!mouse_) return;
  for (const View& view : views()) {
    if (view.side == mouseSide_) read(view, *mouse_);
  }
}

void AttentionCanvas::ask(const View& view, QPointF fractions, bool whoLooks) {
  if (!askable_) return;
  const AttentionFrames& frames = view.side == kDifferenceSide ? *frames_ : *view.frames;
  const auto at = tokenAt(frames, frames.askable(), view.picture, fractions);
  if (!at) return;
  if (whoLooks) {
    Q_EMIT askedWhoLooks(*at, view.side % 2);
  } else {
    Q_EMIT queried(*at, view.side % 2);
  }
}

void AttentionCanvas::moveCursor(int dx, int dy) {
  const auto all = views();
  if (all.isEmpty()) return;
  const View& view = all.first();
  TokenGrid grid = view.frames->askable();
  for (std::size_t axis = 0; axis < 3; ++axis)
    grid[axis] = std::max(grid[axis], view.frames->grid[axis]);
  const auto before = cursor_ ? tokenAt(*view.frames, grid, view.picture, *cursor_) : std::nullopt;
  TokenPoint at = before.value_or(TokenPoint{0, grid[1] / 2, grid[2] / 2});
  if (before) {
    at.x = std::clamp(at.x + (view.frames->flipped ? -dx : dx), 0, grid[2] - 1);
    at.y = std::clamp(at.y + dy, 0, grid[1] - 1);
  }
  cursor_ = tokenRect(*view.frames, grid, at).center();
  read(view, *cursor_);
  QAccessibleEvent changed(this, QAccessible::DescriptionChanged);
  QAccessible::updateAccessibility(&changed);
  update();
}

bool AttentionCanvas::isOnWipe(QPointF point) const {
  if (comparison() != Comparison::Wipe) return false;
  const QRectF target = pictureRect(0);
  const double line = target.left() + wipe_ * target.width();
  return std::abs(point.x() - line) <= fontMetrics().height() / 3.0 && point.y() >= target.top() &&
         point.y() <= target.bottom();
}

DataTable AttentionCanvas::dataTable() const {
  const FramesPtr frames = shownFrames();
  DataTable table{
      tr("Attention over the picture"),
      {tr("frame of the map"), tr("row"), tr("column"), tr("weight"), tr("times uniform")},
      {}};
  if (!frames || !frames->hasMap()) return table;
  if (!frames->label.isEmpty()) table.title = frames->label;
  const int t = tokenFrame(*frames, frames->grid, picture_);
  for (int y = 0; y < frames->grid[1]; ++y) {
    for (int x = 0; x < frames->grid[2]; ++x) {
      const double value = valueAt(*frames, {t, y, x});
      table.rows << QVariantList{t + 1, y + 1, x + 1, value,
                                 frames->uniform > 0 ? value / frames->uniform : QVariant()};
    }
  }
  return table;
}

QSize AttentionCanvas::sizeHint() const {
  const int line = fontMetrics().height();
  return {line * 36, line * 22};
}

QSize AttentionCanvas::minimumSizeHint() const {
  const int line = fontMetrics().height();
  return {line * 8, line * 6};
}

void AttentionCanvas::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  dropPictures();
}

void AttentionCanvas::mousePressEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton) return QWidget::mousePressEvent(event);
  if (isOnWipe(event->position())) {
    draggingWipe_ = true;
    return;
  }
  for (const View& view : views()) {
    if (!view.clip.contains(event->position())) continue;
    const QPointF inside = event->position() - view.target.topLeft();
    const QPointF fractions(inside.x() / view.target.width(), inside.y() / view.target.height());
    cursor_.reset();
    ask(view, fractions, event->modifiers().testFlag(Qt::ShiftModifier));
    return;
  }
}

void AttentionCanvas::mouseMoveEvent(QMouseEvent* event) {
  if (draggingWipe_) {
    const QRectF target = pictureRect(0);
    setWipe((event->position().x() - target.left()) / target.width());
    return;
  }
  setCursor(isOnWipe(event->position()) ? Qt::SplitHCursor
            : askable_                  ? Qt::CrossCursor
                                        : Qt::ArrowCursor);
  const bool linked = comparison() == Comparison::SideBySide;
  for (const View& view : views()) {
    if (!view.clip.contains(event->position())) continue;
    const QPointF inside = event->position() - view.target.topLeft();
    mouse_ = QPointF(inside.x() / view.target.width(), inside.y() / view.target.height());
    mouseSide_ = view.side;
    read(view, *mouse_);
    if (linked) update();
    return;
  }
  leaveEvent(nullptr);
}

void AttentionCanvas::mouseReleaseEvent(QMouseEvent*) { draggingWipe_ = false; }

void AttentionCanvas::leaveEvent(QEvent*) {
  if (!mouse_) return;
  mouse_.reset();
  update();
  Q_EMIT left();
}

void AttentionCanvas::keyPressEvent(QKeyEvent* event) {
  const auto modifiers = event->modifiers() & ~Qt::KeypadModifier;
  const int key = event->key();
  const int dx = key == Qt::Key_Left ? -1 : key == Qt::Key_Right ? 1 : 0;
  const int dy = key == Qt::Key_Up ? -1 : key == Qt::Key_Down ? 1 : 0;
  const bool enter = key == Qt::Key_Return || key == Qt::Key_Enter;
  if (modifiers == Qt::ControlModifier && (dx != 0 || dy != 0)) {
    moveCursor(dx, dy);
  } else if (modifiers == Qt::AltModifier && dx != 0 && comparison() == Comparison::Wipe) {
    setWipe(wipe_ + dx * kWipeKeyStep);
  } else if (modifiers == Qt::NoModifier && dx != 0) {
    const int to = picture_ + dx;
    if (frames_ && to >= 0 && to < frames_->frameCount()) Q_EMIT frameChosen(to);
  } else if (enter && cursor_ && (modifiers == Qt::NoModifier || modifiers == Qt::ShiftModifier)) {
    const auto all = views();
    if (!all.isEmpty()) ask(all.first(), *cursor_, modifiers == Qt::ShiftModifier);
  } else {
    QWidget::keyPressEvent(event);
  }
}

void AttentionCanvas::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  if (event->type() == QEvent::PaletteChange) dropPictures();
}

}  // namespace attelier::widgets
