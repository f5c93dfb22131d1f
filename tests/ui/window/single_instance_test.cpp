#include "ui/window/single_instance.h"

#include <QCoreApplication>
#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QLocalServer>
#include <QLocalSocket>
#include <QLockFile>
#include <QProcess>
#include <QProcessEnvironment>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>
#include <gtest/gtest.h>

#include <thread>
#include <unistd.h>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {
namespace {

constexpr char kFolder[] = "ATTELIER_TEST_INSTANCE_FOLDER";

// These two are started as processes of their own by the tests below.
TEST(SingleInstanceProcess, DISABLED_Second) {
  SingleInstance instance(qEnvironmentVariable(kFolder));
  const auto role = instance.start({u"a run.attelier"_s, u"/abs/b"_s});
  ::_exit(role == SingleInstance::Role::HandedOver ? 10 : 11);
}

TEST(SingleInstanceProcess, DISABLED_Killed) {
  SingleInstance instance(qEnvironmentVariable(kFolder));
  if (instance.start({}) != SingleInstance::Role::First) ::_exit(11);
  std::puts("listening");
  std::fflush(stdout);
  QTest::qWait(60'000);
}

class SingleInstanceTest : public testing::Test {
 protected:
  void begin(QProcess& process, const QString& name, const QStringList& before = {}) const {
    auto environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QString::fromLatin1(kFolder), folder_.path());
    environment.insert(u"XDG_ACTIVATION_TOKEN"_s, u"token-7"_s);
    process.setProcessEnvironment(environment);
    process.setWorkingDirectory(QDir::tempPath());
    QStringList words = before;
    words << QCoreApplication::applicationFilePath()
          << u"--gtest_filter=SingleInstanceProcess.DISABLED_"_s + name
          << u"--gtest_also_run_disabled_tests"_s;
    process.setProgram(words.takeFirst());
    process.setArguments(words);
    process.start();
  }

  /// Runs to its end while this process answers.
  int runSecond(const QStringList& before = {}) const {
    QProcess process;
    QSignalSpy finished(&process, &QProcess::finished);
    begin(process, u"Second"_s, before);
    if (finished.isEmpty()) finished.wait(20'000);
    return process.exitCode();
  }

  QTemporaryDir folder_;
};

TEST_F(SingleInstanceTest, SecondProcessHandsItsPathsOver) {
  SingleInstance first(folder_.path());
  ASSERT_EQ(first.start({}), SingleInstance::Role::First);
  QSignalSpy opened(&first, &SingleInstance::opened);
  EXPECT_EQ(runSecond(), 10);
  ASSERT_EQ(opened.count(), 1);
  EXPECT_EQ(opened.first()[0].toStringList(),
            (QStringList{QDir::temp().filePath(u"a run.attelier"_s), u"/abs/b"_s}));
  EXPECT_EQ(opened.first()[1].toString(), u"token-7"_s);
}

TEST_F(SingleInstanceTest, AKilledOneLeavesNothingInTheWay) {
  QProcess process;
  begin(process, u"Killed"_s);
  ASSERT_TRUE(QTest::qWaitFor(
      [&] { return process.waitForReadyRead(0) || process.bytesAvailable() > 0; }, 20'000));
  QByteArray said;
  ASSERT_TRUE(QTest::qWaitFor(
      [&] {
        said += process.readAllStandardOutput();
        return said.contains("listening");
      },
      20'000));
  process.kill();
  process.waitForFinished();
  EXPECT_FALSE(QDir(folder_.path()).entryList({u"*.socket"_s}, QDir::System).isEmpty());
  SingleInstance next(folder_.path());
  EXPECT_EQ(next.start({}), SingleInstance::Role::First);
  EXPECT_EQ(runSecond(), 10);
}

TEST_F(SingleInstanceTest, OneThatHangsIsNotWaitedForLong) {
  SingleInstance first(folder_.path());
  ASSERT_EQ(first.start({}), SingleInstance::Role::First);
  // No event loop runs here meanwhile: as a window that hangs.
  QElapsedTimer timer;
  timer.start();
  SingleInstance::Role role{};
  std::thread second([&] { role = SingleInstance(folder_.path()).start({u"/x"_s}); });
  second.join();
  EXPECT_EQ(role, SingleInstance::Role::Alone);
  EXPECT_LT(timer.elapsed(), 4000);
}

TEST_F(SingleInstanceTest, NonsenseIsNotOpened) {
  SingleInstance first(folder_.path());
  ASSERT_EQ(first.start({}), SingleInstance::Role::First);
  QSignalSpy opened(&first, &SingleInstance::opened);
  const QString name =
      QDir(folder_.path())
          .filePath(QDir(folder_.path()).entryList({u"*.socket"_s}, QDir::System).value(0));
  for (const QByteArray& message :
       {QByteArray("\n"), QByteArray("{\"paths\": 3}\n"), QByteArray("[]\n")}) {
    QLocalSocket socket;
    socket.connectToServer(name);
    ASSERT_TRUE(socket.waitForConnected(1000));
    socket.write(message);
    EXPECT_TRUE(QTest::qWaitFor([&] { return socket.state() == QLocalSocket::UnconnectedState; }));
  }
  EXPECT_EQ(opened.count(), 0);
}

TEST_F(SingleInstanceTest, WithoutAFolderEachStandsAlone) {
  SingleInstance nowhere((QString()));
  EXPECT_EQ(nowhere.start({}), SingleInstance::Role::Alone);
  SingleInstance missing(folder_.filePath(u"missing"_s));
  EXPECT_EQ(missing.start({}), SingleInstance::Role::Alone);
}

TEST_F(SingleInstanceTest, AnotherUserIsRefused) {
  if (::geteuid() != 0 || QStandardPaths::findExecutable(u"setpriv"_s).isEmpty()) {
    GTEST_SKIP() << "another user is needed";
  }
  SingleInstance first(folder_.path());
  ASSERT_EQ(first.start({}), SingleInstance::Role::First);
  QSignalSpy opened(&first, &SingleInstance::opened);
  // Open as wide as no runtime folder is.
  const QDir folder(folder_.path());
  QFile::setPermissions(folder.path(), QFile::Permissions(0x7777));
  for (const auto& name : folder.entryList(QDir::Files | QDir::System)) {
    QFile::setPermissions(folder.filePath(name), QFile::Permissions(0x7777));
  }
  const int code = runSecond({u"setpriv"_s, u"--reuid=65534"_s, u"--clear-groups"_s, u"--"_s});
  if (code != 11) GTEST_SKIP() << "this binary can't be run as another user";
  EXPECT_EQ(opened.count(), 0);
}

}  // namespace
}  // namespace attelier::ui
