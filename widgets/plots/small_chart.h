#pragma once

#include "widgets/plots/plot.h"

#include <QList>

#include <limits>
#include <memory>

namespace attelier::widgets {

/// A value with a name, and how far it spreads (absent: NaN).
struct ChartBar {
  QString label{};
  double value = 0;
  double low = std::numeric_limits<double>::quiet_NaN();
  double high = std::numeric_limits<double>::quiet_NaN();
  int colour = 0;  ///< of Theme::series
};

struct ChartPoint {
  QString label{};
  double x = 0;
  double y = 0;
  double low = std::numeric_limits<double>::quiet_NaN();  ///< of y
  double high = std::numeric_limits<double>::quiet_NaN();
  int colour = 0;
};

/// A small chart of few values: bars or a scatter of named points. What is beyond the first
/// `kMostPoints` is not drawn; the table has it.
class SmallChart : public Plot {
  Q_OBJECT
 public:
  static constexpr int kMostPoints = 1000;

  explicit SmallChart(QWidget* parent = nullptr);
  ~SmallChart() override;

  /// Bars from left to right, the first at the top. `label` names the values and their split.
  void setBars(const QString& label, const QList<ChartBar>& bars);
  void setPoints(const QString& xLabel, const QString& yLabel, const QList<ChartPoint>& points);

  DataTable dataTable() const override;

 protected:
  void applyTheme(const Theme& theme) override;
  void drawPicture(QPaintDevice& device, const QSize& size, double scale, bool isVector) override;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace attelier::widgets
