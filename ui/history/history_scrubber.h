#pragma once

#include "ui/workspace/pane.h"

#include <QSlider>
#include <QTimer>

#include <cstdint>
#include <memory>
#include <vector>

class QLabel;
class QToolButton;

namespace attelier::ui {

/// A slider over the steps of a run with ticks at its checkpoints and a mark at the pinned step.
class StepSlider : public QSlider {
  Q_OBJECT
 public:
  explicit StepSlider(QWidget* parent = nullptr);

  /// Units: steps. -1: nothing is pinned.
  void setMarks(std::vector<std::int64_t> checkpoints, std::int64_t pinned);
  QSize sizeHint() const override;

 protected:
  void paintEvent(QPaintEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;

 private:
  int positionOf(std::int64_t step) const;

  std::vector<std::int64_t> checkpoints_;
  std::int64_t pinned_ = -1;
};

/// The one time cursor of all panes: drag back through the search while it goes on, return to live,
/// or play the search as a film.
class HistoryScrubber : public Pane {
  Q_OBJECT
 public:
  explicit HistoryScrubber(Workspace& workspace, QWidget* parent = nullptr);

  QList<QAction*> paneActions() const override { return {film_}; }

 protected:
  void present(const Shown& shown) override;

 private:
  void moveTo(int step);
  void playOn();

  StepSlider* slider_;
  QLabel* text_;
  QToolButton* live_;
  QAction* film_;
  QTimer play_;
  std::shared_ptr<const std::vector<run::CheckpointRow>> checkpoints_;
};

}  // namespace attelier::ui
