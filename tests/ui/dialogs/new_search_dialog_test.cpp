#include "ui/dialogs/new_search_dialog.h"

#include "tests/ui/dialogs/dialog_checks.h"
#include "tests/ui/dialogs/fake_engine.h"
#include "ui/dialogs/message_bar.h"
#include "ui/dialogs/plan_question.h"
#include "ui/dialogs/run_place.h"

#include <QClipboard>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QToolButton>
#include <QTranslator>
#include <gmock/gmock.h>

#include <set>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {
namespace {

using nlohmann::json;
using tests::choose;
using tests::FakeEngine;
using tests::fill;
using tests::showActive;
using tests::tabTo;

/// All texts a third and more longer, as other languages have them.
class LongTexts : public QTranslator {
 public:
  QString translate(const char*, const char* text, const char*, int) const override {
    const QString source = QString::fromUtf8(text);
    return source + u" "_s + QString(static_cast<int>(source.size() * 0.4), u'~');
  }
  bool isEmpty() const override { return false; }
};

class NewSearchDialogTest : public testing::Test {
 protected:
  void SetUp() override {
    qputenv("XDG_DATA_HOME", data_.path().toUtf8());
    QSettings().remove(u"newSearch"_s);
    dialog_ = std::make_unique<NewSearchDialog>(engine_.program());
    showActive(*dialog_);
  }
  void TearDown() override { qunsetenv("XDG_DATA_HOME"); }

  void page(int number) { tests::pressAlt(*dialog_, static_cast<Qt::Key>(Qt::Key_0 + number)); }
  QString words() const { return dialog_->arguments().join(u' '); }
  QString runs() const { return data_.path() + u"/attelier/runs"_s; }
  template <typename T>
  T* child(const QString& name) const {
    return dialog_->findChild<T*>(name);
  }
  QString message(const QString& path) const {
    return child<MessageBar>(path + u".message"_s)->text();
  }

