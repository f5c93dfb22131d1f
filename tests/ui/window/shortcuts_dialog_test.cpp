#include "ui/window/shortcuts_dialog.h"

#include "tests/ui/window/own_settings.h"
#include "ui/window/shortcut_store.h"

#include <QAbstractItemModelTester>
#include <QKeySequenceEdit>
#include <QLabel>
#include <QLineEdit>
#include <QMainWindow>
#include <QMenuBar>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>
#include <QTreeView>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {
namespace {

struct Window : QMainWindow {
  Window() {
    QMenu* run = menuBar()->addMenu(u"&Run"_s);
    pause = add(run, u"run.pause"_s, u"&Pause"_s, u"Ctrl+P"_s);
    step = add(run, u"run.step"_s, u"&Step"_s, u"Ctrl+."_s);
    QMenu* view = menuBar()->addMenu(u"&View"_s);
    live = add(view, u"view.live"_s, u"&Live"_s, u"End"_s);
    for (auto** pane : {&graph, &video}) {
      *pane = new QWidget(this);
      auto* action = new QAction(pane == &graph ? u"Pause here"_s : u"Play clip"_s, *pane);
      action->setObjectName(pane == &graph ? u"graph.pause"_s : u"video.play"_s);
      action->setShortcut(Qt::Key_Space);
      action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
      (*pane)->addAction(action);
    }
    graphPause = graph->actions().first();
    videoPlay = video->actions().first();
  }

  QAction* add(QMenu* menu, const QString& id, const QString& text, const QString& keys) {
    QAction* action = menu->addAction(text);
    action->setObjectName(id);
    action->setShortcut(QKeySequence(keys));
    return action;
  }

  QAction *pause, *step, *live, *graphPause, *videoPlay;
  QWidget *graph, *video;
};

using ShortcutsTest = WithSettings;

TEST_F(ShortcutsTest, ConflictsAreNamed) {
  Window window;
  const auto owner = [&](QAction* action, const QString& keys) {
    return shortcutOwner(&window, action, QKeySequence(keys));
  };
  EXPECT_EQ(owner(window.step, u"Ctrl+P"_s), u"Pause"_s);
  EXPECT_EQ(owner(window.pause, u"Ctrl+P"_s), QString()) << "its own";
  EXPECT_EQ(owner(window.pause, u"Alt+V"_s), u"View"_s) << "opens the menu";
  EXPECT_EQ(owner(window.pause, u"Space"_s), u"Pause here"_s) << "would be heard in that pane";
  EXPECT_EQ(owner(window.graphPause, u"Space"_s), QString()) << "each pane has its own space key";
  EXPECT_EQ(owner(window.pause, u"Ctrl+J"_s), QString());
}

TEST_F(ShortcutsTest, WhatWasChosenIsThereAtTheNextStart) {
  {
    Window window;
    applyStoredShortcuts(&window);
    setShortcut({window.pause, {u"Run"_s}}, QKeySequence(u"Ctrl+J"_s));
    setShortcut({window.live, {u"View"_s}}, {});
  }
  Window window;
  applyStoredShortcuts(&window);
  EXPECT_EQ(window.pause->shortcut(), QKeySequence(u"Ctrl+J"_s));
  EXPECT_TRUE(window.live->shortcut().isEmpty());
  EXPECT_EQ(window.step->shortcut(), QKeySequence(u"Ctrl+."_s));
  EXPECT_EQ(defaultShortcuts(window.pause), QList{QKeySequence(u"Ctrl+P"_s)});
  resetShortcut({window.pause, {u"Run"_s}});
  EXPECT_EQ(window.pause->shortcut(), QKeySequence(u"Ctrl+P"_s));
  EXPECT_EQ(QSettings().allKeys(), QStringList{u"shortcuts/view.live"_s});
}

TEST_F(ShortcutsTest, AChosenOneWinsOverOneThatCame) {
  QSettings().setValue(u"shortcuts/run.step"_s, u"Ctrl+P"_s);
  Window window;
  applyStoredShortcuts(&window);
  EXPECT_EQ(window.step->shortcut(), QKeySequence(u"Ctrl+P"_s));
  EXPECT_TRUE(window.pause->shortcut().isEmpty()) << "else neither would work";
}

class ShortcutsDialogTest : public WithSettings {
 protected:
  ShortcutsDialogTest() : dialog(&window) {
    window.show();
    dialog.summon();
    EXPECT_TRUE(QTest::qWaitForWindowActive(&dialog));
    tree = dialog.findChild<QTreeView*>();
    keys = dialog.findChild<QKeySequenceEdit*>();
    search = dialog.findChild<QLineEdit*>(QString(), Qt::FindDirectChildrenOnly);
  }

