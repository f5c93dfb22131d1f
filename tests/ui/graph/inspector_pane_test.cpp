#include "ui/graph/inspector_pane.h"

#include "tests/ui/graph/graph_fixture.h"
#include "ui/graph/cell_values.h"
#include "ui/graph/explanation.h"
#include "ui/graph/supergraph_values.h"

#include <QComboBox>
#include <QLabel>
#include <QTest>
#include <QTreeWidget>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {
namespace {

class InspectorPaneTest : public GraphTest {
 protected:
  void SetUp() override {
    GraphTest::SetUp();
    pane_.resize(360, 900);
    pane_.show();
  }

  QString text(const QString& name) {
    const auto* label = pane_.findChild<QLabel*>(name);
    return label->isVisible() ? label->text() : QString();
  }

  InspectorPane pane_{workspace_};
};

TEST_F(InspectorPaneTest, TellsAllOfANode) {
  choose([](Choices& choices) { choices.node = 4; });
  const auto now = space::probabilities(testing::SearchRun::weightsAt(60, 100));
  EXPECT_EQ(text(u"title"_s), u"L1.dT"_s);
  EXPECT_TRUE(text(u"weight"_s).startsWith(QString::number(now.sink[4], 'f', 4)));
  EXPECT_EQ(text(u"logit"_s), u"1.2000"_s);
  EXPECT_EQ(text(u"rank"_s), u"1 of 12"_s);
  EXPECT_EQ(text(u"why"_s), whyNode(shown(), 4));
  EXPECT_TRUE(text(u"change"_s).endsWith(stepsText(10))) << qPrintable(text(u"change"_s));
  EXPECT_EQ(text(u"activation"_s), u"softmax"_s);
  const auto cost =
      space::operationCost({space::kOperationKinds[4], space::Activation::Softmax}, {},
                           {.name = "cell", .channels = 16, .frames = 4, .height = 3, .width = 2});
  EXPECT_EQ(text(u"node_parameters"_s), QString::number(cost.parameters));
  EXPECT_EQ(text(u"node_flops"_s), flopsText(cost.flops));
}

TEST_F(InspectorPaneTest, ItsListChoosesAnEdge) {
  choose([](Choices& choices) { choices.node = 10; });
  auto* inputs = pane_.findChild<QTreeWidget*>(u"inputs"_s);
  ASSERT_EQ(inputs->topLevelItemCount(), 7);
  inputs->setFocus();
  QTest::keyClick(inputs, Qt::Key_Down);
  QTest::keyClick(inputs, Qt::Key_Down);
  ASSERT_TRUE(shown().choices.edge.has_value());
  const ChosenEdge edge = *shown().choices.edge;
  EXPECT_EQ(edge.to, 10);
  EXPECT_EQ(text(u"title"_s), u"%1 → L2.dT"_s.arg(QString::fromStdString(
                                  space::nodeName(testing::SearchRun::shape(), edge.from))));
  EXPECT_EQ(text(u"why"_s), whyEdge(shown(), edge.from, edge.to));
  EXPECT_TRUE(text(u"node_flops"_s).isEmpty());
}

TEST_F(InspectorPaneTest, ComparesTheCellWithOnePutAside) {
  EXPECT_FALSE(pane_.findChild<QComboBox*>(u"reference"_s)->isVisible());
  workspace_.edit(u"Pin"_s, [&](Choices& choices) {
    choices.pinnedCells.push_back(
        {.name = "mine", .cell = shown().derived->derivation.cell, .step = 60});
  });
  EXPECT_TRUE(pane_.findChild<QComboBox*>(u"reference"_s)->isVisible());
  EXPECT_EQ(text(u"differences"_s), u"The same architecture."_s);
  derive(4, 2);
  EXPECT_TRUE(text(u"differences"_s).contains(u"parameters"_s));
  EXPECT_TRUE(text(u"differences"_s).startsWith(u'+'));
}

TEST_F(InspectorPaneTest, FollowsTheTimeCursor) {
  choose([](Choices& choices) { choices.node = 4; });
  workspace_.goTo(20);
  ASSERT_TRUE(waitForStep(20));
  const auto then = space::probabilities(testing::SearchRun::weightsAt(20, 100));
  EXPECT_TRUE(text(u"weight"_s).startsWith(QString::number(then.sink[4], 'f', 4)));
  EXPECT_EQ(pane_.shownStep(), 20);
}

TEST_F(InspectorPaneTest, EveryControlHasANameAndIsReachedByKeys) {
  choose([](Choices& choices) { choices.node = 10; });
  expectNamedControls(pane_);
}

TEST_F(InspectorPaneTest, AsksForASelection) {
  choose([](Choices& choices) { choices.node = -1; });
  EXPECT_FALSE(pane_.emptyText().isEmpty());
  workspace_.close();
  EXPECT_TRUE(pane_.emptyText().isEmpty()) << "the frame says that no run is open";
}

}  // namespace
}  // namespace attelier::ui
