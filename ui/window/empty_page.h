#pragma once

#include "ui/window/actions.h"

#include <QWidget>

namespace attelier::ui {

/// What stands in the window while no run is open: what this program does, three ways to begin, and
/// the runs that are there. Anything can be dropped on it.
class EmptyPage : public QWidget {
  Q_OBJECT
 public:
  /// Takes the list of runs.
  EmptyPage(Actions& actions, QWidget* runs, QWidget* parent = nullptr);

 protected:
  void showEvent(QShowEvent* event) override;

 private:
  QWidget* first_ = nullptr;
};

}  // namespace attelier::ui
