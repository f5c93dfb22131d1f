#pragma once

#include "ui/runs/run_catalogue.h"
#include "ui/workspace/pane.h"

#include <QTimer>

class QLabel;
class QLineEdit;
class QSortFilterProxyModel;
class QToolButton;
class QTreeView;

namespace attelier::ui {

class NoticeBar;
class RunActions;
class RunDetails;
class RunListDelegate;
class RunListModel;

/// The runs there are, to find, open, compare, describe, share and throw away. Works without an
/// open run.
class RunsPane : public Pane {
  Q_OBJECT
 public:
  RunsPane(Workspace& workspace, RunCatalogue& catalogue, QWidget* parent = nullptr);
  ~RunsPane() override;

  QList<QAction*> paneActions() const override;
  /// What is chosen in the list, the current one first.
  std::vector<RunEntryPointer> chosen() const;
  void choose(const std::filesystem::path& run);

 Q_SIGNALS:
  void newSearchRequested(const QString& run);  ///< "New search from this one"
  void differenceRequested(const QString& run, const QString& other);
  void extendRequested(const QString& run);
  void startAfterRequested(const QString& run);

 protected:
  void present(const Shown& shown) override;
  void showEvent(QShowEvent* event) override;
  void hideEvent(QHideEvent* event) override;
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  QWidget* makeBar();
  QWidget* makeList();
  QWidget* makeFoot();
  void fillList();
  void updateChosen();
  void updateColumns();
  void showMenu(const QPoint& at);
  RunEntryPointer current() const;

  RunCatalogue& catalogue_;
  RunActions* actions_;
  RunListModel* model_;
  QSortFilterProxyModel* sorted_;
  RunListDelegate* delegate_;
  QLineEdit* filter_;
  QToolButton* sort_;
  QTreeView* view_;
  QLabel* empty_;
  NoticeBar* message_;
  RunDetails* details_;
  std::filesystem::path toChoose_;
  std::filesystem::path openRun_;
  bool isPresented_ = false;
  QTimer ages_;
};

}  // namespace attelier::ui
