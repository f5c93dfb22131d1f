#include "widgets/video/node_tiles.h"

#include "widgets/video/colour_bar.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>

namespace attelier::widgets {

namespace {
constexpr std::size_t kTileBytes = std::size_t{48} << 20;
constexpr int kGap = 4;
}  // namespace

NodeTiles::NodeTiles(QWidget* parent) : QWidget(parent), pictures_(kTileBytes) {
  setAccessibleName(tr("Maps of all nodes"));
  setFocusPolicy(Qt::StrongFocus);
  setAttribute(Qt::WA_OpaquePaintEvent);
}

void NodeTiles::setTiles(QList<NodeTile> tiles) {
  if (tiles == tiles_) return;
  tiles_ = std::move(tiles);
  current_ = std::min(current_, count() - 1);
  focused_ = std::clamp(focused_, 0, std::max(0, count() - 1));
  pictures_.clear();
  update();
}

void NodeTiles::setOverlay(const OverlayStyle& style) {
  if (style == style_) return;
  style_ = style;
  pictures_.clear();
  update();
}

void NodeTiles::setFrame(int picture) {
  if (picture == picture_) return;
  picture_ = picture;
  update();
}

void NodeTiles::setCurrent(int tile) {
  if (tile == current_) return;
  current_ = tile;
  if (tile >= 0) moveFocus(tile);
  update();
}

NodeTiles::Grid NodeTiles::grid() const {
  // The number of columns that makes the pictures largest.
  const QSize picture = [this] {
    for (const auto& tile : tiles_) {
      if (tile.frames && !tile.frames->pictures.isEmpty()) return tile.frames->pictures[0].size();
    }
    return QSize(1, 1);
  }();
  Grid best;
  int widest = -1;
  const int line = fontMetrics().height();
  for (int columns = 1; columns <= std::max(1, count()); ++columns) {
    const int rows = (count() + columns - 1) / columns;
    const QSize room(width() / columns - 2 * kGap, height() / std::max(1, rows) - line - 2 * kGap);
    const int shown = room.isValid() ? picture.scaled(room, Qt::KeepAspectRatio).width() : 0;
    if (shown > widest) {
      widest = shown;
      best = {columns, std::max(1, rows)};
    }
  }
  return best;
}

QRect NodeTiles::tileRect(int tile) const {
  const auto [columns, rows] = grid();
  const int row = tile / columns, column = tile % columns;
  const int left = column * width() / columns, top = row * height() / rows;
  return {left, top, (column + 1) * width() / columns - left, (row + 1) * height() / rows - top};
}

int NodeTiles::tileAt(const QPoint& point) const {
  for (int tile = 0; tile < count(); ++tile) {
    if (tileRect(tile).contains(point)) return tile;
  }
  return -1;
}

DataTable NodeTiles::dataTable() const {
  DataTable table{tr("Maps of all nodes"),
                  {tr("node"), tr("least weight"), tr("greatest weight"), tr("times uniform"),
                   tr("frame of the greatest"), tr("row"), tr("column"), tr("note")},
                  {}};
  for (const auto& tile : tiles_) {
    const auto best = tile.frames ? strongest(*tile.frames, 1) : std::vector<TokenPoint>();
    if (best.empty()) {
      table.rows << QVariantList{tile.name, {}, {}, {}, {}, {}, {}, tile.note};
      continue;
    }
    const double most = valueAt(*tile.frames, best[0]);
    const auto& values = tile.frames->values;
    table.rows << QVariantList{
        tile.name,     double{*std::min_element(values.begin(), values.end())},
        most,          tile.frames->uniform > 0 ? most / tile.frames->uniform : QVariant(),
        best[0].t + 1, best[0].y + 1,
        best[0].x + 1, tile.note};
  }
  return table;
}

QSize NodeTiles::sizeHint() const { return minimumSizeHint() * 3; }

QSize NodeTiles::minimumSizeHint() const {
  const int line = fontMetrics().height();
  return {line * 10, line * 6};
}

void NodeTiles::paintEvent(QPaintEvent* event) {
  const Theme& theme = Theme::of(palette());
  QPainter painter(this);
  painter.fillRect(event->rect(), theme.surface);
  pictures_.keepFor(devicePixelRatioF());
  for (int tile = 0; tile < count(); ++tile) {
    if (tileRect(tile).intersects(event->rect())) paintTile(painter, tile, theme);
  }
}

void NodeTiles::paintTile(QPainter& painter, int tile, const Theme& theme) {
  const NodeTile& node = tiles_[tile];
  const QRect cell = tileRect(tile);
  const int line = fontMetrics().height();
  const QRect room = cell.adjusted(kGap, kGap, -kGap, -kGap - line);
  const double ratio = devicePixelRatioF();
  QRectF shown(room);
  if (node.frames && node.frames->frameCount() > 0) {
    const int picture = std::clamp(picture_, 0, node.frames->frameCount() - 1);
    const QSize size = fittingSize(*node.frames, (QSizeF(room.size()) * ratio).toSize());
    const QImage& image = pictures_.get(tile, picture, [&] {
      QImage made = renderFrame(*node.frames, picture, style_, size, theme);
      made.setDevicePixelRatio(ratio);
      return made;
    });
    const QSizeF points = image.deviceIndependentSize();
    shown = QRectF(QPointF(room.x() + (room.width() - points.width()) / 2,
                           room.y() + (room.height() - points.height()) / 2),
                   points);
    painter.drawImage(shown.topLeft(), image);
  } else {
    painter.setPen(theme.mutedText);
    painter.drawText(room, Qt::AlignCenter | Qt::TextWordWrap, node.note);
  }
  const QRectF caption(cell.left(), shown.bottom() + 1, cell.width(), line);
  painter.setPen(tile == current_ ? theme.accent : theme.text);
  painter.drawText(caption, Qt::AlignCenter,
                   fontMetrics().elidedText(node.name, Qt::ElideRight, cell.width() - kGap));
  painter.setBrush(Qt::NoBrush);
  if (tile == current_) {
    painter.setPen(QPen(theme.accent, 2, Qt::SolidLine, Qt::SquareCap, Qt::MiterJoin));
    painter.drawRect(shown.adjusted(-1, -1, 1, 1));
  }
  if (hasFocus() && tile == focused_) {
    painter.setPen(QPen(theme.accent, 1, Qt::DotLine));
    painter.drawRect(cell.adjusted(0, 0, -1, -1));
  }
}

void NodeTiles::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  pictures_.clear();
}

