#include "widgets/plots/small_chart.h"

#include "tests/widgets/plots/plot_fixture.h"
#include "widgets/plots/sparkline.h"

#include <QPainter>
#include <gtest/gtest.h>

#include <limits>

using namespace Qt::Literals::StringLiterals;

namespace attelier::widgets {
namespace {

int pixelsOf(const QImage& image, const QColor& colour) {
  int count = 0;
  for (int y = 0; y < image.height(); ++y) {
    for (int x = 0; x < image.width(); ++x) count += image.pixelColor(x, y) == colour;
  }
  return count;
}

TEST(SmallCharts, DrawBarsAsLongAsTheirValues) {
  SmallChart chart;
  chart.resize(300, 160);
  chart.setBars(u"select/top1, %"_s, {{.label = u"a"_s, .value = 40, .colour = 0},
                                      {.label = u"b"_s, .value = 20, .colour = 1}});
  settle(chart);
  const QImage image = chart.grab().toImage();
  const int first = pixelsOf(image, Theme::light().series[0]);
  const int second = pixelsOf(image, Theme::light().series[1]);
  EXPECT_GT(first, 500);
  EXPECT_NEAR(first, 2 * second, 0.1 * first);
}

TEST(SmallCharts, FollowTheTheme) {
  SmallChart chart;
  chart.resize(300, 160);
  chart.setBars(u"share"_s, {{.label = u"a"_s, .value = 1}});
  settle(chart);
  const InTheDark dark;
  settle(chart);
  EXPECT_GT(pixelsOf(chart.grab().toImage(), Theme::darkTheme().series[0]), 500);
  EXPECT_EQ(chart.picture({300, 160}).pixelColor(1, 1), Theme::light().surface);
}

TEST(SmallCharts, HaveTables) {
  SmallChart chart;
  chart.setBars(u"report/top1, %"_s, {{.label = u"derived"_s, .value = 81, .low = 80, .high = 82},
                                      {.label = u"plain"_s}});
  DataTable table = chart.dataTable();
  EXPECT_EQ(table.columns[1], u"report/top1, %"_s);
  ASSERT_EQ(table.rows.size(), 2);
  EXPECT_EQ(table.rows[0][3].toDouble(), 82);
  EXPECT_FALSE(table.rows[1][3].isValid());
  chart.setPoints(u"GFLOPs"_s, u"report/top1, %"_s, {{.label = u"derived"_s, .x = 2, .y = 81}});
  table = chart.dataTable();
  ASSERT_EQ(table.rows.size(), 1);
  EXPECT_EQ(table.rows[0][1].toDouble(), 2);
  settle(chart);
}

TEST(SmallCharts, StaySmall) {
  SmallChart chart;
  QList<ChartPoint> points;
  for (int i = 0; i < 5000; ++i) points << ChartPoint{.label = {}, .x = 1. * i, .y = 1. * i};
  chart.setPoints(u"x"_s, u"y"_s, points);
  EXPECT_EQ(chart.dataTable().rows.size(), SmallChart::kMostPoints);
}

QImage sparkline(const std::vector<float>& values, int marked = -1) {
  QImage image(100, 20, QImage::Format_RGB32);
  image.fill(Qt::white);
  QPainter painter(&image);
  paintSparkline(painter, image.rect(), values, {Qt::black, Qt::red, marked, std::nullopt});
  return image;
}

TEST(Sparklines, RiseWithTheirValues) {
  const QImage image = sparkline({0, 1});
  EXPECT_LT(qGray(image.pixel(3, 18)), 200);
  EXPECT_LT(qGray(image.pixel(96, 1)), 200);
  EXPECT_EQ(qGray(image.pixel(3, 1)), 255);
}

TEST(Sparklines, LeaveGapsAndBearNothing) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const QImage image = sparkline({1, 1, nan, nan, nan, nan, 1, 1});
  EXPECT_LT(qGray(image.pixel(5, 10)), 255);
  EXPECT_EQ(qGray(image.pixel(50, 10)), 255);
  const QImage empty = sparkline({});
  EXPECT_EQ(sparkline({nan}), empty);
}

TEST(Sparklines, ShowAPeakAmongManyValues) {
  std::vector<float> values(100'000, 0);
  values[50'000] = 1;
  EXPECT_LT(qGray(sparkline(values).pixel(50, 2)), 255);
}

TEST(Sparklines, HaveATable) {
  Sparkline line;
  line.setValues({1, 2, 3}, u"weight of dT"_s);
  EXPECT_EQ(line.dataTable().rows.size(), 3);
  EXPECT_EQ(line.accessibleName(), u"weight of dT"_s);
}

}  // namespace
}  // namespace attelier::widgets
