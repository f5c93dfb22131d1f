#include "ui/attention/attention_pane.h"

#include "tests/support/search_run.h"
#include "ui/attention/notice_row.h"
#include "ui/engine/engine_program.h"
#include "widgets/video/clip_player.h"
#include "widgets/video/frame_strip.h"
#include "widgets/video/node_tiles.h"
#include "widgets/video/temporal_bar.h"

#include <QAbstractButton>
#include <QAbstractSpinBox>
#include <QComboBox>
#include <QElapsedTimer>
#include <QLabel>
#include <QPushButton>
#include <QSlider>
#include <QTemporaryDir>
#include <QTest>
#include <QToolBar>
#include <gtest/gtest.h>

#include <ctime>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {
namespace {

using testing::SearchRun;

constexpr int kMapSpatial = 0, kDotSpatial = 3, kDotTemporal = 4, kDotBoth = 5;

class PaneTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto made = SearchRun::create(path());
    ASSERT_TRUE(made) << describe(made.error());
    run_ = std::move(*made);
    ASSERT_TRUE(run_->goTo(60));
    workspace_.open(path());
    pane_.resize(760, 640);
    pane_.show();
    ASSERT_TRUE(QTest::qWaitFor([&] { return frames() && frames()->hasMap(); }));
    player().pause();
    player().setFrame(0);
  }

  std::filesystem::path path() const { return folder_.filePath(u"a.attelier"_s).toStdString(); }
  widgets::AttentionCanvas& canvas() { return *pane_.findChild<widgets::AttentionCanvas*>(); }
  widgets::ClipPlayer& player() { return *pane_.findChild<widgets::ClipPlayer*>(); }
  widgets::NodeTiles& tiles() { return *pane_.findChild<widgets::NodeTiles*>(); }
  QString text(const char* name) {
    return pane_.findChild<QLabel*>(QString::fromLatin1(name))->text();
  }
  NoticeRow& notice() { return *pane_.findChild<NoticeRow*>(); }
  widgets::FramesPtr frames() { return canvas().shownFrames(); }

  QPoint at(double x, double y, int side = 0) {
    const QRectF rect = canvas().pictureRect(side);
    return QPointF(rect.left() + x * rect.width(), rect.top() + y * rect.height()).toPoint();
  }
  /// Middle of a place of 4 x 3 x 2 on the picture.
  QPoint placeAt(int y, int x) { return at((x + 0.5) / 2, (y + 0.5) / 3); }

  bool choose(int node) {
    workspace_.edit(u"Choose"_s, [node](Choices& choices) {
      choices.node = node;
      choices.query.reset();
    });
    return QTest::qWaitFor([&] {
      const auto attention = workspace_.shown().moment()->find({.node = node});
      return attention && frames()->label.startsWith(nodeName(workspace_.shown(), node, nullptr)) &&
             frames()->step == attention->step;
    });
  }

  QTemporaryDir folder_;
  std::unique_ptr<SearchRun> run_;
  EngineProgram engine_{std::filesystem::path("/nonexistent/attelier-engine")};
  Workspace workspace_{engine_};
  AttentionPane pane_{workspace_};
};

TEST_F(PaneTest, APlantedTokenOfTheRunFolderIsSeenAtItsPixels) {
  workspace_.edit(u"Style"_s, [](Choices& choices) {
    choices.overlay.smooth = false;
    choices.overlay.opacity = 1;
    choices.overlay.colourMap = widgets::ColourMap::Grey;
  });
  for (const int node : {2, kDotBoth, 8, 11}) {
    ASSERT_TRUE(choose(node));
    const auto planted = static_cast<int>(SearchRun::plantedToken(60, node));
    const widgets::TokenPoint token{planted / 6, planted / 2 % 3, planted % 2};
    for (int picture = 0; picture < SearchRun::kPictures; ++picture) {
      player().setFrame(picture);
      const QImage seen = canvas().grab().toImage();
      for (int y = 0; y < 3; ++y) {
        for (int x = 0; x < 2; ++x) {
          // Away from the middle, where the cursor's mark may be.
          const QPoint point = at((x + 0.25) / 2, (y + 0.25) / 3);
          const bool isPlanted = picture / 2 == token.t && y == token.y && x == token.x;
          EXPECT_EQ(qGray(seen.pixel(point)) > 240, isPlanted)
              << "node " << node << " picture " << picture << " row " << y << " column " << x;
        }
      }
    }
  }
}

