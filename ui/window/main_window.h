#pragma once

#include "ui/window/actions.h"
#include "ui/window/preferences.h"
#include "ui/window/run_control.h"
#include "ui/workspace/pane.h"
#include "widgets/base/data_table.h"

#include <QMainWindow>
#include <QPointer>

#include <functional>

class QDockWidget;
class QLabel;
class QMenu;
class QProgressBar;
class QSplitter;

namespace attelier::ui {

class CommandPalette;
class DesktopLook;
class DesktopNote;
class DifferenceDialog;
class EvaluateDialog;
class ExtendDialog;
class Hints;
class NewSearchDialog;
class PreferencesDialog;
class RecentRuns;
class RunCatalogue;
class StateFrame;

/// Where a pane stands in the layout that the program comes with.
/// The centre is always there, the others are docks; the foot runs under all.
enum class PaneArea { Left, Centre, Right, RightBelow, Bottom, Foot };

/// The window: menus, toolbar, the frame of states around the docks, the time cursor under them,
/// status bar.
///
/// Layouts, the open run and the place in it are kept from session to session (QSettings).
class MainWindow : public QMainWindow {
  Q_OBJECT
 public:
  MainWindow(Workspace& workspace, RunCatalogue& catalogue, RecentRuns& recent, DesktopLook& look);
  ~MainWindow() override;

  Workspace& workspace() { return workspace_; }
  Actions& actions() { return *actions_; }
  RunControl& control() { return *control_; }
  QList<Pane*> panes() const { return panes_; }
  Pane* pane(const QString& name) const;

  /// Opens what a person gave the program: a run, a shared file, a folder of clips, a video, a
  /// cell.
  void openPath(const QString& path);
  /// Geometry and docks as they were left; with `run` also the run that was open and its step.
  void restoreSession(bool run);
  void apply(const Preferences& preferences);

 protected:
  void changeEvent(QEvent* event) override;
  void closeEvent(QCloseEvent* event) override;
  void dragEnterEvent(QDragEnterEvent* event) override;
  void dropEvent(QDropEvent* event) override;

 private:
  static constexpr int kLayouts = 4;

  void makePanes();
  void addPane(Pane* pane, PaneArea area);
  QLabel* paneTitle(const QString& text, QWidget* parent) const;
  void makeToolBar();
  void makeStatusBar();
  void connectActions();
  void connectPanes();
  void arrangeDocks();
  void showPaneTitles(bool movable);
  void saveLayout(int slot);
  void restoreLayout(int slot);
  void present();
  void presentStatus();
  void setPace();
  void showPane(const QString& name);
  Pane* focusedPane() const;
  void copyPane();
  std::optional<widgets::DataTable> paneTable();
  void copyPaneValues();
  void showPaneTable();
  void addCell(const QString& path);
  void addProbe(const QString& path);
  void say(const QString& sentence);
  void noteEnd();

  NewSearchDialog& newSearch();
  void newSearchFrom(const QString& run);
  void showDifference(const QString& one, const QString& other);
  void evaluate();
  void extend();
  void offerHints();
  void dropHints();

  Workspace& workspace_;
  RunCatalogue& catalogue_;
  RecentRuns& recent_;
  DesktopLook& look_;
  Preferences preferences_;
  Actions* actions_;
  RunControl* control_ = nullptr;
  QMainWindow* docks_;
  QSplitter* centre_ = nullptr;
  StateFrame* frame_ = nullptr;
  QList<Pane*> panes_;
  Pane* scrubber_ = nullptr;
  QList<QMenu*> paneMenus_;
  QMap<QString, QDockWidget*> dockOf_;
  QMap<QString, PaneArea> areaOf_;
  QPointer<Pane> lastFocused_;
  QLabel* phase_ = nullptr;
  QLabel* remaining_ = nullptr;
  QProgressBar* progress_ = nullptr;
  QLabel* speed_ = nullptr;
  QLabel* memory_ = nullptr;
  QLabel* viewCost_ = nullptr;
  QLabel* device_ = nullptr;
  run::Phase phaseBefore_ = run::Phase::Preparing;
  std::string runBefore_;
  std::function<void()> shareRoom_;  ///< gives the docks their sizes, once they are visible
  QByteArray docksBeforeHiding_;
  // Dialogs are made when first asked for and keep what was typed.
  NewSearchDialog* newSearch_ = nullptr;
  EvaluateDialog* evaluate_ = nullptr;
  ExtendDialog* extend_ = nullptr;
  DifferenceDialog* difference_ = nullptr;
  PreferencesDialog* preferencesDialog_ = nullptr;
  CommandPalette* palette_ = nullptr;
  DesktopNote* note_ = nullptr;
  Hints* hints_ = nullptr;
};

}  // namespace attelier::ui
