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

/// A slider over the steps of a run, with ticks for epochs and checkpoints, lines where a stage
/// begins and flags at pinned steps. A click goes where it points.
class StepSlider : public QSlider {
  Q_OBJECT
 public:
  /// Units: steps.
  struct Marks {
    double epoch = 0;  ///< steps of an epoch; 0: not known
    std::vector<std::int64_t> checkpoints, stages, pinned;
    bool operator==(const Marks&) const = default;
  };

  explicit StepSlider(QWidget* parent = nullptr);

  void setMarks(Marks marks);
  const Marks& marks() const { return marks_; }
  /// Where a step lies, in pixels from the left.
  int positionOf(std::int64_t step) const;
  QSize sizeHint() const override;

 protected:
  void paintEvent(QPaintEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;

 private:
  Marks marks_;
};

/// The one time cursor of all panes: drag back through the search while it goes on, return to live,
/// or play the search as a film.
class HistoryScrubber : public Pane {
  Q_OBJECT
 public:
  explicit HistoryScrubber(Workspace& workspace, QWidget* parent = nullptr);

  QList<QAction*> paneActions() const override { return {film_}; }
  StepSlider& slider() { return *slider_; }

 protected:
  void present(const Shown& shown) override;

 private:
  void moveTo(int step);
  void playOn();
  void findEpoch(const RunView& view);
  void presentMarks(const RunView& view, const Choices& choices);

  StepSlider* slider_;
  QLabel* text_;
  QToolButton* live_;
  QAction* film_;
  QTimer play_;
  // What the length of an epoch was found from: it is not counted at each reading.
  std::shared_ptr<const std::vector<run::ClipRow>> dataset_;
  std::shared_ptr<const nlohmann::json> configuration_;
  double epoch_ = 0;
};

}  // namespace attelier::ui
