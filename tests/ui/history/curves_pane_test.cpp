#include "ui/history/curves_pane.h"

#include "tests/ui/graph/graph_fixture.h"
#include "ui/history/curve_series.h"
#include "widgets/plots/curve_plot.h"

#include <QAction>
#include <QComboBox>
#include <QFile>
#include <QLabel>
#include <QSettings>
#include <QSignalSpy>
#include <QSlider>
#include <QToolButton>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {
namespace {

class CurvesPaneTest : public GraphTest {
 protected:
  void SetUp() override {
    QSettings().remove(u"curves"_s);
    GraphTest::SetUp();
    pane_ = std::make_unique<CurvesPane>(workspace_);
    pane_->resize(900, 360);
    pane_->show();
    ASSERT_TRUE(QTest::qWaitForWindowExposed(pane_.get()));
    QCoreApplication::processEvents();
  }
  void TearDown() override { QSettings().remove(u"curves"_s); }

  widgets::CurvePlot& plot() { return pane_->plot(); }
  QComboBox* group() { return pane_->findChild<QComboBox*>(u"group"_s); }
  QAction* action(const QString& name) { return pane_->findChild<QAction*>(u"curves."_s + name); }
  QPoint onCanvas(std::int64_t step, double value) {
    return plot().focusProxy()->mapFrom(&plot(), plot().positionOf(step, value).toPoint());
  }
  void wheel(std::int64_t step, int notches) {
    QWidget* canvas = plot().focusProxy();
    const QPoint at = onCanvas(step, 0.5);
    QWheelEvent event(at, canvas->mapToGlobal(at), {}, {0, 120 * notches}, Qt::NoButton, {},
                      Qt::NoScrollPhase, false);
    QApplication::sendEvent(canvas, &event);
  }

