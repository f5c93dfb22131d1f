#pragma once

#include "ui/dialogs/configuration_difference.h"
#include "widgets/base/data_table.h"

#include <QDialog>

class QCheckBox;
class QPushButton;
class QTableView;

namespace attelier::ui {

class MessageBar;

/// How two configurations differ, as a table that can be copied. Not modal.
class DifferenceDialog : public QDialog, public widgets::HasDataTable {
  Q_OBJECT
 public:
  explicit DifferenceDialog(QWidget* parent = nullptr);

  void setConfigurations(const QString& leftName, const nlohmann::json& left,
                         const QString& rightName, const nlohmann::json& right);
  /// What is shown now.
  widgets::DataTable dataTable() const override;

 public Q_SLOTS:
  void copyText();

 private:
  void describe();

  DifferenceModel* model_ = nullptr;
  QTableView* table_ = nullptr;
  QCheckBox* all_ = nullptr;
  MessageBar* headline_ = nullptr;
};

}  // namespace attelier::ui
