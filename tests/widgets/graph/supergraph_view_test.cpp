#include "widgets/graph/supergraph_view.h"

#include "tests/support/golden.h"
#include "tests/widgets/graph/sample_pictures.h"

#include <QApplication>
#include <QContextMenuEvent>
#include <QPainter>
#include <QSignalSpy>
#include <QTest>
#include <QWheelEvent>
#include <gtest/gtest.h>

#include <cmath>
#include <ctime>
#include <iostream>
#include <memory>

using namespace Qt::Literals::StringLiterals;

namespace attelier::widgets {
namespace {

using tests::comparedWith;
using tests::compareWithGolden;
using tests::sampleSupergraph;

double threadMilliseconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return 1e3 * static_cast<double>(now.tv_sec) + 1e-6 * static_cast<double>(now.tv_nsec);
}

class SupergraphViewTest : public testing::Test {
 protected:
  void show(SupergraphPicture picture, const QSize& size = {900, 600}) {
    view.resize(size);
    view.setPicture(std::move(picture));
    view.show();
    view.setFocus();
    QTest::mouseMove(&view, {1, 1});
    ASSERT_TRUE(QTest::qWaitFor([this] { return view.settled(); }));
  }

  void click(const QPointF& at) { QTest::mouseClick(&view, Qt::LeftButton, {}, at.toPoint()); }

  QImage painted(const QSize& size, const Theme& theme) const {
    QImage image(size, QImage::Format_RGB32);
    QPainter painter(&image);
    view.paint(painter, QRectF(QPointF(), size), theme);
    return image;
  }

