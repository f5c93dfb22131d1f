#pragma once

#include "ui/workspace/pane.h"
#include "widgets/graph/supergraph_scene.h"

class QComboBox;
class QLabel;
class QSlider;
class QStackedWidget;
class QToolButton;

namespace attelier::widgets {
class CellView;
class SupergraphView;
}  // namespace attelier::widgets

namespace attelier::ui {

/// The supergraph of a search with its weights at the shown step; the cell of an evaluation.
///
/// Selecting a node chooses its attention; a right click keeps it in the cell, forbids or frees it.
class SupergraphPane : public Pane {
  Q_OBJECT
 public:
  explicit SupergraphPane(Workspace& workspace, QWidget* parent = nullptr);
  ~SupergraphPane() override;

  QList<QAction*> paneActions() const override;
  QString emptyText() const override { return emptyText_; }
  widgets::SupergraphView& view() { return *view_; }

 Q_SIGNALS:
  /// A node was activated (Enter, double click): its attention is wanted in front.
  void attentionRequested();

 protected:
  void present(const Shown& shown) override;

 private:
  QAction* add(const QString& name, const QString& icon, const QString& text, const QString& tip,
               const QKeySequence& shortcut = {});
  QToolButton* button(QAction* action);
  void makeActions();
  void makeHeader(QWidget* header);
  void presentHeader(const Shown& shown);
  void presentGraph(const Shown& shown);
  void presentCell(const Shown& shown);
  void presentActions(const Shown& shown);
  void showMenu(int node, const QPoint& globalPosition);
  void chooseNode(int node);
  void keepNode();
  void forbidNode();
  void freeNode();
  void freeAll();
  void savePicture();
  QString chosenName() const;

  QComboBox* places_;
  QLabel* hideLabel_;
  QSlider* hide_;
  QStackedWidget* pages_;
  widgets::SupergraphView* view_;
  widgets::CellView* cell_;
  QLabel* empty_;
  QLabel* caption_;
  QAction *focus_, *difference_, *relative_, *legend_, *fit_, *zoomIn_, *zoomOut_, *keep_, *forbid_,
      *free_, *freeAll_, *save_, *table_;
  QList<QToolButton*> buttons_;
  QString emptyText_;

  // What the drawing was made from.
  std::shared_ptr<const StepWeights> weights_;
  std::shared_ptr<const WeightsHistory> history_;
  std::shared_ptr<const DerivedCell> derived_;
  std::shared_ptr<const Moment> pinned_;
  space::DerivationOptions derivation_;
  std::shared_ptr<const nlohmann::json> configuration_;
};

}  // namespace attelier::ui
