#include "ui/window/shortcut_store.h"

#include <QMainWindow>
#include <QMenuBar>
#include <QSettings>

#include <algorithm>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {

namespace {

constexpr char kDefault[] = "attelierDefaultShortcuts";

QString keyOf(const MenuAction& entry) { return u"shortcuts/"_s + actionId(entry); }

bool isForWidget(const QAction* action) {
  return action->shortcutContext() == Qt::WidgetShortcut ||
         action->shortcutContext() == Qt::WidgetWithChildrenShortcut;
}

// Whether a key could mean both: they are heard in the same place.
bool meet(const QAction* a, const QAction* b) {
  if (!isForWidget(a) || !isForWidget(b)) return true;
  for (const auto* object : a->associatedObjects()) {
    if (b->associatedObjects().contains(const_cast<QObject*>(object))) return true;
  }
  return false;
}

bool overlap(const QKeySequence& a, const QKeySequence& b) {
  return !a.isEmpty() && !b.isEmpty() &&
         (a.matches(b) != QKeySequence::NoMatch || b.matches(a) != QKeySequence::NoMatch);
}

bool has(const QAction* action, const QKeySequence& shortcut) {
  const auto all = action->shortcuts();
  return std::any_of(all.begin(), all.end(), [&](const auto& s) { return overlap(s, shortcut); });
}

}  // namespace

void applyStoredShortcuts(QWidget* window) {
  const QSettings settings;
  const QList<MenuAction> entries = actionsOf(window);
  QList<QAction*> chosen;
  for (const auto& entry : entries) {
    if (!entry.action->property(kDefault).isValid()) {
      entry.action->setProperty(kDefault, QVariant::fromValue(entry.action->shortcuts()));
    }
    if (!settings.contains(keyOf(entry))) continue;
    const QString stored = settings.value(keyOf(entry)).toString();
    entry.action->setShortcut(QKeySequence(stored, QKeySequence::PortableText));
    chosen << entry.action;
  }
  for (const auto* owner : std::as_const(chosen)) {
    for (const auto& entry : entries) {
      if (chosen.contains(entry.action) || !meet(owner, entry.action)) continue;
      QList<QKeySequence> left = entry.action->shortcuts();
      left.removeIf([&](const auto& s) { return overlap(s, owner->shortcut()); });
      if (left != entry.action->shortcuts()) entry.action->setShortcuts(left);
    }
  }
}

QList<QKeySequence> defaultShortcuts(const QAction* action) {
  const QVariant stored = action->property(kDefault);
  return stored.isValid() ? stored.value<QList<QKeySequence>>() : action->shortcuts();
}

void setShortcut(const MenuAction& entry, const QKeySequence& shortcut) {
  entry.action->setShortcut(shortcut);
  QSettings().setValue(keyOf(entry), shortcut.toString(QKeySequence::PortableText));
}

void resetShortcut(const MenuAction& entry) {
  entry.action->setShortcuts(defaultShortcuts(entry.action));
  QSettings().remove(keyOf(entry));
}

QString shortcutOwner(const QWidget* window, const QAction* action, const QKeySequence& shortcut) {
  if (shortcut.isEmpty()) return {};
  for (const auto& entry : actionsOf(window)) {
    if (entry.action != action && meet(entry.action, action) && has(entry.action, shortcut)) {
      return plainText(entry.action->text()).remove(u'…');
    }
  }
  if (const auto* main = qobject_cast<const QMainWindow*>(window)) {
    if (const auto* bar = qobject_cast<const QMenuBar*>(main->menuWidget())) {
      for (const auto* menu : bar->actions()) {
        if (overlap(QKeySequence::mnemonic(menu->text()), shortcut)) return plainText(menu->text());
      }
    }
  }
  return {};
}

}  // namespace attelier::ui
