#pragma once

#include <QAction>
#include <QList>
#include <QString>
#include <QStringList>

namespace attelier::ui {

/// An action and the menus that lead to it ("View", "Panes"); none where only a pane has it.
struct MenuAction {
  QAction* action = nullptr;
  QStringList menus;
};

/// Everything that a person can trigger in a window: its menus in their order, then what else the
/// window and the panes in it have; each once. Left out are separators, invisible actions, those
/// without a text, and menus that `leaveOut` names.
QList<MenuAction> actionsOf(const QWidget* window);

/// The actions of this menu are made of data (recent runs) and are no commands.
void leaveOut(QMenu* menu);

/// A text without its access key: "&Open…" gives "Open…".
QString plainText(const QString& text);

/// What an action is stored under: its object name, else the path through the menus.
QString actionId(const MenuAction& entry);

/// What an action does, or why it can't be done now; empty where it only repeats the text.
QString actionTip(const QAction* action);

}  // namespace attelier::ui
