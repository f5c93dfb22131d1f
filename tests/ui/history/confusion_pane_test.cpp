#include "ui/history/confusion_pane.h"

#include "tests/ui/graph/graph_fixture.h"
#include "widgets/base/theme.h"
#include "widgets/plots/confusion_plot.h"

#include <QAbstractItemModelTester>
#include <QAction>
#include <QComboBox>
#include <QLabel>
#include <QSignalSpy>
#include <QTreeView>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {
namespace {

class ConfusionPaneTest : public GraphTest {
 protected:
  // A validation at step 61: the probe clip 1 and clip 3 are taken for the other class.
  void SetUp() override {
    GraphTest::SetUp();
    append("select", 1, 1, 0, 0.9F, 2.5F);
    append("select", 2, 0, 0, 0.7F, 0.4F);
    append("select", 3, 0, 1, 0.6F, 0.9F);
    ASSERT_TRUE(run_->goTo(61));
    ASSERT_TRUE(waitForStep(61));
    ASSERT_TRUE(QTest::qWaitFor([&] { return shown().moment()->selectPredictions.size() == 3U; }));
    pane_.resize(420, 640);
    pane_.show();
    ASSERT_TRUE(QTest::qWaitForWindowExposed(&pane_));
  }

  void append(const char* source, std::int64_t clip, std::int32_t truth, std::int32_t predicted,
              float probability, float loss) {
    ASSERT_TRUE(
        run_->store().append(run::PredictionRow{.step = 61,
                                                .source = source,
                                                .clip = clip,
                                                .label = truth,
                                                .top = {predicted, 1 - predicted, -1, -1, -1},
                                                .probability = {probability, 1 - probability},
                                                .loss = loss}));
  }
  void click(int truth, int predicted) {
    auto& plot = pane_.plot();
    QWidget* canvas = plot.focusProxy();
    QTest::mouseClick(canvas, Qt::LeftButton, {},
                      canvas->mapFrom(&plot, plot.positionOf({truth, predicted}).toPoint()));
  }
  QString listed(int row, int column = PredictionModel::Clip) {
    return pane_.clips().model()->index(row, column).data().toString();
  }
  QString words() { return pane_.findChild<QLabel*>(u"words"_s)->text(); }

