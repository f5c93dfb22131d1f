#include "ui/clips/clip_grid.h"

#include "ui/clips/clip_delegate.h"
#include "ui/clips/clip_model.h"
#include "widgets/base/theme.h"

#include <QAccessible>
#include <QMouseEvent>
#include <QPainter>
#include <QScrollBar>

#include <algorithm>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {

namespace {
constexpr int kFrameMs = 160;
}  // namespace

ClipGrid::ClipGrid(ClipModel& model, ClipDelegate& delegate, QWidget* parent)
    : QAbstractItemView(parent), clips_(model), delegate_(delegate) {
  setModel(&model);
  setItemDelegate(&delegate);
  setSelectionMode(SingleSelection);
  setEditTriggers(NoEditTriggers);
  setMouseTracking(true);
  viewport()->setAttribute(Qt::WA_Hover);
  setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOn);
  player_.setInterval(kFrameMs);
  connect(&player_, &QTimer::timeout, this, [this] {
    if (!playing_.isValid()) {
      player_.stop();
      return;
    }
    delegate_.setPlaying(playing_, ++frame_);
    viewport()->update(visualRect(playing_));
  });
  connect(&model, &QAbstractItemModel::layoutChanged, this, [this] { doItemsLayout(); });
}

int ClipGrid::headingHeight() const { return clips_.isByClass() ? fontMetrics().height() * 2 : 0; }

void ClipGrid::doItemsLayout() {
  const int width = std::max(1, viewport()->width());
  const int natural = ClipDelegate::tileWidth(fontMetrics());
  columns_ = std::max(1, (width + natural / 2) / natural);
  tile_ = QSize(width / columns_, ClipDelegate::tileHeight(fontMetrics(), width / columns_));
  sections_.clear();
  const int rows = clips_.rowCount();
  int top = 0;
  const auto close = [&](int first, int count) {
    const int height = headingHeight() + (count + columns_ - 1) / columns_ * tile_.height();
    sections_.push_back({.firstRow = first, .count = count, .top = top, .height = height});
    top += height;
  };
  int first = 0;
  for (int row = 1; clips_.isByClass() && row < rows; ++row) {
    if (clips_.clip(row).label == clips_.clip(first).label) continue;
    close(first, row - first);
    first = row;
  }
  if (rows > 0) close(first, rows - first);
  total_ = top;
  QAbstractItemView::doItemsLayout();
  updateGeometries();
  viewport()->update();
}

void ClipGrid::reset() {
  playing_ = QModelIndex();
  delegate_.setPlaying({}, 0);
  QAbstractItemView::reset();
  scheduleDelayedItemsLayout();
}

void ClipGrid::updateGeometries() {
  verticalScrollBar()->setPageStep(viewport()->height());
  verticalScrollBar()->setSingleStep(std::max(1, tile_.height() / 4));
  verticalScrollBar()->setRange(0, std::max(0, total_ - viewport()->height()));
  QAbstractItemView::updateGeometries();
}

int ClipGrid::verticalOffset() const { return verticalScrollBar()->value(); }

const ClipGrid::Section* ClipGrid::sectionAt(int y) const {
  const auto after =
      std::upper_bound(sections_.begin(), sections_.end(), y,
                       [](int at, const Section& section) { return at < section.top; });
  return after == sections_.begin() ? nullptr : &*std::prev(after);
}

const ClipGrid::Section* ClipGrid::sectionOf(int row) const {
  const auto after =
      std::upper_bound(sections_.begin(), sections_.end(), row,
                       [](int at, const Section& section) { return at < section.firstRow; });
  return after == sections_.begin() ? nullptr : &*std::prev(after);
}

QRect ClipGrid::visualRect(const QModelIndex& index) const {
  const Section* section = index.isValid() ? sectionOf(index.row()) : nullptr;
  if (section == nullptr || index.column() != 0) return {};
  const int place = index.row() - section->firstRow;
  const int x = place % columns_ * tile_.width();
  const int y =
      section->top + headingHeight() + place / columns_ * tile_.height() - verticalOffset();
  const QRect rect(QPoint(x, y), tile_);
  return isRightToLeft()
             ? QRect(viewport()->width() - rect.right() - 1, y, tile_.width(), tile_.height())
             : rect;
}

QModelIndex ClipGrid::indexAt(const QPoint& point) const {
  const int y = point.y() + verticalOffset();
  const Section* section = sectionAt(y);
  if (section == nullptr || y >= section->top + section->height) return {};
  const int x = isRightToLeft() ? viewport()->width() - 1 - point.x() : point.x();
  const int inSection = y - section->top - headingHeight();
  if (inSection < 0 || x < 0 || x >= columns_ * tile_.width()) return {};
  const int place = inSection / tile_.height() * columns_ + x / tile_.width();
  return place < section->count ? clips_.index(section->firstRow + place, 0) : QModelIndex();
}

