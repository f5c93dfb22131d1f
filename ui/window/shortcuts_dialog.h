#pragma once

#include "ui/window/window_actions.h"

#include <QDialog>
#include <QHash>
#include <QModelIndex>

class QKeySequenceEdit;
class QLabel;
class QLineEdit;
class QPushButton;
class QSortFilterProxyModel;
class QStandardItem;
class QStandardItemModel;
class QTreeView;

namespace attelier::ui {

/// All actions of a window with their shortcuts, by menu; to look up, search and change. A shortcut
/// that something else has is refused, and what has it is named. Changes hold at once.
class ShortcutsDialog : public QDialog {
  Q_OBJECT
 public:
  explicit ShortcutsDialog(QWidget* window);

  /// Opens, or comes to the front.
  void summon();

 protected:
  void showEvent(QShowEvent* event) override;
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void gather();
  void present();
  void take();
  void tell(const QString& text, bool isRefusal);
  void refresh();
  QModelIndex currentAction() const;
  const MenuAction* current() const;

  QWidget* window_;
  QList<MenuAction> entries_;
  QStandardItemModel* model_;
  QSortFilterProxyModel* filter_;
  QLineEdit* search_;
  QTreeView* tree_;
  QLabel* name_;
  QKeySequenceEdit* keys_;
  QPushButton* none_;
  QPushButton* reset_;
  QPushButton* resetAll_;
  QLabel* answer_;
};

}  // namespace attelier::ui
