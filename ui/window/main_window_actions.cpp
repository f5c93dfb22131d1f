#include "engine/run/phase.h"
#include "ui/attention/attention_pane.h"
#include "ui/clips/clips_pane.h"
#include "ui/dialogs/difference_dialog.h"
#include "ui/dialogs/evaluate_dialog.h"
#include "ui/dialogs/extend_dialog.h"
#include "ui/dialogs/new_search_dialog.h"
#include "ui/dialogs/run_place.h"
#include "ui/graph/derivation_bar.h"
#include "ui/history/confusion_pane.h"
#include "ui/runs/evaluations_pane.h"
#include "ui/runs/run_catalogue.h"
#include "ui/runs/runs_pane.h"
#include "ui/window/about_dialog.h"
#include "ui/window/command_palette.h"
#include "ui/window/desktop_look.h"
#include "ui/window/desktop_note.h"
#include "ui/window/hints.h"
#include "ui/window/main_window.h"
#include "ui/window/preferences_dialog.h"
#include "ui/window/recent_runs.h"
#include "ui/window/shortcut_store.h"
#include "ui/window/shortcuts_dialog.h"
#include "ui/window/window_actions.h"

#include <QDir>
#include <QDockWidget>
#include <QFileDialog>
#include <QFileInfo>
#include <QMenu>
#include <QSettings>
#include <QSlider>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {

namespace {

QString lastFolder() {
  return QSettings().value(u"files/last_folder"_s, defaultRunsFolder()).toString();
}

void keepFolder(const QString& path) {
  QSettings().setValue(u"files/last_folder"_s, QFileInfo(path).absolutePath());
}

bool isSnapshotFile(const QString& path) {
  QFile file(path);
  return file.open(QIODevice::ReadOnly) && file.read(15) == "SQLite format 3";
}

bool isVideo(const QString& path) {
  static const QStringList kinds{u"mp4"_s,  u"avi"_s, u"mkv"_s, u"mov"_s,
                                 u"webm"_s, u"m4v"_s, u"mpg"_s, u"mpeg"_s};
  return kinds.contains(QFileInfo(path).suffix().toLower());
}

}  // namespace

