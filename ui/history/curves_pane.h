#pragma once

#include "ui/history/points_file.h"
#include "ui/workspace/pane.h"

class QCheckBox;
class QComboBox;
class QMenu;
class QSlider;
class QToolButton;

namespace attelier::widgets {
class CurvePlot;
}  // namespace attelier::widgets

namespace attelier::ui {

/// Curves of the run: its metrics with their bands, its validations, and those of its evaluations
/// beside it.
class CurvesPane : public Pane {
  Q_OBJECT
 public:
  explicit CurvesPane(Workspace& workspace, QWidget* parent = nullptr);
  ~CurvesPane() override;

  QList<QAction*> paneActions() const override;
  QString emptyText() const override;

 protected:
  void present(const Shown& shown) override;

 private:
  /// What the plot shows together: metrics and points whose names end alike.
  void chooseGroup(const QString& group);
  void fillGroups(const RunView& view);
  void draw(const RunView& view);
  void savePoints();

  widgets::CurvePlot* plot_;
  QComboBox* group_;
  QComboBox* axis_;
  QSlider* smoothing_;
  QAction *logX_, *logY_, *follow_, *csv_;
  QString chosen_;
  bool isChosen_ = false;  ///< by a person
  QStringList groups_;
  // What is drawn: the parts of the run by their pointers.
  std::shared_ptr<const run::MetricsView> curves_, finer_;
  std::shared_ptr<const std::vector<run::PointRow>> points_;
  std::shared_ptr<const std::vector<EvaluationView>> evaluations_;
  std::shared_ptr<const std::vector<run::CheckpointRow>> checkpoints_;
  std::int64_t generation_ = -1;
  std::unique_ptr<PointsFile> file_;
};

}  // namespace attelier::ui
