#include "widgets/plots/flow_layout.h"

#include <QStyle>
#include <QWidget>

#include <algorithm>

namespace attelier::widgets {

FlowLayout::FlowLayout(QWidget* parent) : QLayout(parent) {
  setContentsMargins(0, 0, 0, 0);
  setSpacing(2);
}

FlowLayout::~FlowLayout() { qDeleteAll(items_); }

QLayoutItem* FlowLayout::takeAt(int index) {
  return index >= 0 && index < items_.size() ? items_.takeAt(index) : nullptr;
}

QSize FlowLayout::minimumSize() const {
  QSize size;
  for (const auto* item : items_) size = size.expandedTo(item->minimumSize());
  return size.grownBy(contentsMargins());
}

void FlowLayout::setGeometry(const QRect& rect) {
  QLayout::setGeometry(rect);
  layOut(rect, true);
}

int FlowLayout::layOut(const QRect& rect, bool moves) const {
  const QRect inner = rect.marginsRemoved(contentsMargins());
  const auto direction =
      parentWidget() != nullptr ? parentWidget()->layoutDirection() : Qt::LeftToRight;
  int x = inner.x();
  int y = inner.y();
  int height = 0;
  for (auto* item : items_) {
    const QSize size = item->sizeHint();
    if (x > inner.x() && x + size.width() > inner.x() + inner.width()) {
      x = inner.x();
      y += height + spacing();
      height = 0;
    }
    if (moves) item->setGeometry(QStyle::visualRect(direction, inner, QRect(QPoint(x, y), size)));
    x += size.width() + spacing();
    height = std::max(height, size.height());
  }
  return y + height - rect.y() + contentsMargins().bottom();
}

}  // namespace attelier::widgets