void MainWindow::connectActions() {
  const auto on = [this](const QString& name, auto action) {
    actions_->onTriggered(name, this, action);
  };
  on(u"file.new"_s, [this] {
    newSearch().show();
    newSearch().raise();
  });
  on(u"file.open"_s, [this] {
    auto* dialog = new QFileDialog(this, tr("Open run"), lastFolder());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::Directory);
    dialog->setOption(QFileDialog::ShowDirsOnly);
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& path) {
      keepFolder(path);
      openPath(path);
    });
    dialog->open();
  });
  on(u"file.open_file"_s, [this] {
    auto* dialog = new QFileDialog(this, tr("Open shared file"), lastFolder());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& path) {
      keepFolder(path);
      openPath(path);
    });
    dialog->open();
  });
  on(u"file.close"_s, [this] { workspace_.close(); });
  on(u"file.quit"_s, [this] { close(); });
  on(u"edit.copy_view"_s, [this] { copyPane(); });
  on(u"edit.copy_values"_s, [this] { copyPaneValues(); });
  on(u"edit.show_table"_s, [this] { showPaneTable(); });
  on(u"edit.preferences"_s, [this] {
    if (preferencesDialog_ == nullptr) {
      preferencesDialog_ = new PreferencesDialog(this);
      connect(preferencesDialog_, &PreferencesDialog::changed, this, &MainWindow::apply);
    }
    preferencesDialog_->setPreferences(preferences_);
    preferencesDialog_->show();
    preferencesDialog_->raise();
  });
  on(u"run.evaluate"_s, [this] { evaluate(); });
  on(u"run.extend"_s, [this] { extend(); });
  on(u"run.resume_with"_s, [this] { extend(); });
  on(u"run.again"_s, [this] {
    if (!workspace_.shown().run) return;
    newSearch().prefill(*workspace_.shown().run->configuration);
    newSearch().show();
  });
  on(u"view.side_panes"_s, [this] {
    if (!docksBeforeHiding_.isEmpty()) {
      docks_->restoreState(docksBeforeHiding_);
      docksBeforeHiding_.clear();
      return;
    }
    docksBeforeHiding_ = docks_->saveState();
    for (auto* dock : std::as_const(dockOf_)) dock->hide();
  });
  on(u"view.move_panes"_s,
     [this] { showPaneTitles(actions_->get(u"view.move_panes"_s)->isChecked()); });
  on(u"view.full_screen"_s, [this] { setWindowState(windowState() ^ Qt::WindowFullScreen); });
  on(u"view.theme"_s, [this] {
    Preferences changed = preferences_;
    const bool isDark = changed.theme == ThemeChoice::Dark ||
                        (changed.theme == ThemeChoice::System && look_.isDark());
    changed.theme = isDark ? ThemeChoice::Light : ThemeChoice::Dark;
    QSettings settings;
    changed.save(settings);
    apply(changed);
  });
  on(u"analyse.difference"_s, [this] {
    showPane(u"runs"_s);
    say(tr("Choose two runs in the list, then Difference."));
  });
  on(u"analyse.table"_s, [this] {
    showPane(u"derivation"_s);
    if (auto* bar = findChild<DerivationBar*>()) bar->showTable();
  });
  on(u"analyse.health"_s, [this] { showPane(u"weights_time"_s); });
  on(u"help.palette"_s, [this] {
    if (palette_ == nullptr) palette_ = new CommandPalette(this, &recent_);
    palette_->summon();
  });
  on(u"help.hints"_s, [this] { hints_->replay(); });
  on(u"help.shortcuts"_s, [this] {
    auto* dialog = new ShortcutsDialog(this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->show();
  });
  on(u"help.about"_s, [this] {
    auto* dialog = new AboutDialog(workspace_.engine(), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->show();
  });

  auto* recent = new QMenu(tr("Open &recent"), this);
  recent->setObjectName(u"menu_recent"_s);
  recent_.fill(recent);
  leaveOut(recent);
  actions_->menu(u"file"_s)->insertMenu(actions_->get(u"file.open_file"_s), recent);
  connect(&recent_, &RecentRuns::chosen, this, &MainWindow::openPath);
  connect(&recent_, &RecentRuns::gone, this,
          [this](const QString& path) { say(tr("%1 is not there any more.").arg(path)); });

  auto* layouts = new QMenu(tr("La&youts"), this);
  auto* original = layouts->addAction(tr("As the program &came"), this, &MainWindow::arrangeDocks);
  original->setObjectName(u"view.layout_original"_s);
  for (int slot = 1; slot <= kLayouts; ++slot) {
    auto* restore =
        layouts->addAction(tr("Layout &%1").arg(slot), this, [this, slot] { restoreLayout(slot); });
    restore->setObjectName(u"view.layout_%1"_s.arg(slot));
    restore->setShortcut(QKeySequence(u"Ctrl+%1"_s.arg(slot)));
    auto* save = layouts->addAction(tr("Save as layout %1").arg(slot), this,
                                    [this, slot] { saveLayout(slot); });
    save->setObjectName(u"view.save_layout_%1"_s.arg(slot));
    save->setShortcut(QKeySequence(u"Ctrl+Alt+%1"_s.arg(slot)));
  }
  actions_->menu(u"view"_s)->addMenu(layouts);
  for (auto* menu : paneMenus_) actions_->menu(u"view"_s)->addMenu(menu);
  applyStoredShortcuts(this);
}

void MainWindow::connectPanes() {
  for (auto* runs : findChildren<RunsPane*>()) {
    connect(runs, &RunsPane::newSearchRequested, this, &MainWindow::newSearchFrom);
    connect(runs, &RunsPane::startAfterRequested, this, [this](const QString& run) {
      newSearch().setAfter(run);
      newSearch().show();
    });
    connect(runs, &RunsPane::extendRequested, this, [this](const QString& run) {
      openPath(run);
      extend();
    });
    connect(runs, &RunsPane::differenceRequested, this,
            [this](const QString& one, const QString& other) { showDifference(one, other); });
  }
  if (auto* evaluations = findChild<EvaluationsPane*>()) {
    connect(evaluations, &EvaluationsPane::evaluateRequested, this, &MainWindow::evaluate);
  }
  auto* attention = findChild<AttentionPane*>();
  auto* clips = findChild<ClipsPane*>();
  auto* confusion = findChild<ConfusionPane*>();
  const auto inspect = [this, attention](qint64 clip) {
    attention->showClip(clip);
    showPane(u"attention"_s);
  };
  connect(clips, &ClipsPane::inspectRequested, this, inspect);
  connect(confusion, &ConfusionPane::clipChosen, this, inspect);
  connect(confusion, &ConfusionPane::attentionRequested, this,
          [this] { showPane(u"attention"_s); });
  connect(&workspace_, &Workspace::changed, this, &MainWindow::dropHints);
  connect(&look_, &DesktopLook::changed, this, [this] { apply(preferences_); });
  connect(note_, &DesktopNote::activated, this, [this] {
    raise();
    activateWindow();
  });
  connect(&workspace_, &Workspace::opened, this, [this](const QString& path) {
    recent_.add(path);
    catalogue_.remember(path.toStdString());
    offerHints();
  });
}

void MainWindow::showDifference(const QString& one, const QString& other) {
  const auto left = catalogue_.find(one.toStdString()),
             right = catalogue_.find(other.toStdString());
  if (!left || !right) return;
  if (difference_ == nullptr) difference_ = new DifferenceDialog(this);
  difference_->setConfigurations(left->name(), left->info.configuration, right->name(),
                                 right->info.configuration);
  difference_->show();
  difference_->raise();
}

NewSearchDialog& MainWindow::newSearch() {
  if (newSearch_ == nullptr) {
    newSearch_ = new NewSearchDialog(workspace_.engine(), this);
    connect(newSearch_, &EngineDialog::started, this, &MainWindow::openPath);
    connect(
        newSearch_, &EngineDialog::queued, this,
        [this](const QString& folder, const QString& after) {
          say(tr("%1 begins when %2 has ended.")
                  .arg(QFileInfo(folder).completeBaseName(), QFileInfo(after).completeBaseName()));
        });
  }
  QStringList known;
  for (const auto& run : catalogue_.runs()) {
    if (run->isLocked) known << QString::fromStdString(run->path.string());
  }
  newSearch_->setKnownRuns(known);
  return *newSearch_;
}

void MainWindow::newSearchFrom(const QString& run) {
  const auto entry = catalogue_.find(run.toStdString());
  if (!entry) return;
  newSearch().prefill(entry->info.configuration);
  newSearch().show();
}

void MainWindow::evaluate() {
  if (evaluate_ == nullptr) {
    evaluate_ = new EvaluateDialog(workspace_.engine(), this);
    connect(evaluate_, &EngineDialog::started, this, [this](const QString&) {
      say(tr("The cell is being trained anew; its curves appear among the evaluations."));
      showPane(u"evaluations"_s);
    });
  }
  evaluate_->setShown(workspace_.shown());
  evaluate_->show();
  evaluate_->raise();
}

void MainWindow::extend() {
  if (extend_ == nullptr) extend_ = new ExtendDialog(workspace_.engine(), this);
  extend_->setRun(workspace_.shown().run);
  extend_->show();
  extend_->raise();
}

void MainWindow::openPath(const QString& path) {
  const QFileInfo info(path);
  if (!info.exists()) return say(tr("%1 is not there.").arg(path));
  if (info.isDir() && QFileInfo::exists(path + u"/run.json"_s)) {
    workspace_.open(path.toStdString());
  } else if (info.isDir() || info.suffix() == u"csv"_s || info.suffix() == u"txt"_s) {
    newSearch().setClips(path);
    newSearch().show();
  } else if (info.suffix() == u"json"_s) {
    addCell(path);
  } else if (isVideo(path)) {
    addProbe(path);
  } else if (isSnapshotFile(path)) {
    workspace_.open(path.toStdString());
  } else {
    say(tr("%1 is no run, shared run, folder of clips, video or cell.").arg(info.fileName()));
  }
}

void MainWindow::addCell(const QString& path) {
  if (!workspace_.shown().run) return say(tr("Open a run first: the cell is kept in it."));
  auto cell = space::readCell(path.toStdString());
  if (!cell) return say(QString::fromStdString(describe(cell.error())));
  const std::string name =
      cell->name.empty() ? QFileInfo(path).completeBaseName().toStdString() : cell->name;
  const nlohmann::json arguments{
      {"action", "add"}, {"name", name}, {"design", space::toJson(*cell)}};
  workspace_.command(
      run::CommandKind::Cell, arguments, {}, this, [this, name](const CommandResult& result) {
        say(result ? tr("The cell %1 is in the run now.").arg(QString::fromStdString(name))
                   : QString::fromStdString(describe(result.error())));
      });
}

void MainWindow::addProbe(const QString& path) {
  if (!workspace_.shown().run)
    return say(tr("Open a run first: the video becomes a probe clip of it."));
  say(tr("The engine reads %1…").arg(QFileInfo(path).fileName()));
  workspace_.command(run::CommandKind::Probe, {{"action", "add"}, {"file", path.toStdString()}}, {},
                     this, [this, path](const CommandResult& result) {
                       if (!result) return say(QString::fromStdString(describe(result.error())));
                       say(tr("%1 is a probe clip now.").arg(QFileInfo(path).fileName()));
                       if (result->contains("probe") && (*result)["probe"].is_number_integer()) {
                         const auto id = (*result)["probe"].get<std::int64_t>();
                         workspace_.look([id](Choices& choices) { choices.probe = id; });
                       }
                     });
}

void MainWindow::apply(const Preferences& preferences) {
  const bool isColourNew = preferences_.colourMap != preferences.colourMap;
  preferences_ = preferences;
  applyLook(preferences, look_);
  workspace_.setReadingsPerSecond(preferences.readingsPerSecond);
  if (isColourNew) {
    workspace_.look([&](Choices& choices) { choices.overlay.colourMap = preferences.colourMap; });
  }
  hints_->setReducedMotion(preferences.reducedMotion || look_.wantsLessMotion());
}

// A run that ends while it is watched is said to the desktop, once.
void MainWindow::noteEnd() {
  const RunView* view = workspace_.shown().run.get();
  const run::Phase phase = view != nullptr ? view->status.phase : run::Phase::Preparing;
  const std::string id = view != nullptr ? view->info.id : std::string();
  const bool wasAlive =
      phaseBefore_ == run::Phase::Running || phaseBefore_ == run::Phase::Finishing;
  const bool ended = phase == run::Phase::Finished || phase == run::Phase::Failed ||
                     phase == run::Phase::Interrupted;
  if (id == runBefore_ && wasAlive && ended && preferences_.notifyWhenDone) note_->sendEnd(*view);
  phaseBefore_ = phase;
  runBefore_ = id;
}

// What a person has done once needs no hint.
void MainWindow::dropHints() {
  const Choices& choices = workspace_.shown().choices;
  if (choices.query) hints_->dismiss(u"query"_s);
  if (workspace_.undoStack().count() > 0) hints_->dismiss(u"alpha"_s);
}

void MainWindow::offerHints() {
  if (Pane* graph = pane(u"supergraph"_s)) {
    hints_->offer(
        u"graph"_s, graph, {},
        tr("Edges grow as the search prefers them. Click a node to see what it attends to."));
  }
  if (Pane* attention = pane(u"attention"_s)) {
    hints_->offer(u"query"_s, attention, {},
                  tr("Click a pixel: what does this place attend to, in every frame?"));
  }
  if (auto* alpha = findChild<QSlider*>(u"alpha_slider"_s)) {
    hints_->offer(u"alpha"_s, alpha, {},
                  tr("Drag: another number of nodes gives another cell, at once."));
  }
}

}  // namespace attelier::ui
