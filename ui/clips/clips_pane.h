#pragma once

#include "ui/clips/clip_model.h"
#include "ui/workspace/pane.h"
#include "widgets/base/data_table.h"

class QLabel;
class QMenu;
class QStackedWidget;
class QTableView;

namespace attelier::ui {

class ClipDelegate;
class ClipFilterBar;
class ClipGrid;
class ClipPictures;
class NoticeBar;
class ProbeRequests;

/// The data set of the open run: every clip with its picture, what is wrong with it, how well it is
/// classified, and which ones are probe clips.
class ClipsPane : public Pane, public widgets::HasDataTable {
  Q_OBJECT
 public:
  explicit ClipsPane(Workspace& workspace, QWidget* parent = nullptr);
  ~ClipsPane() override;

  QList<QAction*> paneActions() const override;
  QString emptyText() const override;
  widgets::DataTable dataTable() const override;

  /// Shows the clips of one class that the last validation took for another, as a confusion matrix
  /// counts them.
  void showConfusion(std::int64_t label, std::int64_t predicted);
  void chooseClip(std::int64_t clip);
  /// The clip that is chosen; -1 without one.
  std::int64_t chosenClip() const;

 Q_SIGNALS:
  /// A clip without stored attention is to be looked into: the engine has to be asked.
  void inspectRequested(qint64 clip);

 protected:
  void present(const Shown& shown) override;
  void showEvent(QShowEvent* event) override;
  void hideEvent(QHideEvent* event) override;
  void dragEnterEvent(QDragEnterEvent* event) override;
  void dragLeaveEvent(QDragLeaveEvent* event) override;
  void dropEvent(QDropEvent* event) override;
  void paintEvent(QPaintEvent* event) override;

 private:
  QAction* add(const QString& name, const QString& icon, const QString& text,
               void (ClipsPane::*slot)());
  QWidget* makeViews();
  void applyFilter();
  void updateCounts();
  void updateChosen();
  void onChosen();
  void showMenu(const QPoint& global);
  void setTable(bool table);

  void look();
  void star();
  void reveal();
  void copyPath();
  void askForVideo();
  QModelIndex current() const;

  ClipModel* model_;
  ClipPictures* pictures_;
  ClipDelegate* delegate_;
  ProbeRequests* requests_;
  ClipGrid* grid_;
  QTableView* table_;
  QStackedWidget* views_;
  ClipFilterBar* bar_;
  QLabel *about_, *empty_;
  NoticeBar* message_;
  QMenu* menu_;
  QAction *look_, *star_, *reveal_, *copyPath_, *addVideo_, *asTable_;
  std::filesystem::path run_;
  std::int64_t probe_ = 0;  ///< the one that was last brought into view
  bool isDropping_ = false;
};

}  // namespace attelier::ui
