#include "ui/graph/supergraph_pane.h"

#include "tests/ui/graph/graph_fixture.h"
#include "widgets/graph/cell_view.h"
#include "widgets/graph/supergraph_view.h"

#include <QAction>
#include <QApplication>
#include <QComboBox>
#include <QContextMenuEvent>
#include <QLabel>
#include <QMenu>
#include <QSignalSpy>
#include <QSlider>
#include <QTest>

#include <algorithm>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {
namespace {

class SupergraphPaneTest : public GraphTest {
 protected:
  void SetUp() override {
    GraphTest::SetUp();
    pane_.resize(900, 560);
    pane_.show();
    pane_.activateWindow();
    ASSERT_TRUE(QTest::qWaitForWindowActive(&pane_));
    pane_.view().setFocus();
  }

  QAction* action(const QString& name) { return pane_.findChild<QAction*>(u"graph."_s + name); }
  bool isKept(const std::string& name) const {
    const auto& forced = shown().choices.derivation.forced;
    return std::find(forced.begin(), forced.end(), name) != forced.end();
  }

  SupergraphPane pane_{workspace_};
};

TEST_F(SupergraphPaneTest, ShowsTheStepThatAllPanesShow) {
  EXPECT_EQ(pane_.shownStep(), 60);
  const auto& picture = pane_.view().picture();
  ASSERT_EQ(picture.nodes.size(), 12);
  workspace_.goTo(20);
  ASSERT_TRUE(waitForStep(20));
  EXPECT_EQ(pane_.shownStep(), 20);
  const auto then = space::probabilities(testing::SearchRun::weightsAt(20, 100));
  EXPECT_NEAR(pane_.view().picture().edges.back().weight, then.sink.back(), 1e-6);
  EXPECT_FALSE(pane_.findChild<QLabel*>(u"caption"_s)->text().isEmpty());
}

TEST_F(SupergraphPaneTest, AClickChoosesTheNodeForAllPanes) {
  QTest::mouseClick(&pane_.view(), Qt::LeftButton, {}, pane_.view().positionOf(3).toPoint());
  EXPECT_EQ(shown().choices.node, 3);
  QTest::keyClick(&pane_.view(), Qt::Key_Right);
  EXPECT_EQ(shown().choices.node, 9);
  QTest::keyClick(&pane_.view(), Qt::Key_Down, Qt::ControlModifier);
  EXPECT_EQ(shown().choices.edge, (ChosenEdge{0, 9}));
  choose([](Choices& choices) {
    choices.node = 4;
    choices.edge = ChosenEdge{4, 7};
  });
  EXPECT_EQ(pane_.view().selectedNode(), 4);
  EXPECT_EQ(pane_.view().selectedEdge(), widgets::findEdge(pane_.view().picture(), 4, 7));
  QSignalSpy wanted(&pane_, &SupergraphPane::attentionRequested);
  QTest::keyClick(&pane_.view(), Qt::Key_Return);
  EXPECT_EQ(wanted.size(), 1);
}

TEST_F(SupergraphPaneTest, KeepsForbidsAndFreesANodeUndoably) {
  QTest::mouseClick(&pane_.view(), Qt::LeftButton, {}, pane_.view().positionOf(7).toPoint());
  QTest::keyClick(&pane_.view(), Qt::Key_K);
  EXPECT_TRUE(isKept("L2.mT"));
  EXPECT_TRUE(pane_.view().picture().nodes[7].forced);
  EXPECT_TRUE(pane_.view().picture().nodes[7].kept);
  EXPECT_FALSE(action(u"keep"_s)->isEnabled());
  QTest::keyClick(&pane_.view(), Qt::Key_K, Qt::ShiftModifier);
  EXPECT_FALSE(isKept("L2.mT"));
  EXPECT_TRUE(pane_.view().picture().nodes[7].forbidden);
  EXPECT_FALSE(pane_.view().picture().nodes[7].kept);
  action(u"free"_s)->trigger();
  EXPECT_FALSE(pane_.view().picture().nodes[7].forbidden);
  EXPECT_FALSE(action(u"free"_s)->isEnabled());
  EXPECT_EQ(workspace_.undoStack().count(), 3);
  workspace_.undoStack().undo();
  EXPECT_TRUE(pane_.view().picture().nodes[7].forbidden);
  workspace_.undoStack().undo();
  EXPECT_TRUE(isKept("L2.mT"));
}

TEST_F(SupergraphPaneTest, KeepingMoreThanAlphaRaisesAlpha) {
  derive(1, 1);
  for (const int node : {6, 7}) {
    choose([=](Choices& choices) { choices.node = node; });
    action(u"keep"_s)->trigger();
  }
  EXPECT_EQ(shown().choices.derivation.topNodes, 2);
  ASSERT_NE(shown().derived, nullptr);
  action(u"free_all"_s)->trigger();
  EXPECT_TRUE(shown().choices.derivation.forced.empty());
}

TEST_F(SupergraphPaneTest, ARightClickOpensTheMenuOfTheNode) {
  const QPoint at = pane_.view().positionOf(5).toPoint();
  QContextMenuEvent event(QContextMenuEvent::Mouse, at, pane_.view().mapToGlobal(at));
  QApplication::sendEvent(&pane_.view(), &event);
  EXPECT_EQ(shown().choices.node, 5);
  auto* menu = pane_.findChild<QMenu*>();
  ASSERT_NE(menu, nullptr);
  EXPECT_TRUE(menu->actions().contains(action(u"keep"_s)));
  menu->close();
}

TEST_F(SupergraphPaneTest, TheDifferenceNeedsAPinnedStep) {
  EXPECT_FALSE(action(u"difference"_s)->isEnabled());
  EXPECT_TRUE(action(u"difference"_s)->toolTip().contains(u"Pin a step first"_s));
  choose([](Choices& choices) { choices.pinnedStep = PinnedStep{.run = {}, .step = 10}; });
  ASSERT_TRUE(QTest::qWaitFor([&] { return action(u"difference"_s)->isEnabled(); }));
  EXPECT_EQ(pane_.view().picture().referenceName, u"step 10"_s);
  QTest::keyClick(&pane_.view(), Qt::Key_D);
  EXPECT_TRUE(shown().choices.showDifference);
  EXPECT_TRUE(pane_.view().options().showDifferences);
  const auto then = space::probabilities(testing::SearchRun::weightsAt(10, 100));
  const auto& edge = pane_.view().picture().edges.back();
  EXPECT_NEAR(*edge.reference, then.sink.back(), 1e-6);
}

TEST_F(SupergraphPaneTest, TheSliderHidesEdgesAsOneStepOfUndo) {
  auto* slider = pane_.findChild<QSlider*>(u"hide_below"_s);
  slider->setFocus();
  for (int i = 0; i < 5; ++i) QTest::keyClick(slider, Qt::Key_PageUp);
  EXPECT_NEAR(shown().choices.hideBelow, 0.125, 1e-9);
  EXPECT_EQ(pane_.view().options().hideBelow, shown().choices.hideBelow);
  EXPECT_EQ(slider->value(), 50);
  EXPECT_EQ(workspace_.undoStack().count(), 1);
  workspace_.undoStack().undo();
  EXPECT_EQ(slider->value(), 0);
  QTest::keyClick(&pane_.view(), Qt::Key_F);
  EXPECT_TRUE(pane_.view().options().focusOnAncestors);
}

TEST_F(SupergraphPaneTest, OnePlaceNeedsNoSelector) {
  EXPECT_FALSE(pane_.findChild<QComboBox*>(u"places"_s)->isVisible());
}

TEST_F(SupergraphPaneTest, SeveralPlacesCanBeChosen) {
  const auto other = run_->store().addPlace(
      {.id = 0, .name = "deep", .channels = 32, .frames = 4, .height = 2, .width = 2});
  ASSERT_TRUE(other);
  ASSERT_TRUE(run_->goTo(61));
  auto* places = pane_.findChild<QComboBox*>(u"places"_s);
  ASSERT_TRUE(QTest::qWaitFor([&] { return places->count() == 2 && places->isVisible(); }));
  EXPECT_EQ(places->currentText(), u"cell"_s);
  places->setFocus();
  QTest::keyClick(places, Qt::Key_Down);
  EXPECT_EQ(shown().choices.place, *other);
  EXPECT_TRUE(QTest::qWaitFor([&] { return shown().moment()->place.name == "deep"; }));
  EXPECT_EQ(places->currentText(), u"deep"_s);
}

TEST_F(SupergraphPaneTest, AnEvaluationShowsItsCell) {
  const auto path = folder_.filePath(u"b.attelier"_s).toStdString();
  run::RunInfo info;
  info.kind = run::RunKind::Evaluation;
  info.configuration = {{"cell", space::toJson(space::parseCell("mS<mT + dST").value())}};
  const auto folder = run::RunFolder::create(path, info);
  ASSERT_TRUE(folder);
  const auto lock = run::RunLock::acquire(folder->lockFile());
  ASSERT_TRUE(lock);
  const auto store = run::Store::open(*folder, *lock);
  ASSERT_TRUE(store);
  run::StatusUpdate update;
  update.phase = run::Phase::Running;
  ASSERT_TRUE((*store)->setStatus(update));
  ASSERT_TRUE((*store)->flush());
  workspace_.open(path);
  auto* cell = pane_.findChild<widgets::CellView*>();
  ASSERT_TRUE(QTest::qWaitFor([&] { return cell->isVisible(); }));
  EXPECT_EQ(cell->cell().nodes.size(), 3U);
  EXPECT_TRUE(pane_.emptyText().isEmpty());
  QTest::mouseClick(cell, Qt::LeftButton, {}, cell->positionOf(2).toPoint());
  EXPECT_EQ(shown().choices.node, 2);
  EXPECT_FALSE(action(u"keep"_s)->isEnabled());
}

TEST_F(SupergraphPaneTest, SaysWhyItIsEmpty) {
  EXPECT_TRUE(pane_.emptyText().isEmpty());
  workspace_.close();
  EXPECT_TRUE(pane_.view().picture().empty());
}

TEST_F(SupergraphPaneTest, EveryControlHasANameAndIsReachedByKeys) {
  expectNamedControls(pane_);
  for (auto* offered : pane_.paneActions()) {
    EXPECT_FALSE(offered->text().isEmpty());
    EXPECT_FALSE(offered->icon().isNull()) << qPrintable(offered->text());
  }
}

}  // namespace
}  // namespace attelier::ui
