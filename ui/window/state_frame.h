#pragma once

#include "ui/window/actions.h"
#include "ui/workspace/workspace.h"

#include <QFrame>

class QLabel;
class QHBoxLayout;
class QProgressBar;
class QStackedWidget;

namespace attelier::ui {

/// The one frame around the panes that draws every state of the window: a banner with what is the
/// matter and the actions that help, a border where what is shown is not the live run, and the
/// first page while no run is open.
class StateFrame : public QFrame {
  Q_OBJECT
 public:
  /// Takes the panes and the page that stands in their place while nothing is open.
  StateFrame(Workspace& workspace, Actions& actions, QWidget* panes, QWidget* emptyPage,
             QWidget* parent = nullptr);

  const WindowState& state() const { return state_; }

 protected:
  void paintEvent(QPaintEvent* event) override;
  void changeEvent(QEvent* event) override;

 private:
  void present();
  void colour();

  Workspace& workspace_;
  Actions& actions_;
  WindowState state_;
  QFrame* banner_;
  QLabel* icon_;
  QLabel* headline_;
  QLabel* detail_;
  QProgressBar* busy_;
  QHBoxLayout* buttons_;
  QStackedWidget* stack_;
};

}  // namespace attelier::ui
