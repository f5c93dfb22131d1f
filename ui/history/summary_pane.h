#pragma once

#include "ui/workspace/pane.h"

class QLabel;

namespace attelier::widgets {
class SmallChart;
}  // namespace attelier::widgets

namespace attelier::ui {

/// The search in three small charts: what share of the sink each kind of operation has, how
/// accurate the evaluated cells are, and what that accuracy costs. Every accuracy names its split.
class SummaryPane : public Pane {
  Q_OBJECT
 public:
  explicit SummaryPane(Workspace& workspace, QWidget* parent = nullptr);

  QList<QAction*> paneActions() const override { return tables_; }

 protected:
  void present(const Shown& shown) override;

 private:
  void presentCells(const RunView& view);

  QLabel* result_;
  widgets::SmallChart *kinds_, *accuracy_, *cost_;
  QList<QAction*> tables_;
  std::shared_ptr<const StepWeights> presentedWeights_;
  std::shared_ptr<const std::vector<EvaluationView>> presentedEvaluations_;
};

}  // namespace attelier::ui
