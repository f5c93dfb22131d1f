#pragma once

#include "widgets/base/colour_map.h"
#include "widgets/plots/plot.h"

#include <QStringList>

#include <cstdint>
#include <memory>
#include <vector>

namespace attelier::widgets {

/// How weights of several edges or nodes went over the steps of a search.
struct WeightCourse {
  QStringList names;                ///< of the rows, in the order of the graph
  std::vector<std::int64_t> steps;  ///< at which weights are stored, rising
  std::vector<float> values;        ///< Shape: names × steps
};

/// Weights over time as a field of colours: one row an edge or node, one column a stored step. The
/// colours keep their range, so that weights that are all alike look alike.
class WeightHeatMap : public Plot {
  Q_OBJECT
 public:
  /// Order of the rows: as given, or the greatest last weight first.
  enum class Order { Graph, Weight };

  explicit WeightHeatMap(QWidget* parent = nullptr);
  ~WeightHeatMap() override;

  /// May be null: nothing to show.
  void setCourse(std::shared_ptr<const WeightCourse> course);
  void setOrder(Order order);
  /// Values of the ends of the colours.
  void setRange(double least, double most);
  void setColourMap(ColourMap map);
  void setValueLabel(const QString& text);
  void setEmptyText(const QString& text);
  /// The shared time cursor.
  void setCurrentStep(qint64 step, bool isLive);
  /// The chosen row, as counted in WeightCourse::names; -1: none.
  void setCurrentRow(int row);
  int currentRow() const;
  void fit();
  /// Where a row is drawn at a step, in coordinates of this widget.
  QPointF positionOf(qint64 step, int row) const;

  /// A row for each stored step.
  DataTable dataTable() const override;

 Q_SIGNALS:
  void stepChosen(qint64 step);
  void rowChosen(int row);
  void liveRequested();

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
