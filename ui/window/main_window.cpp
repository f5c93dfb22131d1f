#include "ui/window/main_window.h"

#include "engine/run/phase.h"
#include "ui/runs/runs_pane.h"
#include "ui/window/desktop_note.h"
#include "ui/window/empty_page.h"
#include "ui/window/hints.h"
#include "ui/window/state_frame.h"
#include "widgets/base/data_table.h"
#include "widgets/base/icon.h"

#include <QApplication>
#include <QClipboard>
#include <QCloseEvent>
#include <QDir>
#include <QDockWidget>
#include <QDragEnterEvent>
#include <QFileInfo>
#include <QLabel>
#include <QLocale>
#include <QMenu>
#include <QMenuBar>
#include <QMimeData>
#include <QPixmap>
#include <QProgressBar>
#include <QScreen>
#include <QScrollArea>
#include <QSettings>
#include <QSplitter>
#include <QStatusBar>
#include <QTimer>
#include <QToolBar>
#include <QUndoStack>
#include <QVBoxLayout>

#include <cmath>
#include <utility>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {

namespace {

QString durationText(double seconds) {
  if (seconds < 90) return MainWindow::tr("%1 s").arg(QLocale().toString(seconds, 'f', 0));
  if (seconds < 5400) return MainWindow::tr("%1 min").arg(QLocale().toString(seconds / 60, 'f', 0));
  if (seconds < 172'800)
    return MainWindow::tr("%1 h").arg(QLocale().toString(seconds / 3600, 'f', 1));
  return MainWindow::tr("%1 days").arg(QLocale().toString(seconds / 86'400, 'f', 1));
}

// The drawing inside a pane that can be read as a table: the one with the focus, else the largest.
widgets::HasDataTable* drawingOf(QWidget* pane) {
  widgets::HasDataTable* best = nullptr;
  int area = -1;
  for (auto* child : pane->findChildren<QWidget*>()) {
    auto* drawing = dynamic_cast<widgets::HasDataTable*>(child);
    if (drawing == nullptr || !child->isVisible()) continue;
    if (child->hasFocus()) return drawing;
    if (child->width() * child->height() > area) {
      area = child->width() * child->height();
      best = drawing;
    }
  }
  return best != nullptr ? best : dynamic_cast<widgets::HasDataTable*>(pane);
}

}  // namespace

MainWindow::MainWindow(Workspace& workspace, RunCatalogue& catalogue, RecentRuns& recent,
                       DesktopLook& look)
    : workspace_(workspace),
      catalogue_(catalogue),
      recent_(recent),
      look_(look),
      actions_(new Actions(this)),
      docks_(new QMainWindow) {
  setObjectName(u"main_window"_s);
  setWindowTitle(tr("Attelier"));
  setWindowIcon(QIcon(u":/attelier/icons/attelier.svg"_s));
  setAcceptDrops(true);
  resize(QSize(1440, 900).boundedTo(screen()->availableSize()));
  control_ = new RunControl(workspace_, *actions_, this);
  connect(control_, &RunControl::said, this, &MainWindow::say);
  connect(&workspace_, &Workspace::said, this, &MainWindow::say);

  docks_->setWindowFlags(Qt::Widget);
  docks_->setObjectName(u"docks"_s);
  docks_->setDockNestingEnabled(true);
  docks_->setTabPosition(Qt::AllDockWidgetAreas, QTabWidget::North);
  centre_ = new QSplitter(Qt::Vertical, docks_);
  centre_->setChildrenCollapsible(false);
  docks_->setCentralWidget(centre_);
  auto* panes = new QWidget(this);
  auto* column = new QVBoxLayout(panes);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  column->addWidget(docks_, 1);
  makePanes();
  column->addWidget(scrubber_);

  auto* empty = new EmptyPage(*actions_, new RunsPane(workspace_, catalogue_, this), this);
  frame_ = new StateFrame(workspace_, *actions_, panes, empty, this);
  setCentralWidget(frame_);

  QAction* undo = workspace_.undoStack().createUndoAction(this, tr("&Undo"));
  QAction* redo = workspace_.undoStack().createRedoAction(this, tr("&Redo"));
  undo->setIcon(widgets::icon(u"undo"_s));
  redo->setIcon(widgets::icon(u"redo"_s));
  undo->setObjectName(u"edit.undo"_s);
  redo->setObjectName(u"edit.redo"_s);
  undo->setShortcut(QKeySequence::Undo);
  redo->setShortcut(QKeySequence::Redo);
  QMenu* edit = actions_->menu(u"edit"_s);
  edit->insertActions(edit->actions().constFirst(), {undo, redo});
  addActions({undo, redo});
  actions_->addMenus(menuBar());
  makeToolBar();
  makeStatusBar();
  note_ = new DesktopNote(this);
  hints_ = new Hints(this);
  connectActions();
  connectPanes();
  arrangeDocks();
  connect(&workspace_, &Workspace::changed, this, &MainWindow::present);
  connect(qApp, &QApplication::focusChanged, this, [this](QWidget*, QWidget* now) {
    for (QWidget* widget = now; widget != nullptr; widget = widget->parentWidget()) {
      if (auto* focused = qobject_cast<Pane*>(widget)) lastFocused_ = focused;
    }
  });
  connect(qApp, &QGuiApplication::applicationStateChanged, this, &MainWindow::setPace);
  present();
}

MainWindow::~MainWindow() = default;

Pane* MainWindow::pane(const QString& name) const {
  for (auto* candidate : panes_) {
    if (candidate->objectName() == name) return candidate;
  }
  return nullptr;
}

// The name over a pane that has no tab.
QLabel* MainWindow::paneTitle(const QString& text, QWidget* parent) const {
  auto* title = new QLabel(text, parent);
  title->setMargin(fontMetrics().height() / 4);
  QFont bold = title->font();
  bold.setBold(true);
  title->setFont(bold);
  return title;
}

void MainWindow::addPane(Pane* pane, PaneArea area) {
  panes_ << pane;
  if (!pane->paneActions().isEmpty()) {
    auto* menu = new QMenu(pane->title(), this);
    menu->addActions(pane->paneActions());
    menu->setToolTipsVisible(true);
    paneMenus_ << menu;
  }
  if (area == PaneArea::Foot) return;
  if (area == PaneArea::Centre) {
    auto* titled = new QWidget(centre_);
    auto* column = new QVBoxLayout(titled);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(paneTitle(pane->title(), titled));
    column->addWidget(pane, 1);
    centre_->addWidget(titled);
    return;
  }
  const QString name = pane->objectName();
  areaOf_[name] = area;
  auto* dock = new QDockWidget(pane->title(), docks_);
  dock->setObjectName(u"dock_"_s + name);
  dock->setAccessibleName(pane->title());
  // A small window scrolls a pane instead of growing.
  auto* room = new QScrollArea(dock);
  room->setFrameShape(QFrame::NoFrame);
  room->setWidgetResizable(true);
  room->setFocusPolicy(Qt::NoFocus);
  room->setWidget(pane);
  dock->setWidget(room);
  dockOf_[name] = dock;
  QAction* toggle = dock->toggleViewAction();
  toggle->setObjectName(u"panes."_s + name);
  actions_->menu(u"panes"_s)->addAction(toggle);
}

void MainWindow::arrangeDocks() {
  QMap<PaneArea, QList<QDockWidget*>> areas;
  for (auto* candidate : panes_) {
    if (QDockWidget* dock = dockOf_.value(candidate->objectName())) {
      areas[areaOf_[candidate->objectName()]] << dock;
      dock->setFloating(false);
      docks_->removeDockWidget(dock);
    }
  }
  // Runs stand beside all; the history lies under graph, attention and what is known of them.
  docks_->setCorner(Qt::TopLeftCorner, Qt::LeftDockWidgetArea);
  docks_->setCorner(Qt::BottomLeftCorner, Qt::LeftDockWidgetArea);
  docks_->setCorner(Qt::TopRightCorner, Qt::RightDockWidgetArea);
  docks_->setCorner(Qt::BottomRightCorner, Qt::BottomDockWidgetArea);
  const auto place = [&](PaneArea from, Qt::DockWidgetArea area, QDockWidget* under) {
    const auto docks = areas[from];
    for (auto* dock : docks) {
      if (dock != docks.front()) {
        docks_->tabifyDockWidget(docks.front(), dock);
      } else if (under != nullptr) {
        docks_->splitDockWidget(under, dock, Qt::Vertical);
      } else {
        docks_->addDockWidget(area, dock);
      }
      dock->show();
    }
    docks.front()->raise();
    return docks.front();
  };
  auto* left = place(PaneArea::Left, Qt::LeftDockWidgetArea, nullptr);
  auto* right = place(PaneArea::Right, Qt::RightDockWidgetArea, nullptr);
  auto* rightBelow = place(PaneArea::RightBelow, Qt::RightDockWidgetArea, right);
  auto* bottom = place(PaneArea::Bottom, Qt::BottomDockWidgetArea, nullptr);
  showPaneTitles(false);
  shareRoom_ = [=, this] {
    const int across = docks_->width(), down = docks_->height();
    docks_->resizeDocks({left, right}, {across * 22 / 100, across * 34 / 100}, Qt::Horizontal);
    docks_->resizeDocks({bottom}, {down * 27 / 100}, Qt::Vertical);
    docks_->resizeDocks({right, rightBelow}, {down * 47 / 100, down * 26 / 100}, Qt::Vertical);
    centre_->setSizes({down * 30 / 100, down * 43 / 100});
  };
  if (docks_->isVisible()) std::exchange(shareRoom_, nullptr)();
}

// A tab names its pane already: title bars stand only where panes are to be moved, or stand alone.
void MainWindow::showPaneTitles(bool movable) {
  for (auto* dock : std::as_const(dockOf_)) {
    delete dock->titleBarWidget();
    dock->setTitleBarWidget(nullptr);
    if (movable) continue;
    if (docks_->tabifiedDockWidgets(dock).isEmpty()) {
      dock->setTitleBarWidget(paneTitle(dock->windowTitle(), dock));
    } else {
      dock->setTitleBarWidget(new QWidget(dock));
    }
  }
  actions_->get(u"view.move_panes"_s)->setChecked(movable);
}

void MainWindow::makeToolBar() {
  QToolBar* bar = addToolBar(tr("Run"));
  bar->setObjectName(u"toolbar"_s);
  bar->setAccessibleName(tr("Run"));
  bar->setMovable(false);
  const int side = fontMetrics().height() * 5 / 4;
  bar->setIconSize(QSize(side, side));
  bar->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
  bar->addActions({actions_->get(u"file.new"_s), actions_->get(u"file.open"_s)});
  bar->addSeparator();
  for (const auto& name :
       {u"run.resume"_s, u"run.pause"_s, u"run.step"_s, u"run.finish"_s, u"run.discard"_s}) {
    bar->addAction(actions_->get(name));
  }
  bar->addSeparator();
  phase_ = new QLabel(bar);
  phase_->setObjectName(u"phase"_s);
  phase_->setAccessibleName(tr("Phase"));
  progress_ = new QProgressBar(bar);
  progress_->setObjectName(u"progress"_s);
  progress_->setAccessibleName(tr("Steps done"));
  progress_->setMaximumWidth(fontMetrics().averageCharWidth() * 30);
  remaining_ = new QLabel(bar);
  remaining_->setAccessibleName(tr("Time left"));
  for (auto* label : {phase_, remaining_}) label->setContentsMargins(side / 2, 0, side / 2, 0);
  bar->addWidget(phase_);
  bar->addWidget(progress_);
  bar->addWidget(remaining_);
  auto* spring = new QWidget(bar);
  spring->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
  bar->addWidget(spring);
  bar->addAction(actions_->get(u"run.evaluate"_s));
  bar->addAction(actions_->get(u"help.palette"_s));
  for (auto* button : bar->findChildren<QWidget*>()) {
    if (button->inherits("QToolButton")) button->setFocusPolicy(Qt::TabFocus);
  }
}

void MainWindow::makeStatusBar() {
  const auto label = [this](const QString& name) {
    auto* made = new QLabel(this);
    made->setAccessibleName(name);
    statusBar()->addPermanentWidget(made);
    return made;
  };
  speed_ = label(tr("Speed"));
  device_ = label(tr("Device"));
  memory_ = label(tr("Memory of the engine"));
  viewCost_ = label(tr("What watching costs the engine"));
  statusBar()->setSizeGripEnabled(false);
}

void MainWindow::say(const QString& sentence) { statusBar()->showMessage(sentence, 8000); }

void MainWindow::present() {
  const Shown& shown = workspace_.shown();
  const RunView* view = shown.run.get();
  const bool isOpen = view != nullptr;
  QString title = tr("Attelier");
  if (isOpen) {
    title = tr("%1 – Attelier")
                .arg(QFileInfo(QString::fromStdString(view->path.string())).completeBaseName());
  }
  if (windowTitle() != title) setWindowTitle(title);
  // Docks take sizes only when they are laid out, which they are not behind the first page.
  if (isOpen && shareRoom_) QTimer::singleShot(0, this, std::exchange(shareRoom_, nullptr));
  presentStatus();
  noteEnd();
}

void MainWindow::presentStatus() {
  const RunView* view = workspace_.shown().run.get();
  const bool isOpen = view != nullptr;
  // Setting an equal text would still lay out and paint.
  const auto set = [](QLabel* label, const QString& text) {
    if (label->text() != text) label->setText(text);
  };
  if (!isOpen) {
    for (auto* label : {phase_, remaining_, speed_, memory_, viewCost_, device_}) set(label, {});
    progress_->reset();
    progress_->setEnabled(false);
    return;
  }
  const QLocale locale;
  const auto& status = view->status;
  const QString stage = status.stage.empty() ? QString() : QString::fromStdString(status.stage);
  const QString phase = QString::fromLatin1(run::phaseName(status.phase));
  set(phase_, stage.isEmpty() ? phase : tr("%1 · %2").arg(phase, stage));
  progress_->setEnabled(true);
  progress_->setRange(0, static_cast<int>(std::max<std::int64_t>(status.stepsPlanned, 1)));
  progress_->setValue(static_cast<int>(status.step));
  progress_->setFormat(tr("step %1 of %2")
                           .arg(locale.toString(static_cast<qlonglong>(status.step)),
                                locale.toString(static_cast<qlonglong>(status.stepsPlanned))));
  const double left = static_cast<double>(status.stepsPlanned - status.step);
  const bool runs = status.phase == run::Phase::Running && view->stepsPerSecond > 0 && left > 0;
  set(remaining_, runs ? tr("%1 to %2 left")
                             .arg(durationText(0.85 * left / view->stepsPerSecond),
                                  durationText(1.25 * left / view->stepsPerSecond))
                       : QString());
  const auto training = view->configuration->find("training");
  const double batch = training != view->configuration->end() && training->is_object()
                           ? training->value("batch", 0)
                           : 0;
  set(speed_,
      runs ? tr("%1 steps/s · %2 clips/s")
                 .arg(locale.toString(view->stepsPerSecond, 'f', view->stepsPerSecond < 10 ? 1 : 0),
                      locale.toString(view->stepsPerSecond * batch, 'f', 0))
           : QString());
  set(device_, QString::fromStdString(status.device));
  if (view->resources->empty()) return;
  const auto& last = view->resources->back();
  const auto bytes = [&](double value) {
    return locale.formattedDataSize(static_cast<qint64>(value));
  };
  set(memory_, !std::isnan(last.deviceReserved)
                   ? tr("allocated %1 · reserved %2")
                         .arg(bytes(last.deviceAllocated), bytes(last.deviceReserved))
               : !std::isnan(last.hostBytes) ? tr("memory %1").arg(bytes(last.hostBytes))
                                             : QString());
  const auto cost = viewCost(*view->resources);
  set(viewCost_, cost ? tr("view cost %1 %").arg(locale.toString(100 * *cost, 'f', 1)) : QString());
}

void MainWindow::setPace() {
  const bool isHidden = isMinimized() || !isVisible();
  const bool isActive = QGuiApplication::applicationState() == Qt::ApplicationActive;
  workspace_.setPace(isHidden ? Pace::Minimised : isActive ? Pace::Active : Pace::Unfocused);
}

void MainWindow::changeEvent(QEvent* event) {
  QMainWindow::changeEvent(event);
  if (event->type() == QEvent::WindowStateChange) setPace();
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
  if (event->mimeData()->hasUrls()) event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event) {
  for (const auto& url : event->mimeData()->urls()) {
    if (url.isLocalFile()) openPath(url.toLocalFile());
  }
  event->acceptProposedAction();
}

Pane* MainWindow::focusedPane() const {
  return lastFocused_ && lastFocused_->isVisible() ? lastFocused_.data() : pane(u"supergraph"_s);
}

void MainWindow::copyPane() {
  if (Pane* focused = focusedPane()) {
    QApplication::clipboard()->setPixmap(focused->grab());
    say(tr("%1: the picture is in the clipboard.").arg(focused->title()));
  }
}

std::optional<widgets::DataTable> MainWindow::paneTable() {
  Pane* focused = focusedPane();
  const auto* drawing = focused != nullptr ? drawingOf(focused) : nullptr;
  if (drawing == nullptr) {
    say(tr("This pane draws nothing that a table could show."));
    return std::nullopt;
  }
  return drawing->dataTable();
}

void MainWindow::copyPaneValues() {
  if (const auto table = paneTable()) {
    QApplication::clipboard()->setText(widgets::tabSeparated(*table));
    say(tr("%1: %2 rows are in the clipboard.").arg(table->title).arg(table->rows.size()));
  }
}

void MainWindow::showPaneTable() {
  if (const auto table = paneTable()) widgets::showDataTable(*table, this);
}

void MainWindow::showPane(const QString& name) {
  if (QDockWidget* dock = dockOf_.value(name)) {
    dock->show();
    dock->raise();
  }
  pane(name)->setFocus();
}

void MainWindow::saveLayout(int slot) {
  QSettings settings;
  settings.setValue(u"layouts/%1"_s.arg(slot), docks_->saveState());
  settings.setValue(u"layouts/%1_centre"_s.arg(slot), centre_->saveState());
  say(tr("Layout %1 saved.").arg(slot));
}

void MainWindow::restoreLayout(int slot) {
  const QByteArray state = QSettings().value(u"layouts/%1"_s.arg(slot)).toByteArray();
  if (state.isEmpty() || !docks_->restoreState(state)) {
    return say(tr("Layout %1 is empty: save one with Ctrl+Alt+%1.").arg(slot));
  }
  centre_->restoreState(QSettings().value(u"layouts/%1_centre"_s.arg(slot)).toByteArray());
}

void MainWindow::closeEvent(QCloseEvent* event) {
  QSettings settings;
  settings.setValue(u"window/geometry"_s, saveGeometry());
  settings.setValue(u"window/docks"_s, docks_->saveState());
  settings.setValue(u"window/centre"_s, centre_->saveState());
  settings.setValue(u"session/run"_s, QString::fromStdString(workspace_.path().string()));
  const auto& step = workspace_.shown().choices.step;
  settings.setValue(u"session/step"_s, step ? QVariant(static_cast<qlonglong>(*step)) : QVariant());
  QMainWindow::closeEvent(event);
}

void MainWindow::restoreSession(bool run) {
  QSettings settings;
  restoreGeometry(settings.value(u"window/geometry"_s).toByteArray());
  const QByteArray docks = settings.value(u"window/docks"_s).toByteArray();
  if (!docks.isEmpty() && docks_->restoreState(docks)) {
    centre_->restoreState(settings.value(u"window/centre"_s).toByteArray());
    shareRoom_ = nullptr;
  }
  showPaneTitles(false);
  const QString path = settings.value(u"session/run"_s).toString();
  if (!run || path.isEmpty() || !QFileInfo::exists(path)) return;
  workspace_.open(path.toStdString());
  const QVariant step = settings.value(u"session/step"_s);
  if (step.isValid()) workspace_.goTo(step.toLongLong());
}

}  // namespace attelier::ui
