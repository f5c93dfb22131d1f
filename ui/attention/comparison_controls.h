#pragma once

#include "ui/workspace/workspace.h"

#include <QAction>
#include <QList>
#include <QMenu>
#include <QObject>

class QToolBar;

namespace attelier::ui {

/// What the chosen node's map is compared with, and how the two are laid out: a menu, and keys.
class ComparisonControls : public QObject {
  Q_OBJECT

 public:
  ComparisonControls(Workspace& workspace, QWidget* parent);

  QList<QAction*> actions() const;
  QMenu* menu() const { return menu_; }
  void addTo(QToolBar* bar);
  void present(const Shown& shown, const QStringList& nodes);

 Q_SIGNALS:
  void flipped();  ///< the other map is to be seen, while flipping is chosen

 private:
  QAction* add(const char* name, const QString& icon, const QString& text,
               const QKeySequence& key = {});
  void choose(CompareLayout layout);
  void fillNodes(const QStringList& nodes, int chosen);

  Workspace& workspace_;
  QMenu* menu_;
  QMenu* nodes_;
  QAction* nothing_;
  QAction* pinned_;
  QAction* sideBySide_;
  QAction* wipe_;
  QAction* flip_;
  QAction* difference_;
  QAction* tiles_;
  QStringList names_;
};

}  // namespace attelier::ui
