#include "widgets/graph/cell_view.h"

#include "widgets/graph/cell_scene.h"
#include "widgets/graph/read_out.h"

#include <QFontMetricsF>
#include <QKeyEvent>
#include <QLocale>
#include <QMouseEvent>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace attelier::widgets {

namespace {

constexpr double kLargestNodeEm = 2.8;

QRectF cellRoom(const QSizeF& size, double em) {
  return QRectF(QPointF(), size).adjusted(em * 0.3, em * 0.3, -em * 0.3, -em * 0.3);
}

// Weights are written with two digits.
bool looksSame(const CellPicture& a, const CellPicture& b) {
  return a.nodes == b.nodes && a.residual == b.residual &&
         std::equal(a.edges.begin(), a.edges.end(), b.edges.begin(), b.edges.end(),
                    [](const CellEdgePicture& x, const CellEdgePicture& y) {
                      return x.from == y.from && x.to == y.to && x.difference == y.difference &&
                             (x.weight == 1) == (y.weight == 1) &&
                             std::lround(x.weight * 100) == std::lround(y.weight * 100);
                    });
}

}  // namespace

CellView::CellView(QWidget* parent) : QWidget(parent) {
  setFocusPolicy(Qt::StrongFocus);
  setMouseTracking(true);
  setAttribute(Qt::WA_OpaquePaintEvent);
  setAccessibleName(tr("Cell"));
}

void CellView::setCell(CellPicture cell) {
  if (cell == cell_) return;
  if (looksSame(cell, cell_)) {
    cell_ = std::move(cell);
    if (hovered_ >= 0) update();
    return;
  }
  const auto named = [](const CellPicture& picture, int node) {
    return node < 0 ? QString() : picture.nodes[static_cast<std::size_t>(node)].name;
  };
  const QString selected = named(cell_, selected_);
  cell_ = std::move(cell);
  hovered_ = selected_ = -1;
  for (int i = 0; i < static_cast<int>(cell_.nodes.size()) && !selected.isEmpty(); ++i) {
    if (named(cell_, i) == selected) selected_ = i;
  }
  setAccessibleDescription(
      selected_ < 0 ? tr("%n operation(s)", nullptr, static_cast<int>(cell_.nodes.size()))
                    : describeNode(cell_, selected_));
  layOut();
  update();
}

void CellView::selectNode(int node, bool tell) {
  if (node < 0 || node >= static_cast<int>(cell_.nodes.size())) node = -1;
  if (node == selected_) return;
  selected_ = node;
  setAccessibleDescription(describeNode(cell_, node));
  update();
  if (tell) Q_EMIT nodeSelected(node);
}

int CellView::nodeAt(const QPointF& position) const {
  for (int i = 0; i < static_cast<int>(cell_.nodes.size()); ++i) {
    const QPointF away = positionOf(i) - position;
    if (std::hypot(away.x(), away.y()) <= 0.55 * view_.scale) return i;
  }
  return -1;
}

QPointF CellView::positionOf(int node) const { return view_.toView(layout_.centre(node)); }

void CellView::paint(QPainter& painter, const QRectF& room, const Theme& theme) const {
  painter.save();
  painter.fillRect(room, theme.surface);
  if (!cell_.empty()) {
    const double em = QFontMetricsF(font()).height();
    painter.translate(room.topLeft());
    const QRectF place = cellRoom(room.size(), em);
    const CellLayout layout(cell_, place.size());
    paintCell(painter, cell_, layout, layout.fit(place, kLargestNodeEm * em), theme, font());
  }
  painter.restore();
}

DataTable CellView::dataTable() const { return tableOf(cell_); }

QSize CellView::sizeHint() const {
  const int em = fontMetrics().height();
  return {em * 28, em * 14};
}

QSize CellView::minimumSizeHint() const {
  const int em = fontMetrics().height();
  return {em * 10, em * 7};
}

void CellView::layOut() {
  const double em = QFontMetricsF(font()).height();
  const QRectF room = cellRoom(size(), em);
  layout_ = CellLayout(cell_, room.size());
  view_ = layout_.fit(room, kLargestNodeEm * em);
}