TEST_F(PaneTest, ClickAsksWhatAPlaceAttendsTo) {
  ASSERT_TRUE(choose(kDotBoth));
  player().setFrame(5);
  QElapsedTimer timer;
  timer.start();
  QTest::mouseClick(&canvas(), Qt::LeftButton, {}, placeAt(1, 1));
  ASSERT_TRUE(QTest::qWaitFor([&] { return frames()->asked.has_value(); }));
  std::printf("answered and shown after %lld ms\n", static_cast<long long>(timer.elapsed()));
  EXPECT_EQ(*frames()->asked, (widgets::TokenPoint{2, 1, 1}));
  const auto expected = space::attentionOfQuery(
      workspace_.shown().moment()->find({.node = kDotBoth})->record, {2, 1, 1});
  EXPECT_EQ(frames()->values, expected->values);
  EXPECT_TRUE(text("sentence").contains(u"what frames 5 to 6, row 2, column 2 attends to"_s))
      << text("sentence").toStdString();

  QTest::mouseClick(&canvas(), Qt::LeftButton, Qt::ShiftModifier, placeAt(2, 0));
  ASSERT_TRUE(QTest::qWaitFor([&] { return frames()->asksWhoLooks; }));
  const auto column = space::attentionToKey(
      workspace_.shown().moment()->find({.node = kDotBoth})->record, {2, 2, 0});
  EXPECT_EQ(frames()->values, column->values);

  QTest::keyClick(&canvas(), Qt::Key_Escape);
  ASSERT_TRUE(QTest::qWaitFor([&] { return !frames()->asked; }));
  workspace_.undoStack().undo();
  EXPECT_TRUE(QTest::qWaitFor([&] { return frames()->asksWhoLooks; }));
}

TEST_F(PaneTest, AMapBasedNodeIsNotAskedAndSaysWhy) {
  ASSERT_TRUE(choose(kMapSpatial));
  QTest::mouseClick(&canvas(), Qt::LeftButton, {}, placeAt(1, 1));
  EXPECT_FALSE(workspace_.shown().choices.query);
  EXPECT_TRUE(text("readOut").contains(u"no place to ask about"_s));
  EXPECT_TRUE(text("readOut").contains(u"one map for the whole clip"_s));
  ASSERT_TRUE(choose(kDotTemporal));
  EXPECT_TRUE(text("readOut").contains(u"one weight for each frame"_s));
  EXPECT_TRUE(text("readOut").contains(u"Click a place"_s));
}

TEST_F(PaneTest, TellsExactValuesAndMultiplesOfUniform) {
  ASSERT_TRUE(choose(kDotSpatial));
  const auto planted = static_cast<int>(SearchRun::plantedToken(60, kDotSpatial)) % 6;
  QTest::mouseMove(&canvas(), placeAt(planted / 2, planted % 2));
  EXPECT_TRUE(text("readOut").contains(u"0.5 (3 × uniform)"_s)) << text("readOut").toStdString();
}

TEST_F(PaneTest, ScrubbingShowsTheRecordOfThatStep) {
  ASSERT_TRUE(choose(kDotBoth));
  workspace_.goTo(25);
  ASSERT_TRUE(QTest::qWaitFor([&] { return frames()->step == 20; }));
  EXPECT_EQ(pane_.shownStep(), 25);
  EXPECT_TRUE(text("sentence").contains(u"step 20"_s));
  const auto best = widgets::strongest(*frames(), 1);
  EXPECT_EQ((best[0].t * 3 + best[0].y) * 2 + best[0].x, SearchRun::plantedToken(20, kDotBoth));
  workspace_.goTo(5);
  ASSERT_TRUE(QTest::qWaitFor([&] { return !frames()->hasMap(); }));
  EXPECT_TRUE(notice().accessibleName().contains(u"Nothing is stored"_s));
}

