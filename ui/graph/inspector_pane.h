#pragma once

#include "ui/workspace/pane.h"

class QComboBox;
class QFormLayout;
class QGroupBox;
class QLabel;
class QTreeWidget;

namespace attelier::widgets {
class Sparkline;
}

namespace attelier::ui {

class CellCard;

/// Everything known of the selected node or edge, why it is part of the cell or not, and the
/// derived cell against one that was put aside.
class InspectorPane : public Pane {
  Q_OBJECT
 public:
  explicit InspectorPane(Workspace& workspace, QWidget* parent = nullptr);
  ~InspectorPane() override;

  QString emptyText() const override { return emptyText_; }

 protected:
  void present(const Shown& shown) override;

 private:
  QLabel* addRow(QFormLayout* form, const QString& name, const QString& text);
  void set(QLabel* value, const QString& text);
  void makeSelection(QWidget* page);
  void makeCell(QWidget* page);
  void presentNode(const Shown& shown, int node);
  void presentEdge(const Shown& shown, int from, int to);
  void presentWeight(const Shown& shown, int from, int to);
  void presentInputs(const Shown& shown, int node);
  void presentCost(const Shown& shown, int node);
  void presentCell(const Shown& shown);
  void presentEvaluationNode(const Shown& shown);

  QGroupBox *selection_, *cell_;
  QLabel *title_, *kind_, *why_, *empty_;
  QFormLayout* facts_;
  QLabel *weight_, *logit_, *rank_, *margin_, *change_, *activation_, *parameters_, *flops_,
      *memory_;
  widgets::Sparkline* course_;
  QTreeWidget* inputs_;
  QComboBox* reference_;
  QLabel* differences_;
  QLabel* margins_;
  CellCard* card_;
  QString emptyText_;

  // What is shown was made from these.
  std::shared_ptr<const StepWeights> weights_;
  std::shared_ptr<const WeightsHistory> history_;
  std::shared_ptr<const DerivedCell> derived_;
  std::shared_ptr<const nlohmann::json> configuration_;
  Choices choices_;
  QString referenceName_;
};

}  // namespace attelier::ui
