#include "ui/graph/derivation_bar.h"

#include "tests/ui/graph/graph_fixture.h"
#include "ui/graph/cell_card.h"
#include "ui/graph/cell_values.h"
#include "ui/graph/derivation_table.h"

#include <QAbstractItemModelTester>
#include <QAction>
#include <QComboBox>
#include <QLabel>
#include <QListWidget>
#include <QPushButton>
#include <QSlider>
#include <QSpinBox>
#include <QTabWidget>
#include <QTest>
#include <QToolButton>
#include <QTreeView>

#include <ctime>
#include <iostream>
#include <random>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {
namespace {

class DerivationBarTest : public GraphTest {
 protected:
  void SetUp() override {
    GraphTest::SetUp();
    bar_.resize(1000, 320);
    bar_.show();
    bar_.activateWindow();
    ASSERT_TRUE(QTest::qWaitForWindowActive(&bar_));
  }

  template <typename T>
  T* part(const QString& name) {
    return bar_.findChild<T*>(name);
  }
  template <typename T>
  T* card(const QString& name) {
    return part<CellCard>(u"derived_card"_s)->findChild<T*>(name);
  }
  QTabWidget& tabs() { return *part<QTabWidget>(u"derivation_tabs"_s); }
  QTreeView& rows() { return *part<QTreeView>(u"every_alpha_beta"_s); }
  bool waitForRows() {
    bar_.showTable();
    return QTest::qWaitFor([this] { return rows().model()->rowCount() > 0; });
  }