TEST_F(PaneTest, StepsAreComparedInEachLayout) {
  ASSERT_TRUE(choose(kDotBoth));
  workspace_.edit(u"Pin"_s,
                  [](Choices& choices) { choices.pinnedStep = PinnedStep{.run = {}, .step = 20}; });
  ASSERT_TRUE(QTest::qWaitFor([&] { return workspace_.shown().pinned != nullptr; }));
  QTest::keyClick(&pane_, Qt::Key_W);
  ASSERT_TRUE(QTest::qWaitFor([&] { return canvas().comparison() == widgets::Comparison::Wipe; }));
  EXPECT_TRUE(frames()->label.contains(u"step 60"_s)) << frames()->label.toStdString();
  QTest::keyClick(&pane_, Qt::Key_X);
  ASSERT_TRUE(QTest::qWaitFor([&] { return canvas().comparison() == widgets::Comparison::Flip; }));
  EXPECT_EQ(frames()->step, 60);
  QTest::keyClick(&pane_, Qt::Key_X);
  EXPECT_EQ(frames()->step, 20);
  EXPECT_TRUE(frames()->label.contains(u"step 20"_s));
  workspace_.edit(u"Layout"_s,
                  [](Choices& choices) { choices.overlay.layout = CompareLayout::Difference; });
  ASSERT_TRUE(
      QTest::qWaitFor([&] { return canvas().comparison() == widgets::Comparison::Difference; }));
  const auto now = static_cast<std::size_t>(SearchRun::plantedToken(60, kDotBoth));
  const auto then = static_cast<std::size_t>(SearchRun::plantedToken(20, kDotBoth));
  EXPECT_GT(frames()->values[now], 0.4F);
  EXPECT_LT(frames()->values[then], -0.4F);
  EXPECT_FALSE(pane_.findChild<QComboBox*>(u"colourMap"_s)->isEnabled());
}

TEST_F(PaneTest, NodesAreComparedWithLinkedCursors) {
  ASSERT_TRUE(choose(kDotBoth));
  workspace_.edit(u"Compare"_s, [](Choices& choices) {
    choices.overlay.compareWith = CompareWith::Node;
    choices.overlay.compareNode = 11;
  });
  ASSERT_TRUE(
      QTest::qWaitFor([&] { return canvas().comparison() == widgets::Comparison::SideBySide; }));
  QTest::mouseMove(&canvas(), at(0.25, 0.5, 1));
  EXPECT_TRUE(text("readOut").contains(u"A "_s) && text("readOut").contains(u"B "_s));
}

TEST_F(PaneTest, AllNodesAtOnceAndAClickChoosesOne) {
  QTest::keyClick(&pane_, Qt::Key_H);
  ASSERT_TRUE(QTest::qWaitFor([&] { return tiles().isVisible() && tiles().count() == 12; }));
  QTest::mouseClick(&tiles(), Qt::LeftButton, {}, tiles().tileRect(8).center());
  EXPECT_EQ(workspace_.shown().choices.node, 8);
  EXPECT_EQ(tiles().current(), 8);
  EXPECT_EQ(pane_.dataTable().rows.size(), 12);
  QTest::keyClick(&pane_, Qt::Key_H);
  EXPECT_TRUE(canvas().isVisible());
  EXPECT_NE(pane_.dataTable().rows.size(), 12);
}

TEST_F(PaneTest, KeysChangeTheOverlay) {
  const OverlayChoices before = workspace_.shown().choices.overlay;
  const auto overlay = [&] { return workspace_.shown().choices.overlay; };
  QTest::keyClick(&pane_, Qt::Key_O);
  EXPECT_FALSE(overlay().visible);
  QTest::keyClick(&pane_, Qt::Key_O);
  QTest::keyClick(&pane_, Qt::Key_Minus);
  EXPECT_NEAR(overlay().opacity, before.opacity - 0.1, 1e-9);
  QTest::keyClick(&pane_, Qt::Key_Equal);
  EXPECT_NEAR(overlay().opacity, before.opacity, 1e-9);
  QTest::keyClick(&pane_, Qt::Key_C);
  EXPECT_EQ(overlay().colourMap, widgets::ColourMap::Viridis);
  EXPECT_EQ(canvas().overlay().map, widgets::ColourMap::Viridis);
  EXPECT_EQ(pane_.findChild<QComboBox*>(u"colourMap"_s)->currentText(), u"Viridis"_s);
  auto* opacity = pane_.findChild<QSlider*>(u"opacity"_s);
  opacity->setFocus();
  QTest::keyClick(opacity, Qt::Key_Home);
  EXPECT_EQ(overlay().opacity, 0);
  workspace_.undoStack().undo();
  EXPECT_GT(overlay().opacity, 0);
}

