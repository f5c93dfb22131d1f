#include "ui/dialogs/scroll_page.h"

#include <QApplication>
#include <QEvent>
#include <QScrollBar>

namespace attelier::ui {

ScrollPage::ScrollPage(QWidget* content, QWidget* parent) : QScrollArea(parent) {
  setWidget(content);
  setWidgetResizable(true);
  setFrameShape(QFrame::NoFrame);
  setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  setFocusPolicy(Qt::NoFocus);
  content->installEventFilter(this);
  connect(qApp, &QApplication::focusChanged, this,
          [this](QWidget*, QWidget* now) { keepInView(now); });
}

void ScrollPage::keepInView(QWidget* focused) {
  if (focused != nullptr && focused != widget() && widget()->isAncestorOf(focused)) {
    ensureWidgetVisible(focused, 0, fontMetrics().height() * 2);
  }
}

bool ScrollPage::eventFilter(QObject* watched, QEvent* event) {
  if (watched == widget() && event->type() == QEvent::LayoutRequest) {
    setMinimumWidth(widget()->minimumSizeHint().width() + verticalScrollBar()->sizeHint().width());
  }
  return QScrollArea::eventFilter(watched, event);
}

}  // namespace attelier::ui
