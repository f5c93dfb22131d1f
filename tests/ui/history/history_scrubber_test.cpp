#include "ui/history/history_scrubber.h"

#include "tests/ui/graph/graph_fixture.h"

#include <QAction>
#include <QLabel>
#include <QToolButton>

#include <fstream>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {
namespace {

class HistoryScrubberTest : public GraphTest {
 protected:
  void SetUp() override {
    GraphTest::SetUp();
    pane_ = std::make_unique<HistoryScrubber>(workspace_);
    pane_->resize(900, 40);
    pane_->show();
    ASSERT_TRUE(QTest::qWaitForWindowExposed(pane_.get()));
  }
  StepSlider& slider() { return pane_->slider(); }
  QPoint at(std::int64_t step) { return {slider().positionOf(step), slider().height() / 2}; }

  std::unique_ptr<HistoryScrubber> pane_;
};

TEST_F(HistoryScrubberTest, StandsAtTheEndWhileLive) {
  EXPECT_EQ(slider().value(), 60);
  EXPECT_EQ(slider().maximum(), 60);
  ASSERT_TRUE(run_->goTo(70));
  ASSERT_TRUE(waitForStep(70));
  EXPECT_EQ(slider().value(), 70);
  expectNamedControls(*pane_);
}

TEST_F(HistoryScrubberTest, GoesWhereAClickPoints) {
  QTest::mouseClick(&slider(), Qt::LeftButton, {}, at(20));
  ASSERT_TRUE(shown().choices.step.has_value());
  EXPECT_NEAR(static_cast<double>(*shown().choices.step), 20, 1);
  ASSERT_TRUE(waitForStep(*shown().choices.step));
  // The search goes on meanwhile, and the cursor stays.
  const auto step = *shown().choices.step;
  ASSERT_TRUE(run_->goTo(80));
  ASSERT_TRUE(QTest::qWaitFor([&] { return slider().maximum() == 80; }));
  EXPECT_EQ(slider().value(), step);
}

TEST_F(HistoryScrubberTest, DragsThroughTheSearchAndReturns) {
  QTest::mousePress(&slider(), Qt::LeftButton, {}, at(60));
  for (const int step : {50, 40, 30}) QTest::mouseMove(&slider(), at(step));
  QTest::mouseRelease(&slider(), Qt::LeftButton, {}, at(30));
  ASSERT_TRUE(shown().choices.step.has_value());
  EXPECT_NEAR(static_cast<double>(*shown().choices.step), 30, 1);
  auto* live = pane_->findChild<QToolButton*>(u"live"_s);
  EXPECT_FALSE(live->isChecked());
  QTest::mouseClick(live, Qt::LeftButton);
  EXPECT_FALSE(shown().choices.step.has_value());
  EXPECT_TRUE(live->isChecked());
  EXPECT_EQ(slider().value(), 60);
}

TEST_F(HistoryScrubberTest, MovesByKeys) {
  slider().setFocus();
  QTest::keyClick(&slider(), Qt::Key_Left);
  EXPECT_EQ(shown().choices.step, 59);
  QTest::keyClick(&slider(), Qt::Key_Home);
  EXPECT_EQ(shown().choices.step, 0);
  QTest::keyClick(&slider(), Qt::Key_End);
  EXPECT_FALSE(shown().choices.step.has_value());
}

TEST_F(HistoryScrubberTest, PlaysTheSearchAsAFilm) {
  QAction* film = pane_->paneActions().first();
  film->trigger();
  EXPECT_EQ(shown().choices.step, 1);
  EXPECT_TRUE(QTest::qWaitFor([&] { return shown().choices.step > 3; }));
  film->trigger();
  const auto stopped = shown().choices.step;
  QTest::qWait(200);
  EXPECT_EQ(shown().choices.step, stopped);
  // Once played to its end it is live again.
  workspace_.goTo(55);
  film->trigger();
  workspace_.goTo(58);
  EXPECT_TRUE(QTest::qWaitFor([&] { return !shown().choices.step.has_value(); }));
  EXPECT_FALSE(film->isChecked());
}

TEST_F(HistoryScrubberTest, MarksCheckpointsAndPins) {
  const auto written = run_->store().writeCheckpoint(
      {.step = 40, .reason = "asked", .pinned = true}, [](const std::filesystem::path& file) {
        std::ofstream(file) << "weights";
        return Status();
      });
  ASSERT_TRUE(written) << describe(written.error());
  ASSERT_TRUE(QTest::qWaitFor([&] { return slider().marks().checkpoints.size() == 1U; }));
  EXPECT_EQ(slider().marks().pinned, std::vector<std::int64_t>{40});
  choose([](Choices& choices) { choices.pinnedStep = PinnedStep{.run = {}, .step = 10}; });
  EXPECT_EQ(slider().marks().pinned, (std::vector<std::int64_t>{10, 40}));
  choose([](Choices& choices) { choices.pinnedStep.reset(); });
  EXPECT_EQ(slider().marks().pinned, std::vector<std::int64_t>{40});
}

TEST_F(HistoryScrubberTest, IsOffWithoutARun) {
  workspace_.close();
  EXPECT_FALSE(pane_->isEnabled());
  EXPECT_FALSE(pane_->paneActions().first()->isEnabled());
}

}  // namespace
}  // namespace attelier::ui
