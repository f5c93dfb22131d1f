#include "engine/run/run_reader.h"
#include "tests/ui/dialogs/dialog_checks.h"
#include "ui/dialogs/evaluate_dialog.h"
#include "ui/dialogs/extend_dialog.h"
#include "ui/dialogs/new_search_dialog.h"
#include "ui/engine/engine_program.h"

#include <QClipboard>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <gtest/gtest.h>

#include <fstream>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {
namespace {

constexpr int kPatienceMs = 120'000;

/// The command line that a run recorded, as a person would type it.
QString recordedCommandLine(const std::filesystem::path& run) {
  std::ifstream file(run / "run.json");
  const auto info = nlohmann::json::parse(file);
  QStringList words;
  for (const auto& word : info.at("command_line")) {
    words << QString::fromStdString(word.get<std::string>());
  }
  return EngineProgram::commandLine(words.first(), words.mid(1));
}

/// The run as a window reads it, or null while it can't be read.
std::shared_ptr<RunView> viewOf(const std::filesystem::path& run) {
  const auto reader = run::RunReader::open(run);
  const auto status = reader ? (*reader)->status() : Result<run::StatusRow>();
  const auto configuration =
      reader ? (*reader)->effectiveConfiguration() : Result<nlohmann::json>();
  if (!reader || !status || !configuration) return nullptr;
  auto view = std::make_shared<RunView>();
  view->path = run;
  view->isWritable = true;
  view->status = *status;
  view->configuration = std::make_shared<const nlohmann::json>(*configuration);
  return view;
}

bool waitUntilFinished(const std::filesystem::path& run) {
  return QTest::qWaitFor(
      [&run] {
        const auto view = viewOf(run);
        const auto holder = run::lockHolder(run / "engine.lock");
        return view && view->status.phase == run::Phase::Finished && holder && !*holder;
      },
      kPatienceMs);
}

/// Each dialog, filled in by the keyboard, starts the engine with the command line that it copies.
TEST(StartSearch, TheEngineIsStartedWithTheCopiedCommandLine) {
  QTemporaryDir data;
  qputenv("XDG_DATA_HOME", data.path().toUtf8());
  EngineProgram engine{std::filesystem::path(ATTELIER_ENGINE)};
  NewSearchDialog search(engine);
  tests::showActive(search);
  tests::choose(search, u"synthetic.task"_s, u"when"_s);
  tests::pressAlt(search, Qt::Key_3);
  tests::fill(search, u"training.steps"_s, u"3"_s);
  tests::fill(search, u"training.batch"_s, u"2"_s);
  tests::pressAlt(search, Qt::Key_P);
  const QString searchCopied = QApplication::clipboard()->text();
  QSignalSpy searchStarted(&search, &EngineDialog::started);
  tests::pressAlt(search, Qt::Key_S);
  ASSERT_TRUE(searchStarted.wait(kPatienceMs));
  const std::filesystem::path run = searchStarted[0][0].toString().toStdString();
  EXPECT_EQ(recordedCommandLine(run), searchCopied);
  ASSERT_TRUE(waitUntilFinished(run));

  ExtendDialog extend(engine);
  extend.setRun(viewOf(run));
  tests::showActive(extend);
  tests::fill(extend, u"resume.steps"_s, u"5"_s);
  QSignalSpy extended(&extend, &EngineDialog::started);
  tests::pressAlt(extend, Qt::Key_X);
  ASSERT_TRUE(extended.wait(kPatienceMs));
  ASSERT_TRUE(QTest::qWaitFor([&run] { return viewOf(run)->status.step == 5; }, kPatienceMs));
  ASSERT_TRUE(waitUntilFinished(run));

  EvaluateDialog evaluate(engine);
  Shown shown;
  shown.run = viewOf(run);
  evaluate.setShown(shown);
  tests::showActive(evaluate);
  auto* cell = qobject_cast<QComboBox*>(tests::tabTo(evaluate, u"cell"_s));
  ASSERT_NE(cell, nullptr);
  QTest::keyClick(cell, Qt::Key_End);
  tests::fill(evaluate, u"typedCell"_s, u"mT + dS"_s);
  tests::fill(evaluate, u"training.steps"_s, u"2"_s);
  tests::pressAlt(evaluate, Qt::Key_P);
  const QString evaluateCopied = QApplication::clipboard()->text();
  QSignalSpy evaluated(&evaluate, &EngineDialog::started);
  tests::pressAlt(evaluate, Qt::Key_S);
  ASSERT_TRUE(evaluated.wait(kPatienceMs));
  const auto folder = run / "evaluations" / "0001-mT-dS.attelier";
  ASSERT_TRUE(waitUntilFinished(folder));
  EXPECT_EQ(recordedCommandLine(folder), evaluateCopied);
  qunsetenv("XDG_DATA_HOME");
}

}  // namespace
}  // namespace attelier::ui