void ClipGrid::scrollTo(const QModelIndex& index, ScrollHint hint) {
  const QRect rect = visualRect(index);
  if (rect.isEmpty()) return;
  const int heading = headingHeight();
  const int height = viewport()->height();
  int by = 0;
  if (hint == PositionAtCenter) {
    by = rect.center().y() - height / 2;
  } else if (hint == PositionAtTop || rect.top() < heading) {
    by = rect.top() - heading;
  } else if (hint == PositionAtBottom || rect.bottom() >= height) {
    by = rect.bottom() - height + 1;
  }
  verticalScrollBar()->setValue(verticalOffset() + by);
}

QModelIndex ClipGrid::moveCursor(CursorAction action, Qt::KeyboardModifiers) {
  const int rows = clips_.rowCount();
  if (rows == 0) return {};
  const int row = currentIndex().isValid() ? currentIndex().row() : -1;
  if (row < 0) return clips_.index(0, 0);
  const int step = isRightToLeft() ? -1 : 1;
  // Up and down keep the column, also over the border of a class.
  const auto vertical = [&](int lines) {
    int next = row;
    for (int i = 0; i < std::abs(lines); ++i) {
      const Section* here = sectionOf(next);
      const int at = next - here->firstRow;
      const int column = at % columns_;
      if (lines > 0) {
        if (at / columns_ < (here->count - 1) / columns_) {
          next = std::min(next + columns_, here->firstRow + here->count - 1);
        } else if (here->firstRow + here->count < rows) {
          const Section* below = sectionOf(here->firstRow + here->count);
          next = below->firstRow + std::min(column, below->count - 1);
        }
      } else if (at >= columns_) {
        next -= columns_;
      } else if (here->firstRow > 0) {
        const Section* above = sectionOf(here->firstRow - 1);
        const int last = (above->count - 1) / columns_ * columns_;
        next = above->firstRow + std::min(last + column, above->count - 1);
      }
    }
    return next;
  };
  const int page = std::max(1, viewport()->height() / tile_.height() - 1);
  int next = row;
  switch (action) {
    case MoveLeft:
      next = row - step;
      break;
    case MoveRight:
      next = row + step;
      break;
    case MovePrevious:
      next = row - 1;
      break;
    case MoveNext:
      next = row + 1;
      break;
    case MoveUp:
      next = vertical(-1);
      break;
    case MoveDown:
      next = vertical(1);
      break;
    case MovePageUp:
      next = vertical(-page);
      break;
    case MovePageDown:
      next = vertical(page);
      break;
    case MoveHome:
      next = 0;
      break;
    case MoveEnd:
      next = rows - 1;
      break;
  }
  return clips_.index(std::clamp(next, 0, rows - 1), 0);
}

void ClipGrid::setSelection(const QRect& rect, QItemSelectionModel::SelectionFlags flags) {
  const QModelIndex index = indexAt(rect.topLeft());
  if (index.isValid()) {
    selectionModel()->select(index, flags);
  } else {
    selectionModel()->select(QItemSelection(), flags);
  }
}

QRegion ClipGrid::visualRegionForSelection(const QItemSelection& selection) const {
  QRegion region;
  const QModelIndexList indexes = selection.indexes();
  for (const QModelIndex& index : indexes) region += visualRect(index);
  return region;
}

void ClipGrid::paintHeading(QPainter& painter, const Section& section, int y) const {
  const widgets::Theme& theme = widgets::Theme::of(palette());
  const QRect rect(0, y, viewport()->width(), headingHeight());
  painter.fillRect(rect, theme.surface);
  const int line = fontMetrics().height();
  QFont bold = font();
  bold.setWeight(QFont::DemiBold);
  const QString name = clips_.labelName(clips_.clip(section.firstRow).label);
  const QRect text = rect.adjusted(line / 2, line / 3, -line / 2, 0);
  painter.setFont(bold);
  painter.setPen(theme.text);
  painter.drawText(text, Qt::AlignLeading | Qt::AlignVCenter, name);
  const int used = QFontMetrics(bold).horizontalAdvance(name) + line;
  painter.setFont(font());
  painter.setPen(theme.mutedText);
  const QRect count =
      isRightToLeft() ? text.adjusted(0, 0, -used, 0) : text.adjusted(used, 0, 0, 0);
  painter.drawText(count, Qt::AlignLeading | Qt::AlignVCenter,
                   tr("%n clip(s)", nullptr, section.count));
  painter.setPen(theme.grid);
  painter.drawLine(rect.bottomLeft(), rect.bottomRight());
}

