#pragma once

#include "ui/workspace/pane.h"

class QGridLayout;
class QLabel;

namespace attelier::widgets {
class CurvePlot;
}  // namespace attelier::widgets

namespace attelier::ui {

/// Where time and memory go: device, memory of four kinds, milliseconds of a step by part, what
/// loading and watching cost of it, temperature and power where the machine tells.
class ResourcesPane : public Pane {
  Q_OBJECT
 public:
  explicit ResourcesPane(Workspace& workspace, QWidget* parent = nullptr);

 protected:
  void present(const Shown& shown) override;

 private:
  QLabel* addFigure(QGridLayout* grid, const QString& name, const QString& explanation);

  QLabel *device_, *memory_, *allocated_, *reserved_, *peak_, *step_, *loading_, *watching_, *heat_;
  widgets::CurvePlot *times_, *memories_;
  std::shared_ptr<const std::vector<run::ResourcesRow>> presented_;
};

}  // namespace attelier::ui
