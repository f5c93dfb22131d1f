#include "ui/history/weights_time_pane.h"

#include "tests/ui/graph/graph_fixture.h"
#include "widgets/base/theme.h"

#include <QAction>
#include <QComboBox>
#include <QLabel>
#include <QListWidget>
#include <QSettings>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {
namespace {

class WeightsTimePaneTest : public GraphTest {
 protected:
  void SetUp() override {
    QSettings().remove(u"weights_time"_s);
    GraphTest::SetUp();
    pane_ = std::make_unique<WeightsTimePane>(workspace_);
    pane_->resize(1000, 320);
    pane_->show();
    ASSERT_TRUE(QTest::qWaitForWindowExposed(pane_.get()));
    ASSERT_TRUE(QTest::qWaitFor([&] { return shown().run->history->records.size() == 60U; }));
  }

  QAction* action(const QString& name) {
    return pane_->findChild<QAction*>(u"weights_time."_s + name);
  }
  QListWidget& alarms() { return *pane_->findChild<QListWidget*>(u"alarms"_s); }
  void click(qint64 step, int row) {
    QWidget* canvas = pane_->map().focusProxy();
    const QPointF at = pane_->map().positionOf(step, row);
    QTest::mouseClick(canvas, Qt::LeftButton, {},
                      canvas->mapFrom(&pane_->map(), at.toPoint()) + QPoint(1, 0));
  }

