#pragma once

#include "widgets/base/data_table.h"

#include <QColor>
#include <QRectF>
#include <QWidget>

#include <optional>
#include <span>
#include <utility>
#include <vector>

class QPainter;

namespace attelier::widgets {

/// How a line as small as a word is drawn.
struct SparklineLook {
  QColor line;
  QColor marker;  ///< of the marked value
  int marked = -1;
  /// Values of the lower and upper edge; nothing: those of the line.
  std::optional<std::pair<double, double>> range;
};

/// Draws values as a line without axes. NaN leaves a gap; more values than pixels are drawn by
/// their least and greatest.
void paintSparkline(QPainter& painter, const QRectF& rect, std::span<const float> values,
                    const SparklineLook& look);

/// A sparkline in a form.
class Sparkline : public QWidget, public HasDataTable {
  Q_OBJECT
 public:
  explicit Sparkline(QWidget* parent = nullptr);

  /// `title` is read to people who can't see it.
  void setValues(std::vector<float> values, const QString& title);
  void setMarked(int index);
  void setRange(const std::optional<std::pair<double, double>>& range);

  QSize sizeHint() const override;
  QSize minimumSizeHint() const override;
  DataTable dataTable() const override;

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  std::vector<float> values_;
  std::optional<std::pair<double, double>> range_;
  int marked_ = -1;
};

}  // namespace attelier::widgets