  SupergraphView view;
};

SupergraphPicture marked() {
  SupergraphPicture picture = sampleSupergraph(3, 6, 4);
  picture.trendSpan = u"100 steps"_s;
  picture.nodes[2].forced = true;
  picture.nodes[9].forbidden = true;
  picture.nodes[15].muted = true;
  std::vector<int> sink;
  for (std::size_t i = 0; i < picture.edges.size(); ++i) {
    if (picture.edges[i].kind == EdgeKind::Sink) sink.push_back(static_cast<int>(i));
  }
  const auto at = [&](int index) -> EdgePicture& {
    return picture.edges[static_cast<std::size_t>(index)];
  };
  std::sort(sink.begin(), sink.end(), [&](int a, int b) { return at(a).weight > at(b).weight; });
  at(sink[2]).flipsNext = at(sink[3]).flipsNext = true;
  return picture;
}

TEST_F(SupergraphViewTest, LooksAsBefore) {
  view.setPicture(marked());
  EXPECT_EQ(compareWithGolden(painted({400, 270}, Theme::light()), u"supergraph_light"_s), u""_s);
  EXPECT_EQ(compareWithGolden(painted({400, 270}, Theme::darkTheme()), u"supergraph_dark"_s),
            u""_s);
}

TEST_F(SupergraphViewTest, ShowsDifferencesToAReference) {
  view.setPicture(comparedWith(sampleSupergraph(2, 6, 8), sampleSupergraph(2, 6, 9)));
  SupergraphOptions options;
  options.showDifferences = true;
  view.setOptions(options);
  EXPECT_EQ(compareWithGolden(painted({440, 300}, Theme::light()), u"supergraph_difference"_s),
            u""_s);
}

TEST_F(SupergraphViewTest, DimsWhatDoesNotFeedTheSelection) {
  SupergraphPicture picture = sampleSupergraph(3, 6, 4);
  int node = 0;
  for (int i = 6; i < 12; ++i) {
    if (picture.nodes[static_cast<std::size_t>(i)].kept) node = i;
  }
  show(std::move(picture), {400, 270});
  SupergraphOptions options;
  options.focusOnAncestors = true;
  options.hideBelow = 0.2;
  options.showLegend = false;
  view.setOptions(options);
  view.selectNode(node);
  ASSERT_TRUE(QTest::qWaitFor([this] { return view.settled(); }));
  EXPECT_EQ(compareWithGolden(view.grab().toImage(), u"supergraph_focus"_s), u""_s);
}

TEST_F(SupergraphViewTest, WeightsNeverMoveAnything) {
  show(sampleSupergraph(3, 6, 4));
  std::vector<QPointF> before;
  for (int i = 0; i < 18; ++i) before.push_back(view.positionOf(i));
  const ViewTransform transform = view.transform();
  for (unsigned seed = 20; seed < 25; ++seed) {
    view.setPicture(sampleSupergraph(3, 6, seed, 3));
    for (int i = 0; i < 18; ++i) EXPECT_EQ(view.positionOf(i), before[static_cast<std::size_t>(i)]);
  }
  EXPECT_EQ(view.transform(), transform);
}

TEST_F(SupergraphViewTest, AClickSelectsANode) {
  show(sampleSupergraph(3, 6, 4));
  QSignalSpy nodes(&view, &SupergraphView::nodeSelected);
  for (int i = 0; i < 18; ++i) {
    click(view.positionOf(i));
    EXPECT_EQ(view.selectedNode(), i);
  }
  ASSERT_EQ(nodes.size(), 18);
  EXPECT_EQ(nodes.last()[0].toInt(), 17);
  EXPECT_TRUE(view.accessibleDescription().startsWith(u"L3.dST"_s));
  click({3, 3});
  EXPECT_EQ(view.selectedNode(), -1);
  EXPECT_EQ(nodes.last()[0].toInt(), -1);
}

TEST_F(SupergraphViewTest, AClickSelectsAnEdge) {
  show(sampleSupergraph(1, 6, 4));
  QSignalSpy edges(&view, &SupergraphView::edgeSelected);
  for (std::size_t i = 0; i < view.picture().edges.size(); ++i) {
    const EdgePicture& edge = view.picture().edges[i];
    const QPointF node = view.positionOf(edge.from >= 0 ? edge.from : edge.to);
    const QPointF beside = node + QPointF(edge.from >= 0 ? 1.1 : -1.1, 0) * view.transform().scale;
    click(beside);
    EXPECT_EQ(view.selectedEdge(), static_cast<int>(i));
  }
  EXPECT_EQ(edges.size(), 12);
}

TEST_F(SupergraphViewTest, HiddenEdgesAreNotHit) {
  SupergraphPicture picture = sampleSupergraph(1, 6, 4);
  std::size_t faint = 0;
  while (picture.edges[faint].kind == EdgeKind::Input || picture.edges[faint].kept) ++faint;
  const int node = picture.edges[faint].from;
  show(std::move(picture));
  const QPointF beside = view.positionOf(node) + QPointF(1.1, 0) * view.transform().scale;
  EXPECT_EQ(view.hitAt(beside).edge, static_cast<int>(faint));
  SupergraphOptions options;
  options.hideBelow = 0.99;
  view.setOptions(options);
  EXPECT_EQ(view.hitAt(beside), SupergraphView::Hit{});
}

TEST_F(SupergraphViewTest, KeysDoWhatTheMouseDoes) {
  show(sampleSupergraph(3, 6, 4));
  QSignalSpy nodes(&view, &SupergraphView::nodeSelected);
  QSignalSpy edges(&view, &SupergraphView::edgeSelected);
  QSignalSpy activated(&view, &SupergraphView::nodeActivated);
  QSignalSpy menus(&view, &SupergraphView::contextRequested);
  QTest::keyClick(&view, Qt::Key_Right);
  const int first = view.selectedNode();
  ASSERT_GE(first, 0);
  EXPECT_TRUE(view.picture().nodes[static_cast<std::size_t>(first)].kept);
  view.selectNode(0);
  QTest::keyClick(&view, Qt::Key_Down);
  EXPECT_EQ(view.selectedNode(), 1);
  QTest::keyClick(&view, Qt::Key_Right);
  EXPECT_EQ(view.selectedNode(), 7);
  QTest::keyClick(&view, Qt::Key_Up);
  EXPECT_EQ(view.selectedNode(), 6);
  QTest::keyClick(&view, Qt::Key_Left);
  QTest::keyClick(&view, Qt::Key_Left);
  EXPECT_EQ(view.selectedNode(), 0) << "there is nothing further left";
  QTest::keyClick(&view, Qt::Key_Right);
  QTest::keyClick(&view, Qt::Key_Down, Qt::ControlModifier);
  EXPECT_EQ(view.selectedEdge(), findEdge(view.picture(), 0, 6));
  QTest::keyClick(&view, Qt::Key_Up, Qt::ControlModifier);
  EXPECT_EQ(view.selectedEdge(), findEdge(view.picture(), 6, kSinkNode));
  QTest::keyClick(&view, Qt::Key_Return);
  ASSERT_EQ(activated.size(), 1);
  EXPECT_EQ(activated[0][0].toInt(), 6);
  QContextMenuEvent menu(QContextMenuEvent::Keyboard, {}, {});
  QApplication::sendEvent(&view, &menu);
  ASSERT_EQ(menus.size(), 1);
  EXPECT_EQ(menus[0][0].toInt(), 6);
  QTest::keyClick(&view, Qt::Key_Escape);
  EXPECT_EQ(view.selectedEdge(), -1);
  EXPECT_EQ(view.selectedNode(), 6);
  QTest::keyClick(&view, Qt::Key_Escape);
  EXPECT_EQ(view.selectedNode(), -1);
  EXPECT_GT(nodes.size(), 4);
  EXPECT_EQ(edges.size(), 3);
}

TEST_F(SupergraphViewTest, TheMenuIsAboutTheNodeUnderTheCursor) {
  show(sampleSupergraph(2, 6, 4));
  QSignalSpy menus(&view, &SupergraphView::contextRequested);
  const QPoint at = view.positionOf(4).toPoint();
  QContextMenuEvent menu(QContextMenuEvent::Mouse, at, view.mapToGlobal(at));
  QApplication::sendEvent(&view, &menu);
  ASSERT_EQ(menus.size(), 1);
  EXPECT_EQ(menus[0][0].toInt(), 4);
  EXPECT_EQ(menus[0][1].toPoint(), view.mapToGlobal(at));
}

TEST_F(SupergraphViewTest, ZoomKeepsWhatIsUnderTheCursor) {
  show(sampleSupergraph(3, 6, 4));
  const QPointF at = view.positionOf(8);
  const ViewTransform whole = view.transform();
  QWheelEvent wheel(at, view.mapToGlobal(at), {}, {0, 240}, Qt::NoButton, {}, Qt::NoScrollPhase,
                    false);
  QApplication::sendEvent(&view, &wheel);
  EXPECT_GT(view.transform().scale, whole.scale * 1.2);
  EXPECT_NEAR(view.positionOf(8).x(), at.x(), 1e-6);
  EXPECT_NEAR(view.positionOf(8).y(), at.y(), 1e-6);
  const double zoomed = view.transform().scale;
  QTest::keyClick(&view, Qt::Key_Minus);
  EXPECT_LT(view.transform().scale, zoomed);
  QTest::keyClick(&view, Qt::Key_0);
  EXPECT_EQ(view.transform(), whole);
  QTest::keyClick(&view, Qt::Key_Plus);
  QTest::mouseDClick(&view, Qt::LeftButton, {}, {4, 4});
  EXPECT_EQ(view.transform(), whole);
}

TEST_F(SupergraphViewTest, DraggingPansAndSelectsNothing) {
  show(sampleSupergraph(3, 6, 4));
  const QPointF before = view.positionOf(7);
  QTest::mousePress(&view, Qt::LeftButton, {}, before.toPoint());
  QTest::mouseMove(&view, before.toPoint() + QPoint(40, 25));
  QTest::mouseRelease(&view, Qt::LeftButton, {}, before.toPoint() + QPoint(40, 25));
  EXPECT_EQ(view.selectedNode(), -1);
  EXPECT_EQ(view.positionOf(7), before + QPointF(40, 25));
  QTest::keyClick(&view, Qt::Key_Left, Qt::ShiftModifier);
  EXPECT_GT(view.positionOf(7).x(), before.x() + 40);
  for (int i = 0; i < 200; ++i) QTest::keyClick(&view, Qt::Key_Left, Qt::ShiftModifier);
  EXPECT_LT(view.positionOf(0).x(), 2 * view.width()) << "some of it stays in sight";
}

TEST_F(SupergraphViewTest, TheReadOutFollowsTheWeight) {
  SupergraphPicture picture = sampleSupergraph(2, 6, 4);
  show(picture);
  int asked = 0;
  view.setHistory([&](const EdgePicture& edge) {
    ++asked;
    return std::vector<float>{0.1F, 0.12F, edge.weight};
  });
  QTest::mouseMove(&view, view.positionOf(9).toPoint());
  const QImage before = view.grab().toImage();
  EXPECT_GT(asked, 0);
  for (auto& edge : picture.edges) edge.weight = std::max(0.0F, edge.weight - 0.001F);
  view.setPicture(picture);
  EXPECT_NE(view.grab().toImage(), before) << "the read-out shows four digits";
}

TEST_F(SupergraphViewTest, KeepsTheSelectionByNameInAnotherGraph) {
  show(sampleSupergraph(3, 6, 4));
  view.selectNode(10);
  QSignalSpy nodes(&view, &SupergraphView::nodeSelected);
  view.setPicture(sampleSupergraph(2, 6, 4));
  EXPECT_EQ(view.selectedNode(), 10);
  view.setPicture(sampleSupergraph(1, 6, 4));
  EXPECT_EQ(view.selectedNode(), -1);
  ASSERT_EQ(nodes.size(), 1);
}

TEST_F(SupergraphViewTest, DrawsNothingWithoutAGraph) {
  show({}, {200, 150});
  view.clearFocus();
  const QImage image = view.grab().toImage();
  const QRgb surface = Theme::light().surface.rgb();
  for (int y = 0; y < image.height(); y += 7) {
    for (int x = 0; x < image.width(); x += 7) ASSERT_EQ(image.pixel(x, y), surface);
  }
  QTest::keyClick(&view, Qt::Key_Right);
  click({50, 50});
  EXPECT_EQ(view.selectedNode(), -1);
  EXPECT_TRUE(view.dataTable().rows.isEmpty());
}

TEST_F(SupergraphViewTest, TheGreatestGraphDoesNotBlockTheWindow) {
  SupergraphPicture picture = sampleSupergraph(16, 32, 4, 1.2, 128, 32);
  view.resize(900, 600);
  const double before = threadMilliseconds();
  view.setPicture(picture);
  (void)view.grab();
  std::cout << "16 levels of 32 nodes, first picture: " << threadMilliseconds() - before
            << " ms on the window's thread\n";
  view.show();
  ASSERT_TRUE(QTest::qWaitFor([this] { return view.settled(); }, 60'000));
  const double moved = threadMilliseconds();
  QTest::mouseMove(&view, {450, 300});
  std::cout << "and a move of the mouse: " << threadMilliseconds() - moved << " ms\n";
  EXPECT_EQ(view.dataTable().rows.size(), 32 + 15 * 32 * 32 + 16 * 32);
}

// Printed, not asserted: figures of this machine.
TEST_F(SupergraphViewTest, PaintCost) {
  SupergraphPicture picture = sampleSupergraph(4, 6, 4);
  for (const QSize size : {QSize(900, 600), QSize(1440, 900)}) {
    show(picture, size);
    std::vector<double> costs;
    for (int i = 0; i < 200; ++i) {
      for (auto& edge : picture.edges) {
        edge.weight += 0.01F * static_cast<float>(std::sin(i + edge.from));
      }
      const double before = threadMilliseconds();
      view.setPicture(picture);
      QApplication::processEvents();
      costs.push_back(threadMilliseconds() - before);
    }
    std::sort(costs.begin(), costs.end());
    std::cout << "24 nodes, " << size.width() << "x" << size.height()
              << ", every weight moved: median " << costs[100] << " ms, p99 " << costs[198]
              << " ms of the window's thread\n";
  }
}

}  // namespace
}  // namespace attelier::widgets
