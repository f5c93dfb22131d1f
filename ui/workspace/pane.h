#pragma once

#include "ui/workspace/workspace.h"

#include <QAction>
#include <QList>
#include <QWidget>

namespace attelier::ui {

/// A part of the window that shows the run. The frame around it draws the states (empty, loading,
/// scrubbed back, …); a pane adds only what is its own.
///
/// `present` is called in the window's thread with every change; it compares shared parts with what
/// it has and repaints only what differs. A pane that is hidden is not called until it is shown.
class Pane : public QWidget {
  Q_OBJECT
 public:
  /// `name` is the object name ("supergraph"), `title` what a person reads.
  Pane(Workspace& workspace, const QString& name, const QString& title, QWidget* parent = nullptr);

  QString title() const { return windowTitle(); }
  /// What the menus and the command palette offer of this pane; shortcuts are active while the
  /// window is.
  virtual QList<QAction*> paneActions() const { return {}; }
  /// The step that this pane shows, for the test that all agree; -1 while it shows none.
  std::int64_t shownStep() const { return shownStep_; }
  /// What this pane has no data for, in a sentence; empty when it has. Shown in its middle.
  virtual QString emptyText() const { return {}; }

 protected:
  Workspace& workspace() { return workspace_; }
  const Shown& shown() const { return workspace_.shown(); }
  virtual void present(const Shown& shown) = 0;

  void showEvent(QShowEvent* event) override;

 private:
  void refresh();

  Workspace& workspace_;
  std::int64_t shownStep_ = -1;
  bool isStale_ = true;
};

}  // namespace attelier::ui
