#include "tests/ui/graph/graph_fixture.h"
#include "ui/history/resources_pane.h"
#include "ui/history/summary_pane.h"
#include "widgets/plots/curve_plot.h"
#include "widgets/plots/small_chart.h"

#include <QAction>
#include <QLabel>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {
namespace {

class ResourcesPaneTest : public GraphTest {
 protected:
  void SetUp() override {
    GraphTest::SetUp();
    pane_.resize(1000, 300);
    pane_.show();
    ASSERT_TRUE(QTest::qWaitForWindowExposed(&pane_));
    append(20, 10, 1 << 30);
    append(60, 30, 2 << 20);
    ASSERT_TRUE(run_->goTo(61));
    ASSERT_TRUE(QTest::qWaitFor([&] { return shown().run->resources->size() == 2U; }));
  }

  void append(std::int64_t step, double load, double host) {
    run::ResourcesRow row{.step = step, .time = 1e9 + static_cast<double>(step)};
    row.loadMs = load;
    row.forwardMs = 40;
    row.backwardMs = 50;
    row.optimiserMs = 5;
    row.storeMs = 0.5;
    row.answersMs = 1;
    row.hostBytes = host;
    row.deviceUsed = 3.5e9;
    ASSERT_TRUE(run_->store().append(row));
  }
  QString figure(const QString& name) {
    for (const auto* label : pane_.findChildren<QLabel*>()) {
      if (label->accessibleName() == name) return label->text();
    }
    return u"no such figure"_s;
  }

  ResourcesPane pane_{workspace_};
};

TEST_F(ResourcesPaneTest, TellsTheFiguresOfTheStepThatIsLookedAt) {
  EXPECT_EQ(figure(u"Device"_s), u"cpu"_s);
  EXPECT_EQ(figure(u"Memory of the engine"_s), u"2.00 MiB"_s);
  EXPECT_EQ(figure(u"A step"_s), u"126 ms"_s);
  EXPECT_EQ(figure(u"Waiting for clips"_s), u"23.8 %"_s);
  EXPECT_EQ(figure(u"GPU used"_s), u"3.26 GiB"_s);
  EXPECT_EQ(figure(u"GPU peak"_s), u"–"_s);
  workspace_.goTo(30);
  ASSERT_TRUE(waitForStep(30));
  EXPECT_EQ(figure(u"Memory of the engine"_s), u"1.00 GiB"_s);
  EXPECT_EQ(figure(u"Waiting for clips"_s), u"9.4 %"_s);
  workspace_.goTo(10);
  ASSERT_TRUE(waitForStep(10));
  EXPECT_EQ(figure(u"Memory of the engine"_s), u"–"_s);
  EXPECT_EQ(figure(u"View cost"_s), u"–"_s);
}

TEST_F(ResourcesPaneTest, DrawsWhatIsKnown) {
  const auto plots = pane_.findChildren<widgets::CurvePlot*>();
  ASSERT_EQ(plots.size(), 2);
  EXPECT_EQ(plots[0]->dataTable().columns.size(), 2 + 6);
  EXPECT_EQ(plots[1]->dataTable().columns,
            (QStringList{u"Step"_s, u"Time"_s, u"engine"_s, u"GPU used"_s}));
  EXPECT_EQ(pane_.paneActions().size(), 2);
  expectNamedControls(pane_);
}

class SummaryPaneTest : public GraphTest {
 protected:
  void SetUp() override {
    GraphTest::SetUp();
    pane_.resize(360, 700);
    pane_.show();
    ASSERT_TRUE(QTest::qWaitForWindowExposed(&pane_));
  }
  widgets::DataTable table(int chart) {
    return pane_.findChildren<widgets::SmallChart*>().value(chart)->dataTable();
  }

  SummaryPane pane_{workspace_};
};

TEST_F(SummaryPaneTest, ShowsTheShareOfEachOperationAtTheStep) {
  const auto live = table(0);
  ASSERT_EQ(live.rows.size(), 6);
  double sum = 0;
  for (const auto& row : live.rows) sum += row[1].toDouble();
  EXPECT_NEAR(sum, 1, 1e-6);
  workspace_.goTo(5);
  ASSERT_TRUE(waitForStep(5));
  EXPECT_NE(table(0).rows[0][1].toDouble(), live.rows[0][1].toDouble());
}

TEST_F(SummaryPaneTest, NamesTheSplitOfItsAccuracy) {
  const auto* result = pane_.findChild<QLabel*>();
  EXPECT_TRUE(result->text().startsWith(u"select top-1 "_s)) << result->text().toStdString();
  workspace_.goTo(5);
  ASSERT_TRUE(waitForStep(5));
  EXPECT_EQ(result->text(), u"No validation yet."_s);
  EXPECT_EQ(pane_.paneActions().size(), 3);
}

}  // namespace
}  // namespace attelier::ui
