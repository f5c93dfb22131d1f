#include "tests/support/golden.h"
#include "tests/widgets/video/sample_clip.h"
#include "widgets/video/colour_bar.h"
#include "widgets/video/frame_strip.h"
#include "widgets/video/node_tiles.h"
#include "widgets/video/temporal_bar.h"

#include <QScrollBar>
#include <QSignalSpy>
#include <QTest>
#include <gtest/gtest.h>

using namespace Qt::Literals::StringLiterals;

namespace attelier::widgets {
namespace {

using attelier::tests::compareWithGolden;
using tests::shared;

TEST(FrameStrip, ChoosesByMouseAndKeys) {
  FrameStrip strip;
  strip.resize(640, 60);
  strip.setFrames(shared(tests::sampleClip()));
  strip.show();
  QSignalSpy chosen(&strip, &FrameStrip::frameChosen);
  QTest::mouseClick(strip.viewport(), Qt::LeftButton, {}, strip.cellRect(5).center());
  ASSERT_EQ(chosen.count(), 1);
  EXPECT_EQ(chosen[0][0].toInt(), 5);
  strip.setFrame(5);
  QTest::keyClick(&strip, Qt::Key_Right);
  QTest::keyClick(&strip, Qt::Key_Left);
  ASSERT_EQ(chosen.count(), 3);
  EXPECT_EQ(chosen[1][0].toInt(), 6);
  EXPECT_EQ(chosen[2][0].toInt(), 4);
  EXPECT_TRUE(strip.accessibleDescription().contains(u"Frame 6 of 8"_s));
  EXPECT_EQ(strip.dataTable().rows.size(), 8);
}

TEST(FrameStrip, KeepsTheCurrentPictureInSight) {
  AttentionFrames frames = tests::sampleClip();
  for (int i = 0; i < 56; ++i) frames.pictures << frames.pictures[i];
  FrameStrip strip;
  strip.resize(400, 60);
  strip.show();
  strip.setFrames(shared(frames));
  EXPECT_GT(strip.horizontalScrollBar()->maximum(), 0);
  strip.setFrame(60);
  EXPECT_TRUE(strip.viewport()->rect().contains(strip.cellRect(60)));
  strip.setFrame(0);
  EXPECT_TRUE(strip.viewport()->rect().contains(strip.cellRect(0)));
}

TEST(FrameStrip, LooksAsItDid) {
  FrameStrip strip;
  strip.resize(640, 56);
  strip.setFrames(shared(tests::sampleClip()));
  strip.setFrame(3);
  EXPECT_EQ(compareWithGolden(strip.grab().toImage(), u"strip"_s), u""_s);
}

TEST(TemporalBar, ChoosesAndTellsNumbers) {
  TemporalBar bar;
  bar.resize(400, 40);
  bar.setFrames(shared(tests::sampleClip()));
  bar.show();
  QSignalSpy chosen(&bar, &TemporalBar::frameChosen);
  QTest::mouseClick(&bar, Qt::LeftButton, {}, {230, 20});
  ASSERT_EQ(chosen.count(), 1);
  EXPECT_EQ(chosen[0][0].toInt(), 4);
  bar.setFrame(4);
  QTest::keyClick(&bar, Qt::Key_Right);
  EXPECT_EQ(chosen[1][0].toInt(), 5);
  const DataTable table = bar.dataTable();
  ASSERT_EQ(table.rows.size(), 4);
  double shares = 0;
  for (const auto& row : table.rows) shares += row[3].toDouble();
  EXPECT_NEAR(shares, 100, 1e-9);
  EXPECT_TRUE(bar.accessibleDescription().contains(u"Frames 7 to 8"_s));
}

TEST(TemporalBar, SaysThatAMapHoldsForTheWholeClip) {
  AttentionFrames frames = tests::planted({1, 2, 2}, {0, 1, 1}, {16, 16}, 8);
  TemporalBar bar;
  bar.setFrames(shared(frames));
  EXPECT_EQ(bar.accessibleDescription(), u"One map for the whole clip"_s);
  EXPECT_FALSE(bar.grab().isNull());
}

TEST(ColourBar, TellsItsRange) {
  ColourBar bar;
  bar.setFrames(shared(tests::sampleClip()));
  EXPECT_TRUE(bar.accessibleDescription().contains(u"per clip"_s));
  const DataTable table = bar.dataTable();
  ASSERT_EQ(table.rows.size(), 5);
  EXPECT_NEAR(table.rows[4][2].toDouble(), table.rows[4][1].toDouble() * 240, 1e-9);
  OverlayStyle style;
  style.normalisation = Normalisation::Frame;
  bar.setOverlay(style);
  const auto before = bar.dataTable().rows[4][1];
  bar.setFrame(7);
  EXPECT_NE(bar.dataTable().rows[4][1], before);
  EXPECT_TRUE(bar.accessibleDescription().contains(u"per frame"_s));
}

TEST(NodeTiles, ChoosesByMouseAndKeys) {
  NodeTiles tiles;
  tiles.resize(600, 300);
  QList<NodeTile> nodes;
  for (int i = 0; i < 6; ++i)
    nodes << NodeTile{u"L1.n%1"_s.arg(i), shared(tests::sampleClip()), {}};
  nodes << NodeTile{u"L2.mS"_s, nullptr, u"Nothing is stored."_s};
  tiles.setTiles(nodes);
  tiles.show();
  QSignalSpy chosen(&tiles, &NodeTiles::chosen);
  for (int tile = 0; tile < 7; ++tile) {
    QTest::mouseClick(&tiles, Qt::LeftButton, {}, tiles.tileRect(tile).center());
    EXPECT_EQ(chosen.last()[0].toInt(), tile);
  }
  tiles.setCurrent(0);
  QTest::keyClick(&tiles, Qt::Key_Right);
  QTest::keyClick(&tiles, Qt::Key_Return);
  EXPECT_EQ(chosen.last()[0].toInt(), 1);
  EXPECT_EQ(tiles.accessibleDescription(), u"L1.n1"_s);
  const DataTable table = tiles.dataTable();
  ASSERT_EQ(table.rows.size(), 7);
  EXPECT_EQ(table.rows[6][7].toString(), u"Nothing is stored."_s);
}

TEST(NodeTiles, LooksAsItDid) {
  NodeTiles tiles;
  tiles.resize(480, 240);
  QList<NodeTile> nodes;
  for (int i = 0; i < 5; ++i) {
    AttentionFrames frames = tests::sampleClip();
    std::rotate(frames.values.begin(), frames.values.begin() + 13 * i, frames.values.end());
    nodes << NodeTile{u"L1.n%1"_s.arg(i), shared(frames), {}};
  }
  nodes << NodeTile{u"L2.mS"_s, nullptr, u"Nothing is stored."_s};
  tiles.setTiles(nodes);
  tiles.setCurrent(2);
  tiles.setFrame(3);
  EXPECT_EQ(compareWithGolden(tiles.grab().toImage(), u"overlay_tiles"_s), u""_s);
}

}  // namespace
}  // namespace attelier::widgets
