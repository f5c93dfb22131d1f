#include "tests/ui/dialogs/dialog_checks.h"
#include "ui/dialogs/new_search_dialog.h"
#include "ui/engine/engine_program.h"

#include <QClipboard>
#include <QProcess>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <gtest/gtest.h>

#include <fstream>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {
namespace {

/// A dialog filled in by the keyboard starts the engine with the command line that it copies.
TEST(StartSearch, TheRunRecordsTheCopiedCommandLine) {
  QTemporaryDir data;
  qputenv("XDG_DATA_HOME", data.path().toUtf8());
  EngineProgram engine{std::filesystem::path(ATTELIER_ENGINE)};
  NewSearchDialog dialog(engine);
  tests::showActive(dialog);
  tests::choose(dialog, u"synthetic.task"_s, u"when"_s);
  tests::pressAlt(dialog, Qt::Key_3);
  tests::fill(dialog, u"training.steps"_s, u"3"_s);
  tests::fill(dialog, u"training.batch"_s, u"2"_s);
  tests::pressAlt(dialog, Qt::Key_P);
  const QString copied = QApplication::clipboard()->text();
  QSignalSpy started(&dialog, &EngineDialog::started);
  tests::pressAlt(dialog, Qt::Key_S);
  ASSERT_TRUE(started.wait(120'000));
  const QString folder = started[0][0].toString();
  std::ifstream file((folder + u"/run.json"_s).toStdString());
  const auto info = nlohmann::json::parse(file);
  QStringList words;
  for (const auto& word : info.at("command_line")) {
    words << QString::fromStdString(word.get<std::string>());
  }
  EXPECT_EQ(EngineProgram::commandLine(words.first(), words.mid(1)), copied);
  // The engine goes on by itself; it is asked to leave so that the folder can go.
  EXPECT_TRUE(QTest::qWaitFor(
      [&folder] {
        QProcess info_;
        info_.start(QStringLiteral(ATTELIER_ENGINE), {u"info"_s, folder, u"--json"_s});
        info_.waitForFinished();
        return info_.readAllStandardOutput().contains("finished");
      },
      120'000));
  qunsetenv("XDG_DATA_HOME");
}

}  // namespace
}  // namespace attelier::ui
