#pragma once

#include "ui/dialogs/field_editor.h"
#include "ui/workspace/window_state.h"

#include <QObject>

#include <functional>

class QGridLayout;
class QLabel;
class QToolButton;

namespace attelier::ui {

class MessageBar;

/// One field in a grid: label, editor, what it is for, back to default, "?", and below it what is
/// wrong. Columns: kFieldColumns.
class FieldRow : public QObject {
  Q_OBJECT
 public:
  static constexpr int kFieldColumns = 5;
  static constexpr int kGridRows = 3;  ///< of the grid that one field takes

  FieldRow(const FieldInfo& info, PathKind path, const QString& option, QGridLayout* grid,
           int gridRow, QWidget* parent);

  FieldEditor& editor() { return *editor_; }
  const FieldEditor& editor() const { return *editor_; }
  std::string path() const { return info_.path(); }
  bool isWrong() const { return isWrong_; }

  /// What the engine said about this field; stays until the field is edited.
  void setRefusal(const QString& text);
  /// A rule of the dialog on top of the engine's, asked whenever the value is fine with those.
  void setCheck(std::function<Status(const nlohmann::json&)> check);
  void recheck() { refresh(); }
  /// A remark that is no error; empty to remove it.
  void setRemark(Severity severity, const QString& text);
  /// Other words for what the field is for.
  void setHelp(const QString& text);
  /// Of a field that has its help beside it; 0 for one that takes the width.
  int editorWidth() const;
  /// What Tab stops at, in the order on the screen.
  QList<QWidget*> tabStops() const;
  void setEnabled(bool enabled);
  void setShown(bool shown);

  /// All that is to be known of the field: help, unit, range, default, option (rich text).
  QString details() const;

 Q_SIGNALS:
  void edited();

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void refresh();
  void showDetails();

  FieldInfo info_;
  QString option_, refusal_, remark_;
  FieldEditor* editor_ = nullptr;
  QLabel* label_ = nullptr;
  MessageBar *help_ = nullptr, *message_ = nullptr;
  QToolButton *reset_ = nullptr, *question_ = nullptr;
  std::function<Status(const nlohmann::json&)> check_;
  Severity remarkSeverity_ = Severity::Warning;
  bool isWrong_ = false;
  bool isShown_ = true;
};

}  // namespace attelier::ui