  QString current() const { return tree->currentIndex().siblingAtColumn(0).data().toString(); }
  bool says(const QString& part) const {
    const auto labels = dialog.findChildren<QLabel*>();
    return std::any_of(labels.begin(), labels.end(),
                       [&](const QLabel* label) { return label->text().contains(part); });
  }
  void type(Qt::Key key, Qt::KeyboardModifiers modifiers) {
    QTest::keyClick(keys, key, modifiers);
    QSignalSpy finished(keys, &QKeySequenceEdit::editingFinished);
    ASSERT_TRUE(finished.wait(3000));
  }

  Window window;
  ShortcutsDialog dialog;
  QTreeView* tree;
  QKeySequenceEdit* keys;
  QLineEdit* search;
};

TEST_F(ShortcutsDialogTest, GroupsByMenuAndFindsKeysToo) {
  const QAbstractItemModelTester tester(tree->model());
  QStringList groups;
  for (int row = 0; row < tree->model()->rowCount(); ++row) {
    groups << tree->model()->index(row, 0).data().toString();
  }
  EXPECT_EQ(groups, (QStringList{u"Run"_s, u"View"_s, u"Panes"_s}));
  search->setText(u"ctrl+."_s);
  EXPECT_EQ(tree->model()->rowCount(), 1);
  EXPECT_EQ(current(), u"Step"_s);
  search->setText(u"nothing like it"_s);
  EXPECT_EQ(tree->model()->rowCount(), 0);
  EXPECT_FALSE(keys->isEnabled());
}

TEST_F(ShortcutsDialogTest, KeyboardChangesAndRefuses) {
  QTest::keyClicks(search, u"step"_s);
  QTest::keyClick(search, Qt::Key_Tab);
  ASSERT_EQ(dialog.focusWidget(), tree);
  QTest::keyClick(tree, Qt::Key_Return);
  ASSERT_TRUE(keys->hasFocus() || keys->isAncestorOf(dialog.focusWidget()));
  type(Qt::Key_P, Qt::ControlModifier);
  EXPECT_TRUE(says(u"Ctrl+P belongs to “Pause”"_s));
  EXPECT_EQ(window.step->shortcut(), QKeySequence(u"Ctrl+."_s));
  EXPECT_EQ(keys->keySequence(), QKeySequence(u"Ctrl+."_s)) << "back to what holds";

  type(Qt::Key_J, Qt::ControlModifier);
  EXPECT_EQ(window.step->shortcut(), QKeySequence(u"Ctrl+J"_s));
  EXPECT_EQ(tree->currentIndex().siblingAtColumn(1).data().toString(), u"Ctrl+J"_s);
  EXPECT_EQ(QSettings().value(u"shortcuts/run.step"_s).toString(), u"Ctrl+J"_s);

  QTest::keyClick(keys, Qt::Key_Escape);
  EXPECT_TRUE(dialog.isVisible());
  EXPECT_EQ(dialog.focusWidget(), tree);
  EXPECT_EQ(window.step->shortcut(), QKeySequence(u"Ctrl+J"_s));
}

TEST_F(ShortcutsDialogTest, ResetsOneAndAll) {
  const auto button = [&](const QString& text) -> QPushButton* {
    for (auto* each : dialog.findChildren<QPushButton*>()) {
      if (plainText(each->text()) == text) return each;
    }
    return nullptr;
  };
  EXPECT_FALSE(button(u"As it came"_s)->isEnabled());
  EXPECT_FALSE(button(u"Reset all"_s)->isEnabled());
  ASSERT_EQ(current(), u"Pause"_s);
  QTest::mouseClick(button(u"No shortcut"_s), Qt::LeftButton);
  EXPECT_TRUE(window.pause->shortcut().isEmpty());
  // Taken by another meanwhile: it can't come back on its own.
  setShortcut({window.step, {u"Run"_s}}, QKeySequence(u"Ctrl+P"_s));
  QTest::mouseClick(button(u"As it came"_s), Qt::LeftButton);
  EXPECT_TRUE(window.pause->shortcut().isEmpty());
  EXPECT_TRUE(says(u"Ctrl+P belongs to “Step”"_s));
  QTest::mouseClick(button(u"Reset all"_s), Qt::LeftButton);
  EXPECT_EQ(window.pause->shortcut(), QKeySequence(u"Ctrl+P"_s));
  EXPECT_EQ(window.step->shortcut(), QKeySequence(u"Ctrl+."_s));
  EXPECT_TRUE(QSettings().allKeys().isEmpty());
}

}  // namespace
}  // namespace attelier::ui