ReadOut CellView::readOut(int node) const {
  const CellNodePicture& shown = cell_.nodes[static_cast<std::size_t>(node)];
  const QLocale locale;
  ReadOut out{shown.name, {kindName(shown.kind)}, {}};
  if (!shown.activation.isEmpty()) out.lines << tr("activation %1").arg(shown.activation);
  for (const auto& edge : cell_.edges) {
    const QString weight = locale.toString(edge.weight, 'f', 3);
    if (edge.to == node)
      out.lines << tr("reads %1, weight %2").arg(endName(cell_, edge.from), weight);
    if (edge.from == node && edge.to == kSinkNode) out.lines << tr("output, weight %1").arg(weight);
  }
  if (shown.difference == Difference::Added) out.lines << tr("not in the other cell");
  if (shown.difference == Difference::Removed) out.lines << tr("only in the other cell");
  return out;
}

bool CellView::event(QEvent* event) {
  if (event->type() == QEvent::ShortcutOverride) {
    auto* key = static_cast<QKeyEvent*>(event);
    const bool arrow = key->key() >= Qt::Key_Left && key->key() <= Qt::Key_Down;
    if (arrow && (key->modifiers() & ~Qt::KeypadModifier) == 0) event->accept();
  }
  return QWidget::event(event);
}

void CellView::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  if (event->type() == QEvent::FontChange) layOut();
  if (event->type() == QEvent::FontChange || event->type() == QEvent::PaletteChange) update();
}

void CellView::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  const Theme& theme = Theme::of(palette());
  painter.fillRect(rect(), theme.surface);
  if (!cell_.empty()) {
    paintCell(painter, cell_, layout_, view_, theme, font());
    const auto ring = [&](int node, const QColor& colour, double width) {
      if (node < 0) return;
      drawNodeRing(painter, positionOf(node), view_.scale,
                   cell_.nodes[static_cast<std::size_t>(node)].kind, colour, width);
    };
    ring(hovered_, faded(theme.accent, 0.5), 2);
    ring(selected_, theme.accent, 3);
    if (hovered_ >= 0) {
      drawReadOut(painter, readOut(hovered_), cursor_, QRectF(rect()).adjusted(2, 2, -2, -2),
                  font(), theme);
    }
  }
  if (hasFocus()) {
    painter.setPen(QPen(theme.accent, 2));
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(QRectF(rect()).adjusted(1, 1, -1, -1));
  }
}

void CellView::resizeEvent(QResizeEvent*) { layOut(); }

void CellView::mousePressEvent(QMouseEvent* event) {
  if (event->button() == Qt::LeftButton) selectNode(nodeAt(event->position()), true);
}

void CellView::mouseMoveEvent(QMouseEvent* event) {
  cursor_ = event->position();
  const int before = std::exchange(hovered_, nodeAt(cursor_));
  setCursor(hovered_ >= 0 ? Qt::PointingHandCursor : Qt::ArrowCursor);
  if (hovered_ >= 0 || before >= 0) update();
}

void CellView::leaveEvent(QEvent*) {
  if (std::exchange(hovered_, -1) >= 0) update();
}

void CellView::keyPressEvent(QKeyEvent* event) {
  const int key = event->key();
  if (key == Qt::Key_Escape && selected_ >= 0) return selectNode(-1, true);
  const bool arrow = key >= Qt::Key_Left && key <= Qt::Key_Down;
  if (!arrow || cell_.empty()) return QWidget::keyPressEvent(event);
  if (selected_ < 0) return selectNode(0, true);
  const bool sideways = key == Qt::Key_Left || key == Qt::Key_Right;
  const bool back = key == Qt::Key_Left || key == Qt::Key_Up;
  int next = selected_;
  double best = -1;
  for (int i = 0; i < static_cast<int>(cell_.nodes.size()); ++i) {
    const QPointF away = layout_.centre(i) - layout_.centre(selected_);
    const double along = (sideways ? away.x() : away.y()) * (back ? -1 : 1);
    const double across = std::abs(sideways ? away.y() : away.x());
    if (along < 0.1 || across > 2 * along) continue;
    if (best < 0 || along + across < best) {
      best = along + across;
      next = i;
    }
  }
  selectNode(next, true);
}

}  // namespace attelier::widgets
