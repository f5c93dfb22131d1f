#include "ui/window/about_dialog.h"

#include "ui/engine/engine_program.h"

#include <QApplication>
#include <QClipboard>
#include <QFile>
#include <QPushButton>
#include <QTemporaryDir>
#include <QTest>
#include <gtest/gtest.h>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {
namespace {

class AboutTest : public testing::Test {
 protected:
  AboutTest() { QCoreApplication::setApplicationVersion(u"1.2.3"_s); }

  std::filesystem::path engine(const QByteArray& script) {
    QFile file(folder_.filePath(u"engine"_s));
    EXPECT_TRUE(file.open(QIODevice::WriteOnly));
    file.write("#!/bin/sh\n" + script + '\n');
    file.close();
    file.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    return file.fileName().toStdString();
  }

  QTemporaryDir folder_;
};

TEST_F(AboutTest, NamesVersionsAndWhatTheEngineSays) {
  EngineProgram program(engine(R"(echo '{"device": {"accelerators": 0, "reason": "no driver"},
    "machine": {"cores": 8, "memory_bytes": 25276514304}, "versions": {"libtorch": "2.11.0"},
    "environment": {"MKL_CBWR": null}, "unheard_of": {"new": true}, "advice": ["Take small clips."]}')"));
  AboutDialog dialog(program);
  dialog.addLine(u"events over 50 ms"_s, u"0"_s);
  dialog.summon();
  EXPECT_TRUE(dialog.diagnostics().contains(u"asking the engine…"_s));
  EXPECT_TRUE(
      QTest::qWaitFor([&] { return dialog.diagnostics().contains(u"libtorch: 2.11.0"_s); }));
  const QString text = dialog.diagnostics();
  for (const auto& part : {u"Attelier: 1.2.3"_s, u"events over 50 ms: 0"_s, u"memory: 23.54 GiB"_s,
                           u"why no GPU: no driver"_s, u"MKL_CBWR: not set"_s, u"new: yes"_s,
                           u"• Take small clips."_s}) {
    EXPECT_TRUE(text.contains(part)) << part.toStdString() << " in\n" << text.toStdString();
  }
  EXPECT_TRUE(text.contains(QString::fromLatin1(qVersion())));
  EXPECT_FALSE(text.contains(u"asking"_s));

  for (auto* button : dialog.findChildren<QPushButton*>()) {
    if (button->text() == u"&Copy all") QTest::mouseClick(button, Qt::LeftButton);
  }
  EXPECT_EQ(QGuiApplication::clipboard()->text(), text);
}

TEST_F(AboutTest, SaysWhenTheEngineIsMissingOrFails) {
  EngineProgram none{std::filesystem::path()};
  AboutDialog lonely(none);
  lonely.summon();
  EXPECT_TRUE(lonely.diagnostics().contains(u"not found"_s));

  EngineProgram broken(engine("echo 'attelier-engine: the disk is full' >&2; exit 3"));
  AboutDialog dialog(broken);
  dialog.summon();
  EXPECT_TRUE(
      QTest::qWaitFor([&] { return dialog.diagnostics().contains(u"the disk is full"_s); }));
}

TEST_F(AboutTest, ClosingWhileTheEngineIsAskedIsHarmless) {
  EngineProgram slow(engine("sleep 30"));
  auto dialog = std::make_unique<AboutDialog>(slow);
  dialog->summon();
  QTest::qWait(50);
  dialog.reset();
  QTest::qWait(50);
}

}  // namespace
}  // namespace attelier::ui
