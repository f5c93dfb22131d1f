#pragma once

#include "ui/workspace/pane.h"
#include "widgets/base/data_table.h"

class QComboBox;
class QLineEdit;
class QSortFilterProxyModel;
class QTreeView;

namespace attelier::ui {

class LogModel;

/// What happened in the run, line by line: to filter, and to go to the step of a line.
class LogPane : public Pane, public widgets::HasDataTable {
  Q_OBJECT
 public:
  explicit LogPane(Workspace& workspace, QWidget* parent = nullptr);

  QList<QAction*> paneActions() const override { return {table_}; }
  widgets::DataTable dataTable() const override;

 protected:
  void present(const Shown& shown) override;

 private:
  LogModel* model_;
  QSortFilterProxyModel* filtered_;
  QComboBox* level_;
  QLineEdit* filter_;
  QTreeView* view_;
  QAction* table_;
};

}  // namespace attelier::ui
