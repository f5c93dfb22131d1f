#include "ui/clips/clip_grid.h"

#include "tests/ui/clips/clip_rows.h"
#include "ui/clips/clip_delegate.h"
#include "ui/clips/clip_model.h"
#include "ui/clips/clip_pictures.h"
#include "ui/engine/engine_program.h"

#include <QElapsedTimer>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTest>
#include <gtest/gtest.h>

namespace attelier::ui {
namespace {

using testing::clipRows;
using testing::labelRows;
using testing::shared;

class ClipGrids : public ::testing::Test {
 protected:
  void start(int classes, int each) {
    model_.setClips(shared(clipRows(classes, each)), shared(labelRows(classes)));
    grid_.resize(ClipDelegate::tileWidth(grid_.fontMetrics()) * 4 + 40, 600);
    grid_.show();
    ASSERT_TRUE(QTest::qWaitForWindowExposed(&grid_));
    grid_.setFocus();
  }
  int row() const { return grid_.currentIndex().row(); }
  void key(Qt::Key key) { QTest::keyClick(&grid_, key); }

  EngineProgram engine_{std::filesystem::path()};
  ClipModel model_;
  ClipPictures pictures_{engine_};
  ClipDelegate delegate_{model_, pictures_};
  ClipGrid grid_{model_, delegate_};
};

TEST_F(ClipGrids, EveryTileIsWhereItIsFound) {
  start(3, 10);
  for (int i = 0; i < model_.rowCount(); ++i) {
    const QModelIndex index = model_.index(i, 0);
    grid_.scrollTo(index);
    const QRect rect = grid_.visualRect(index);
    EXPECT_TRUE(grid_.viewport()->rect().contains(rect)) << i;
    EXPECT_EQ(grid_.indexAt(rect.center()), index);
    EXPECT_EQ(grid_.indexAt(rect.topLeft()), index);
    EXPECT_EQ(grid_.indexAt(rect.bottomRight()), index);
  }
  grid_.verticalScrollBar()->setValue(0);
  EXPECT_FALSE(
      grid_.indexAt(QPoint(grid_.viewport()->width() / 2, 3)).isValid());  // the name of the class
}

TEST_F(ClipGrids, KeysCrossTheBordersOfClasses) {
  start(3, 10);  // four columns: rows of 4, 4, 2 in each class
  key(Qt::Key_Home);
  EXPECT_EQ(row(), 0);
  key(Qt::Key_Right);
  EXPECT_TRUE(grid_.accessibleDescription().contains(QStringLiteral("clip-1.mp4")));
  key(Qt::Key_Right);
  key(Qt::Key_Right);
  EXPECT_EQ(row(), 3);
  key(Qt::Key_Down);
  EXPECT_EQ(row(), 7);
  key(Qt::Key_Down);
  EXPECT_EQ(row(), 9);  // the last line is shorter
  key(Qt::Key_Down);
  EXPECT_EQ(row(), 11);
  key(Qt::Key_Up);
  EXPECT_EQ(row(), 9);
  key(Qt::Key_Right);
  EXPECT_EQ(row(), 10);
  key(Qt::Key_Left);
  EXPECT_EQ(row(), 9);
  key(Qt::Key_End);
  EXPECT_EQ(row(), 29);
  key(Qt::Key_Down);
  EXPECT_EQ(row(), 29);
  key(Qt::Key_PageUp);
  EXPECT_LT(row(), 29);
}

TEST_F(ClipGrids, PlaysUnderTheMouseAndUnderTheKeys) {
  start(1, 8);
  const QModelIndex third = model_.index(2, 0);
  QTest::mouseMove(grid_.viewport(), grid_.visualRect(third).center());
  EXPECT_TRUE(QTest::qWaitFor([&] { return grid_.playing() == third; }, 1000));
  key(Qt::Key_Right);
  EXPECT_EQ(grid_.playing(), model_.index(1, 0));
  key(Qt::Key_Home);
  EXPECT_EQ(grid_.playing(), model_.index(0, 0));
  model_.setFilter({.label = 99, .predicted = {}, .split = {}, .text = {}, .only = {}});
  EXPECT_FALSE(grid_.playing().isValid());
}

TEST_F(ClipGrids, StarAndEnter) {
  start(1, 8);
  QSignalSpy star(&grid_, &ClipGrid::starClicked), activated(&grid_, &ClipGrid::activated);
  const QRect tile = grid_.visualRect(model_.index(1, 0));
  QTest::mouseClick(grid_.viewport(), Qt::LeftButton, {},
                    ClipDelegate::starRect(tile, grid_.fontMetrics()).center());
  ASSERT_EQ(star.size(), 1);
  EXPECT_EQ(star[0][0].toModelIndex().row(), 1);
  QTest::mouseClick(grid_.viewport(), Qt::LeftButton, {},
                    tile.center() + QPoint(0, tile.height() / 4));
  EXPECT_EQ(row(), 1);
  key(Qt::Key_Return);
  EXPECT_EQ(activated.size(), 1);
}

TEST_F(ClipGrids, ReadsFromTheRight) {
  grid_.setLayoutDirection(Qt::RightToLeft);
  start(1, 8);
  const QRect first = grid_.visualRect(model_.index(0, 0));
  EXPECT_GT(first.center().x(), grid_.viewport()->width() / 2);
  EXPECT_EQ(grid_.indexAt(first.center()).row(), 0);
  key(Qt::Key_Home);
  key(Qt::Key_Left);
  EXPECT_EQ(row(), 1);
}

TEST_F(ClipGrids, ManyClipsCostNoMoreThanThoseSeen) {
  start(400, 600);
  QElapsedTimer timer;
  timer.start();
  grid_.doItemsLayout();
  const auto laidOut = timer.restart();
  grid_.scrollTo(model_.index(200'000, 0), QAbstractItemView::PositionAtTop);
  grid_.viewport()->repaint();
  const auto painted = timer.restart();
  std::printf("240,000 tiles: laid out in %lld ms, painted in %lld ms\n",
              static_cast<long long>(laidOut), static_cast<long long>(painted));
  EXPECT_EQ(grid_.indexAt(grid_.visualRect(model_.index(200'000, 0)).center()).row(), 200'000);
}

}  // namespace
}  // namespace attelier::ui
