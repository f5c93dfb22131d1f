#include "widgets/plots/curve_plot.h"

#include "tests/support/golden.h"
#include "tests/widgets/plots/plot_fixture.h"

#include <QClipboard>
#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QToolButton>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

using namespace Qt::Literals::StringLiterals;
using attelier::tests::compareWithGolden;

namespace attelier::widgets {
namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr float kInfinity = std::numeric_limits<float>::infinity();

class CurvePlotTest : public testing::Test {
 protected:
  CurvePlotTest() {
    plot_.resize(480, 280);
    plot_.setCurves({fallingCurve(u"train/loss"_s, 400)});
    settle(plot_);
  }

  void feed(int steps) {
    plot_.setCurves({fallingCurve(u"train/loss"_s, steps)});
    settle(plot_);
  }
  QToolButton* button(const QString& name) {
    for (auto* one : plot_.findChildren<QToolButton*>()) {
      if (one->text() == name) return one;
    }
    return nullptr;
  }

  CurvePlot plot_;
};

/// Everything that can be drawn in one plot.
void furnish(CurvePlot& plot) {
  plot.resize(480, 280);
  Curve scores{.name = u"select/top1"_s,
               .points = CurvePoints::of({400, 800, 1200, 1600, 2000}, {0.3F, 0.9F, 1.2F, 1, 1.3F}),
               .isSparse = true};
  plot.setCurves({bandedCurve(u"train/loss"_s, 200), scores});
  plot.setSmoothing(100);
  plot.setMarks({{500, StepMark::Kind::Checkpoint, u"checkpoint"_s},
                 {1000, StepMark::Kind::Checkpoint, u"checkpoint"_s},
                 {1200, StepMark::Kind::Best, u"best"_s},
                 {700, StepMark::Kind::Pinned, u"pinned"_s},
                 {300, StepMark::Kind::Phase, u"joint"_s},
                 {1900, StepMark::Kind::Failure, u"not finite"_s}});
  plot.setCurrentStep(1500, false);
  settle(plot);
  plot.focusProxy()->clearFocus();
  settle(plot);
}

TEST(CurvePictures, AreAsTheyWereInLight) {
  CurvePlot plot;
  furnish(plot);
  EXPECT_EQ(compareWithGolden(plot.grab().toImage(), u"curves_light"_s).toStdString(), "");
}

TEST(CurvePictures, AreAsTheyWereInDark) {
  const InTheDark dark;
  CurvePlot plot;
  furnish(plot);
  EXPECT_EQ(compareWithGolden(plot.grab().toImage(), u"curves_dark"_s).toStdString(), "");
}

TEST(CurvePictures, ShowWhatHasNoPlaceOnALogAxis) {
  CurvePlot plot;
  plot.resize(480, 280);
  plot.setCurves({{.name = u"a"_s,
                   .points = CurvePoints::of({0, 1, 10, 20, 50, 100, 200, 500, 1000},
                                             {1, 0.1F, 0, 0.02F, kNan, 0.5F, kInfinity, 2, 3})}});
  plot.setLogX(true);
  plot.setLogY(true);
  settle(plot);
  plot.focusProxy()->clearFocus();
  settle(plot);
  EXPECT_EQ(compareWithGolden(plot.grab().toImage(), u"curves_log"_s).toStdString(), "");
  // Step 0 is there, at the left end.
  EXPECT_GT(plot.positionOf(1, 1).x(), plot.positionOf(0, 1).x());
  EXPECT_EQ(plot.dataTable().rows.size(), 9);
}

TEST(CurvePictures, FollowAChangeOfTheme) {
  CurvePlot plot;
  furnish(plot);
  const QImage light = plot.grab().toImage();
  EXPECT_EQ(light.pixelColor(5, 275), Theme::light().surface);
  const InTheDark dark;
  settle(plot);
  EXPECT_EQ(plot.grab().toImage().pixelColor(5, 275), Theme::darkTheme().surface);
}

TEST(CurvePictures, OfNothingSayWhy) {
  CurvePlot plot;
  plot.resize(480, 280);
  settle(plot);
  const QImage empty = plot.grab().toImage();
  plot.setEmptyText(u"The first step is not finished."_s);
  settle(plot);
  EXPECT_NE(plot.grab().toImage(), empty);
}

TEST_F(CurvePlotTest, FollowsNewPoints) {
  EXPECT_TRUE(plot_.followsLive());
  const auto [first, last] = plot_.visibleSteps();
  EXPECT_LE(first, 1);
  EXPECT_NEAR(last, 400, 20);
  feed(1000);
  EXPECT_NEAR(plot_.visibleSteps().second, 1000, 50);
}

TEST_F(CurvePlotTest, KeepsAZoomWhenPointsArrive) {
  const QSignalSpy followed(&plot_, &CurvePlot::followsLiveChanged);
  const QSignalSpy lived(&plot_, &CurvePlot::liveRequested);
  wheel(plot_, plot_.positionOf(200, 0.5), 4);
  ASSERT_FALSE(plot_.followsLive());
  const auto zoom = plot_.zoom();
  ASSERT_TRUE(zoom);
  EXPECT_LT(zoom->width(), 200);
  feed(1000);
  EXPECT_EQ(plot_.zoom(), zoom);
  press(plot_, Qt::Key_End);
  EXPECT_TRUE(plot_.followsLive());
  EXPECT_FALSE(plot_.zoom());
  EXPECT_NEAR(plot_.visibleSteps().second, 1000, 50);
  EXPECT_EQ(followed.count(), 2);
  EXPECT_EQ(lived.count(), 1);
}

TEST_F(CurvePlotTest, KeepsTheStepsInViewWhenTheAxisChanges) {
  plot_.setZoom(QRectF(100, 0, 100, 2));
  plot_.setStepsPerEpoch(50);
  for (const auto axis :
       {CurveAxis::Epoch, CurveAxis::RelativeTime, CurveAxis::WallTime, CurveAxis::Step}) {
    plot_.setXAxis(axis);
    settle(plot_);
    EXPECT_NEAR(plot_.visibleSteps().first, 100, 2);
    EXPECT_NEAR(plot_.visibleSteps().second, 200, 2);
  }
}

TEST_F(CurvePlotTest, ZoomsIntoARectangle) {
  drag(plot_, plot_.positionOf(100, 1.5), plot_.positionOf(200, 0.5), Qt::ShiftModifier);
  EXPECT_NEAR(plot_.visibleSteps().first, 100, 3);
  EXPECT_NEAR(plot_.visibleSteps().second, 200, 3);
  EXPECT_NEAR(plot_.zoom()->top(), 0.5, 0.05);
}

TEST_F(CurvePlotTest, PansWithoutChoosingAStep) {
  const QSignalSpy chosen(&plot_, &CurvePlot::stepChosen);
  const auto before = plot_.visibleSteps();
  drag(plot_, plot_.positionOf(300, 0.5), plot_.positionOf(200, 0.5));
  EXPECT_NEAR(plot_.visibleSteps().first, before.first + 100, 5);
  EXPECT_EQ(chosen.count(), 0);
}

TEST_F(CurvePlotTest, ChoosesAStepByClickAndByDragOfTheLine) {
  QSignalSpy chosen(&plot_, &CurvePlot::stepChosen);
  click(plot_, plot_.positionOf(150, 0.5));
  ASSERT_EQ(chosen.count(), 1);
  EXPECT_NEAR(chosen.takeFirst()[0].toLongLong(), 150, 1);
  EXPECT_TRUE(plot_.followsLive());
  drag(plot_, plot_.positionOf(150, 1), plot_.positionOf(320, 1));
  ASSERT_GE(chosen.count(), 2);
  EXPECT_NEAR(chosen.last()[0].toLongLong(), 320, 1);
  EXPECT_NEAR(plot_.currentStep(), 320, 1);
}

TEST_F(CurvePlotTest, MovesTheStepByKeys) {
  QSignalSpy chosen(&plot_, &CurvePlot::stepChosen);
  plot_.setCurrentStep(100, false);
  const std::vector<std::tuple<int, Qt::KeyboardModifiers, int>> moves{
      {Qt::Key_Right, {}, 101},
      {Qt::Key_Left, {}, 100},
      {Qt::Key_Right, Qt::ControlModifier, 110},
      {Qt::Key_Left, Qt::ControlModifier, 100},
      {Qt::Key_Home, {}, 1}};
  for (const auto& [key, modifiers, step] : moves) {
    press(plot_, key, modifiers);
    ASSERT_FALSE(chosen.isEmpty());
    EXPECT_EQ(chosen.takeLast()[0].toLongLong(), step);
  }
}

TEST_F(CurvePlotTest, ZoomsAndPansByKeys) {
  plot_.setCurrentStep(200, false);
  press(plot_, Qt::Key_Plus);
  press(plot_, Qt::Key_Plus);
  const auto zoomed = plot_.visibleSteps();
  EXPECT_LT(zoomed.second - zoomed.first, 300);
  press(plot_, Qt::Key_PageDown);
  EXPECT_GT(plot_.visibleSteps().first, zoomed.first);
  press(plot_, Qt::Key_Up);
  press(plot_, Qt::Key_Minus);
  EXPECT_GT(plot_.visibleSteps().second - plot_.visibleSteps().first, zoomed.second - zoomed.first);
}

TEST_F(CurvePlotTest, MeasuresBetweenTwoCursors) {
  const QImage before = plot_.grab().toImage();
  click(plot_, plot_.positionOf(100, 1), Qt::ControlModifier);
  click(plot_, plot_.positionOf(300, 1), Qt::ControlModifier);
  settle(plot_);
  const QImage measured = plot_.grab().toImage();
  EXPECT_NE(measured, before);
  EXPECT_EQ(plot_.currentStep(), -1);
  press(plot_, Qt::Key_Escape);
  EXPECT_NE(plot_.grab().toImage(), measured);
}

TEST_F(CurvePlotTest, SaysWhichStepsAreInView) {
  QSignalSpy ranges(&plot_, &CurvePlot::rangeChanged);
  plot_.setZoom(QRectF(50, 0, 40, 2));
  ASSERT_TRUE(ranges.wait(2000));
  EXPECT_EQ(ranges.last()[0].toLongLong(), 50);
  EXPECT_EQ(ranges.last()[1].toLongLong(), 90);
}

TEST_F(CurvePlotTest, SwitchesCurvesInTheLegend) {
  plot_.setCurves({fallingCurve(u"train/loss"_s, 400), fallingCurve(u"train/other"_s, 400, 9, 5)});
  settle(plot_);
  const QSignalSpy hidden(&plot_, &CurvePlot::hiddenCurvesChanged);
  ASSERT_TRUE(button(u"train/other"_s));
  QTest::mouseClick(button(u"train/other"_s), Qt::LeftButton);
  settle(plot_);
  EXPECT_EQ(plot_.hiddenCurves(), QStringList{u"train/other"_s});
  EXPECT_EQ(hidden.count(), 1);
  EXPECT_EQ(plot_.dataTable().columns.size(), 3);
  button(u"train/other"_s)->setFocus();
  QTest::keyClick(button(u"train/other"_s), Qt::Key_Space);
  EXPECT_TRUE(plot_.hiddenCurves().isEmpty());
  QTest::keyClick(button(u"train/loss"_s), Qt::Key_Space);
  // The switch stays with the curve when points arrive.
  feed(500);
  EXPECT_EQ(plot_.hiddenCurves(), QStringList{u"train/loss"_s});
  EXPECT_FALSE(button(u"train/loss"_s)->isChecked());
}

TEST_F(CurvePlotTest, HasATableOfAllPoints) {
  plot_.setCurves(
      {bandedCurve(u"a"_s, 50),
       {.name = u"b"_s, .points = CurvePoints::of({1, 5}, {7, kNan}), .isSparse = true}});
  const DataTable table = plot_.dataTable();
  EXPECT_EQ(table.columns,
            (QStringList{u"Step"_s, u"Time"_s, u"a"_s, u"a, minimum"_s, u"a, maximum"_s, u"b"_s}));
  ASSERT_EQ(table.rows.size(), 51);
  EXPECT_EQ(table.rows[0][0].toLongLong(), 1);
  EXPECT_EQ(table.rows[0][2].toDouble(), 1);
  EXPECT_EQ(table.rows[0][5].toDouble(), 7);
  EXPECT_EQ(table.rows[1][0].toLongLong(), 5);
  EXPECT_TRUE(std::isnan(table.rows[1][5].toDouble()));
  EXPECT_FALSE(table.rows[2][5].isValid());
  EXPECT_EQ(commaSeparated(table).count('\n'), 52);
}

TEST_F(CurvePlotTest, DrawsDetailWhereItIsGiven) {
  Curve curve = bandedCurve(u"a"_s, 50);
  curve.detail = fallingCurve(u"a"_s, 100).points;
  plot_.setCurves({curve});
  EXPECT_EQ(plot_.dataTable().rows.size(), 100 + 40);
}

TEST_F(CurvePlotTest, SavesPicturesInLightColours) {
  const InTheDark dark;
  settle(plot_);
  QTemporaryDir folder;
  const QString base = folder.filePath(u"curve"_s);
  for (const auto& suffix : {u"png"_s, u"svg"_s, u"pdf"_s}) {
    EXPECT_EQ(plot_.savePicture(base + u'.' + suffix, {640, 400}, 2), QString());
    EXPECT_GT(QFile(base + u'.' + suffix).size(), 1000) << suffix.toStdString();
  }
  const QImage image(base + u".png"_s);
  EXPECT_EQ(image.size(), QSize(1280, 800));
  EXPECT_EQ(image.pixelColor(2, 2), Theme::light().surface);
  EXPECT_NE(plot_.savePicture(folder.filePath(u"no/such/folder.png"_s), {64, 64}), QString());
  EXPECT_EQ(plot_.grab().toImage().pixelColor(5, 275), Theme::darkTheme().surface);
}

TEST_F(CurvePlotTest, CopiesItsPicture) {
  press(plot_, Qt::Key_C, Qt::ControlModifier);
  EXPECT_FALSE(QApplication::clipboard()->image().isNull());
}

TEST_F(CurvePlotTest, OffersItsActionsInTheContextMenu) {
  QStringList names;
  for (const auto* action : plot_.actions()) {
    names << action->objectName();
    EXPECT_FALSE(action->text().isEmpty());
  }
  EXPECT_EQ(names, (QStringList{u"plot.fit"_s, u"plot.measure"_s, u"plot.table"_s, u"plot.copy"_s,
                                u"plot.save"_s}));
  EXPECT_EQ(plot_.contextMenuPolicy(), Qt::ActionsContextMenu);
  EXPECT_FALSE(plot_.focusProxy()->accessibleName().isEmpty());
}

TEST_F(CurvePlotTest, ShowsItsTable) {
  plot_.showTable();
  settle(plot_);
  const auto windows = QApplication::topLevelWidgets();
  const auto table = std::find_if(windows.begin(), windows.end(), [this](QWidget* window) {
    return window->windowTitle() == plot_.title() && window->isVisible();
  });
  ASSERT_NE(table, windows.end());
  (*table)->close();
}

TEST_F(CurvePlotTest, ReactsToTheMouseAlone) {
  const QImage before = plot_.grab().toImage();
  QTest::mouseMove(plot_.focusProxy(), onCanvas(plot_, plot_.positionOf(200, 1)));
  settle(plot_);
  const QImage hovered = plot_.grab().toImage();
  EXPECT_NE(hovered, before);
  QEvent leave(QEvent::Leave);
  QApplication::sendEvent(plot_.focusProxy(), &leave);
  settle(plot_);
  EXPECT_EQ(plot_.grab().toImage(), before);
}

}  // namespace
}  // namespace attelier::widgets