  std::unique_ptr<CurvesPane> pane_;
};

TEST(CurveGroups, GatherTheSplitsOfAMetric) {
  EXPECT_EQ(curveGroup(u"train/loss"_s), u"loss"_s);
  EXPECT_EQ(curveGroup(u"select/loss"_s), u"loss"_s);
  EXPECT_EQ(curveGroup(u"select/top1"_s), u"accuracy"_s);
  EXPECT_EQ(curveGroup(u"train/accuracy"_s), u"accuracy"_s);
  EXPECT_EQ(curveGroup(u"health/margin"_s), u"health/margin"_s);
  EXPECT_EQ(curveGroup(u"health/sink_entropy"_s), u"health/entropy"_s);
  EXPECT_EQ(curveGroup(u"health/block3/level_entropy"_s), u"health/block3/entropy"_s);
  EXPECT_EQ(curveGroup(u"health/share/dS"_s), u"health/share"_s);
  EXPECT_EQ(curveGroup(u"contribution/block3"_s), u"contribution"_s);
}

TEST_F(CurvesPaneTest, ShowsAccuracyOfAllSplitsFirst) {
  EXPECT_EQ(group()->currentText(), u"accuracy"_s);
  const auto table = plot().dataTable();
  EXPECT_EQ(table.columns,
            (QStringList{u"Step"_s, u"Time"_s, u"train/accuracy"_s, u"select/top1"_s}));
  ASSERT_EQ(table.rows.size(), 60);
  EXPECT_NEAR(table.rows[9][2].toDouble(), 0.9, 1e-6);
  EXPECT_NEAR(table.rows[9][3].toDouble(), 1 - 5. / 15, 1e-6);
  EXPECT_EQ(pane_->shownStep(), 60);
  expectNamedControls(*pane_);
}

TEST_F(CurvesPaneTest, AnotherMetricIsChosenByKeysAndRemembered) {
  group()->setFocus();
  QTest::keyClick(group(), Qt::Key_Home);
  EXPECT_EQ(group()->currentText(), u"loss"_s);
  EXPECT_EQ(plot().dataTable().columns.value(2), u"train/loss"_s);
  const CurvesPane other(workspace_);
  EXPECT_EQ(QSettings().value(u"curves/group"_s).toString(), u"loss"_s);
}

TEST_F(CurvesPaneTest, FollowsTheRunUntilAPersonZooms) {
  EXPECT_FALSE(action(u"follow"_s)->isEnabled());
  ASSERT_TRUE(run_->goTo(80));
  ASSERT_TRUE(QTest::qWaitFor([&] { return plot().dataTable().rows.size() == 80; }));
  EXPECT_GE(plot().visibleSteps().second, 80);
  wheel(40, 5);
  ASSERT_TRUE(plot().zoom());
  const auto zoom = plot().zoom();
  ASSERT_TRUE(run_->goTo(100));
  ASSERT_TRUE(QTest::qWaitFor([&] { return plot().dataTable().rows.size() == 100; }));
  EXPECT_EQ(plot().zoom(), zoom);
  ASSERT_TRUE(action(u"follow"_s)->isEnabled());
  action(u"follow"_s)->trigger();
  EXPECT_GE(plot().visibleSteps().second, 100);
}

TEST_F(CurvesPaneTest, AClickMovesTheCursorOfAllPanes) {
  QTest::mouseClick(plot().focusProxy(), Qt::LeftButton, {}, onCanvas(20, 0.5));
  ASSERT_TRUE(shown().choices.step.has_value());
  EXPECT_NEAR(static_cast<double>(*shown().choices.step), 20, 1);
  ASSERT_TRUE(waitForStep(*shown().choices.step));
  EXPECT_EQ(plot().currentStep(), shown().step());
  QTest::keyClick(plot().focusProxy(), Qt::Key_Right);
  EXPECT_NEAR(static_cast<double>(*shown().choices.step), 21, 1);
  QTest::keyClick(plot().focusProxy(), Qt::Key_End);
  EXPECT_FALSE(shown().choices.step.has_value());
}

TEST_F(CurvesPaneTest, ReadsWhatIsZoomedIntoInSingleSteps) {
  ASSERT_TRUE(run_->goTo(100));
  ASSERT_TRUE(waitForStep(100));
  wheel(50, 6);
  // 8192 points hold all steps of so short a run: what is read is the range, with a margin.
  ASSERT_TRUE(QTest::qWaitFor([&] { return shown().run->finerCurves != nullptr; }));
  const auto& finer = *shown().run->finerCurves;
  EXPECT_EQ(finer.stepsPerPoint, 1);
  EXPECT_LT(finer.steps.front(), plot().visibleSteps().first);
  EXPECT_GT(finer.steps.back(), plot().visibleSteps().second);
}

TEST_F(CurvesPaneTest, ControlsChangeThePlot) {
  auto* smoothing = pane_->findChild<QSlider*>(u"smoothing"_s);
  smoothing->setFocus();
  QTest::keyClick(smoothing, Qt::Key_Home);
  const QImage raw = plot().grab().toImage();
  for (int i = 0; i < 5; ++i) QTest::keyClick(smoothing, Qt::Key_Right);
  QCoreApplication::processEvents();
  EXPECT_NE(plot().grab().toImage(), raw);
  action(u"log_y"_s)->trigger();
  auto* axis = pane_->findChild<QComboBox*>(u"axis"_s);
  axis->setCurrentIndex(2);
  EXPECT_EQ(plot().xAxis(), widgets::CurveAxis::WallTime);
  EXPECT_FALSE(action(u"log_x"_s)->isEnabled());
  axis->setCurrentIndex(1);
  EXPECT_TRUE(action(u"log_x"_s)->isEnabled());
  CurvesPane other(workspace_);
  EXPECT_EQ(other.findChild<QComboBox*>(u"axis"_s)->currentIndex(), 1);
  EXPECT_EQ(other.findChild<QSlider*>(u"smoothing"_s)->value(), 5);
  EXPECT_TRUE(other.findChild<QAction*>(u"curves.log_y"_s)->isChecked());
}

TEST_F(CurvesPaneTest, WritesAllPoints) {
  const QString file = folder_.filePath(u"points.csv"_s);
  const QSignalSpy said(&workspace_, &Workspace::said);
  pane_->writePoints(file);
  EXPECT_FALSE(action(u"csv"_s)->isEnabled());
  ASSERT_TRUE(QTest::qWaitFor([&] { return said.count() == 1; }));
  EXPECT_TRUE(action(u"csv"_s)->isEnabled());
  EXPECT_TRUE(QFile::exists(file));
}

TEST(CurveSeries, SetEvaluationsBesideTheSearch) {
  RunView view;
  std::vector<EvaluationView> evaluations(3);
  for (std::size_t i = 0; i < evaluations.size(); ++i) {
    auto& one = evaluations[i];
    one.info.parent = run::RunParent{.run = "a", .step = 60, .cell = i < 2 ? "random" : "plain"};
    one.info.created = 100. * static_cast<double>(i + 1);
    one.points = {{.step = 10, .name = "report/top1", .value = 0.5, .time = 1000},
                  {.step = 10, .name = "train/loss", .value = 3, .time = 1000}};
  }
  view.evaluations = std::make_shared<const std::vector<EvaluationView>>(evaluations);
  EXPECT_EQ(curveGroups(view), (QStringList{u"cells: report/top1"_s, u"cells: train/loss"_s}));
  const auto curves = curvesOf(view, u"cells: report/top1"_s);
  ASSERT_EQ(curves.size(), 3);
  EXPECT_EQ(curves[0].name, u"random"_s);
  EXPECT_EQ(curves[1].name, u"random (2)"_s);
  EXPECT_EQ(curves[2].name, u"plain"_s);
  EXPECT_EQ(curves[2].startTime, 300);
  EXPECT_TRUE(curves[2].isSparse);
}

TEST(CurveSeries, MarkTheBestCheckpointAndFailures) {
  RunView view;
  std::vector<run::CheckpointRow> checkpoints(3);
  for (std::size_t i = 0; i < checkpoints.size(); ++i) {
    checkpoints[i].step = 10 * static_cast<std::int64_t>(i + 1);
  }
  checkpoints[0].validation = 0.7;
  checkpoints[1].validation = 0.8;
  view.checkpoints = std::make_shared<const std::vector<run::CheckpointRow>>(checkpoints);
  run::EventRow failure;
  failure.step = 25;
  failure.kind = "failure";
  failure.level = run::EventLevel::Error;
  view.events = std::make_shared<const std::vector<run::EventRow>>(1, failure);
  using Kind = widgets::StepMark::Kind;
  const auto marks = curveMarks(view, {});
  ASSERT_EQ(marks.size(), 5);
  EXPECT_EQ(marks[3].kind, Kind::Best);
  EXPECT_EQ(marks[3].step, 20);
  EXPECT_EQ(marks[4].kind, Kind::Failure);
}

}  // namespace
}  // namespace attelier::ui