void NodeTiles::mousePressEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton) return QWidget::mousePressEvent(event);
  const int tile = tileAt(event->position().toPoint());
  if (tile < 0) return;
  moveFocus(tile);
  Q_EMIT chosen(tile);
}

void NodeTiles::moveFocus(int tile) {
  if (tile < 0 || tile >= count()) return;
  focused_ = tile;
  setAccessibleDescription(tiles_[tile].note.isEmpty()
                               ? tiles_[tile].name
                               : tr("%1: %2").arg(tiles_[tile].name, tiles_[tile].note));
  update();
}

void NodeTiles::keyPressEvent(QKeyEvent* event) {
  const int columns = grid().columns;
  switch (event->modifiers() & ~Qt::KeypadModifier ? 0 : event->key()) {
    case Qt::Key_Left:
      return moveFocus(focused_ - 1);
    case Qt::Key_Right:
      return moveFocus(focused_ + 1);
    case Qt::Key_Up:
      return moveFocus(focused_ - columns);
    case Qt::Key_Down:
      return moveFocus(focused_ + columns);
    case Qt::Key_Return:
    case Qt::Key_Enter:
      if (focused_ < count()) Q_EMIT chosen(focused_);
      return;
    default:
      QWidget::keyPressEvent(event);
  }
}

void NodeTiles::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  if (event->type() == QEvent::PaletteChange) pictures_.clear();
}

bool NodeTiles::event(QEvent* event) {
  if (event->type() == QEvent::ToolTip) {
    const auto* help = static_cast<QHelpEvent*>(event);
    const int tile = tileAt(help->pos());
    QToolTip::showText(help->globalPos(), tile < 0 ? QString() : tiles_[tile].note, this);
    return true;
  }
  return QWidget::event(event);
}

}  // namespace attelier::widgets
