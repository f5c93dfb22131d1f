#include "ui/window/actions.h"

#include "engine/base/contracts.h"
#include "widgets/base/icon.h"

#include <QKeySequence>
#include <QMenu>
#include <QMenuBar>
#include <QWidget>

#include <vector>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {

namespace {

struct Declared {
  QString name;  ///< "menu.what"; its menu is `menu`, or what stands before the point
  QString menu;
  QString text;  ///< empty: a separator
  QString icon;
  QKeySequence shortcut;
  QString tip;
};

QString menuTitle(const QString& name) {
  if (name == u"file") return Actions::tr("&File");
  if (name == u"edit") return Actions::tr("&Edit");
  if (name == u"run") return Actions::tr("&Run");
  if (name == u"view") return Actions::tr("&View");
  if (name == u"panes") return Actions::tr("&Panes");
  if (name == u"analyse") return Actions::tr("&Analyse");
  return Actions::tr("&Help");
}

std::vector<Declared> declared() {
  const Declared separatorFile{{}, u"file"_s, {}, {}, {}, {}};
  const Declared separatorEdit{{}, u"edit"_s, {}, {}, {}, {}};
  const Declared separatorRun{{}, u"run"_s, {}, {}, {}, {}};
  const Declared separatorView{{}, u"view"_s, {}, {}, {}, {}};
  return {
      {u"file.new"_s, u"file"_s, Actions::tr("&New search…"), u"new"_s, QKeySequence::New,
       Actions::tr("Choose clips, search space and budget")},
      {u"run.demo"_s,
       u"file"_s,
       Actions::tr("Try the &demo"),
       u"film"_s,
       {},
       Actions::tr("A search on synthetic clips: about half a minute, no download")},
      {u"file.open"_s, u"file"_s, Actions::tr("&Open run…"), u"open"_s, QKeySequence::Open,
       Actions::tr("A run folder")},
      {u"file.open_file"_s, u"file"_s, Actions::tr("Open shared &file…"), u"open"_s,
       QKeySequence(u"Ctrl+Shift+O"_s), Actions::tr("A run that was shared as one file")},
      separatorFile,
      {u"file.share"_s,
       u"file"_s,
       Actions::tr("&Share as one file…"),
       u"export"_s,
       {},
       Actions::tr("Everything but checkpoints, as one file that opens read-only")},
      {u"file.close"_s, u"file"_s, Actions::tr("&Close run"), u"close"_s, QKeySequence::Close,
       Actions::tr("A search goes on without the window")},
      {u"file.quit"_s,
       u"file"_s,
       Actions::tr("&Quit"),
       {},
       QKeySequence::Quit,
       Actions::tr("A search goes on without the window")},
      {u"edit.copy_view"_s, u"edit"_s, Actions::tr("Copy pane as &picture"), u"copy"_s,
       QKeySequence(u"Ctrl+Shift+C"_s),
       Actions::tr("The pane that has the focus, to the clipboard")},
      {u"edit.copy_values"_s, u"edit"_s, Actions::tr("Copy pane's &values"), u"copy"_s,
       QKeySequence(u"Ctrl+Shift+V"_s), Actions::tr("What the pane draws, as tab-separated text")},
      {u"edit.show_table"_s, u"edit"_s, Actions::tr("Show pane as &table"), u"table"_s,
       QKeySequence(u"Ctrl+T"_s),
       Actions::tr("What the pane draws, as a table to sort, copy and save")},
      separatorEdit,
      {u"edit.preferences"_s, u"edit"_s, Actions::tr("P&references…"), u"settings"_s,
       QKeySequence(u"Ctrl+,"_s), Actions::tr("Theme, colours, refresh, fonts, language")},
      {u"run.resume"_s, u"run"_s, Actions::tr("&Continue"), u"play"_s, QKeySequence(u"Ctrl+R"_s),
       Actions::tr("Go on after a pause, or take the run up at its last checkpoint")},
      {u"run.pause"_s, u"run"_s, Actions::tr("&Pause"), u"pause"_s, QKeySequence(u"Ctrl+P"_s),
       Actions::tr("Stop between two steps and keep the model ready")},
      {u"run.step"_s, u"run"_s, Actions::tr("One &step"), u"step"_s, QKeySequence(u"Ctrl+."_s),
       Actions::tr("Make one step and wait")},
      {u"run.finish"_s,
       u"run"_s,
       Actions::tr("&Finish and keep"),
       u"finish"_s,
       {},
       Actions::tr("Stop now with a last validation, checkpoint and cell")},
      {u"run.discard"_s,
       u"run"_s,
       Actions::tr("&Discard"),
       u"discard"_s,
       {},
       Actions::tr("Stop now and mark the run as given up; nothing is deleted")},
      {u"run.checkpoint"_s,
       u"run"_s,
       Actions::tr("&Write a checkpoint"),
       u"checkpoint"_s,
       {},
       Actions::tr("Between two steps")},
      {u"run.pin"_s, u"run"_s, Actions::tr("Compare with t&his step"), u"pin"_s,
       QKeySequence(u"P"_s),
       Actions::tr(
           "Pin the step that is shown: graph and attention can be set against it; its records "
           "are kept for good")},
      {u"run.unpin"_s,
       u"run"_s,
       Actions::tr("End the comparison"),
       u"unpin"_s,
       QKeySequence(u"Shift+P"_s),
       {}},
      separatorRun,
      {u"run.evaluate"_s, u"run"_s, Actions::tr("&Evaluate a cell…"), u"check"_s,
       QKeySequence(u"Ctrl+E"_s),
       Actions::tr("Train the cell with fresh weights beside random cells and the plain backbone")},
      {u"run.extend"_s,
       u"run"_s,
       Actions::tr("E&xtend…"),
       u"repeat"_s,
       {},
       Actions::tr("Plan more steps for a finished run")},
      {u"run.resume_with"_s,
       u"run"_s,
       Actions::tr("Resume with &changes…"),
       u"resume"_s,
       {},
       Actions::tr("Another device or number of steps, moved or changed clips")},
      {u"run.again"_s,
       u"run"_s,
       Actions::tr("&New search from this one…"),
       u"new"_s,
       {},
       Actions::tr("The dialog filled with this run's configuration")},
      separatorRun,
      {u"run.end_engine"_s,
       u"run"_s,
       Actions::tr("E&nd the engine"),
       u"stop"_s,
       {},
       Actions::tr("End the engine's process; the run can be resumed from its last checkpoint")},
      {u"run.open_log"_s, u"run"_s, Actions::tr("Open engine.&log"), u"log"_s, {}, {}},
      {u"run.copy_report"_s,
       u"run"_s,
       Actions::tr("Copy &report of the error"),
       u"copy"_s,
       {},
       Actions::tr("Error, configuration and versions as text")},
      {u"run.copy_command"_s,
       u"run"_s,
       Actions::tr("Copy command &line"),
       u"command"_s,
       {},
       Actions::tr("The command that made this run")},
      {u"view.live"_s, u"view"_s, Actions::tr("&Live"), u"live"_s, QKeySequence(Qt::Key_End),
       Actions::tr("Return to the last step and follow it")},
      {u"view.first"_s,
       u"view"_s,
       Actions::tr("&First step"),
       u"first"_s,
       QKeySequence(Qt::Key_Home),
       {}},
      {u"view.earlier"_s,
       u"view"_s,
       Actions::tr("An epoch &earlier"),
       u"previous"_s,
       QKeySequence(u"Shift+Left"_s),
       {}},
      {u"view.later"_s,
       u"view"_s,
       Actions::tr("An epoch l&ater"),
       u"next"_s,
       QKeySequence(u"Shift+Right"_s),
       {}},
      separatorView,
      {u"view.side_panes"_s, u"view"_s, Actions::tr("&Side panes"), u"layout"_s,
       QKeySequence(Qt::Key_F9), Actions::tr("Hide or show all but graph and attention")},
      {u"view.move_panes"_s,
       u"view"_s,
       Actions::tr("&Move panes"),
       {},
       {},
       Actions::tr("Show title bars, by which panes are moved, floated and closed")},
      {u"view.full_screen"_s,
       u"view"_s,
       Actions::tr("F&ull screen"),
       u"full-screen"_s,
       QKeySequence(Qt::Key_F11),
       {}},
      {u"view.theme"_s,
       u"view"_s,
       Actions::tr("Light or &dark"),
       u"theme"_s,
       QKeySequence(u"Ctrl+Shift+L"_s),
       {}},
      {u"analyse.difference"_s,
       u"analyse"_s,
       Actions::tr("&Difference to another run's configuration…"),
       u"difference"_s,
       {},
       {}},
      {u"analyse.table"_s, u"analyse"_s, Actions::tr("&Every alpha and beta"), u"table"_s,
       QKeySequence(u"Ctrl+Shift+T"_s),
       Actions::tr("The cell of every number of kept nodes and predecessors")},
      {u"analyse.health"_s, u"analyse"_s, Actions::tr("&Health of the search"), u"heat"_s,
       QKeySequence(u"Ctrl+Shift+H"_s),
       Actions::tr("Weights over time, entropy, margin, churn and what they mean")},
      {u"help.palette"_s, u"help"_s, Actions::tr("&Command palette…"), u"search"_s,
       QKeySequence(u"Ctrl+K"_s), Actions::tr("Every command by its name")},
      {u"help.hints"_s, u"help"_s, Actions::tr("Show the &hints again"), u"help"_s,
       QKeySequence::HelpContents, Actions::tr("The hints of the first minute")},
      {u"help.shortcuts"_s, u"help"_s, Actions::tr("&Shortcuts…"), u"command"_s,
       QKeySequence(u"Ctrl+?"_s), Actions::tr("See and change them")},
      {u"help.about"_s, u"help"_s, Actions::tr("&About and diagnostics…"), u"info"_s, {}, {}},
  };
}

}  // namespace

