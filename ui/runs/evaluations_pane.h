#pragma once

#include "ui/runs/evaluation_reading.h"
#include "ui/workspace/pane.h"

#include <QThreadPool>

class QLabel;
class QPushButton;
class QTreeView;

namespace attelier::ui {

class ComparisonStrip;
class EvaluationModel;
class NoticeBar;

/// How the cells of the open search stand, retrained, among random cells and the plain backbone.
class EvaluationsPane : public Pane {
  Q_OBJECT
 public:
  explicit EvaluationsPane(Workspace& workspace, QWidget* parent = nullptr);
  ~EvaluationsPane() override;

  QList<QAction*> paneActions() const override;
  QString emptyText() const override;
  void choose(const std::filesystem::path& evaluation);

 Q_SIGNALS:
  /// "Evaluate…": a cell of the open run is to be trained.
  void evaluateRequested();

 protected:
  void present(const Shown& shown) override;

 private:
  void read();
  void take(const EvaluationsPointer& reading);
  void updateChosen();
  void open();
  void endEarly();

  EvaluationModel* model_;
  QTreeView* view_;
  QLabel *empty_, *verdict_, *figures_;
  ComparisonStrip* strip_;
  QWidget* card_;
  NoticeBar* message_;
  QAction *evaluate_, *open_, *endEarly_;
  std::shared_ptr<const std::vector<EvaluationView>> seen_;
  std::filesystem::path run_;
  bool isPresented_ = false;
  bool isReading_ = false;
  bool isDue_ = false;
  QThreadPool threads_;
};

}  // namespace attelier::ui
