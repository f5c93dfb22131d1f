#pragma once

#include <QLabel>

namespace attelier::ui {

/// One line of plain text that never widens its pane: what does not fit is cut with an ellipsis and
/// stands whole in the tool tip.
class ElidedLabel : public QLabel {
 public:
  explicit ElidedLabel(QWidget* parent = nullptr);

 protected:
  bool event(QEvent* event) override;
  void paintEvent(QPaintEvent* event) override;
};

}  // namespace attelier::ui
