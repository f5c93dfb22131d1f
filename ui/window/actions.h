#pragma once

#include <QAction>
#include <QList>
#include <QObject>

#include <functional>

class QMenu;
class QMenuBar;

namespace attelier::ui {

/// All commands of the window by name ("run.pause"): texts, icons, shortcuts and where they stand
/// in the menus are declared in one table (actions.cpp). Banner, toolbar, menus and palette share
/// the QAction.
class Actions : public QObject {
  Q_OBJECT
 public:
  /// Makes the actions as children of `window`, so that their shortcuts work in it.
  explicit Actions(QWidget* window);

  /// The action of this name; the name is one of the table's.
  QAction* get(const QString& name) const;
  QList<QAction*> all() const;

  /// What a name does when triggered.
  void onTriggered(const QString& name, QObject* context, std::function<void()> action);

  /// Enables an action, or disables it with the reason as its tool tip.
  void allow(const QString& name, bool allowed, const QString& reason = {});

  /// The menu of this name ("run"), filled in the order of the table.
  QMenu* menu(const QString& name) const;
  void addMenus(QMenuBar* bar);

 private:
  QWidget* window_;
  QMap<QString, QAction*> byName_;
  QMap<QString, QMenu*> menus_;
};

}  // namespace attelier::ui
