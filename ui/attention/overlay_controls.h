#pragma once

#include "ui/workspace/workspace.h"

#include <QAction>
#include <QList>
#include <QObject>

class QComboBox;
class QSlider;
class QToolBar;
class QToolButton;

namespace attelier::ui {

class OverlayPopup;

/// The controls of how a map lies on its clip: actions for menu and keys, and what of them stands
/// in the toolbar. They show and change Choices::overlay.
class OverlayControls : public QObject {
  Q_OBJECT

 public:
  OverlayControls(Workspace& workspace, QWidget* parent);

  QList<QAction*> actions() const;
  void addTo(QToolBar* bar);
  void present(const OverlayChoices& choices);

 private:
  QAction* add(const char* name, const QString& icon, const QString& text,
               const QKeySequence& key = {});
  void change(const QString& what, const std::function<void(OverlayChoices&)>& change);
  QAction* toggle(QAction* action, bool OverlayChoices::*choice, const QString& what);
  void makeWidgets(QWidget* parent);

  Workspace& workspace_;
  QAction* visible_;
  QAction* weaker_;
  QAction* stronger_;
  QAction* nextMap_;
  QAction* smooth_;
  QAction* contours_;
  QAction* grey_;
  QAction* more_;
  QSlider* opacity_;
  QComboBox* map_;
  QComboBox* range_;
  QToolButton* moreButton_;
  OverlayPopup* popup_;
};

}  // namespace attelier::ui
