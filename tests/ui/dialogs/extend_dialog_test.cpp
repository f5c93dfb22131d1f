#include "ui/dialogs/extend_dialog.h"

#include "tests/ui/dialogs/dialog_checks.h"
#include "tests/ui/dialogs/fake_engine.h"
#include "tests/ui/dialogs/shown_run.h"
#include "ui/dialogs/message_bar.h"

#include <QClipboard>
#include <QPushButton>
#include <QSignalSpy>
#include <gmock/gmock.h>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {
namespace {

using tests::choose;
using tests::FakeEngine;
using tests::fill;
using tests::finishedRun;
using tests::showActive;
using tests::tabTo;

class ExtendDialogTest : public testing::Test {
 protected:
  void SetUp() override {
    view_->path = place_.filePath(u"match.attelier"_s).toStdString();
    view_->status.phase = run::Phase::Interrupted;
    view_->status.step = 361;
    dialog_.setRun(view_);
    showActive(dialog_);
  }
  QString path() const { return QString::fromStdString(view_->path.string()); }
  QString words() const { return dialog_.arguments().join(u' '); }
  QString text(const QString& name) const { return dialog_.findChild<MessageBar*>(name)->text(); }

  QTemporaryDir place_;
  FakeEngine engine_;
  std::shared_ptr<RunView> view_ = finishedRun();
  ExtendDialog dialog_{engine_.program()};
};

TEST_F(ExtendDialogTest, ResumesExactly) {
  EXPECT_EQ(words(), u"resume "_s + path());
  EXPECT_EQ(text(u"state"_s), u"The run was interrupted at step 361 of 400."_s);
  EXPECT_EQ(text(u"safe"_s),
            u"Safe: the checkpoint of step 350, 2 min old. 11 steps after it are made again."_s);
  EXPECT_EQ(text(u"outcome"_s),
            u"Without changes the run goes on exactly as if it had not stopped."_s);
}

TEST_F(ExtendDialogTest, FilledByTheKeyboardItStartsWhatItCopies) {
  fill(dialog_, u"resume.steps"_s, u"800"_s);
  choose(dialog_, u"resume.device"_s, u"cpu"_s);
  QTest::keyClick(tabTo(dialog_, u"resume.allow_changed_data"_s), Qt::Key_Space);
  fill(dialog_, u"resume.clips_root"_s, place_.path());
  const QStringList expected{u"resume"_s,
                             path(),
                             u"--steps"_s,
                             u"800"_s,
                             u"--device"_s,
                             u"cpu"_s,
                             u"--allow-changed-data"_s,
                             u"--clips-root"_s,
                             place_.path()};
  EXPECT_EQ(dialog_.arguments(), expected) << words().toStdString();
  tests::pressAlt(dialog_, Qt::Key_P);
  EXPECT_EQ(QApplication::clipboard()->text(),
            EngineProgram::commandLine(engine_.script(), expected));
  QDir().mkpath(path());
  QFile(path() + u"/run.db"_s).open(QIODevice::WriteOnly);
  QSignalSpy started(&dialog_, &EngineDialog::started);
  tests::pressAlt(dialog_, Qt::Key_R);
  ASSERT_TRUE(started.wait(20'000));
  EXPECT_EQ(started[0][0].toString(), path());
  EXPECT_EQ(engine_.calls(u"resume"_s).value(0), expected.mid(1));
}

TEST_F(ExtendDialogTest, AFinishedRunNeedsMoreSteps) {
  view_->status.phase = run::Phase::Finished;
  view_->status.step = 400;
  dialog_.setRun(view_);
  const QString message = dialog_.findChild<MessageBar*>(u"resume.steps.message"_s)->text();
  EXPECT_EQ(message, u"the run is finished at step 400; plan more than that"_s);
  tests::expectAccessKeys(dialog_);
  tests::pressAlt(dialog_, Qt::Key_X);
  EXPECT_TRUE(engine_.calls(u"resume"_s).isEmpty());
  fill(dialog_, u"resume.steps"_s, u"600"_s);
  EXPECT_EQ(words(), u"resume %1 --steps 600"_s.arg(path()));
  EXPECT_EQ(dialog_.findChild<QPushButton*>(u"start"_s)->text(), u"E&xtend"_s);
}

TEST_F(ExtendDialogTest, FewerStepsThanAreMadeAreRefused) {
  fill(dialog_, u"resume.steps"_s, u"100"_s);
  EXPECT_EQ(dialog_.findChild<MessageBar*>(u"resume.steps.message"_s)->text(),
            u"the run is at step 350 already; plan at least that"_s);
}

TEST_F(ExtendDialogTest, TellsOfAFailureAndOfNoCheckpoint) {
  view_->status.phase = run::Phase::Failed;
  view_->status.message = "the loss is not finite";
  view_->checkpoints = std::make_shared<const std::vector<run::CheckpointRow>>();
  dialog_.setRun(view_);
  EXPECT_EQ(text(u"state"_s), u"The run failed at step 361 of 400: the loss is not finite"_s);
  EXPECT_EQ(text(u"safe"_s), u"There is no checkpoint yet: it begins anew, with the same seed."_s);
}

TEST_F(ExtendDialogTest, ChangedClipsAreRefusedByTheEngineInWords) {
  engine_.answer(u"start"_s, R"(!{"error": {"code": "invalid_argument",
      "message": "2 clips have changed: fall/a.mp4, fall/b.mp4", "where": "--allow-changed-data"}})");
  tests::pressAlt(dialog_, Qt::Key_R);
  EXPECT_TRUE(QTest::qWaitFor(
      [&] {
        return dialog_.findChild<MessageBar*>(u"resume.allow_changed_data.message"_s)
            ->text()
            .contains(u"fall/a.mp4"_s);
      },
      20'000));
}

TEST_F(ExtendDialogTest, WhatCannotBeResumedIsNotOffered) {
  const auto* start = dialog_.findChild<QPushButton*>(u"start"_s);
  EXPECT_TRUE(start->isEnabled());
  view_->hasEngine = true;
  dialog_.setRun(view_);
  EXPECT_FALSE(start->isEnabled());
  EXPECT_EQ(text(u"state"_s), u"An engine is at work on this run, at step 361 of 400."_s);
  view_->hasEngine = false;
  view_->status.phase = run::Phase::Discarded;
  dialog_.setRun(view_);
  EXPECT_FALSE(start->isEnabled());
  view_->isWritable = false;
  dialog_.setRun(view_);
  EXPECT_TRUE(text(u"state"_s).startsWith(u"This run can only be looked at"_s));
  dialog_.setRun(nullptr);
  EXPECT_FALSE(start->isEnabled());
}

TEST_F(ExtendDialogTest, OrderNamesAndKeys) {
  tests::expectTabFollowsScreen(dialog_);
  tests::expectNames(dialog_);
  tests::expectAccessKeys(dialog_);
  EXPECT_LE(dialog_.minimumSizeHint().width(), 1280);
}

}  // namespace
}  // namespace attelier::ui
