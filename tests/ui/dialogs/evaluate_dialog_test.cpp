#include "ui/dialogs/evaluate_dialog.h"

#include "tests/ui/dialogs/dialog_checks.h"
#include "tests/ui/dialogs/fake_engine.h"
#include "tests/ui/dialogs/shown_run.h"
#include "ui/dialogs/message_bar.h"

#include <QClipboard>
#include <QSignalSpy>
#include <gmock/gmock.h>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {
namespace {

using tests::FakeEngine;
using tests::fill;
using tests::finishedRun;
using tests::showActive;
using tests::shownOf;
using tests::tabTo;

class EvaluateDialogTest : public testing::Test {
 protected:
  void SetUp() override {
    view_->path = place_.filePath(u"match.attelier"_s).toStdString();
    dialog_.setShown(shownOf(view_));
    showActive(dialog_);
  }
  QString path() const { return QString::fromStdString(view_->path.string()); }
  QString words() const { return dialog_.arguments().join(u' '); }
  QString text(const QString& name) const { return dialog_.findChild<MessageBar*>(name)->text(); }
  /// Takes the entry of the list that contains this text.
  void chooseCell(const QString& part) {
    auto* cell = qobject_cast<QComboBox*>(tabTo(dialog_, u"cell"_s));
    ASSERT_NE(cell, nullptr);
    QTest::keyClick(cell, Qt::Key_Home);
    for (int i = 0; i < cell->count() && !cell->currentText().contains(part); ++i) {
      QTest::keyClick(cell, Qt::Key_Down);
    }
    ASSERT_TRUE(cell->currentText().contains(part)) << part.toStdString();
  }