Actions::Actions(QWidget* window) : QObject(window), window_(window) {
  for (const auto* name : {"file", "edit", "run", "view", "panes", "analyse", "help"}) {
    const QString key = QString::fromLatin1(name);
    auto* menu = new QMenu(menuTitle(key), window);
    menu->setToolTipsVisible(true);
    menus_[key] = menu;
  }
  for (const auto& entry : declared()) {
    QMenu* menu = menus_[entry.menu];
    if (entry.text.isEmpty()) {
      menu->addSeparator();
      continue;
    }
    auto* action = new QAction(widgets::icon(entry.icon), entry.text, window);
    action->setObjectName(entry.name);
    action->setShortcut(entry.shortcut);
    action->setToolTip(entry.tip.isEmpty() ? QString(entry.text).remove(u'&').remove(u'…')
                                           : entry.tip);
    action->setStatusTip(entry.tip);
    action->setProperty("tip", action->toolTip());
    action->setCheckable(entry.name == u"view.move_panes");
    window->addAction(action);
    menu->addAction(action);
    byName_[entry.name] = action;
  }
}

QAction* Actions::get(const QString& name) const {
  QAction* action = byName_.value(name);
  expects(action != nullptr, "an action of the table");
  return action;
}

QList<QAction*> Actions::all() const { return byName_.values(); }

void Actions::onTriggered(const QString& name, QObject* context, std::function<void()> action) {
  connect(get(name), &QAction::triggered, context, [action = std::move(action)] { action(); });
}

void Actions::allow(const QString& name, bool allowed, const QString& reason) {
  QAction* action = get(name);
  action->setEnabled(allowed);
  const QString tip = action->property("tip").toString();
  action->setToolTip(allowed || reason.isEmpty() ? tip : tr("%1\nNot now: %2").arg(tip, reason));
}

QMenu* Actions::menu(const QString& name) const { return menus_.value(name); }

void Actions::addMenus(QMenuBar* bar) {
  for (const auto* name : {"file", "edit", "run", "view", "analyse", "help"}) {
    bar->addMenu(menus_[QString::fromLatin1(name)]);
  }
  menus_[u"view"_s]->addSeparator();
  menus_[u"view"_s]->addMenu(menus_[u"panes"_s]);
}

}  // namespace attelier::ui
