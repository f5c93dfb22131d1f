#include "widgets/graph/cell_view.h"

#include "tests/support/golden.h"
#include "tests/widgets/graph/sample_pictures.h"

#include <QPainter>
#include <QSignalSpy>
#include <QTest>
#include <gtest/gtest.h>

#include <cmath>
#include <random>

using namespace Qt::Literals::StringLiterals;

namespace attelier::widgets {
namespace {

using tests::compareWithGolden;
using tests::otherCell;
using tests::sampleCell;

class CellViewTest : public testing::Test {
 protected:
  QImage painted(const QSize& size, const Theme& theme) const {
    QImage image(size, QImage::Format_RGB32);
    QPainter painter(&image);
    view.paint(painter, QRectF(QPointF(), size), theme);
    return image;
  }

  CellView view;
};

TEST_F(CellViewTest, LooksAsBefore) {
  view.setCell(sampleCell());
  EXPECT_EQ(compareWithGolden(painted({560, 260}, Theme::light()), u"cell_light"_s), u""_s);
  EXPECT_EQ(compareWithGolden(painted({560, 260}, Theme::darkTheme()), u"cell_dark"_s), u""_s);
  EXPECT_EQ(compareWithGolden(painted({260, 420}, Theme::light()), u"cell_down"_s), u""_s);
}

TEST_F(CellViewTest, MarksDifferencesToAnotherCell) {
  const CellPicture marked = markDifferences(sampleCell(), otherCell());
  ASSERT_EQ(marked.nodes.size(), 5);
  EXPECT_EQ(marked.nodes[0].difference, Difference::Same);
  EXPECT_EQ(marked.nodes[3].difference, Difference::Added);
  EXPECT_EQ(marked.nodes[4].difference, Difference::Removed);
  EXPECT_EQ(marked.nodes[4].name, u"L2.dS"_s);
  const auto count = [&](Difference difference) {
    return std::count_if(marked.edges.begin(), marked.edges.end(),
                         [&](const auto& edge) { return edge.difference == difference; });
  };
  EXPECT_EQ(count(Difference::Same), 5);
  EXPECT_EQ(count(Difference::Added), 3);
  EXPECT_EQ(count(Difference::Removed), 3);
  view.setCell(marked);
  EXPECT_EQ(compareWithGolden(painted({600, 320}, Theme::light()), u"cell_difference"_s), u""_s);
  const CellPicture same = markDifferences(sampleCell(), sampleCell());
  EXPECT_EQ(same, sampleCell());
}

TEST_F(CellViewTest, TheTableHasEveryEdge) {
  view.setCell(sampleCell());
  EXPECT_EQ(view.dataTable().rows.size(), 8);
  EXPECT_EQ(view.dataTable().columns.size(), 3);
  EXPECT_EQ(view.dataTable().rows[2], (QVariantList{u"L1.mS"_s, u"L2.mST"_s, 0.62}));
  view.setCell(markDifferences(sampleCell(), otherCell()));
  EXPECT_EQ(view.dataTable().columns.size(), 4);
  EXPECT_EQ(view.dataTable().rows.last()[3], u"removed"_s);
}

TEST_F(CellViewTest, MouseAndKeysSelect) {
  view.resize(560, 260);
  view.setCell(sampleCell());
  view.show();
  QSignalSpy selected(&view, &CellView::nodeSelected);
  for (int i = 0; i < 4; ++i) {
    QTest::mouseClick(&view, Qt::LeftButton, {}, view.positionOf(i).toPoint());
    EXPECT_EQ(view.selectedNode(), i);
  }
  EXPECT_TRUE(view.accessibleDescription().contains(u"Activation softmax."_s));
  QTest::keyClick(&view, Qt::Key_Left);
  EXPECT_TRUE(view.selectedNode() == 0 || view.selectedNode() == 1);
  QTest::keyClick(&view, Qt::Key_Escape);
  EXPECT_EQ(view.selectedNode(), -1);
  EXPECT_EQ(selected.size(), 6);
}

TEST_F(CellViewTest, NothingOverlapsInCellsOfAnyShape) {
  std::mt19937 random(7);
  for (int trial = 0; trial < 60; ++trial) {
    CellPicture cell;
    const int nodes = 1 + static_cast<int>(random() % 12);
    for (int i = 0; i < nodes; ++i) {
      cell.nodes.push_back({QString::number(i), static_cast<int>(random() % 6), {}, {}});
      bool reads = false;
      for (int from = kInputNode; from < i; ++from) {
        if (random() % 3 != 0) continue;
        cell.edges.push_back({from, i, 0.5, {}});
        reads = true;
      }
      if (!reads) cell.edges.push_back({i - 1, i, 1, {}});
    }
    for (int i = 0; i < nodes; ++i) {
      if (i == nodes - 1 || random() % 2 == 0) cell.edges.push_back({i, kSinkNode, 1, {}});
    }
    const CellLayout layout(cell, {600, 400});
    for (int i = 0; i < nodes; ++i) {
      for (int j = 0; j < i; ++j) {
        const QPointF apart = layout.centre(i) - layout.centre(j);
        EXPECT_GT(std::hypot(apart.x(), apart.y()), 1.2);
      }
      for (std::size_t e = 0; e < cell.edges.size(); ++e) {
        if (cell.edges[e].from == i || cell.edges[e].to == i) continue;
        for (double t = 0; t <= 1; t += 0.02) {
          const QPointF away = layout.pointAt(static_cast<int>(e), t) - layout.centre(i);
          EXPECT_GT(std::hypot(away.x(), away.y()), 0.45) << "trial " << trial;
        }
      }
    }
  }
}

}  // namespace
}  // namespace attelier::widgets