  DerivationBar bar_{workspace_};
};

TEST_F(DerivationBarTest, ShowsTheCellForEveryAlphaAndBeta) {
  const auto weights = testing::SearchRun::weightsAt(60, 100);
  for (int nodes = 1; nodes <= 12; ++nodes) {
    for (int predecessors = 1; predecessors <= 6; ++predecessors) {
      part<QSpinBox>(u"alpha_box"_s)->setValue(nodes);
      part<QSlider>(u"beta_slider"_s)->setValue(predecessors);
      EXPECT_EQ(part<QSlider>(u"alpha_slider"_s)->value(), nodes);
      EXPECT_EQ(part<QSpinBox>(u"beta_box"_s)->value(), predecessors);
      const auto expected =
          space::derive(weights, {.topNodes = nodes, .topPredecessors = predecessors});
      ASSERT_TRUE(expected);
      EXPECT_EQ(card<QLabel>(u"short_text"_s)->text(), cellText(expected->cell));
      EXPECT_EQ(part<QLabel>(u"flips"_s)->text(), flipSentence(*expected, weights.shape));
      const auto cost = space::cost(
          expected->cell, {.name = "cell", .channels = 16, .frames = 4, .height = 3, .width = 2});
      EXPECT_EQ(card<QLabel>(u"flops"_s)->text(), flopsText(cost.flops));
      EXPECT_EQ(card<QLabel>(u"parameters"_s)->text(), parametersText(cost.parameters));
      EXPECT_EQ(card<QLabel>(u"activations"_s)->text(), activationText(cost.activationBytes));
    }
  }
}

TEST_F(DerivationBarTest, RangesAreWhatChangesSomething) {
  auto* alpha = part<QSlider>(u"alpha_slider"_s);
  auto* beta = part<QSlider>(u"beta_slider"_s);
  EXPECT_EQ(alpha->minimum(), 1);
  EXPECT_EQ(alpha->maximum(), 12);
  EXPECT_EQ(beta->maximum(), 6);
  choose([](Choices& choices) {
    choices.derivation.topNodes = 3;
    choices.derivation.forced = {"L1.mS", "L2.dT"};
    choices.derivation.forbidden = {"L1.dS"};
  });
  EXPECT_EQ(alpha->minimum(), 2);
  EXPECT_EQ(alpha->maximum(), 11);
  auto* byHand = part<QLabel>(u"forced"_s);
  EXPECT_TRUE(byHand->text().contains(u"L2.dT"_s));
  EXPECT_TRUE(byHand->text().contains(u"L1.dS"_s));
  Q_EMIT byHand->linkActivated(u"L2.dT"_s);
  EXPECT_EQ(shown().choices.derivation.forced, std::vector<std::string>{"L1.mS"});
}

TEST_F(DerivationBarTest, KeysAndDragsChangeTheNumbersUndoably) {
  auto* alpha = part<QSlider>(u"alpha_slider"_s);
  alpha->setFocus();
  QTest::keyClick(alpha, Qt::Key_Right);
  QTest::keyClick(alpha, Qt::Key_Right);
  EXPECT_EQ(shown().choices.derivation.topNodes, 4);
  EXPECT_EQ(workspace_.undoStack().count(), 1);
  QTest::keyClick(&bar_, Qt::Key_B);
  EXPECT_EQ(shown().choices.derivation.topPredecessors, 2);
  QTest::keyClick(&bar_, Qt::Key_A, Qt::ShiftModifier);
  EXPECT_EQ(shown().choices.derivation.topNodes, 3);
  workspace_.undoStack().undo();
  EXPECT_EQ(shown().choices.derivation.topNodes, 4);
}

// Printed, not asserted: a figure of this machine.
TEST_F(DerivationBarTest, AnswersWhileDragging) {
  const auto milliseconds = [] {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return 1e3 * static_cast<double>(now.tv_sec) + 1e-6 * static_cast<double>(now.tv_nsec);
  };
  auto* alpha = part<QSlider>(u"alpha_slider"_s);
  double slowest = 0;
  for (int i = 0; i < 60; ++i) {
    const double before = milliseconds();
    alpha->setValue(1 + i % 12);
    bar_.grab();
    slowest = std::max(slowest, milliseconds() - before);
  }
  std::cout << "slowest answer to the slider, painted: " << slowest
            << " ms of the window's thread\n";
}

TEST_F(DerivationBarTest, SaysHowLongTheCellHasBeenTheSame) {
  auto* same = part<QLabel>(u"same"_s);
  EXPECT_TRUE(QTest::qWaitFor([&] { return same->text().startsWith(u"The same cell for "_s); }))
      << qPrintable(same->text());
}

TEST_F(DerivationBarTest, SaysWhyThereIsNoCell) {
  choose([](Choices& choices) {
    choices.derivation.topNodes = 1;
    choices.derivation.forced = {"L1.mS", "L2.dT"};
  });
  ASSERT_EQ(shown().derived, nullptr);
  EXPECT_TRUE(part<QLabel>(u"problem"_s)->isVisible());
  EXPECT_FALSE(part<QLabel>(u"problem"_s)->text().isEmpty());
  EXPECT_FALSE(part<QLabel>(u"flips"_s)->isVisible());
  choose([](Choices& choices) { choices.derivation.forced.clear(); });
  EXPECT_FALSE(part<QLabel>(u"problem"_s)->isVisible());
}

TEST_F(DerivationBarTest, TheTableTakesAndPinsWithOneClick) {
  ASSERT_TRUE(waitForRows());
  ASSERT_EQ(rows().model()->rowCount(), 12 * 6);
  const auto* model = rows().model();
  const QModelIndex take = model->index(20, DerivationTable::Take);
  rows().scrollTo(take);
  QTest::mouseClick(rows().viewport(), Qt::LeftButton, {}, rows().visualRect(take).center());
  EXPECT_EQ(shown().choices.derivation.topNodes, 4);
  EXPECT_EQ(shown().choices.derivation.topPredecessors, 3);
  const QModelIndex pin = model->index(10, DerivationTable::Pin);
  rows().scrollTo(pin);
  QTest::mouseClick(rows().viewport(), Qt::LeftButton, {}, rows().visualRect(pin).center());
  ASSERT_EQ(shown().choices.pinnedCells.size(), 1);
  const auto& pinned = shown().choices.pinnedCells.front();
  EXPECT_EQ(pinned.topNodes, 2);
  EXPECT_EQ(pinned.topPredecessors, 5);
  EXPECT_EQ(pinned.cell, space::derive(testing::SearchRun::weightsAt(60, 100),
                                       {.topNodes = 2, .topPredecessors = 5})
                             ->cell);
  rows().setCurrentIndex(model->index(0, 0));
  QTest::keyClick(&rows(), Qt::Key_Return);
  EXPECT_EQ(shown().choices.derivation.topNodes, 1);
}

TEST_F(DerivationBarTest, ComparesPinnedCells) {
  derive(2, 1);
  QTest::mouseClick(part<QToolButton>(u"pin"_s), Qt::LeftButton);
  derive(3, 2);
  part<QAction>(u"derivation.pin_cell"_s)->trigger();
  ASSERT_EQ(shown().choices.pinnedCells.size(), 2);
  tabs().setCurrentIndex(2);
  auto* first = part<QComboBox>(u"first_cell"_s);
  auto* second = part<QComboBox>(u"second_cell"_s);
  ASSERT_EQ(first->count(), 3);
  first->setCurrentIndex(1);
  Q_EMIT first->activated(1);
  second->setCurrentIndex(2);
  Q_EMIT second->activated(2);
  auto* summary = part<QLabel>(u"comparison"_s);
  EXPECT_TRUE(summary->text().contains(u"parts more"_s)) << qPrintable(summary->text());
  second->setCurrentIndex(0);
  Q_EMIT second->activated(0);
  EXPECT_TRUE(summary->text().contains(u"parts more"_s));
  first->setCurrentIndex(2);
  Q_EMIT first->activated(2);
  EXPECT_EQ(summary->text(), u"The same architecture."_s);
  auto* list = part<QListWidget>(u"pinned_cells"_s);
  list->setCurrentRow(0);
  list->item(0)->setText(u"small"_s);
  EXPECT_EQ(shown().choices.pinnedCells[0].name, "small");
  QTest::mouseClick(part<QPushButton>(u"remove_pinned"_s), Qt::LeftButton);
  EXPECT_EQ(shown().choices.pinnedCells.size(), 1);
  workspace_.undoStack().undo();
  EXPECT_EQ(shown().choices.pinnedCells.size(), 2);
  EXPECT_EQ(list->count(), 2);
}

TEST_F(DerivationBarTest, EveryControlHasANameAndIsReachedByKeys) {
  derive(2, 1);
  part<QAction>(u"derivation.pin_cell"_s)->trigger();
  for (int page = 0; page < tabs().count(); ++page) {
    tabs().setCurrentIndex(page);
    expectNamedControls(bar_);
  }
}

TEST(DerivationTables, RowsAreWhatDeriveGives) {
  std::mt19937 random(3);
  std::normal_distribution<float> logit(0, 1);
  for (int trial = 0; trial < 4; ++trial) {
    auto weights = std::make_shared<StepWeights>();
    weights->weights = space::ConnectionWeights::uniform({.levels = 1 + trial % 3}, trial % 2 == 1);
    auto& raw = weights->weights;
    for (auto* logits : {&raw.levelLogits, &raw.sinkLogits, &raw.activationLogits}) {
      for (auto& value : *logits) value = logit(random);
    }
    weights->probabilities = space::probabilities(raw);
    DerivationQuestion question;
    question.weights = weights;
    question.place = {.name = "p"};
    const auto rows = deriveAll(question, false);
    const int predecessors = raw.shape.levels > 1 ? 6 : 1;
    ASSERT_EQ(rows.size(), static_cast<std::size_t>(raw.shape.nodes() * predecessors));
    for (const auto& row : rows) {
      const auto expected =
          space::derive(raw, {.topNodes = row.topNodes, .topPredecessors = row.topPredecessors});
      ASSERT_TRUE(expected);
      EXPECT_EQ(row.derivation.cell, expected->cell);
      EXPECT_DOUBLE_EQ(row.derivation.margin, expected->margin);
      EXPECT_EQ(row.cost.nodes, space::cost(expected->cell, question.place).nodes);
    }
  }
}

TEST(DerivationTables, KeepItsRowsWhileWeightsMove) {
  const auto at = [](std::int64_t step) {
    auto weights = std::make_shared<StepWeights>();
    weights->weights = testing::SearchRun::weightsAt(step, 100);
    weights->probabilities = space::probabilities(weights->weights);
    return weights;
  };
  DerivationTable table;
  const QAbstractItemModelTester tester(&table,
                                        QAbstractItemModelTester::FailureReportingMode::Warning);
  DerivationQuestion question;
  question.weights = at(10);
  question.place = {.name = "p"};
  table.ask(question);
  ASSERT_TRUE(QTest::qWaitFor([&] { return table.rowCount() == 72; }));
  const QPersistentModelIndex kept = table.index(0, DerivationTable::Cell);
  const QString before = kept.data().toString();
  question.weights = at(90);
  table.ask(question);
  EXPECT_TRUE(QTest::qWaitFor([&] { return kept.data().toString() != before; }));
  EXPECT_TRUE(kept.isValid());
  question.options.forbidden = {"L1.mS"};
  table.ask(question);
  EXPECT_TRUE(QTest::qWaitFor([&] { return table.rowCount() == 66; })) << table.rowCount();
  const auto derived = space::derive(question.weights->weights,
                                     {.topNodes = 2, .topPredecessors = 1, .forbidden = {"L1.mS"}});
  KnownScore score{0.875, u"mine"_s};
  table.setScores({{space::architectureId(derived->cell), score}});
  bool found = false;
  for (int row = 0; row < table.rowCount(); ++row) {
    if (table.row(row).topNodes != 2 || table.row(row).topPredecessors != 1) continue;
    found = true;
    EXPECT_EQ(table.index(row, DerivationTable::Score).data().toString(), u"0.875"_s);
  }
  EXPECT_TRUE(found);
}

}  // namespace
}  // namespace attelier::ui
