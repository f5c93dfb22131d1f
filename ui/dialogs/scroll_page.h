#pragma once

#include <QScrollArea>

namespace attelier::ui {

/// A page that scrolls up and down, never sideways, and keeps what has the focus in view.
class ScrollPage : public QScrollArea {
  Q_OBJECT
 public:
  explicit ScrollPage(QWidget* content, QWidget* parent = nullptr);

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void keepInView(QWidget* focused);
};

}  // namespace attelier::ui
