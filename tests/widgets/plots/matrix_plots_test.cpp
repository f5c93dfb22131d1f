#include "tests/support/golden.h"
#include "tests/widgets/plots/plot_fixture.h"
#include "widgets/plots/confusion_plot.h"
#include "widgets/plots/weight_heat_map.h"

#include <QSignalSpy>
#include <gtest/gtest.h>

#include <cmath>

using namespace Qt::Literals::StringLiterals;
using attelier::tests::compareWithGolden;

namespace attelier::widgets {
namespace {

std::shared_ptr<const WeightCourse> course(int rows = 12, int columns = 40) {
  auto course = std::make_shared<WeightCourse>();
  for (int row = 0; row < rows; ++row) course->names << u"edge %1"_s.arg(row);
  for (int i = 0; i < columns; ++i) course->steps.push_back(10 * i);
  for (int row = 0; row < rows; ++row) {
    for (int i = 0; i < columns; ++i) {
      const float end = static_cast<float>(row * 5 % rows) / static_cast<float>(rows);
      const float share = static_cast<float>(i) / static_cast<float>(columns);
      course->values.push_back(0.2F + (end - 0.2F) * share);
    }
  }
  return course;
}

class HeatMapTest : public testing::Test {
 protected:
  HeatMapTest() {
    map_.resize(480, 280);
    map_.setCourse(course());
    map_.setValueLabel(u"weight"_s);
    settle(map_);
  }
  WeightHeatMap map_;
};

TEST_F(HeatMapTest, LooksAsItDid) {
  map_.setOrder(WeightHeatMap::Order::Weight);
  map_.setCurrentStep(200, false);
  map_.setCurrentRow(5);
  map_.focusProxy()->clearFocus();
  settle(map_);
  EXPECT_EQ(compareWithGolden(map_.grab().toImage(), u"heat_light"_s).toStdString(), "");
}

TEST_F(HeatMapTest, ChoosesStepAndRowByClick) {
  QSignalSpy steps(&map_, &WeightHeatMap::stepChosen);
  QSignalSpy rows(&map_, &WeightHeatMap::rowChosen);
  // A column lasts until the next one.
  click(map_, map_.positionOf(204, 7));
  ASSERT_EQ(steps.count(), 1);
  EXPECT_EQ(steps[0][0].toLongLong(), 200);
  EXPECT_EQ(rows[0][0].toInt(), 7);
  EXPECT_EQ(map_.currentRow(), 7);
}

TEST_F(HeatMapTest, FindsTheRowsAgainWhenSorted) {
  QSignalSpy rows(&map_, &WeightHeatMap::rowChosen);
  map_.setOrder(WeightHeatMap::Order::Weight);
  settle(map_);
  click(map_, map_.positionOf(100, 3));
  EXPECT_EQ(rows.last()[0].toInt(), 3);
  EXPECT_EQ(map_.dataTable().columns[1], u"edge 7"_s);  // 7 · 5 mod 12 = 11 is the greatest
  press(map_, Qt::Key_Home);
  press(map_, Qt::Key_Up);
  EXPECT_NE(rows.last()[0].toInt(), 3);
}

TEST_F(HeatMapTest, MovesByKeys) {
  QSignalSpy steps(&map_, &WeightHeatMap::stepChosen);
  QSignalSpy rows(&map_, &WeightHeatMap::rowChosen);
  const QSignalSpy live(&map_, &WeightHeatMap::liveRequested);
  map_.setCurrentStep(100, false);
  press(map_, Qt::Key_Right);
  EXPECT_EQ(steps.last()[0].toLongLong(), 110);
  press(map_, Qt::Key_Left);
  EXPECT_EQ(steps.last()[0].toLongLong(), 100);
  press(map_, Qt::Key_Down);
  EXPECT_EQ(rows.last()[0].toInt(), 0);
  press(map_, Qt::Key_Down);
  EXPECT_EQ(rows.last()[0].toInt(), 1);
  press(map_, Qt::Key_End);
  EXPECT_EQ(live.count(), 1);
}

TEST_F(HeatMapTest, KeepsAZoomWhenStepsArrive) {
  wheel(map_, map_.positionOf(200, 5), 5);
  const double before = map_.positionOf(200, 5).x() - map_.positionOf(190, 5).x();
  map_.setCourse(course(12, 80));
  settle(map_);
  EXPECT_NEAR(map_.positionOf(200, 5).x() - map_.positionOf(190, 5).x(), before, 1e-6);
  map_.fit();
  settle(map_);
  EXPECT_LT(map_.positionOf(200, 5).x() - map_.positionOf(190, 5).x(), before);
}

TEST_F(HeatMapTest, HasATableOfAllSteps) {
  const DataTable table = map_.dataTable();
  EXPECT_EQ(table.columns.size(), 13);
  ASSERT_EQ(table.rows.size(), 40);
  EXPECT_EQ(table.rows[39][0].toLongLong(), 390);
  EXPECT_NEAR(table.rows[0][3].toDouble(), 0.2, 1e-6);
}

TEST_F(HeatMapTest, BearsUnevenStepsAndNothing) {
  auto uneven = std::make_shared<WeightCourse>();
  uneven->names = {u"a"_s};
  uneven->steps = {0, 1, 2, 100'000};
  uneven->values = {0.1F, 0.2F, 0.3F, 0.4F};
  map_.setCourse(uneven);
  settle(map_);
  QSignalSpy steps(&map_, &WeightHeatMap::stepChosen);
  click(map_, map_.positionOf(50'000, 0));
  EXPECT_EQ(steps.last()[0].toLongLong(), 2);
  map_.setCourse(nullptr);
  map_.setEmptyText(u"No weights yet"_s);
  settle(map_);
  EXPECT_TRUE(map_.dataTable().rows.isEmpty());
  press(map_, Qt::Key_Right);
  EXPECT_EQ(steps.count(), 1);
}

class ConfusionTest : public testing::Test {
 protected:
  ConfusionTest() {
    plot_.resize(420, 360);
    plot_.setMatrix({u"catch"_s, u"clap"_s, u"golf"_s}, {8, 2, 0, 0, 5, 1, 3, 0, 7});
    settle(plot_);
  }
  ConfusionPlot plot_;
};

TEST_F(ConfusionTest, LooksAsItDid) {
  plot_.setCurrentCell(ConfusionPlot::Cell{0, 1});
  plot_.focusProxy()->clearFocus();
  settle(plot_);
  EXPECT_EQ(compareWithGolden(plot_.grab().toImage(), u"confusion_light"_s).toStdString(), "");
}

TEST_F(ConfusionTest, ChoosesACellByClick) {
  QSignalSpy chosen(&plot_, &ConfusionPlot::cellChosen);
  click(plot_, plot_.positionOf({2, 0}));
  ASSERT_EQ(chosen.count(), 1);
  EXPECT_EQ(chosen[0][0].toInt(), 2);
  EXPECT_EQ(chosen[0][1].toInt(), 0);
}

TEST_F(ConfusionTest, ChoosesACellByKeys) {
  QSignalSpy chosen(&plot_, &ConfusionPlot::cellChosen);
  press(plot_, Qt::Key_Return);
  EXPECT_EQ(chosen.count(), 0);
  press(plot_, Qt::Key_Down);
  EXPECT_EQ(plot_.currentCell(), (ConfusionPlot::Cell{0, 0}));
  press(plot_, Qt::Key_Down);
  press(plot_, Qt::Key_Right);
  press(plot_, Qt::Key_Right);
  press(plot_, Qt::Key_Right);
  press(plot_, Qt::Key_Return);
  ASSERT_EQ(chosen.count(), 1);
  EXPECT_EQ(chosen[0][0].toInt(), 1);
  EXPECT_EQ(chosen[0][1].toInt(), 2);
}

TEST_F(ConfusionTest, HasATableOfCountsAndShares) {
  const DataTable table = plot_.dataTable();
  ASSERT_EQ(table.rows.size(), 6);
  EXPECT_EQ(table.rows[1][0].toString(), u"catch"_s);
  EXPECT_EQ(table.rows[1][1].toString(), u"clap"_s);
  EXPECT_EQ(table.rows[1][2].toInt(), 2);
  EXPECT_NEAR(table.rows[1][3].toDouble(), 20, 1e-9);
}

TEST_F(ConfusionTest, HidesRightAnswers) {
  const QImage all = plot_.grab().toImage();
  plot_.setShowsDiagonal(false);
  settle(plot_);
  EXPECT_NE(plot_.grab().toImage(), all);
}

TEST_F(ConfusionTest, KeepsTheCurrentCellInViewWhenZoomed) {
  QStringList names;
  std::vector<int> counts(400 * 400);
  for (int i = 0; i < 400; ++i) {
    names << u"class %1"_s.arg(i);
    counts[static_cast<std::size_t>(i * 400 + i)] = 1 + i % 9;
  }
  plot_.setMatrix(names, counts);
  settle(plot_);
  EXPECT_EQ(plot_.dataTable().rows.size(), 400);
  plot_.setCurrentCell(ConfusionPlot::Cell{200, 200});
  for (int i = 0; i < 20; ++i) press(plot_, Qt::Key_Plus);
  for (int i = 0; i < 9; ++i) press(plot_, Qt::Key_Right);
  const QRectF canvas(plot_.focusProxy()->geometry());
  EXPECT_TRUE(canvas.contains(plot_.positionOf({200, 209})));
  EXPECT_FALSE(canvas.contains(plot_.positionOf({200, 0})));
}

}  // namespace
}  // namespace attelier::widgets