  std::unique_ptr<WeightsTimePane> pane_;
};

TEST_F(WeightsTimePaneTest, ShowsTheSinkWeightsOfAllSteps) {
  EXPECT_EQ(pane_->shownStep(), 60);
  const auto table = pane_->map().dataTable();
  ASSERT_EQ(table.columns.size(), 13);
  ASSERT_EQ(table.rows.size(), 60);
  const auto then = space::probabilities(testing::SearchRun::weightsAt(20, 100));
  EXPECT_EQ(table.rows[19][0].toLongLong(), 20);
  for (int node = 0; node < 12; ++node) {
    EXPECT_NEAR(table.rows[19][node + 1].toDouble(), then.sink[static_cast<std::size_t>(node)],
                1e-6);
  }
}

TEST_F(WeightsTimePaneTest, AClickGoesToTheStepAndChoosesTheNode) {
  click(20, 4);
  EXPECT_EQ(shown().choices.node, 4);
  ASSERT_TRUE(shown().choices.step.has_value());
  EXPECT_EQ(*shown().choices.step, 20);
  ASSERT_TRUE(waitForStep(20));
  EXPECT_EQ(pane_->shownStep(), 20);
  EXPECT_EQ(pane_->map().currentRow(), 4);
  QTest::keyClick(pane_->map().focusProxy(), Qt::Key_Down);
  EXPECT_EQ(shown().choices.node, 5);
  QTest::keyClick(pane_->map().focusProxy(), Qt::Key_Right);
  EXPECT_EQ(*shown().choices.step, 21);
  QTest::keyClick(pane_->map().focusProxy(), Qt::Key_End);
  EXPECT_FALSE(shown().choices.step.has_value());
}

TEST_F(WeightsTimePaneTest, EdgesCanBeRows) {
  action(u"rows_level"_s)->trigger();
  EXPECT_EQ(pane_->findChild<QComboBox*>(u"rows"_s)->currentIndex(), 2);
  const auto table = pane_->map().dataTable();
  ASSERT_EQ(table.columns.size(), 1 + 36);
  EXPECT_EQ(table.columns[8], u"L1.mT → L2.mT"_s);
  const auto then = space::probabilities(testing::SearchRun::weightsAt(60, 100));
  EXPECT_NEAR(table.rows.back()[8].toDouble(), then.level[then.levelIndex(7, 1)], 1e-6);
  click(30, 7);
  EXPECT_EQ(shown().choices.node, 7);
  EXPECT_EQ(shown().choices.edge, (ChosenEdge{1, 7}));
  EXPECT_EQ(pane_->map().currentRow(), 7);
}

TEST_F(WeightsTimePaneTest, EdgesIntoTheChosenNode) {
  action(u"rows_into_node"_s)->trigger();
  choose([](Choices& choices) { choices.node = 8; });
  const auto table = pane_->map().dataTable();
  ASSERT_EQ(table.columns.size(), 7);
  EXPECT_EQ(table.columns[1], u"L1.mS → L2.mST"_s);
  choose([](Choices& choices) { choices.node = 2; });
  EXPECT_TRUE(pane_->map().dataTable().rows.isEmpty());
}

TEST_F(WeightsTimePaneTest, RowsAndOrderAreRemembered) {
  action(u"rows_level"_s)->trigger();
  action(u"order"_s)->trigger();
  const auto table = pane_->map().dataTable();
  EXPECT_GE(table.rows.back()[1].toDouble(), table.rows.back()[36].toDouble());
  WeightsTimePane other(workspace_);
  EXPECT_EQ(other.findChild<QComboBox*>(u"rows"_s)->currentIndex(), 2);
  EXPECT_TRUE(other.findChild<QAction*>(u"weights_time.order"_s)->isChecked());
  EXPECT_TRUE(other.paneActions().contains(other.findChild<QAction*>(u"weights_time.table"_s)));
}

TEST_F(WeightsTimePaneTest, AnAlarmLeadsToItsStepAndNode) {
  ASSERT_TRUE(
      QTest::qWaitFor([&] { return pane_->health() && pane_->health()->steps.size() == 60; }));
  // The sink's second node is L2.dT until L1.dT overtakes it at step 25 (closed form of SearchRun).
  const auto& found = pane_->health()->alarms;
  const auto settled = std::find_if(found.begin(), found.end(), [](const HealthAlarm& alarm) {
    return alarm.kind == HealthAlarm::Kind::Settled;
  });
  ASSERT_NE(settled, found.end());
  EXPECT_EQ(settled->step, 25);
  ASSERT_EQ(alarms().count(), static_cast<int>(found.size()));
  const int row = static_cast<int>(settled - found.begin());
  EXPECT_EQ(alarms().item(row)->text(), u"Good: "_s + settled->sentence);
  alarms().setCurrentRow(row);
  QTest::keyClick(&alarms(), Qt::Key_Return);
  EXPECT_EQ(shown().choices.step, 25);
  EXPECT_EQ(shown().choices.node, settled->nodes.front());
}

TEST_F(WeightsTimePaneTest, HealthFollowsTheDerivation) {
  ASSERT_TRUE(QTest::qWaitFor([&] { return pane_->health() != nullptr; }));
  const float margin = pane_->health()->margin.back();
  derive(1, 1);
  ASSERT_TRUE(QTest::qWaitFor([&] { return pane_->health()->margin.back() != margin; }, 1500));
  const auto now =
      space::derive(testing::SearchRun::weightsAt(60, 100), {.topNodes = 1, .topPredecessors = 1});
  EXPECT_NEAR(pane_->health()->margin.back(), now->margin, 1e-6);
}

TEST_F(WeightsTimePaneTest, TheSignsFollowTheTheme) {
  ASSERT_TRUE(QTest::qWaitFor([&] { return alarms().count() > 0; }));
  const int count = alarms().count();
  pane_->setPalette(widgets::paletteOf(widgets::Theme::darkTheme()));
  EXPECT_EQ(alarms().count(), count);
  const QString folder = qEnvironmentVariable("ATTELIER_PICTURES");
  if (folder.isEmpty()) return;
  QTest::qWait(100);
  pane_->grab().save(folder + u"/weights_dark.png"_s);
  pane_->setPalette(widgets::paletteOf(widgets::Theme::light()));
  QTest::qWait(100);
  pane_->grab().save(folder + u"/weights_light.png"_s);
  action(u"rows_level"_s)->trigger();
  pane_->resize(700, 240);
  QTest::qWait(100);
  pane_->grab().save(folder + u"/weights_level.png"_s);
}

}  // namespace
}  // namespace attelier::ui
