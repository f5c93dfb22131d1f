#include "widgets/video/attention_canvas.h"

#include "tests/support/golden.h"
#include "tests/widgets/video/sample_clip.h"

#include <QSignalSpy>
#include <QTest>
#include <gtest/gtest.h>

#include <algorithm>
#include <ctime>

using namespace Qt::Literals::StringLiterals;

namespace attelier::widgets {
namespace {

using tests::shared;

class Canvas : public testing::Test {
 protected:
  void SetUp() override {
    canvas_.resize(500, 320);
    canvas_.setFrames(shared(tests::sampleClip()));
    canvas_.show();
    canvas_.setFocus();
  }

  QPoint at(double x, double y, int side = 0) const {
    const QRectF rect = canvas_.pictureRect(side);
    return QPointF(rect.left() + x * rect.width(), rect.top() + y * rect.height()).toPoint();
  }
  FramesPtr other() const {
    AttentionFrames frames = tests::sampleClip();
    std::reverse(frames.values.begin(), frames.values.end());
    frames.name = frames.label = u"L2.dST"_s;
    return shared(frames);
  }

  AttentionCanvas canvas_;
};

TEST_F(Canvas, TellsTheExactValueUnderTheCursor) {
  QSignalSpy hovered(&canvas_, &AttentionCanvas::hovered);
  QSignalSpy left(&canvas_, &AttentionCanvas::left);
  canvas_.setFrame(5);
  QTest::mouseMove(&canvas_, at(0.72, 0.3));
  ASSERT_EQ(hovered.count(), 1);
  const auto reading = hovered[0][0].value<Reading>();
  EXPECT_EQ(reading.at, (TokenPoint{2, 1, 7}));
  EXPECT_EQ(reading.value, tests::sampleClip().values[2 * 60 + 10 + 7]);
  EXPECT_EQ(reading.uniform, 1.0 / 240);
  EXPECT_FALSE(reading.other);
  EXPECT_TRUE(canvas_.accessibleDescription().contains(u"row 2"_s));
  canvas_.setFrame(7);
  ASSERT_EQ(hovered.count(), 2) << "the picture changes under a cursor that rests";
  EXPECT_EQ(hovered[1][0].value<Reading>().at, (TokenPoint{3, 1, 7}));
  QTest::mouseMove(&canvas_, {1, 1});
  EXPECT_EQ(left.count(), 1);
}

TEST_F(Canvas, ClickAsksWhatAPlaceAttendsToAndShiftClickWhoLooks) {
  AttentionFrames frames = tests::sampleClip();
  frames.askGrid = {8, 12, 20};
  frames.flipped = true;
  canvas_.setFrames(shared(frames));
  canvas_.setFrame(3);
  QSignalSpy queried(&canvas_, &AttentionCanvas::queried);
  QSignalSpy who(&canvas_, &AttentionCanvas::askedWhoLooks);
  QTest::mouseClick(&canvas_, Qt::LeftButton, {}, at(0.12, 0.9));
  ASSERT_EQ(queried.count(), 1);
  EXPECT_EQ(queried[0][0].value<TokenPoint>(), (TokenPoint{3, 10, 17}));
  QTest::mouseClick(&canvas_, Qt::LeftButton, Qt::ShiftModifier, at(0.12, 0.9));
  ASSERT_EQ(who.count(), 1);
  EXPECT_EQ(who[0][0].value<TokenPoint>(), (TokenPoint{3, 10, 17}));
  EXPECT_EQ(queried.count(), 1);
  canvas_.setAskable(false);
  QTest::mouseClick(&canvas_, Qt::LeftButton, {}, at(0.12, 0.9));
  EXPECT_EQ(queried.count(), 1);
}

TEST_F(Canvas, DoesNotAskOutsideWhatTheNetworkSaw) {
  AttentionFrames frames = tests::sampleClip();
  frames.crop = {0.25, 0, 0.5, 1};
  canvas_.setFrames(shared(frames));
  QSignalSpy queried(&canvas_, &AttentionCanvas::queried);
  QTest::mouseClick(&canvas_, Qt::LeftButton, {}, at(0.1, 0.5));
  EXPECT_EQ(queried.count(), 0);
  QTest::mouseClick(&canvas_, Qt::LeftButton, {}, at(0.3, 0.5));
  EXPECT_EQ(queried.count(), 1);
}

TEST_F(Canvas, EverythingIsReachedByKeyboard) {
  QSignalSpy hovered(&canvas_, &AttentionCanvas::hovered);
  QSignalSpy queried(&canvas_, &AttentionCanvas::queried);
  QSignalSpy who(&canvas_, &AttentionCanvas::askedWhoLooks);
  QSignalSpy chosen(&canvas_, &AttentionCanvas::frameChosen);
  QTest::keyClick(&canvas_, Qt::Key_Return);
  EXPECT_EQ(queried.count(), 0) << "no cursor yet";
  QTest::keyClick(&canvas_, Qt::Key_Right, Qt::ControlModifier);  // the middle first
  QTest::keyClick(&canvas_, Qt::Key_Right, Qt::ControlModifier);
  QTest::keyClick(&canvas_, Qt::Key_Up, Qt::ControlModifier);
  ASSERT_EQ(hovered.count(), 3);
  EXPECT_EQ(hovered[2][0].value<Reading>().at, (TokenPoint{0, 2, 6}));
  QTest::keyClick(&canvas_, Qt::Key_Return);
  ASSERT_EQ(queried.count(), 1);
  EXPECT_EQ(queried[0][0].value<TokenPoint>(), (TokenPoint{0, 2, 6}));
  QTest::keyClick(&canvas_, Qt::Key_Return, Qt::ShiftModifier);
  EXPECT_EQ(who.count(), 1);
  for (int i = 0; i < 20; ++i) QTest::keyClick(&canvas_, Qt::Key_Left, Qt::ControlModifier);
  EXPECT_EQ(hovered.last()[0].value<Reading>().at.x, 0);
  QTest::keyClick(&canvas_, Qt::Key_Right);
  ASSERT_EQ(chosen.count(), 1);
  EXPECT_EQ(chosen[0][0].toInt(), 1);
  QTest::keyClick(&canvas_, Qt::Key_Left);
  EXPECT_EQ(chosen.count(), 1) << "there is no picture before the first";
}

TEST_F(Canvas, CursorsAreLinkedSideBySide) {
  canvas_.setOther(other());
  canvas_.setComparison(Comparison::SideBySide);
  EXPECT_LT(canvas_.pictureRect(0).right(), canvas_.pictureRect(1).left());
  QSignalSpy hovered(&canvas_, &AttentionCanvas::hovered);
  QTest::mouseMove(&canvas_, at(0.31, 0.6, 1));
  ASSERT_EQ(hovered.count(), 1);
  const auto reading = hovered[0][0].value<Reading>();
  EXPECT_EQ(reading.side, 1);
  const TokenPoint place{0, 3, 3};
  EXPECT_EQ(reading.at, place);
  EXPECT_EQ(reading.value, valueAt(*other(), place));
  ASSERT_TRUE(reading.other);
  EXPECT_EQ(*reading.other, valueAt(tests::sampleClip(), place));
  QSignalSpy queried(&canvas_, &AttentionCanvas::queried);
  QTest::mouseClick(&canvas_, Qt::LeftButton, {}, at(0.31, 0.6, 1));
  ASSERT_EQ(queried.count(), 1);
  EXPECT_EQ(queried[0][1].toInt(), 1);
}

TEST_F(Canvas, TheLineOfAWipeFollowsMouseAndKeys) {
  canvas_.setOther(other());
  canvas_.setComparison(Comparison::Wipe);
  QSignalSpy moved(&canvas_, &AttentionCanvas::wipeMoved);
  QSignalSpy queried(&canvas_, &AttentionCanvas::queried);
  QSignalSpy hovered(&canvas_, &AttentionCanvas::hovered);
  QTest::mousePress(&canvas_, Qt::LeftButton, {}, at(0.5, 0.5));
  QTest::mouseMove(&canvas_, at(0.25, 0.5));
  QTest::mouseRelease(&canvas_, Qt::LeftButton, {}, at(0.25, 0.5));
  EXPECT_NEAR(canvas_.wipe(), 0.25, 0.01);
  EXPECT_EQ(queried.count(), 0);
  QTest::keyClick(&canvas_, Qt::Key_Right, Qt::AltModifier);
  EXPECT_NEAR(canvas_.wipe(), 0.27, 0.01);
  EXPECT_EQ(moved.count(), 2);
  QTest::mouseMove(&canvas_, at(0.1, 0.5));
  EXPECT_EQ(hovered.last()[0].value<Reading>().side, 0);
  QTest::mouseMove(&canvas_, at(0.6, 0.5));
  EXPECT_EQ(hovered.last()[0].value<Reading>().side, 1);
}

TEST_F(Canvas, FlipShowsOneOrTheOther) {
  const QImage first = canvas_.grab().toImage();
  canvas_.setOther(other());
  canvas_.setComparison(Comparison::Flip);
  const QImage a = canvas_.grab().toImage();
  canvas_.flip();
  const QImage b = canvas_.grab().toImage();
  EXPECT_NE(a, b);
  EXPECT_EQ(canvas_.shownFrames()->label, u"L2.dST"_s);
  canvas_.flip();
  EXPECT_EQ(canvas_.grab().toImage(), a);
  canvas_.setOther(nullptr);
  EXPECT_EQ(canvas_.comparison(), Comparison::None);
  EXPECT_EQ(canvas_.grab().toImage(), first);
}

TEST_F(Canvas, ComparedMapsShareTheirColours) {
  AttentionFrames twice = tests::sampleClip();
  for (float& value : twice.values) value *= 2;
  canvas_.setOther(shared(twice));
  canvas_.setComparison(Comparison::SideBySide);
  const ValueRange range = valueRange(tests::sampleClip(), 0, canvas_.shownOverlay());
  EXPECT_EQ(range, valueRange(twice, 0, canvas_.shownOverlay()));
  EXPECT_EQ(range.low, valueRange(tests::sampleClip(), 0, {}).low);
  EXPECT_EQ(range.high, valueRange(twice, 0, {}).high);
}

TEST_F(Canvas, MapsOverOtherNumbersOfPositionsShareMultiplesOfUniform) {
  AttentionFrames coarse = tests::sampleClip();
  coarse.grid = {4, 1, 1};
  coarse.values = {0.1F, 0.2F, 0.3F, 0.4F};
  coarse.uniform = 0.25;
  canvas_.setOther(shared(coarse));
  canvas_.setComparison(Comparison::SideBySide);
  const ValueRange fine = valueRange(tests::sampleClip(), 0, canvas_.shownOverlay());
  const ValueRange few = valueRange(coarse, 0, canvas_.shownOverlay());
  EXPECT_NEAR(fine.high * 240, few.high / 0.25, 1e-6);
  EXPECT_NEAR(fine.low * 240, few.low / 0.25, 1e-6);
  canvas_.setComparison(Comparison::Difference);
  const TokenPoint place{1, 2, 3};
  EXPECT_NEAR(valueAt(*canvas_.shownFrames(), place),
              valueAt(tests::sampleClip(), place) * 240 - 0.2 / 0.25, 1e-5);
  EXPECT_EQ(canvas_.shownFrames()->uniform, 1);
}

TEST_F(Canvas, DifferenceReadsDifferences) {
  canvas_.setOther(other());
  canvas_.setComparison(Comparison::Difference);
  QSignalSpy hovered(&canvas_, &AttentionCanvas::hovered);
  QTest::mouseMove(&canvas_, at(0.31, 0.6));
  ASSERT_EQ(hovered.count(), 1);
  const TokenPoint place{0, 3, 3};
  EXPECT_NEAR(hovered[0][0].value<Reading>().value,
              valueAt(tests::sampleClip(), place) - valueAt(*other(), place), 1e-9);
  EXPECT_TRUE(canvas_.shownOverlay().difference);
  EXPECT_EQ(canvas_.dataTable().rows.size(), 60);
}

TEST_F(Canvas, ShowsTheValuesOfItsFrameAsATable) {
  canvas_.setFrame(6);
  const DataTable table = canvas_.dataTable();
  ASSERT_EQ(table.rows.size(), 60);
  EXPECT_EQ(table.rows[17][0].toInt(), 4);
  EXPECT_EQ(table.rows[17][3].toDouble(), tests::sampleClip().values[3 * 60 + 17]);
  EXPECT_NEAR(table.rows[17][4].toDouble(), table.rows[17][3].toDouble() * 240, 1e-9);
}

TEST_F(Canvas, GreysTheMapAndSaysWhy) {
  const QImage bright = canvas_.grab().toImage();
  canvas_.setMuted(u"The cell adds nothing yet."_s);
  EXPECT_EQ(canvas_.shownOverlay().map, ColourMap::Grey);
  EXPECT_NE(canvas_.grab().toImage(), bright);
}

TEST_F(Canvas, AnEmptyOneIsHarmless) {
  canvas_.setFrames(nullptr);
  canvas_.setOther(other());
  canvas_.setComparison(Comparison::Difference);
  QTest::mouseMove(&canvas_, {100, 100});
  QTest::mouseClick(&canvas_, Qt::LeftButton, {}, {100, 100});
  QTest::keyClick(&canvas_, Qt::Key_Up, Qt::ControlModifier);
  QTest::keyClick(&canvas_, Qt::Key_Right);
  EXPECT_FALSE(canvas_.grab().isNull());
  EXPECT_TRUE(canvas_.dataTable().rows.isEmpty());
}

TEST_F(Canvas, LooksAsItDid) {
  AttentionFrames frames = tests::sampleClip();
  frames.asked = TokenPoint{2, 3, 3};
  frames.askedGrid = frames.grid;
  canvas_.setFrames(shared(frames));
  canvas_.setMarksStrongest(true);
  canvas_.setFrame(4);
  canvas_.setOther(other());
  canvas_.setComparison(Comparison::Wipe);
  canvas_.clearFocus();
  EXPECT_EQ(attelier::tests::compareWithGolden(canvas_.grab().toImage(), u"overlay_canvas"_s),
            u""_s);
}

double threadSeconds() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

TEST(CanvasCost, PaintsSixteenFramesWithinAFrameOfTheScreen) {
  AttentionFrames frames = tests::sampleClip();
  frames.pictures.clear();
  for (int i = 0; i < 16; ++i) {
    frames.pictures << tests::sampleClip().pictures[i % 8].scaled(256, 144);
  }
  frames.grid = {8, 14, 14};
  frames.values.resize(8 * 14 * 14);
  for (std::size_t i = 0; i < frames.values.size(); ++i) {
    frames.values[i] = static_cast<float>(i * 37 % 101) / 101;
  }
  for (const bool contours : {false, true}) {
    AttentionCanvas canvas;
    canvas.resize(900, 500);
    OverlayStyle style;
    style.contours = contours;
    style.greyPicture = true;
    canvas.setOverlay(style);
    QImage screen(900, 500, QImage::Format_RGB32);
    std::vector<double> made, played;
    for (int round = 0; round < 10; ++round) {
      canvas.setFrames(shared(frames));
      for (const bool again : {false, true}) {
        for (int i = 0; i < 16; ++i) {
          const double start = threadSeconds();
          canvas.setFrame(i);
          canvas.render(&screen);
          (again ? played : made).push_back(1e3 * (threadSeconds() - start));
        }
      }
    }
    for (auto* times : {&made, &played}) {
      std::sort(times->begin(), times->end());
      const auto median = (*times)[times->size() / 2];
      const auto worst = (*times)[times->size() * 99 / 100];
      std::printf("%s, %s: median %.2f ms, p99 %.2f ms of CPU a picture of 900x500\n",
                  contours ? "contours" : "colours", times == &made ? "blended" : "played", median,
                  worst);
    }
  }
}

}  // namespace
}  // namespace attelier::widgets
