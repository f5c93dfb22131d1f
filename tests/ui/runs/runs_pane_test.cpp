#include "ui/runs/runs_pane.h"

#include "tests/support/qt_warnings.h"
#include "tests/ui/runs/run_folders.h"
#include "ui/engine/engine_program.h"
#include "ui/runs/notice_bar.h"
#include "ui/runs/run_details.h"
#include "ui/runs/run_list_model.h"
#include "ui/runs/share_dialog.h"
#include "ui/runs/star_rating.h"
#include "widgets/base/theme.h"

#include <QAbstractItemModel>
#include <QApplication>
#include <QClipboard>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTest>
#include <QToolButton>
#include <QTreeView>
#include <gtest/gtest.h>

#include <fstream>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {
namespace {

using testing::makeRun;
using testing::succeed;
using testing::TemporaryFolder;
using testing::valueOf;

class RunsPanes : public ::testing::Test {
 protected:
  RunsPanes() { QSettings().remove(u"runs"_s); }

  void makeRuns() {
    const double now = run::now();
    const auto first = makeRun(folder() / "match-1.attelier", {.created = now - 86'400 * 3,
                                                               .select = 0.914,
                                                               .name = "first try",
                                                               .tags = {"good"},
                                                               .stars = 3,
                                                               .probe = true});
    const auto parent = [&](const char* cell) {
      return run::RunParent{.run = first.info().id, .step = 400, .cell = cell};
    };
    makeRun(first.evaluations() / "0001-cell.attelier",
            {.created = now - 86'400, .parent = parent("mS<mT + dST"), .report = 0.93});
    makeRun(first.evaluations() / "0002-plain.attelier",
            {.created = now - 80'000, .parent = parent("plain"), .report = 0.71});
    makeRun(folder() / "when-2.attelier", {.phase = run::Phase::Interrupted,
                                           .step = 120,
                                           .created = now - 4000,
                                           .task = "when",
                                           .select = 0.4});
    makeRun(folder() / "broken.attelier", {.created = now - 300});
    std::ofstream(folder() / "broken.attelier" / "run.db", std::ios::trunc)
        << std::string(9000, 'x');
  }
  void start() {
    pane_ = std::make_unique<RunsPane>(workspace_, catalogue_);
    pane_->resize(420, 700);
    pane_->show();
    ASSERT_TRUE(QTest::qWaitForWindowExposed(pane_.get()));
    ASSERT_TRUE(QTest::qWaitFor([&] { return catalogue_.isRead(); }, 5000));
    ASSERT_TRUE(QTest::qWaitFor(
        [&] { return catalogue_.runs().empty() || catalogue_.runs()[0]->bytes >= 0; }, 5000));
  }
  QTreeView* view() const { return pane_->findChild<QTreeView*>(u"runList"_s); }
  QAction* action(const char* name) const {
    return pane_->findChild<QAction*>(u"runs."_s + QString::fromLatin1(name));
  }
  std::vector<QString> names() const {
    std::vector<QString> all;
    for (int row = 0; row < view()->model()->rowCount(); ++row)
      all.push_back(view()->model()->index(row, 0).data().toString());
    return all;
  }
  QString messageText() const { return pane_->findChild<NoticeBar*>()->text(); }
  const std::filesystem::path& folder() const { return folder_.path(); }
  QString path(const char* name) const {
    return QString::fromStdString((folder() / name).string());
  }

  TemporaryFolder folder_;
  EngineProgram engine_{std::filesystem::path()};
  Workspace workspace_{engine_};
  RunCatalogue catalogue_{folder_.path()};
  std::unique_ptr<RunsPane> pane_;
};

TEST_F(RunsPanes, EmptyOneSaysWhereRunsWillBe) {
  start();
  EXPECT_TRUE(names().empty());
  EXPECT_FALSE(action("open")->isEnabled());
  EXPECT_FALSE(action("open")->toolTip().isEmpty());
}

TEST_F(RunsPanes, FindsSortsAndOpensByKeyboard) {
  makeRuns();
  start();
  EXPECT_EQ(names(),
            (std::vector<QString>{u"broken"_s, u"when-2"_s, u"first try"_s}));  // the newest first
  auto* filter = pane_->findChild<QLineEdit*>();
  filter->setFocus();
  QTest::keyClicks(filter, u"GOOD"_s);
  EXPECT_EQ(names(), (std::vector<QString>{u"first try"_s}));
  // Its evaluations stay below it.
  EXPECT_EQ(view()->model()->rowCount(view()->model()->index(0, 0)), 2);
  QTest::keyClick(filter, Qt::Key_Escape);
  EXPECT_EQ(names().size(), 3U);
  QTest::keyClicks(filter, u"plain"_s);
  EXPECT_EQ(names(), (std::vector<QString>{u"first try"_s}));
  filter->clear();
  view()->sortByColumn(RunListModel::Best, Qt::DescendingOrder);
  EXPECT_EQ(names(), (std::vector<QString>{u"first try"_s, u"when-2"_s, u"broken"_s}));
  view()->setCurrentIndex(view()->model()->index(0, 0));
  view()->setFocus();
  QSignalSpy opened(&workspace_, &Workspace::opened);
  QTest::keyClick(view(), Qt::Key_Return);
  ASSERT_TRUE(opened.wait(5000));
  EXPECT_EQ(workspace_.path(), folder() / "match-1.attelier");
  EXPECT_EQ(catalogue_.recent().value(0), path("match-1.attelier"));
}

TEST_F(RunsPanes, ActionsSayWhyTheyCantBeTaken) {
  makeRuns();
  start();
  pane_->choose(folder() / "broken.attelier");
  EXPECT_FALSE(action("newFrom")->isEnabled());
  EXPECT_TRUE(action("newFrom")->toolTip().contains(u"run.db"_s))
      << action("newFrom")->toolTip().toStdString();
  pane_->choose(folder() / "when-2.attelier");
  EXPECT_TRUE(action("newFrom")->isEnabled());
  EXPECT_FALSE(action("extend")->isEnabled());
  EXPECT_FALSE(action("startAfter")->isEnabled());
  EXPECT_FALSE(action("share")->isEnabled());  // there is no engine
  pane_->choose(folder() / "match-1.attelier");
  EXPECT_TRUE(action("extend")->isEnabled());
  QSignalSpy extend(pane_.get(), &RunsPane::extendRequested);
  action("extend")->trigger();
  EXPECT_EQ(extend.value(0).value(0), path("match-1.attelier"));

  const auto lock = valueOf(run::RunLock::acquire(folder() / "match-1.attelier" / "engine.lock"));
  catalogue_.refresh();
  ASSERT_TRUE(QTest::qWaitFor([&] { return action("startAfter")->isEnabled(); }, 3000));
  EXPECT_FALSE(action("trash")->isEnabled());
}

TEST_F(RunsPanes, DifferenceOfTwo) {
  makeRuns();
  start();
  EXPECT_FALSE(action("difference")->isEnabled());
  pane_->choose(folder() / "match-1.attelier");
  const QModelIndex other = view()->model()->index(1, 0);
  QTest::mouseClick(view()->viewport(), Qt::LeftButton, Qt::ControlModifier,
                    view()->visualRect(other).center());
  ASSERT_EQ(pane_->chosen().size(), 2U);
  ASSERT_TRUE(action("difference")->isEnabled());
  QSignalSpy difference(pane_.get(), &RunsPane::differenceRequested);
  action("difference")->trigger();
  EXPECT_EQ(difference.value(0).value(0), path("when-2.attelier"));
  EXPECT_EQ(difference.value(0).value(1), path("match-1.attelier"));
}

TEST_F(RunsPanes, NameStarsTagsAndNotesInPlace) {
  makeRuns();
  start();
  pane_->choose(folder() / "when-2.attelier");
  view()->setFocus();
  QTest::keyClick(view(), Qt::Key_F2);
  auto* editor = view()->viewport()->findChild<QLineEdit*>();
  ASSERT_NE(editor, nullptr);
  editor->selectAll();
  QTest::keyClicks(editor, u"second try"_s);
  QTest::keyClick(editor, Qt::Key_Return);
  ASSERT_TRUE(QTest::qWaitFor(
      [&] { return catalogue_.find(folder() / "when-2.attelier")->notes.name == "second try"; },
      3000));

  auto* details = pane_->findChild<RunDetails*>();
  auto* stars = details->findChild<StarRating*>();
  QTest::mouseClick(stars, Qt::LeftButton, {},
                    QPoint(stars->width() * 7 / 10, stars->height() / 2));
  ASSERT_TRUE(QTest::qWaitFor(
      [&] { return catalogue_.find(folder() / "when-2.attelier")->notes.stars == 4; }, 3000));
  QTest::keyClick(stars, Qt::Key_Left);
  ASSERT_TRUE(QTest::qWaitFor(
      [&] { return catalogue_.find(folder() / "when-2.attelier")->notes.stars == 3; }, 3000));

  auto* tags = details->findChildren<QLineEdit*>().at(1);
  tags->setFocus();
  QTest::keyClicks(tags, u"seed 3,  good , seed 3"_s);
  QTest::keyClick(tags, Qt::Key_Return);
  auto* notes = details->findChild<QPlainTextEdit*>();
  notes->setFocus();
  QTest::keyClicks(notes, u"lamp found"_s);
  view()->setFocus();  // leaving it stores it
  const auto stored = [this] {
    return valueOf(run::readUserNotes(folder() / "when-2.attelier" / "user.json"));
  };
  ASSERT_TRUE(QTest::qWaitFor([&] { return stored().notes == "lamp found"; }, 3000));
  EXPECT_EQ(stored().tags, (std::vector<std::string>{"seed 3", "good"}));
  EXPECT_EQ(messageText(), QString());
}

TEST_F(RunsPanes, TypingSurvivesAReading) {
  makeRuns();
  start();
  pane_->choose(folder() / "match-1.attelier");
  auto* notes = pane_->findChild<QPlainTextEdit*>();
  notes->setFocus();
  QTest::keyClicks(notes, u"half a sent"_s);
  const auto before = catalogue_.find(folder() / "match-1.attelier");
  makeRun(folder() / "match-1.attelier" / "evaluations" / "0003-x.attelier");
  std::filesystem::last_write_time(folder() / "match-1.attelier" / "run.json",
                                   std::filesystem::file_time_type::clock::now());
  catalogue_.refresh();
  ASSERT_TRUE(QTest::qWaitFor(
      [&] { return catalogue_.find(folder() / "match-1.attelier") != before; }, 3000));
  EXPECT_EQ(notes->toPlainText(), u"half a sent"_s);
}

TEST_F(RunsPanes, TrashWithUndo) {
  makeRuns();
  start();
  pane_->choose(folder() / "when-2.attelier");
  view()->setFocus();
  QTest::keyClick(view(), Qt::Key_Delete);
  ASSERT_TRUE(QTest::qWaitFor(
      [&] { return !std::filesystem::exists(folder() / "when-2.attelier"); }, 3000));
  ASSERT_TRUE(QTest::qWaitFor([&] { return names().size() == 2U; }, 3000));
  EXPECT_TRUE(messageText().contains(u"when-2"_s));
  auto* bar = pane_->findChild<NoticeBar*>();
  QTest::mouseClick(bar->findChildren<QToolButton*>().first(), Qt::LeftButton);
  ASSERT_TRUE(QTest::qWaitFor([&] { return names().size() == 3U; }, 3000));
  EXPECT_TRUE(std::filesystem::exists(folder() / "when-2.attelier"));
}

TEST_F(RunsPanes, StepOfAnotherRunAsReference) {
  makeRuns();
  start();
  auto* reference = pane_->findChild<RunDetails*>()->findChild<QPushButton*>();
  pane_->choose(folder() / "when-2.attelier");
  EXPECT_FALSE(reference->isEnabled());
  EXPECT_TRUE(reference->toolTip().contains(u"Open a run"_s));
  QSignalSpy opened(&workspace_, &Workspace::opened);
  workspace_.open(folder() / "match-1.attelier");
  ASSERT_TRUE(opened.wait(5000));
  ASSERT_TRUE(reference->isEnabled());
  auto* step = pane_->findChild<RunDetails*>()->findChild<QSpinBox*>();
  EXPECT_EQ(step->value(), 120);
  step->setValue(60);
  QTest::mouseClick(reference, Qt::LeftButton);
  const auto pinned = workspace_.shown().choices.pinnedStep;
  ASSERT_TRUE(pinned);
  EXPECT_EQ(pinned->run, folder() / "when-2.attelier");
  EXPECT_EQ(pinned->step, 60);
  workspace_.undoStack().undo();
  EXPECT_FALSE(workspace_.shown().choices.pinnedStep);
}

TEST_F(RunsPanes, CopiesThePath) {
  makeRuns();
  start();
  pane_->choose(folder() / "when-2.attelier");
  action("copyPath")->trigger();
  EXPECT_EQ(QApplication::clipboard()->text(), path("when-2.attelier"));
}

TEST_F(RunsPanes, SharesThroughTheEngine) {
  makeRuns();
  // An engine that writes what it was asked.
  const auto script = folder() / "engine.sh";
  std::ofstream(script) << "#!/bin/sh\necho \"$@\" > \"$3\"; echo '{\"bytes\": 1}'\n";
  std::filesystem::permissions(script, std::filesystem::perms::owner_all);
  EngineProgram program{script};
  start();
  const auto dialog =
      std::make_unique<ShareDialog>(program, catalogue_.find(folder() / "match-1.attelier"));
  dialog->setAttribute(Qt::WA_DeleteOnClose, false);
  dialog->show();
  auto* file = dialog->findChild<QLineEdit*>();
  file->setText(path("shared.attelier"));
  QSignalSpy shared(dialog.get(), &ShareDialog::shared);
  QPushButton* write = nullptr;
  for (auto* button : dialog->findChildren<QPushButton*>()) {
    if (button->text() == u"&Write"_s) write = button;
  }
  ASSERT_NE(write, nullptr);
  QTest::mouseClick(write, Qt::LeftButton);
  ASSERT_TRUE(shared.wait(5000));
  EXPECT_EQ(valueOf(readTextFile(folder() / "shared.attelier", 1000)),
            "snapshot " + (folder() / "match-1.attelier").string() + " " +
                (folder() / "shared.attelier").string() + ".part --json\n");
  EXPECT_FALSE(std::filesystem::exists(folder() / "shared.attelier.part"));
}

TEST_F(RunsPanes, Pictures) {
  const QString pictures = qEnvironmentVariable("ATTELIER_TEST_PICTURES");
  if (pictures.isEmpty()) GTEST_SKIP() << "name a folder for the pictures";
  makeRuns();
  const auto lock = valueOf(
      run::RunLock::acquire(makeRun(folder() / "meet-3.attelier", {.phase = run::Phase::Running,
                                                                   .step = 250,
                                                                   .planned = 1200,
                                                                   .task = "meet",
                                                                   .select = 0.62,
                                                                   .tags = {"seed 3"},
                                                                   .probe = true})
                                .lockFile()));
  start();
  pane_->choose(folder() / "match-1.attelier");
  view()->expandAll();
  for (const auto* theme : {&widgets::Theme::light(), &widgets::Theme::darkTheme()}) {
    QApplication::setPalette(widgets::paletteOf(*theme));
    for (const int width : {380, 1280}) {
      pane_->resize(width, 760);
      QTest::qWait(50);
      pane_->grab().save(pictures +
                         u"/runs-%1-%2.png"_s.arg(theme->dark ? u"dark"_s : u"light"_s).arg(width));
    }
  }
  QApplication::setPalette(widgets::paletteOf(widgets::Theme::light()));
}

}  // namespace
}  // namespace attelier::ui
