#pragma once

#include "widgets/plots/plot.h"

#include <QPoint>
#include <QStringList>

#include <memory>
#include <optional>
#include <vector>

namespace attelier::widgets {

/// Which classes were taken for which: truth down, prediction across, coloured by the share of the
/// truth's clips. Arrows move between the cells, Enter or a click chooses one.
class ConfusionPlot : public Plot {
  Q_OBJECT
 public:
  struct Cell {
    int truth = 0;
    int predicted = 0;
    bool operator==(const Cell&) const = default;
  };

  explicit ConfusionPlot(QWidget* parent = nullptr);
  ~ConfusionPlot() override;

  /// Shape: counts (classes, classes), [truth][predicted].
  void setMatrix(const QStringList& classes, std::vector<int> counts);
  void setEmptyText(const QString& text);
  /// Without the right answers the wrong ones are easier to tell apart.
  void setShowsDiagonal(bool shows);
  std::optional<Cell> currentCell() const;
  void setCurrentCell(const std::optional<Cell>& cell);
  void fit();
  /// Middle of a cell, in coordinates of this widget.
  QPointF positionOf(const Cell& cell) const;

  /// Cells that have clips.
  DataTable dataTable() const override;

 Q_SIGNALS:
  void cellChosen(int truth, int predicted);

 protected:
  void applyTheme(const Theme& theme) override;
  void drawPicture(QPaintDevice& device, const QSize& size, double scale, bool isVector) override;
  std::function<void()> keyAction(const QKeyEvent& event) override;
  void pointerLeft() override;
  void focusChanged() override;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace attelier::widgets