TEST_F(PaneTest, SpaceAndArrowsPlayWhereTheClipHasTheFocus) {
  canvas().setFocus();
  QTest::keyClick(&canvas(), Qt::Key_Space);
  EXPECT_TRUE(player().isPlaying());
  QTest::keyClick(&canvas(), Qt::Key_Space);
  EXPECT_FALSE(player().isPlaying());
  const int frame = player().frame();
  QTest::keyClick(&canvas(), Qt::Key_Right);
  EXPECT_EQ(player().frame(), (frame + 1) % SearchRun::kPictures);
  EXPECT_TRUE(text("time").startsWith(u"frame %1 of 8"_s.arg(player().frame() + 1)));
  auto* strip = pane_.findChild<widgets::FrameStrip*>();
  QTest::mouseClick(strip->viewport(), Qt::LeftButton, {}, strip->cellRect(6).center());
  EXPECT_EQ(player().frame(), 6);
  EXPECT_EQ(canvas().frame(), 6);
}

TEST_F(PaneTest, IsGreyWhileTheCellContributesNothing) {
  EXPECT_NE(canvas().shownOverlay().map, widgets::ColourMap::Grey);
  ASSERT_TRUE(run_->store().append(
      run::PointRow{.step = 61, .name = "contribution/cell", .value = 0, .time = run::now()}));
  ASSERT_TRUE(run_->goTo(62));
  EXPECT_TRUE(
      QTest::qWaitFor([&] { return canvas().shownOverlay().map == widgets::ColourMap::Grey; }));
}

TEST_F(PaneTest, WithoutAnEngineItSaysWhyNobodyAnswers) {
  workspace_.goTo(5);
  ASSERT_TRUE(QTest::qWaitFor([&] { return !frames()->hasMap(); }));
  run_->kill();
  ASSERT_TRUE(QTest::qWaitFor([&] { return !workspace_.shown().run->hasEngine; }));
  notice().findChild<QPushButton*>()->click();
  EXPECT_TRUE(notice().accessibleName().contains(u"could not be started"_s))
      << notice().accessibleName().toStdString();
  notice().findChild<QPushButton*>()->click();
  EXPECT_TRUE(notice().accessibleName().contains(u"Nothing is stored"_s));
}

/// An engine that answers what the test tells it to.
class AskedPane : public PaneTest {
 protected:
  void SetUp() override {
    PaneTest::SetUp();
    auto queue = run::CommandQueue::create(run_->folder(), run_->lock());
    ASSERT_TRUE(queue) << describe(queue.error());
    queue_ = std::move(*queue);
  }
  std::optional<run::Command> take() {
    std::optional<run::Command> command;
    static_cast<void>(QTest::qWaitFor([&] {
      auto taken = queue_->take();
      if (taken) command = *taken;
      return command.has_value();
    }));
    return command;
  }
  /// A record too large for q and k: the mean map alone.
  void storeMeanMap(std::int64_t step) {
    space::AttentionRecord record;
    record.kind = {space::OperationType::DotProduct, space::Dimension::Spatiotemporal};
    record.queryGrid = record.keyGrid = {4, 3, 2};
    record.map.assign(24, 1.0F / 24);
    const auto bytes = space::encodeAttention(record);
    ASSERT_TRUE(bytes) << describe(bytes.error());
    const auto* first = reinterpret_cast<const std::byte*>(bytes->data());
    ASSERT_TRUE(run_->store().append(run::AttentionRow{.step = step,
                                                       .place = 1,
                                                       .node = kDotBoth,
                                                       .probe = 1,
                                                       .data = {first, first + bytes->size()}}));
  }

  std::unique_ptr<run::CommandQueue> queue_;
};

TEST_F(AskedPane, RecordsWithoutQueriesAreAskedOfTheEngine) {
  ASSERT_TRUE(choose(kDotBoth));
  storeMeanMap(65);
  ASSERT_TRUE(run_->goTo(66));
  ASSERT_TRUE(QTest::qWaitFor([&] { return frames()->step == 65; }));
  player().setFrame(2);
  QTest::mouseClick(&canvas(), Qt::LeftButton, {}, placeAt(2, 1));
  EXPECT_TRUE(notice().isVisible());
  EXPECT_TRUE(notice().accessibleName().contains(u"Asking the engine"_s));
  const auto command = take();
  ASSERT_TRUE(command);
  EXPECT_EQ(command->kind, run::CommandKind::Inspect);
  EXPECT_EQ(command->arguments.at("query"), (nlohmann::json{1, 2, 1}));
  EXPECT_EQ(command->arguments.at("node"), kDotBoth);
  std::vector<float> row(24, 0.0F);
  row[17] = 1;
  const nlohmann::json map{{"grid", {4, 3, 2}}, {"values", row}};
  ASSERT_TRUE(queue_->done(command->id, {{"map", map},
                                         {"attends_to", map},
                                         {"attended_by", map},
                                         {"uniform", 1.0 / 24},
                                         {"step", 66}}));
  ASSERT_TRUE(QTest::qWaitFor([&] { return frames()->asked.has_value(); }));
  EXPECT_EQ(frames()->values, row);
  EXPECT_FALSE(notice().isVisible());
  EXPECT_TRUE(text("sentence").contains(u"asked at step 66"_s));
}