void ClipGrid::paintEvent(QPaintEvent* event) {
  executeDelayedItemsLayout();
  QPainter painter(viewport());
  painter.setLayoutDirection(layoutDirection());
  painter.fillRect(event->rect(), palette().color(QPalette::Base));
  const QRect area = event->rect();
  const int offset = verticalOffset();
  QStyleOptionViewItem option;
  initViewItemOption(&option);
  const QModelIndex hovered = indexAt(viewport()->mapFromGlobal(QCursor::pos()));
  for (const Section& section : sections_) {
    if (section.top > offset + area.bottom()) break;
    if (section.top + section.height <= offset + area.top()) continue;
    const int begin = section.top + headingHeight();
    const int firstLine = std::max(0, (offset + area.top() - begin) / tile_.height());
    const int lastLine = (offset + area.bottom() - begin) / tile_.height();
    for (int place = firstLine * columns_;
         place < std::min(section.count, (lastLine + 1) * columns_); ++place) {
      const QModelIndex index = clips_.index(section.firstRow + place, 0);
      option.rect = visualRect(index);
      if (!option.rect.intersects(area)) continue;
      option.state = QStyle::State_Enabled;
      if (selectionModel()->isSelected(index)) option.state |= QStyle::State_Selected;
      if (index == currentIndex() && hasFocus()) option.state |= QStyle::State_HasFocus;
      if (index == hovered && viewport()->underMouse()) option.state |= QStyle::State_MouseOver;
      delegate_.paint(&painter, option, index);
    }
    if (headingHeight() > 0 && section.top >= offset)
      paintHeading(painter, section, section.top - offset);
  }
  if (headingHeight() == 0) return;
  // The name of the class that is being read stays at the top.
  if (const Section* reading = sectionAt(offset); reading != nullptr) {
    const int end = reading->top + reading->height - offset;
    paintHeading(painter, *reading, std::min(0, end - headingHeight()));
  }
}

void ClipGrid::resizeEvent(QResizeEvent* event) {
  QAbstractItemView::resizeEvent(event);
  doItemsLayout();
}

void ClipGrid::changeEvent(QEvent* event) {
  QAbstractItemView::changeEvent(event);
  if (event->type() == QEvent::FontChange) doItemsLayout();
}

void ClipGrid::play(const QModelIndex& index) {
  if (playing_ == index) return;
  const QRect before = visualRect(playing_);
  playing_ = index;
  frame_ = 0;
  delegate_.setPlaying(playing_, frame_);
  viewport()->update(before);
  if (index.isValid() && style()->styleHint(QStyle::SH_Widget_Animate, nullptr, this) != 0) {
    player_.start();
  } else {
    player_.stop();
  }
}

void ClipGrid::mouseMoveEvent(QMouseEvent* event) {
  QAbstractItemView::mouseMoveEvent(event);
  const QModelIndex index = indexAt(event->position().toPoint());
  if (index.isValid()) play(index);
  viewport()->update();
}

void ClipGrid::mousePressEvent(QMouseEvent* event) {
  const QPoint at = event->position().toPoint();
  const QModelIndex index = indexAt(at);
  const bool isStar = index.isValid() && event->button() == Qt::LeftButton &&
                      ClipDelegate::starRect(visualRect(index), fontMetrics()).contains(at);
  if (isStar) {
    Q_EMIT starClicked(index);
    return;
  }
  QAbstractItemView::mousePressEvent(event);
}

void ClipGrid::mouseDoubleClickEvent(QMouseEvent* event) {
  const QModelIndex index = indexAt(event->position().toPoint());
  if (index.isValid() && event->button() == Qt::LeftButton) Q_EMIT activated(index);
}

bool ClipGrid::viewportEvent(QEvent* event) {
  if (event->type() == QEvent::Leave) {
    play(hasFocus() ? currentIndex() : QModelIndex());
    viewport()->update();
  }
  return QAbstractItemView::viewportEvent(event);
}

void ClipGrid::hideEvent(QHideEvent* event) {
  play({});
  QAbstractItemView::hideEvent(event);
}

void ClipGrid::currentChanged(const QModelIndex& current, const QModelIndex& previous) {
  QAbstractItemView::currentChanged(current, previous);
  if (hasFocus()) play(current);
  setAccessibleDescription(current.data(Qt::AccessibleTextRole).toString());
  QAccessibleEvent said(this, QAccessible::DescriptionChanged);
  QAccessible::updateAccessibility(&said);
}

}  // namespace attelier::ui
