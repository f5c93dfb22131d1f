#pragma once

#include "ui/runs/evaluation_reading.h"
#include "widgets/base/data_table.h"

#include <QWidget>

namespace attelier::ui {

/// A cell among its controls on one axis of accuracy: the cell as a diamond, random cells as rings
/// with their mean and spread, the plain backbone as a square.
class ComparisonStrip : public QWidget, public widgets::HasDataTable {
  Q_OBJECT
 public:
  explicit ComparisonStrip(QWidget* parent = nullptr);

  void setGroup(const EvaluationGroup& group);
  widgets::DataTable dataTable() const override;
  QSize sizeHint() const override;
  QSize minimumSizeHint() const override;

 protected:
  void paintEvent(QPaintEvent* event) override;
  bool event(QEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void contextMenuEvent(QContextMenuEvent* event) override;

 private:
  QRect plot() const;
  double xOf(double value) const;

  EvaluationGroup group_;
  double from_ = 0, to_ = 1, step_ = 0.1;
};

}  // namespace attelier::ui