  QTemporaryDir place_;
  FakeEngine engine_;
  std::shared_ptr<RunView> view_ = finishedRun();
  EvaluateDialog dialog_{engine_.program()};
};

TEST_F(EvaluateDialogTest, TheDerivedCellOfAFinishedRun) {
  EXPECT_EQ(words(), u"evaluate %1 --cell derived"_s.arg(path()));
  EXPECT_EQ(text(u"cost"_s),
            u"Networks to train: 1. Each looks at the report split (looks so far: 1). Choosing "
            u"among cells by "
            u"it makes its figures too good."_s);
}

TEST_F(EvaluateDialogTest, AnotherDerivationIsNamed) {
  Shown shown = shownOf(view_);
  shown.choices.derivation.topNodes = 3;
  shown.choices.derivation.forced = {"L2.dT"};
  dialog_.setShown(shown);
  EXPECT_EQ(words(), u"evaluate %1 --cell derived --top-nodes 3 --forced L2.dT"_s.arg(path()));
}

TEST_F(EvaluateDialogTest, WhatIsShownOfAnEarlierStepIsGivenWhole) {
  auto earlier = std::make_shared<Moment>(*view_->moment);
  earlier->step = 120;
  view_->moment = earlier;
  dialog_.setShown(shownOf(view_));
  const QString cell = dialog_.arguments().value(3);
  const auto read = space::cellFromText(cell.toStdString(), {});
  ASSERT_TRUE(read) << cell.toStdString();
  EXPECT_EQ(space::shortText(*read), "mS<mT + dST");
}

TEST_F(EvaluateDialogTest, FilledByTheKeyboardItStartsWhatItCopies) {
  chooseCell(u"best"_s);
  fill(dialog_, u"evaluate.control"_s, u"19"_s);
  fill(dialog_, u"training.steps"_s, u"300"_s);
  const QStringList expected{u"evaluate"_s,  path(),  u"--cell"_s,  u"best"_s,
                             u"--control"_s, u"19"_s, u"--steps"_s, u"300"_s};
  EXPECT_EQ(dialog_.arguments(), expected) << words().toStdString();
  EXPECT_EQ(text(u"evaluate.control.message"_s), u"p can fall to 0.050."_s);
  EXPECT_TRUE(text(u"cost"_s).startsWith(u"Networks to train: 21."_s));
  tests::pressAlt(dialog_, Qt::Key_P);
  EXPECT_EQ(QApplication::clipboard()->text(),
            EngineProgram::commandLine(engine_.script(), expected));
  engine_.answer(
      u"start"_s,
      R"(!{"error": {"code": "invalid_argument", "message": "no such", "where": "--cell"}})");
  tests::pressAlt(dialog_, Qt::Key_S);
  ASSERT_TRUE(engine_.waitForCalls(u"evaluate"_s, 1));
  EXPECT_EQ(engine_.calls(u"evaluate"_s)[0], expected.mid(1));
  EXPECT_TRUE(QTest::qWaitFor([&] { return text(u"cellNote"_s) == u"no such"_s; }, 20'000));
}

TEST_F(EvaluateDialogTest, ACellWhoseNameIsAWordOfTheEngineGoesByItsNumber) {
  dialog_.chooseCell(2);
  EXPECT_TRUE(words().endsWith(u"--cell 2"_s)) << words().toStdString();
}

TEST_F(EvaluateDialogTest, ThePlainBackboneTakesNoControls) {
  fill(dialog_, u"evaluate.control"_s, u"5"_s);
  EXPECT_EQ(text(u"evaluate.control.message"_s),
            u"p cannot fall below 0.167 with so few; from 19 on it can reach 0.05."_s);
  chooseCell(u"Plain backbone"_s);
  EXPECT_TRUE(words().endsWith(u"--cell plain"_s)) << words().toStdString();
  EXPECT_TRUE(text(u"cost"_s).startsWith(u"Networks to train: 1."_s));
}

TEST_F(EvaluateDialogTest, ACellAsTextIsReadByTheEnginesRules) {
  chooseCell(u"Another cell"_s);
  fill(dialog_, u"typedCell"_s, u"mS<nonsense"_s);
  EXPECT_EQ(text(u"cellNote"_s).toStdString(),
            space::parseCell("mS<nonsense", {}, "cell").error().message);
  tests::pressAlt(dialog_, Qt::Key_S);
  EXPECT_TRUE(engine_.calls(u"evaluate"_s).isEmpty());
  fill(dialog_, u"typedCell"_s, u"dT<dS"_s);
  EXPECT_EQ(text(u"cellNote"_s), u"Read as dT<dS"_s);
  EXPECT_EQ(dialog_.arguments().mid(2), (QStringList{u"--cell"_s, u"dT<dS"_s}));
}

TEST_F(EvaluateDialogTest, ACellOfAFile) {
  const QString file = place_.filePath(u"cell.json"_s);
  QFile out(file);
  ASSERT_TRUE(out.open(QIODevice::WriteOnly));
  out.write(QByteArray::fromStdString(space::toJson(space::parseCell("mST").value()).dump()));
  out.close();
  chooseCell(u"Another cell"_s);
  fill(dialog_, u"typedCell"_s, file);
  EXPECT_EQ(text(u"cellNote"_s), u"Read as mST"_s);
  EXPECT_EQ(dialog_.arguments().mid(2), (QStringList{u"--cell"_s, file}));
}

TEST_F(EvaluateDialogTest, APlaceIsNamedWhereEachHasItsOwnWeights) {
  nlohmann::json configuration = *view_->configuration;
  configuration["space"]["share_weights"] = false;
  view_->configuration = std::make_shared<const nlohmann::json>(configuration);
  dialog_.setShown(shownOf(view_));
  EXPECT_TRUE(words().endsWith(u"--place stem"_s)) << words().toStdString();
}

TEST_F(EvaluateDialogTest, APinnedCellIsGivenWhole) {
  Shown shown = shownOf(view_);
  shown.choices.pinnedCells = {{.name = "A", .cell = space::parseCell("dST").value(), .step = 100}};
  dialog_.setShown(shown);
  chooseCell(u"Pinned: A"_s);
  const auto read = space::cellFromText(dialog_.arguments().value(3).toStdString(), {});
  ASSERT_TRUE(read);
  EXPECT_EQ(space::shortText(*read), "dST");
}

TEST_F(EvaluateDialogTest, TheDerivedCellFollowsTheRun) {
  Shown shown = shownOf(view_);
  auto other = std::make_shared<DerivedCell>();
  other->derivation.cell = space::parseCell("dT").value();
  shown.derived = other;
  dialog_.setShown(shown);
  EXPECT_EQ(dialog_.findChild<QComboBox*>(u"cell"_s)->currentText(), u"Derived now: dT"_s);
  chooseCell(u"best"_s);
  dialog_.setShown(shownOf(view_));
  EXPECT_TRUE(words().endsWith(u"--cell best"_s)) << "what was chosen stays chosen";
}

TEST_F(EvaluateDialogTest, WhatWasTypedStaysWhileTheRunGoesOn) {
  fill(dialog_, u"evaluate.control"_s, u"7"_s);
  dialog_.setShown(shownOf(finishedRun()));
  dialog_.setShown(shownOf(view_));
  view_->status.step = 400;
  EXPECT_TRUE(words().contains(u"--control 7"_s));
}

TEST_F(EvaluateDialogTest, OrderNamesAndKeys) {
  tests::expectTabFollowsScreen(dialog_);
  tests::expectNames(dialog_);
  tests::expectAccessKeys(dialog_);
  EXPECT_LE(dialog_.minimumSizeHint().width(), 1280);
}

}  // namespace
}  // namespace attelier::ui
