#include "ui/window/window_actions.h"

#include <QMainWindow>
#include <QMenu>
#include <QMenuBar>
#include <QSet>
#include <QWidget>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {

namespace {

constexpr char kLeftOut[] = "attelierLeftOut";

class Gathering {
 public:
  void addAll(const QList<QAction*>& actions, const QStringList& menus) {
    for (QAction* action : actions) {
      if (QMenu* menu = action->menu()) {
        if (action->isVisible() && !menu->property(kLeftOut).toBool()) {
          addAll(menu->actions(), menus + QStringList{plainText(menu->title())});
        }
        continue;
      }
      if (action->isSeparator() || !action->isVisible() || plainText(action->text()).isEmpty() ||
          seen_.contains(action)) {
        continue;
      }
      seen_ << action;
      found_ << MenuAction{action, menus};
    }
  }

  QList<MenuAction> found() && { return std::move(found_); }

 private:
  QList<MenuAction> found_;
  QSet<QAction*> seen_;
};

}  // namespace

QList<MenuAction> actionsOf(const QWidget* window) {
  Gathering gathering;
  if (const auto* main = qobject_cast<const QMainWindow*>(window)) {
    if (const auto* bar = qobject_cast<const QMenuBar*>(main->menuWidget())) {
      gathering.addAll(bar->actions(), {});
    }
  }
  gathering.addAll(window->actions(), {});
  for (const QWidget* child : window->findChildren<QWidget*>()) {
    // Nameless ones are parts of Qt's own widgets: the clear button of a line edit.
    if (child->window() != window || qobject_cast<const QMenuBar*>(child) != nullptr) continue;
    QList<QAction*> named;
    for (QAction* action : child->actions()) {
      if (!action->objectName().isEmpty() && !action->objectName().startsWith(u'_')) {
        named << action;
      }
    }
    gathering.addAll(named, {});
  }
  return std::move(gathering).found();
}

void leaveOut(QMenu* menu) { menu->setProperty(kLeftOut, true); }

QString plainText(const QString& text) {
  QString plain;
  for (qsizetype i = 0; i < text.size(); ++i) {
    if (text[i] == u'&' && i + 1 < text.size()) ++i;
    plain += text[i];
  }
  return plain.section(u'\t', 0, 0).trimmed();
}

QString actionId(const MenuAction& entry) {
  if (!entry.action->objectName().isEmpty()) return entry.action->objectName();
  return (entry.menus + QStringList{plainText(entry.action->text())}).join(u'.');
}

QString actionTip(const QAction* action) {
  const auto bare = [](QString text) { return plainText(text.remove(u'…')); };
  const QString text = bare(action->text());
  const QString tip = action->toolTip();
  if (!tip.isEmpty() && bare(tip) != text) {
    // "What it does\nNot now: why": where it can't be done the reason is what counts.
    const QString reason = tip.section(u'\n', 1).trimmed();
    return action->isEnabled() || reason.isEmpty() ? tip : reason;
  }
  return bare(action->statusTip()) == text ? QString() : action->statusTip();
}

}  // namespace attelier::ui
