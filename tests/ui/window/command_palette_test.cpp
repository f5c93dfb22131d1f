#include "ui/window/command_palette.h"

#include "tests/ui/window/own_settings.h"
#include "ui/window/command_model.h"
#include "ui/window/recent_runs.h"

#include <QAbstractItemModelTester>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QMainWindow>
#include <QMenuBar>
#include <QSignalSpy>
#include <QTest>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {
namespace {

/// A window with a few commands: "Run › Pause", "Run › More › Checkpoint", …
class PaletteTest : public WithSettings {
 protected:
  PaletteTest() {
    window_.resize(900, 600);
    QMenu* run = window_.menuBar()->addMenu(u"&Run"_s);
    pause_ = add(run, u"run.pause"_s, u"&Pause"_s, u"Stop between two steps"_s);
    pause_->setShortcut(QKeySequence(u"Ctrl+P"_s));
    finish_ = add(run, u"run.finish"_s, u"&Finish and keep"_s, u"Stop now"_s);
    finish_->setEnabled(false);
    finish_->setToolTip(u"Stop now\nNot now: no run is open"_s);
    run->addSeparator();
    QMenu* more = run->addMenu(u"&More"_s);
    checkpoint_ = add(more, u"run.checkpoint"_s, u"&Write a checkpoint"_s, {});
    hidden_ = add(run, u"run.secret"_s, u"Secret"_s, {});
    hidden_->setVisible(false);
    more->addAction(pause_);  // in two menus, still one command
    theme_ = new QAction(u"Light or dark"_s, &window_);
    theme_->setObjectName(u"view.theme"_s);
    theme_->setCheckable(true);
    window_.addAction(theme_);
    window_.show();
  }

  QAction* add(QMenu* menu, const QString& id, const QString& text, const QString& tip) {
    QAction* action = menu->addAction(text);
    action->setObjectName(id);
    if (!tip.isEmpty()) action->setToolTip(tip);
    return action;
  }

  static QStringList texts(const QAbstractItemModel& model) {
    QStringList all;
    for (int row = 0; row < model.rowCount(); ++row) all << model.index(row, 0).data().toString();
    return all;
  }

  static QStringList shownIn(const CommandPalette& palette) {
    return texts(*palette.findChild<QListView*>()->model());
  }

