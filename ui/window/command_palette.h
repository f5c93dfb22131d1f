#pragma once

#include <QDialog>

class QLabel;
class QLineEdit;
class QListView;

namespace attelier::ui {

class CommandFilter;
class CommandModel;
class RecentRuns;

/// Every command of a window, and the recent runs, by typing a few letters of the name.
///
/// Up, Down, Page keys choose, Enter does it, Esc or a click elsewhere closes. What can't be done
/// now is shown greyed with the reason.
class CommandPalette : public QDialog {
  Q_OBJECT
 public:
  explicit CommandPalette(QWidget* window, RecentRuns* runs = nullptr);

  /// Gathers what the window offers now and opens over it.
  void summon();

 protected:
  bool event(QEvent* event) override;
  bool eventFilter(QObject* watched, QEvent* event) override;
  void paintEvent(QPaintEvent* event) override;

 private:
  void gather();
  void place();
  void describe();
  void choose(const QModelIndex& index);

  QWidget* window_;
  RecentRuns* runs_;
  CommandModel* model_;
  CommandFilter* filter_;
  QLineEdit* line_;
  QListView* list_;
  QLabel* tip_;
};

}  // namespace attelier::ui
