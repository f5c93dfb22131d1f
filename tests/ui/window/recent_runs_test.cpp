#include "ui/window/recent_runs.h"

#include "tests/ui/window/own_settings.h"
#include "ui/window/window_actions.h"

#include <QAction>
#include <QDir>
#include <QMenu>
#include <QSignalSpy>
#include <QTest>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {
namespace {

class RecentRunsTest : public WithSettings {
 protected:
  QString make(const QString& name) {
    QDir(folder_.path()).mkpath(name);
    return folder_.filePath(name);
  }
  static QStringList texts(const QMenu& menu) {
    QStringList all;
    for (const auto* action : menu.actions()) {
      if (!action->isSeparator()) all << plainText(action->text());
    }
    return all;
  }
};

TEST_F(RecentRunsTest, NewestFirstAndAtMostTwenty) {
  RecentRuns runs;
  for (int i = 0; i < 25; ++i) runs.add(u"/runs/run-%1.attelier"_s.arg(i));
  runs.add(u"/runs/./run-20.attelier/"_s);
  const auto entries = runs.entries();
  ASSERT_EQ(entries.size(), 20);
  EXPECT_EQ(entries[0].name, u"run-20"_s);
  EXPECT_EQ(entries[0].path, u"/runs/run-20.attelier"_s);
  EXPECT_EQ(entries[1].name, u"run-24"_s);
  EXPECT_EQ(RecentRuns().entries().first().path, entries[0].path) << "kept for the next start";
}

TEST_F(RecentRunsTest, RunsOfOneNameAreToldApart) {
  RecentRuns runs;
  runs.add(u"/a/match.attelier"_s);
  runs.add(u"/b/match.attelier"_s);
  EXPECT_EQ(runs.entries()[0].name, u"match in b"_s);
  EXPECT_EQ(runs.entries()[1].name, u"match in a"_s);
}

TEST_F(RecentRunsTest, WhatIsGoneIsMarkedAndDroppedWhenChosen) {
  RecentRuns runs;
  const QString here = make(u"here.attelier"_s), lost = folder_.filePath(u"lost.attelier"_s);
  runs.add(here);
  runs.add(lost);
  QSignalSpy changed(&runs, &RecentRuns::changed);
  runs.look();
  ASSERT_TRUE(changed.wait());
  EXPECT_FALSE(runs.entries()[0].isThere);
  EXPECT_TRUE(runs.entries()[1].isThere);

  QSignalSpy chosen(&runs, &RecentRuns::chosen), gone(&runs, &RecentRuns::gone);
  runs.choose(lost);
  EXPECT_EQ(gone.count(), 1);
  EXPECT_EQ(chosen.count(), 0);
  EXPECT_EQ(runs.entries().size(), 1);
  runs.choose(here);
  EXPECT_EQ(chosen.count(), 1);
}

TEST_F(RecentRunsTest, MenuFollows) {
  RecentRuns runs;
  QMenu menu;
  runs.fill(&menu);
  EXPECT_FALSE(menu.isEnabled());
  runs.add(make(u"a&b.attelier"_s));
  runs.add(folder_.filePath(u"lost.attelier"_s));
  QCoreApplication::processEvents();
  EXPECT_TRUE(menu.isEnabled());
  EXPECT_EQ(texts(menu), (QStringList{u"1  lost"_s, u"2  a&b"_s, u"Clear this list"_s}));
  QSignalSpy changed(&runs, &RecentRuns::changed);
  runs.look();
  ASSERT_TRUE(changed.wait());
  QCoreApplication::processEvents();
  EXPECT_EQ(texts(menu).first(), u"1  lost (not there)"_s);
  menu.actions().first()->trigger();
  QCoreApplication::processEvents();
  EXPECT_EQ(texts(menu), (QStringList{u"1  a&b"_s, u"Clear this list"_s}));
  menu.actions().last()->trigger();
  QCoreApplication::processEvents();
  EXPECT_TRUE(runs.entries().isEmpty());
  EXPECT_FALSE(menu.isEnabled());
}

}  // namespace
}  // namespace attelier::ui