  QMainWindow window_;
  QAction *pause_, *finish_, *checkpoint_, *theme_, *hidden_;
};

TEST_F(PaletteTest, ModelOffersEveryActionOnce) {
  CommandModel model;
  const QAbstractItemModelTester tester(&model);
  model.offer(actionsOf(&window_), {});
  EXPECT_EQ(texts(model), (QStringList{u"Pause"_s, u"Finish and keep"_s, u"Write a checkpoint"_s,
                                       u"Light or dark"_s}));
  const QModelIndex finish = model.index(1);
  EXPECT_FALSE(finish.data(CommandModel::AvailableRole).toBool());
  EXPECT_EQ(finish.data(CommandModel::TipRole).toString(), u"Not now: no run is open"_s);
  EXPECT_EQ(model.index(2).data(CommandModel::PathRole).toString(), u"Run › More"_s);
  EXPECT_EQ(model.index(0).data(CommandModel::ShortcutRole).toString(), u"Ctrl+P"_s);
  EXPECT_EQ(model.index(0).data(Qt::AccessibleTextRole).toString(), u"Pause, Run, Ctrl+P"_s);
  EXPECT_EQ(model.index(2).data(CommandModel::TipRole).toString(), QString());
}

TEST_F(PaletteTest, ModelFollowsItsActions) {
  CommandModel model;
  CommandFilter filter;
  filter.setSourceModel(&model);
  const QAbstractItemModelTester tester(&model), filterTester(&filter);
  model.offer(actionsOf(&window_), {});
  QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
  finish_->setEnabled(true);
  EXPECT_EQ(changed.count(), 1);
  EXPECT_TRUE(model.index(1).data(CommandModel::AvailableRole).toBool());
  filter.setTyped(u"check"_s);
  ASSERT_EQ(filter.rowCount(), 1);
  delete checkpoint_;
  EXPECT_EQ(filter.rowCount(), 0);
  EXPECT_EQ(model.rowCount(), 3);
}

TEST_F(PaletteTest, FilterPutsTheBestFirstThenTheRecent) {
  CommandModel model;
  CommandFilter filter;
  filter.setSourceModel(&model);
  model.offer(actionsOf(&window_), {});
  filter.setRecent({u"view.theme"_s, u"run.checkpoint"_s});
  EXPECT_EQ(texts(filter), (QStringList{u"Light or dark"_s, u"Write a checkpoint"_s, u"Pause"_s,
                                        u"Finish and keep"_s}));
  filter.setTyped(u"k"_s);
  EXPECT_EQ(texts(filter).first(), u"Finish and keep"_s);
  filter.setTyped(u"run pau"_s);
  EXPECT_EQ(texts(filter), QStringList{u"Pause"_s});
  const auto positions =
      filter.index(0, 0).data(CommandModel::PositionsRole).value<QList<qsizetype>>();
  EXPECT_EQ(positions, (QList<qsizetype>{0, 1, 2}));
}

TEST_F(PaletteTest, KeyboardFindsAndRuns) {
  CommandPalette palette(&window_);
  QSignalSpy paused(pause_, &QAction::triggered), checked(checkpoint_, &QAction::triggered);
  palette.summon();
  ASSERT_TRUE(QTest::qWaitForWindowActive(&palette));
  QTest::keyClicks(palette.focusWidget(), u"pa"_s);
  QTest::keyClick(palette.focusWidget(), Qt::Key_Return);
  EXPECT_FALSE(palette.isVisible());
  EXPECT_EQ(paused.count(), 0) << "before the dialog is gone";
  QCoreApplication::processEvents();
  EXPECT_EQ(paused.count(), 1);

  // What was done last comes first; Up from there goes to the end.
  palette.summon();
  EXPECT_EQ(shownIn(palette).first(), u"Pause"_s);
  auto* list = palette.findChild<QListView*>();
  EXPECT_EQ(list->currentIndex().row(), 0);
  QTest::keyClick(palette.focusWidget(), Qt::Key_Up);
  EXPECT_EQ(list->currentIndex().row(), 3);
  QTest::keyClick(palette.focusWidget(), Qt::Key_Down);
  QTest::keyClick(palette.focusWidget(), Qt::Key_Down);
  QTest::keyClick(palette.focusWidget(), Qt::Key_Down);
  EXPECT_EQ(list->currentIndex().data().toString(), u"Write a checkpoint"_s);
  QTest::keyClick(palette.focusWidget(), Qt::Key_Enter);
  QCoreApplication::processEvents();
  EXPECT_EQ(checked.count(), 1);
}

TEST_F(PaletteTest, WhatCantBeDoneIsNotDoneAndSaysWhy) {
  CommandPalette palette(&window_);
  QSignalSpy finished(finish_, &QAction::triggered);
  palette.summon();
  QTest::keyClicks(palette.focusWidget(), u"finish"_s);
  const auto tips = palette.findChildren<QLabel*>();
  ASSERT_EQ(tips.size(), 1);
  EXPECT_EQ(tips.first()->text(), u"Not now: no run is open"_s);
  QTest::keyClick(palette.focusWidget(), Qt::Key_Return);
  QCoreApplication::processEvents();
  EXPECT_TRUE(palette.isVisible());
  EXPECT_EQ(finished.count(), 0);
  QTest::keyClicks(palette.focusWidget(), u"zzz"_s);
  EXPECT_EQ(tips.first()->text(), u"Nothing here is called “finishzzz”."_s);
  QTest::keyClick(palette.focusWidget(), Qt::Key_Escape);
  EXPECT_FALSE(palette.isVisible());
}

TEST_F(PaletteTest, RunsAreOfferedByName) {
  RecentRuns runs;
  const QString there = folder_.filePath(u"match-1.attelier"_s);
  runs.add(there);
  CommandPalette palette(&window_, &runs);
  QSignalSpy chosen(&runs, &RecentRuns::chosen);
  palette.summon();
  EXPECT_EQ(shownIn(palette).last(), u"match-1"_s);
  QTest::keyClicks(palette.focusWidget(), u"match"_s);
  QTest::keyClick(palette.focusWidget(), Qt::Key_Return);
  QCoreApplication::processEvents();
  ASSERT_EQ(chosen.count(), 1);
  EXPECT_EQ(chosen.first().first().toString(), there);
}

}  // namespace
}  // namespace attelier::ui
