#pragma once

#include "ui/workspace/pane.h"

class QGridLayout;
class QLabel;

namespace attelier::widgets {
class CurvePlot;
}  // namespace attelier::widgets

namespace attelier::ui {

/// Where time and memory go: device, memory of four kinds, milliseconds of a step by part, what
/// loading and watching cost of it, temperature and power where the machine tells. The figures are
/// those of the step that is looked at.
class ResourcesPane : public Pane {
  Q_OBJECT
 public:
  explicit ResourcesPane(Workspace& workspace, QWidget* parent = nullptr);

  QList<QAction*> paneActions() const override;

 protected:
  void present(const Shown& shown) override;

 private:
  QLabel* addFigure(QGridLayout* grid, const QString& name, const QString& explanation);

  void presentFigures(const Shown& shown);

  QLabel *device_, *memory_, *used_, *reserved_, *allocated_, *peak_, *step_, *loading_, *watching_,
      *heat_;
  QAction *timesTable_, *memoriesTable_;
  widgets::CurvePlot *times_, *memories_;
  std::shared_ptr<const std::vector<run::ResourcesRow>> presented_;
  std::int64_t figuresOf_ = -1;  ///< the step that the figures are of
};

}  // namespace attelier::ui