  QTemporaryDir data_;
  FakeEngine engine_;
  std::unique_ptr<NewSearchDialog> dialog_;
};

TEST_F(NewSearchDialogTest, WithoutAnyEntryItIsTheDemo) {
  const QString folder = runFolder(runs(), newRunName(runs(), u"match"_s));
  EXPECT_EQ(words(), u"search --preset tasks --out "_s + folder);
}

TEST_F(NewSearchDialogTest, FilledByTheKeyboardItStartsWhatItCopies) {
  choose(*dialog_, u"synthetic.task"_s, u"when"_s);
  page(2);
  ASSERT_EQ(dialog_->page(), 1);
  fill(*dialog_, u"space.levels"_s, u"3"_s);
  auto* kinds = tabTo(*dialog_, u"space.kinds"_s);
  QTest::keyClick(kinds, Qt::Key_Space);  // mS goes
  choose(*dialog_, u"space.activations"_s, u"mix"_s);
  fill(*dialog_, u"derivation.top_nodes"_s, u"4"_s);
  page(3);
  ASSERT_EQ(dialog_->page(), 2);
  fill(*dialog_, u"training.steps"_s, u"50"_s);
  fill(*dialog_, u"training.batch"_s, u"8"_s);
  fill(*dialog_, u"training.seed"_s, u"5"_s);
  choose(*dialog_, u"compute.device"_s, u"cpu"_s);
  fill(*dialog_, u"place.name"_s, u"my run"_s);
  const QString folder = runs() + u"/my run.attelier"_s;
  const QStringList expected{u"search"_s,
                             u"--preset"_s,
                             u"tasks"_s,
                             u"--task"_s,
                             u"when"_s,
                             u"--levels"_s,
                             u"3"_s,
                             u"--kinds"_s,
                             u"mT,mST,dS,dT,dST"_s,
                             u"--activations"_s,
                             u"mix"_s,
                             u"--top-nodes"_s,
                             u"4"_s,
                             u"--steps"_s,
                             u"50"_s,
                             u"--batch"_s,
                             u"8"_s,
                             u"--seed"_s,
                             u"5"_s,
                             u"--device"_s,
                             u"cpu"_s,
                             u"--out"_s,
                             folder};
  EXPECT_EQ(dialog_->arguments(), expected) << words().toStdString();

  tests::pressAlt(*dialog_, Qt::Key_P);
  const QString copied = QApplication::clipboard()->text();
  EXPECT_EQ(copied, EngineProgram::commandLine(engine_.script(), expected));
  EXPECT_TRUE(copied.endsWith(u"--out '%1'"_s.arg(folder)));

  QSignalSpy started(dialog_.get(), &EngineDialog::started);
  tests::pressAlt(*dialog_, Qt::Key_S);
  ASSERT_TRUE(started.wait(20'000));
  EXPECT_EQ(started[0][0].toString(), folder);
  EXPECT_FALSE(dialog_->isVisible());
  QList<QStringList> starts;
  for (const QStringList& call : engine_.calls(u"search"_s)) {
    if (!call.contains(u"--plan"_s)) starts << call;
  }
  ASSERT_EQ(starts.size(), 1);
  EXPECT_EQ(starts[0], expected.mid(1)) << "exactly what was copied";
}

TEST_F(NewSearchDialogTest, EnterGoesThroughThePagesAndStarts) {
  QSignalSpy started(dialog_.get(), &EngineDialog::started);
  QWidget* task = tabTo(*dialog_, u"synthetic.task"_s);
  QTest::keyClick(task, Qt::Key_Return);
  EXPECT_EQ(dialog_->page(), 1);
  QTest::keyClick(dialog_.get(), Qt::Key_Return);
  EXPECT_EQ(dialog_->page(), 2);
  QTest::keyClick(dialog_.get(), Qt::Key_Return);
  EXPECT_TRUE(started.wait(20'000));
}

TEST_F(NewSearchDialogTest, EstimatesWhileItIsFilledIn) {
  auto* estimate = child<MessageBar>(u"estimate"_s);
  ASSERT_TRUE(QTest::qWaitFor([&] { return estimate->text().startsWith(u"About"_s); }, 20'000));
  EXPECT_EQ(estimate->text(), u"About 25 s for 400 steps, 273 MiB of memory on cpu."_s);
  const auto calls = engine_.calls(u"search"_s);
  ASSERT_FALSE(calls.isEmpty());
  EXPECT_EQ(calls.last().mid(0, 3), (QStringList{u"--preset"_s, u"tasks"_s, u"--plan"_s}));
  EXPECT_FALSE(calls.last().contains(u"--out"_s));
  page(3);
  fill(*dialog_, u"place.seeds"_s, u"4"_s);
  ASSERT_TRUE(QTest::qWaitFor([&] { return estimate->text().contains(u"4 runs"_s); }, 20'000));
}

TEST_F(NewSearchDialogTest, AnEstimateThatFailsNamesItsField) {
  engine_.answer(u"plan"_s,
                 R"(!{"error": {"code": "out_of_memory", "message": "batch 8 does not fit; 4 does",
                                           "where": "training.batch"}})");
  page(3);
  fill(*dialog_, u"training.batch"_s, u"8"_s);
  ASSERT_TRUE(QTest::qWaitFor([&] { return !message(u"training.batch"_s).isEmpty(); }, 20'000));
  EXPECT_EQ(message(u"training.batch"_s), u"batch 8 does not fit; 4 does"_s);
  EXPECT_TRUE(child<QTabBar>(u"pages"_s)->tabText(2).contains(u"1 to mend"_s));
  engine_.answer(u"plan"_s, "{}");
  fill(*dialog_, u"training.seed"_s, u"9"_s);
  EXPECT_TRUE(message(u"training.batch"_s).isEmpty()) << "another field may have mended it";
}

TEST_F(NewSearchDialogTest, AHangingEngineHoldsNothingUp) {
  engine_.answer(u"plan"_s, "~");
  page(3);
  fill(*dialog_, u"training.batch"_s, u"8"_s);
  ASSERT_TRUE(QTest::qWaitFor([&] { return dialog_->plan().isWaiting(); }, 5'000));
  QTest::qWait(PlanQuestion::kStillMs + 200);
  QElapsedTimer timer;
  timer.start();
  fill(*dialog_, u"training.batch"_s, u"16"_s);
  dialog_->close();
  EXPECT_LT(timer.elapsed(), 2'000);
  EXPECT_FALSE(dialog_->plan().isWaiting()) << "a closed dialog asks nothing";
}

TEST_F(NewSearchDialogTest, GarbageIsNoEstimate) {
  engine_.answer(u"plan"_s, "%&$");
  page(3);
  fill(*dialog_, u"training.batch"_s, u"8"_s);
  auto* estimate = child<MessageBar>(u"estimate"_s);
  EXPECT_TRUE(
      QTest::qWaitFor([&] { return estimate->text().startsWith(u"No estimate"_s); }, 20'000))
      << estimate->text().toStdString();
}

TEST_F(NewSearchDialogTest, WhatIsRefusedAtTheStartIsShownAtItsField) {
  engine_.answer(u"start"_s, R"(!{"error": {"code": "invalid_argument",
      "message": "more top nodes than the supergraph has", "where": "derivation.top_nodes"}})");
  page(2);
  fill(*dialog_, u"derivation.top_nodes"_s, u"100"_s);
  QSignalSpy started(dialog_.get(), &EngineDialog::started);
  tests::pressAlt(*dialog_, Qt::Key_S);
  auto* banner = child<MessageBar>(u"banner"_s);
  ASSERT_TRUE(QTest::qWaitFor([&] { return banner->severity() == Severity::Bad; }, 20'000));
  EXPECT_EQ(message(u"derivation.top_nodes"_s), u"more top nodes than the supergraph has"_s);
  EXPECT_TRUE(dialog_->isVisible());
  EXPECT_TRUE(words().contains(u"--top-nodes 100"_s)) << "nothing typed is lost";
  EXPECT_TRUE(started.isEmpty());
}

TEST_F(NewSearchDialogTest, WhatFitsNoFieldIsSaidBelow) {
  engine_.answer(u"start"_s, "!the disk is full");
  tests::pressAlt(*dialog_, Qt::Key_S);
  auto* banner = child<MessageBar>(u"banner"_s);
  EXPECT_TRUE(QTest::qWaitFor(
      [&] { return banner->text().startsWith(u"The engine did not start"_s); }, 20'000));
}

TEST_F(NewSearchDialogTest, AWrongValueIsGoneToBeforeAnythingStarts) {
  page(3);
  fill(*dialog_, u"training.batch"_s, u"0"_s);
  EXPECT_EQ(message(u"training.batch"_s), u"batch is 0; it must be 1 to 65536"_s);
  page(1);
  tests::pressAlt(*dialog_, Qt::Key_S);
  EXPECT_EQ(dialog_->page(), 2);
  EXPECT_EQ(dialog_->focusWidget()->objectName(), u"training.batch"_s);
  QApplication::clipboard()->clear();
  dialog_->copyCommandLine();
  EXPECT_TRUE(QApplication::clipboard()->text().isEmpty());
}

TEST_F(NewSearchDialogTest, AnExistingRunIsRefusedInPlace) {
  QDir().mkpath(runs() + u"/taken.attelier/checkpoints"_s);
  page(3);
  fill(*dialog_, u"place.name"_s, u"taken"_s);
  EXPECT_EQ(message(u"place.name"_s),
            u"exists already; choose another name, or resume it if it is a run"_s);
  fill(*dialog_, u"place.name"_s, u"free"_s);
  EXPECT_TRUE(message(u"place.name"_s).isEmpty());
}

TEST_F(NewSearchDialogTest, LooksAtClips) {
  QTemporaryDir clips;
  tests::pressAlt(*dialog_, Qt::Key_M);
  fill(*dialog_, u"dataset.clips"_s, clips.path());
  auto* headline = child<MessageBar>(u"clipsHeadline"_s);
  ASSERT_TRUE(QTest::qWaitFor([&] { return headline->text().startsWith(u"Clips: 3"_s); }, 20'000));
  EXPECT_EQ(headline->text(),
            u"Clips: 3. Classes: 1. Train 1, select 1, report 1. Can't be read: 1."_s);
  EXPECT_TRUE(words().startsWith(u"search --clips %1 --out"_s.arg(clips.path())))
      << words().toStdString();
  tests::pressAlt(*dialog_, Qt::Key_Y);
  EXPECT_FALSE(words().contains(u"--clips"_s))
      << "kept, and not named, while the task is synthetic";
  tests::pressAlt(*dialog_, Qt::Key_M);
  EXPECT_TRUE(words().contains(clips.path()));
}

TEST_F(NewSearchDialogTest, MissingClipsAreRefusedInPlace) {
  tests::pressAlt(*dialog_, Qt::Key_M);
  fill(*dialog_, u"dataset.clips"_s, u"/no/such/folder"_s);
  EXPECT_TRUE(QTest::qWaitFor(
      [&] { return message(u"dataset.clips"_s) == u"there is no such file or folder"_s; }, 20'000));
}

TEST_F(NewSearchDialogTest, ClipsMustBeNamed) {
  tests::pressAlt(*dialog_, Qt::Key_M);
  page(3);
  tests::pressAlt(*dialog_, Qt::Key_S);
  EXPECT_EQ(dialog_->page(), 0);
  EXPECT_FALSE(message(u"dataset.clips"_s).isEmpty());
}

TEST_F(NewSearchDialogTest, EscapeKeepsWhatWasTyped) {
  page(3);
  fill(*dialog_, u"training.batch"_s, u"24"_s);
  QTest::keyClick(dialog_.get(), Qt::Key_Escape);
  EXPECT_FALSE(dialog_->isVisible());
  showActive(*dialog_);
  EXPECT_TRUE(words().contains(u"--batch 24"_s));
  dialog_->reset();
  EXPECT_FALSE(words().contains(u"--batch"_s));
}

TEST_F(NewSearchDialogTest, ANewSearchFromARun) {
  json configuration = RunSchema::builtIn().defaults("tasks");
  configuration["synthetic"]["task"] = "where";
  configuration["training"]["steps"] = 123;
  configuration["operations"]["residual"] = false;
  configuration["cell"] = "plain";
  dialog_->prefill(configuration);
  const SearchDraft draft = dialog_->draft();
  json merged = RunSchema::builtIn().defaults(draft.preset);
  merged.merge_patch(draft.changes);
  configuration.erase("cell");
  EXPECT_EQ(merged, configuration);
  EXPECT_TRUE(words().contains(u"--no-residual"_s));
}

TEST_F(NewSearchDialogTest, WaitsForAnotherRun) {
  const QString other = runs() + u"/other.attelier"_s;
  QDir().mkpath(other);
  page(3);
  fill(*dialog_, u"start.after"_s, other);
  EXPECT_EQ(message(u"start.after"_s), u"is not a run folder: it has no run.json"_s);
  QFile json_(other + u"/run.json"_s);
  ASSERT_TRUE(json_.open(QIODevice::WriteOnly));
  json_.close();
  fill(*dialog_, u"start.after"_s, other);
  EXPECT_TRUE(words().endsWith(u"--after "_s + other));
  QSignalSpy queued(dialog_.get(), &EngineDialog::queued);
  tests::pressAlt(*dialog_, Qt::Key_S);
  ASSERT_TRUE(queued.wait(20'000));
  EXPECT_EQ(queued[0][1].toString(), other);
}

TEST_F(NewSearchDialogTest, TellsOfAMissingGpu) {
  page(3);
  choose(*dialog_, u"compute.device"_s, u"cuda"_s);
  EXPECT_TRUE(QTest::qWaitFor(
      [&] { return message(u"compute.device"_s).contains(u"no CUDA library"_s); }, 20'000));
  fill(*dialog_, u"compute.threads"_s, u"64"_s);
  EXPECT_TRUE(message(u"compute.threads"_s).contains(u"2 cores"_s));
}

TEST_F(NewSearchDialogTest, OrderNamesAndKeysOfEachPage) {
  for (int number = 1; number <= 3; ++number) {
    page(number);
    tests::expectTabFollowsScreen(*dialog_);
    tests::expectNames(*dialog_);
    tests::expectAccessKeys(*dialog_);
  }
  page(1);
  tests::pressAlt(*dialog_, Qt::Key_M);
  tests::expectAccessKeys(*dialog_);
}

TEST_F(NewSearchDialogTest, EveryFieldIsReachedByTab) {
  std::set<QString> reached;
  const auto walk = [this, &reached] {
    dialog_->setFocus();
    QTest::keyClick(dialog_.get(), Qt::Key_Tab);
    const QWidget* first = dialog_->focusWidget();
    int steps = 0;
    do {
      // What is folded is opened on the way, so that the keys go through it.
      auto* section = qobject_cast<QToolButton*>(dialog_->focusWidget());
      if (section != nullptr && section->isCheckable() && !section->isChecked()) {
        QTest::keyClick(section, Qt::Key_Space);
      }
      for (const QWidget* at = dialog_->focusWidget(); at != nullptr; at = at->parentWidget()) {
        reached.insert(at->objectName());
      }
      QTest::keyClick(dialog_->focusWidget(), Qt::Key_Tab);
    } while (dialog_->focusWidget() != first && ++steps < 1000);
  };
  for (int number = 1; number <= 3; ++number) {
    page(number);
    walk();
  }
  page(1);
  tests::pressAlt(*dialog_, Qt::Key_M);
  walk();
  for (const FieldGroup& group : RunSchema::builtIn().groups()) {
    for (const FieldInfo& info : group.fields) {
      EXPECT_TRUE(reached.contains(QString::fromStdString(info.path()))) << info.path();
    }
  }
  for (const char* own :
       {"place.name", "place.folder", "place.seeds", "start.after", "start.on_done",
        "start.background", "back", "copy", "start", "close", "pages", "preset"}) {
    EXPECT_TRUE(reached.contains(QLatin1String(own))) << own;
  }
}

TEST_F(NewSearchDialogTest, FitsASmallScreenAndLongTexts) {
  LongTexts longer;
  QCoreApplication::installTranslator(&longer);
  NewSearchDialog dialog(engine_.program());
  QCoreApplication::removeTranslator(&longer);
  dialog.show();
  EXPECT_LE(dialog.minimumSizeHint().width(), 1280);
  EXPECT_LE(dialog.minimumSizeHint().height(), 680);
}

TEST(NewSearchDialogAlone, WithoutAnEngineItStillMakesTheCommandLine) {
  EngineProgram none{std::filesystem::path()};
  NewSearchDialog dialog(none);
  showActive(dialog);
  EXPECT_FALSE(dialog.findChild<QPushButton*>(u"start"_s)->isEnabled());
  EXPECT_TRUE(dialog.findChild<MessageBar*>(u"banner"_s)->text().contains(u"ATTELIER_ENGINE"_s));
  EXPECT_TRUE(dialog.commandLine().startsWith(u"attelier-engine search"_s));
}

}  // namespace
}  // namespace attelier::ui
