#pragma once

#include "ui/window/window_actions.h"

#include <QKeySequence>

namespace attelier::ui {

/// Gives the actions of a window the shortcuts that a person chose (QSettings). To be called once
/// all actions are there; later calls take in actions that are new. A shortcut that a person gave
/// to one action is taken from the one that came with it.
void applyStoredShortcuts(QWidget* window);

/// The shortcuts that an action came with.
QList<QKeySequence> defaultShortcuts(const QAction* action);

/// Sets and stores the only shortcut of an action; empty for none.
void setShortcut(const MenuAction& entry, const QKeySequence& shortcut);

/// Gives an action what it came with and forgets what was stored.
void resetShortcut(const MenuAction& entry);

/// The text of what a shortcut already does in the window ("Pause"), so that it can't be had for
/// this action; empty when it is free. Two widgets may have the same shortcut each for itself.
QString shortcutOwner(const QWidget* window, const QAction* action, const QKeySequence& shortcut);

}  // namespace attelier::ui
