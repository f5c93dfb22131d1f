#pragma once

#include "ui/workspace/pane.h"

class QAbstractButton;
class QBoxLayout;
class QLabel;
class QModelIndex;
class QSlider;
class QSortFilterProxyModel;
class QSpinBox;
class QTabWidget;
class QTreeView;

namespace attelier::ui {

class CellCard;
class DerivationTable;
class ElidedLabel;
class MarginBar;
class PinnedCellsPage;

/// How many nodes and predecessors the derived cell keeps, and what follows: the cell, its cost,
/// how safe it is. Beside it every other combination, and the cells that were put aside.
class DerivationBar : public Pane {
  Q_OBJECT
 public:
  explicit DerivationBar(Workspace& workspace, QWidget* parent = nullptr);
  ~DerivationBar() override;

  QList<QAction*> paneActions() const override;
  QString emptyText() const override { return emptyText_; }
  /// Shows the table of every alpha and beta.
  void showTable();

 protected:
  void present(const Shown& shown) override;
  void showEvent(QShowEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;

 private:
  struct Count {
    QLabel* label;
    QSlider* slider;
    QSpinBox* box;
  };

  Count makeCount(const QString& name, const QString& text, const QString& tip,
                  int space::DerivationOptions::*member, const QString& edit);
  QAction* add(const QString& name, const QString& icon, const QString& text,
               const QKeySequence& shortcut, std::function<void()> action);
  QWidget* makeCellPage();
  QWidget* makeTablePage();
  void setCount(const Count& count, int least, int most, int value, const QString& reason);
  void change(int space::DerivationOptions::*member, int by, const QString& edit);
  void presentCounts(const Shown& shown);
  void presentCell(const Shown& shown);
  void presentForced(const Shown& shown);
  void presentTable(const Shown& shown);
  void take(const QModelIndex& index);
  void pinRow(const QModelIndex& index);
  void pinDerived();
  void pin(const space::CellDesign& cell, int topNodes, int topPredecessors);

  QTabWidget* tabs_;
  QWidget *cellPage_, *tablePage_;
  Count alpha_{}, beta_{};
  QLabel* forced_;
  MarginBar* margin_;
  QLabel* flips_;
  QLabel* same_;
  QLabel* problem_;
  QBoxLayout* columns_;
  CellCard* card_;
  QAbstractButton* pin_;
  DerivationTable* table_;
  QSortFilterProxyModel* sorted_;
  QTreeView* rows_;
  ElidedLabel* tableNote_;
  PinnedCellsPage* pinned_;
  QAction *moreNodes_, *fewerNodes_, *moreInputs_, *fewerInputs_, *pinCell_;
  QString emptyText_;

  std::shared_ptr<const DerivedCell> derived_;
  std::shared_ptr<const std::vector<EvaluationView>> evaluations_;
};

}  // namespace attelier::ui