  ConfusionPane pane_{workspace_};
};

TEST_F(ConfusionPaneTest, CountsTheClipsOfTheLastValidation) {
  EXPECT_EQ(words(), u"Split select, validation at step 61: 1 of 3 clip(s) right (33.3 %)."_s);
  EXPECT_EQ(pane_.plot().dataTable().rows.size(), 3);
  EXPECT_EQ(pane_.emptyText(), QString());
  EXPECT_FALSE(pane_.findChild<QComboBox*>(u"split"_s)->isVisible());
}

TEST_F(ConfusionPaneTest, ListsWrongAnswersTheWorstFirst) {
  QAbstractItemModelTester tester(pane_.clips().model(),
                                  QAbstractItemModelTester::FailureReportingMode::Warning);
  QAbstractItemModelTester inner(pane_.findChild<PredictionModel*>(),
                                 QAbstractItemModelTester::FailureReportingMode::Warning);
  ASSERT_EQ(pane_.clips().model()->rowCount(), 2);
  EXPECT_EQ(listed(0), u"waving/clip-1.mp4"_s);
  EXPECT_EQ(listed(0, PredictionModel::Predicted), u"still"_s);
  EXPECT_EQ(listed(0, PredictionModel::Probability), u"0.900"_s);
  EXPECT_EQ(listed(0, PredictionModel::Loss), u"2.500"_s);
  pane_.clips().sortByColumn(PredictionModel::Loss, Qt::AscendingOrder);
  EXPECT_EQ(listed(0), u"still/broken.mp4"_s);
  click(1, 0);
  ASSERT_EQ(pane_.clips().model()->rowCount(), 1);
  pane_.findChild<QAction*>(u"confusion.all_wrong"_s)->trigger();
  EXPECT_EQ(pane_.clips().model()->rowCount(), 2);
}

TEST_F(ConfusionPaneTest, FromANumberToAProbeClipInTwoClicks) {
  choose([](Choices& choices) { choices.probe = 0; });
  QSignalSpy wanted(&pane_, &ConfusionPane::attentionRequested);
  QSignalSpy chosen(&pane_, &ConfusionPane::clipChosen);
  click(1, 0);
  ASSERT_EQ(pane_.clips().model()->rowCount(), 1);
  EXPECT_TRUE(pane_.clips().isColumnHidden(PredictionModel::Truth));
  const QModelIndex clip = pane_.clips().model()->index(0, 0);
  QTest::mouseClick(pane_.clips().viewport(), Qt::LeftButton, {},
                    pane_.clips().visualRect(clip).center());
  EXPECT_EQ(shown().choices.probe, shown().run->probes->front().id);
  EXPECT_EQ(wanted.size(), 1);
  EXPECT_EQ(chosen.size(), 0);
}

TEST_F(ConfusionPaneTest, AnotherClipIsAskedForByKeys) {
  QSignalSpy chosen(&pane_, &ConfusionPane::clipChosen);
  pane_.plot().focusProxy()->setFocus();
  pane_.plot().setCurrentCell(widgets::ConfusionPlot::Cell{0, 0});
  QTest::keyClick(pane_.plot().focusProxy(), Qt::Key_Right);
  QTest::keyClick(pane_.plot().focusProxy(), Qt::Key_Return);
  ASSERT_EQ(pane_.clips().model()->rowCount(), 1);
  EXPECT_EQ(listed(0), u"still/broken.mp4"_s);
  pane_.clips().setFocus();
  pane_.activateWindow();
  ASSERT_TRUE(QTest::qWaitFor([&] { return pane_.clips().hasFocus(); }));
  QTest::keyClick(&pane_.clips(), Qt::Key_Return);
  QTest::keyClick(&pane_.clips(), Qt::Key_Return);
  ASSERT_EQ(chosen.size(), 1);
  EXPECT_EQ(chosen.front().front().toLongLong(), 3);
}

TEST_F(ConfusionPaneTest, ANumberThatStaysKeepsItsClip) {
  click(1, 0);
  append("select", 2, 0, 0, 0.7F, 0.4F);
  ASSERT_TRUE(run_->goTo(62));
  ASSERT_TRUE(waitForStep(62));
  EXPECT_EQ(pane_.clips().model()->rowCount(), 1);
  EXPECT_EQ(pane_.clips().currentIndex().row(), 0);
}

TEST_F(ConfusionPaneTest, LookingBackThereAreNone) {
  workspace_.goTo(25);
  ASSERT_TRUE(waitForStep(25));
  EXPECT_TRUE(pane_.emptyText().contains(u"last validation only"_s))
      << pane_.emptyText().toStdString();
  EXPECT_TRUE(pane_.plot().dataTable().rows.isEmpty());
  EXPECT_FALSE(pane_.clips().isVisible());
  workspace_.goLive();
  ASSERT_TRUE(waitForStep(61));
  EXPECT_TRUE(pane_.clips().isVisible());
}

TEST_F(ConfusionPaneTest, TheReportSplitIsThereOnceSomebodyLooked) {
  append("report", 2, 0, 1, 0.8F, 1.5F);
  ASSERT_TRUE(run_->goTo(62));
  auto* split = pane_.findChild<QComboBox*>(u"split"_s);
  ASSERT_TRUE(QTest::qWaitFor([&] { return split->isVisible(); }));
  split->setFocus();
  QTest::keyClick(split, Qt::Key_Down);
  EXPECT_EQ(words(), u"Split report, validation at step 61: 0 of 1 clip(s) right (0.0 %)."_s);
  EXPECT_EQ(listed(0), u"still/clip-2.mp4"_s);
}

TEST_F(ConfusionPaneTest, FollowsTheTheme) {
  const QString folder = qEnvironmentVariable("ATTELIER_PICTURES");
  click(1, 0);
  pane_.setPalette(widgets::paletteOf(widgets::Theme::darkTheme()));
  QTest::qWait(100);
  const QImage dark = pane_.grab().toImage();
  pane_.setPalette(widgets::paletteOf(widgets::Theme::light()));
  pane_.findChild<QAction*>(u"confusion.all_wrong"_s)->trigger();
  QTest::qWait(100);
  const QImage light = pane_.grab().toImage();
  EXPECT_NE(dark, light);
  if (folder.isEmpty()) return;
  dark.save(folder + u"/confusion_dark.png"_s);
  light.save(folder + u"/confusion_light.png"_s);
}

}  // namespace
}  // namespace attelier::ui