TEST_F(AskedPane, AskingIsCancelled) {
  ASSERT_TRUE(choose(kDotBoth));
  storeMeanMap(65);
  ASSERT_TRUE(run_->goTo(66));
  ASSERT_TRUE(QTest::qWaitFor([&] { return frames()->step == 65; }));
  QTest::mouseClick(&canvas(), Qt::LeftButton, {}, placeAt(2, 1));
  notice().findChild<QPushButton*>()->click();
  EXPECT_FALSE(notice().isVisible());
  ASSERT_TRUE(run_->goTo(67));
  ASSERT_TRUE(QTest::qWaitFor([&] { return workspace_.shown().step() == 67; }));
  EXPECT_FALSE(notice().isVisible()) << "it is not asked again by itself";
}

TEST_F(AskedPane, AClipThatIsNoProbeIsMadeOneByTheEngine) {
  pane_.showClip(1);
  EXPECT_FALSE(notice().isVisible()) << "it is a probe";
  pane_.showClip(2);
  EXPECT_TRUE(notice().isVisible());
  const auto command = take();
  ASSERT_TRUE(command);
  EXPECT_EQ(command->kind, run::CommandKind::Probe);
  EXPECT_EQ(command->arguments.at("clip"), 2);
  run::ProbeRow row;
  row.clip = 2;
  row.name = "still/clip-2";
  row.encoding = "rgb";
  row.width = row.height = 2;
  row.times = {0, 0.1};
  row.frames.assign(2, run::Bytes(12, std::byte{9}));
  const auto probe = run_->store().addProbe(std::move(row));
  ASSERT_TRUE(probe);
  ASSERT_TRUE(run_->store().flush());
  ASSERT_TRUE(queue_->done(command->id, {{"probe", *probe}, {"step", 60}}));
  ASSERT_TRUE(QTest::qWaitFor([&] { return frames()->frameCount() == 2; }));
  EXPECT_EQ(pane_.findChild<QComboBox*>(u"probes"_s)->currentText(), u"still/clip-2"_s);
}

TEST_F(PaneTest, EveryControlHasANameAndIsReached) {
  for (auto* widget : pane_.findChildren<QWidget*>()) {
    const bool isControl = qobject_cast<QAbstractButton*>(widget) != nullptr ||
                           qobject_cast<QComboBox*>(widget) != nullptr ||
                           qobject_cast<QSlider*>(widget) != nullptr ||
                           qobject_cast<QAbstractSpinBox*>(widget) != nullptr;
    if (!isControl || widget->objectName().startsWith(u"qt_"_s)) continue;
    const auto* button = qobject_cast<QAbstractButton*>(widget);
    const bool isNamed = !widget->accessibleName().isEmpty() ||
                         (button != nullptr && (!button->text().isEmpty() || !button->isVisible()));
    EXPECT_TRUE(isNamed) << widget->metaObject()->className() << ' '
                         << widget->objectName().toStdString();
  }
  for (const auto* action : pane_.paneActions()) {
    EXPECT_FALSE(action->text().isEmpty());
    EXPECT_TRUE(action->objectName().startsWith(u"attention."_s));
  }
}

double processSeconds() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

TEST_F(PaneTest, PlayingIsCheap) {
  for (const bool plays : {false, true}) {
    if (plays) player().play();
    QTest::qWait(500);
    const double before = processSeconds();
    QTest::qWait(3000);
    const double share = (processSeconds() - before) / 3.0 / 2;
    std::printf("%s: %.2f %% of a machine of two cores\n", plays ? "playing" : "still",
                100 * share);
  }
}

}  // namespace
}  // namespace attelier::ui
