#include "ui/workspace/pane.h"

namespace attelier::ui {

Pane::Pane(Workspace& workspace, const QString& name, const QString& title, QWidget* parent)
    : QWidget(parent), workspace_(workspace) {
  setObjectName(name);
  setWindowTitle(title);
  setAccessibleName(title);
  connect(&workspace, &Workspace::changed, this, [this] {
    isStale_ = true;
    if (isVisible()) refresh();
  });
}

void Pane::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  if (isStale_) refresh();
}

void Pane::refresh() {
  isStale_ = false;
  present(shown());
  shownStep_ = shown().step();
}

}  // namespace attelier::ui
