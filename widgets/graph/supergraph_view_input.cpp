#include "widgets/graph/supergraph_view.h"

#include <QApplication>
#include <QContextMenuEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

namespace attelier::widgets {

bool SupergraphView::event(QEvent* event) {
  // Keys that the view understands are its own while it has the focus, not a shortcut's.
  if (event->type() == QEvent::ShortcutOverride) {
    auto* key = static_cast<QKeyEvent*>(event);
    const bool arrow = key->key() >= Qt::Key_Left && key->key() <= Qt::Key_Down;
    const bool zoom = key->key() == Qt::Key_Plus || key->key() == Qt::Key_Equal ||
                      key->key() == Qt::Key_Minus || key->key() == Qt::Key_0;
    const bool plain = (key->modifiers() & ~(Qt::ShiftModifier | Qt::KeypadModifier)) == 0;
    if ((arrow && !(key->modifiers() & Qt::AltModifier)) || (zoom && plain)) event->accept();
  }
  return QWidget::event(event);
}

void SupergraphView::mousePressEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton && event->button() != Qt::MiddleButton) return;
  pressed_ = lastDrag_ = event->position();
  dragging_ = event->button() == Qt::MiddleButton;
}

void SupergraphView::mouseMoveEvent(QMouseEvent* event) {
  if (!pressed_) {
    hover(event->position());
    return;
  }
  const QPointF moved = event->position() - *pressed_;
  if (!dragging_ && moved.manhattanLength() >= QApplication::startDragDistance()) {
    dragging_ = true;
    setCursor(Qt::ClosedHandCursor);
  }
  if (dragging_) {
    panBy(event->position() - lastDrag_);
    lastDrag_ = event->position();
  }
}

void SupergraphView::mouseReleaseEvent(QMouseEvent* event) {
  if (!pressed_) return;
  const bool click = !dragging_ && event->button() == Qt::LeftButton;
  pressed_.reset();
  dragging_ = false;
  if (click) {
    const Hit hit = hitAt(event->position());
    cardAtSelection_ = false;
    if (hit.edge >= 0) {
      selectEdge(hit.edge, true);
    } else {
      selectNode(hit.node, true);
    }
  }
  hover(event->position());
}

void SupergraphView::mouseDoubleClickEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton) return;
  const Hit hit = hitAt(event->position());
  if (hit.node >= 0) {
    Q_EMIT nodeActivated(hit.node);
  } else if (hit.edge < 0) {
    fit();
  }
}

void SupergraphView::leaveEvent(QEvent*) {
  cursor_.reset();
  if (hovered_ != Hit{}) {
    hovered_ = {};
    update();
  }
}

void SupergraphView::hover(const QPointF& position) {
  cursor_ = position;
  const Hit before = std::exchange(hovered_, picture_->empty() ? Hit{} : hitAt(position));
  const bool over = hovered_ != Hit{};
  if (over) cardAtSelection_ = false;
  setCursor(over ? Qt::PointingHandCursor : Qt::ArrowCursor);
  if (over || before != Hit{}) update();
}

void SupergraphView::wheelEvent(QWheelEvent* event) {
  zoomBy(std::pow(1.0015, event->angleDelta().y()), event->position());
  hover(event->position());
  event->accept();
}

void SupergraphView::keyPressEvent(QKeyEvent* event) {
  const QPointF middle = QRectF(rect()).center();
  const double step = 3.0 * fontMetrics().height();
  const bool shift = event->modifiers() & Qt::ShiftModifier;
  switch (event->key()) {
    case Qt::Key_Plus:
    case Qt::Key_Equal:
      return zoomBy(1.25, middle);
    case Qt::Key_Minus:
      return zoomBy(0.8, middle);
    case Qt::Key_0:
      return fit();
    case Qt::Key_Left:
    case Qt::Key_Right:
      if (shift) return panBy({event->key() == Qt::Key_Left ? step : -step, 0});
      if (moveSelection(event->key())) return;
      break;
    case Qt::Key_Up:
    case Qt::Key_Down:
      if (shift) return panBy({0, event->key() == Qt::Key_Up ? step : -step});
      if (event->modifiers() & Qt::ControlModifier) {
        return cycleEdges(event->key() == Qt::Key_Up ? -1 : 1);
      }
      if (moveSelection(event->key())) return;
      break;
    case Qt::Key_Return:
    case Qt::Key_Enter:
      if (selectedNode_ >= 0) {
        Q_EMIT nodeActivated(selectedNode_);
        return;
      }
      break;
    case Qt::Key_Escape:
      if (selectedEdge_ >= 0) return selectEdge(-1, true);
      if (selectedNode_ >= 0) return selectNode(-1, true);
      break;
    default:
      break;
  }
  QWidget::keyPressEvent(event);
}

bool SupergraphView::moveSelection(int key) {
  const auto& nodes = picture_->nodes;
  if (nodes.empty()) return false;
  int next = 0;
  if (selectedNode_ < 0) {
    const auto kept =
        std::find_if(nodes.begin(), nodes.end(), [](const auto& n) { return n.kept; });
    if (kept != nodes.end()) next = static_cast<int>(kept - nodes.begin());
  } else {
    // The nearest node on that side: first by column or row, then by what lies across.
    const QPointF from = layout_->centre(selectedNode_);
    double best = -1;
    next = selectedNode_;
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      const QPointF away = layout_->centre(static_cast<int>(i)) - from;
      const bool sideways = key == Qt::Key_Left || key == Qt::Key_Right;
      const bool back = key == Qt::Key_Left || key == Qt::Key_Up;
      const double along = (sideways ? away.x() : away.y()) * (back ? -1 : 1);
      const double across = std::abs(sideways ? away.y() : away.x());
      if (along < 0.1 || (!sideways && across > 0.1)) continue;
      const double distance = along * 100 + across;
      if (best < 0 || distance < best) {
        best = distance;
        next = static_cast<int>(i);
      }
    }
  }
  cardAtSelection_ = true;
  selectNode(next, true);
  // A node outside of the view is brought into it.
  const QRectF node(positionOf(next) - QPointF(view_.scale, view_.scale),
                    QSizeF(view_.scale, view_.scale) * 2);
  const double right = std::max(0.0, node.right() - width()), left = std::min(0.0, node.left());
  const double below = std::max(0.0, node.bottom() - height()), above = std::min(0.0, node.top());
  if (!fitted_ && (right > 0 || left < 0 || below > 0 || above < 0)) {
    panBy({-(left < 0 ? left : right), -(above < 0 ? above : below)});
  }
  update();
  return true;
}

void SupergraphView::cycleEdges(int by) {
  const std::vector<int> edges = edgesOf(*picture_, selectedNode_);
  if (selectedNode_ < 0 || edges.empty()) return;
  const auto at = std::find(edges.begin(), edges.end(), selectedEdge_);
  const auto count = static_cast<int>(edges.size());
  const int place = at == edges.end() ? (by > 0 ? 0 : count - 1)
                                      : (static_cast<int>(at - edges.begin()) + by + count) % count;
  cardAtSelection_ = true;
  selectEdge(edges[static_cast<std::size_t>(place)], true);
}

void SupergraphView::contextMenuEvent(QContextMenuEvent* event) {
  if (event->reason() == QContextMenuEvent::Keyboard) {
    const QPointF at = selectedNode_ >= 0 ? positionOf(selectedNode_) : QRectF(rect()).center();
    Q_EMIT contextRequested(selectedNode_, mapToGlobal(at.toPoint()));
  } else {
    Q_EMIT contextRequested(hitAt(event->pos()).node, event->globalPos());
  }
}

}  // namespace attelier::widgets
