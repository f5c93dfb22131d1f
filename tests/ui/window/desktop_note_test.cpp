#include "ui/window/desktop_note.h"

#include "ui/window/desktop_look.h"
#include "ui/window/session_bus.h"

#include <QDBusConnection>
#include <QDBusVariant>
#include <QProcess>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTest>
#include <gtest/gtest.h>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {

/// Shows nothing, but takes what a desktop would show.
class TakingNotes : public QObject {
  Q_OBJECT
  Q_CLASSINFO("D-Bus Interface", "org.freedesktop.Notifications")
 public:
  struct Note {
    uint replaces;
    QString title, body;
    QStringList actions;
    QVariantMap hints;
  };
  QList<Note> notes;

 public Q_SLOTS:
  uint Notify(const QString&, uint replaces, const QString&, const QString& title,
              const QString& body, const QStringList& actions, const QVariantMap& hints, int) {
    notes << Note{replaces, title, body, actions, hints};
    return replaces != 0 ? replaces : static_cast<uint>(40 + notes.size());
  }

 Q_SIGNALS:
  void ActionInvoked(uint id, const QString& key);
  void ActivationToken(uint id, const QString& token);
  void NotificationClosed(uint id, uint reason);
};

/// The settings portal of a desktop that is dark.
class DarkPortal : public QObject {
  Q_OBJECT
  Q_CLASSINFO("D-Bus Interface", "org.freedesktop.portal.Settings")
 public Q_SLOTS:
  QDBusVariant Read(const QString& group, const QString& key) {
    const bool isScheme = group == u"org.freedesktop.appearance" && key == u"color-scheme";
    return QDBusVariant(
        QVariant::fromValue(QDBusVariant(isScheme ? QVariant(1U) : QVariant(true))));
  }

 Q_SIGNALS:
  void SettingChanged(const QString& group, const QString& key, const QDBusVariant& value);
};

namespace {

/// A message bus of its own, with two programs on it.
class WithBus : public testing::Test {
 protected:
  void SetUp() override {
    if (QStandardPaths::findExecutable(u"dbus-daemon"_s).isEmpty())
      GTEST_SKIP() << "no dbus-daemon";
    daemon_.start(u"dbus-daemon"_s,
                  {u"--session"_s, u"--nofork"_s, u"--nopidfile"_s, u"--print-address"_s});
    ASSERT_TRUE(daemon_.waitForReadyRead(10'000));
    address_ = QString::fromLatin1(daemon_.readLine().trimmed());
    ASSERT_TRUE(program().isConnected() && desktop().isConnected());
  }
  void TearDown() override {
    QDBusConnection::disconnectFromBus(u"program"_s);
    QDBusConnection::disconnectFromBus(u"desktop"_s);
    daemon_.kill();
    daemon_.waitForFinished();
  }
  QDBusConnection program() const { return QDBusConnection::connectToBus(address_, u"program"_s); }
  QDBusConnection desktop() const { return QDBusConnection::connectToBus(address_, u"desktop"_s); }

  QProcess daemon_;
  QString address_;
};

class DesktopNoteTest : public WithBus {
 protected:
  void SetUp() override {
    WithBus::SetUp();
    if (IsSkipped()) return;
    auto bus = desktop();
    ASSERT_TRUE(
        bus.registerObject(u"/org/freedesktop/Notifications"_s, &shown_,
                           QDBusConnection::ExportAllSlots | QDBusConnection::ExportAllSignals));
    ASSERT_TRUE(bus.registerService(u"org.freedesktop.Notifications"_s));
  }
  bool waitFor(qsizetype count) {
    return QTest::qWaitFor([&] { return shown_.notes.size() == count; });
  }
  TakingNotes shown_;
};

RunView ended(run::Phase phase) {
  RunView view;
  view.path = "/runs/match-2.attelier";
  view.status.phase = phase;
  view.status.step = 1200;
  view.status.message = "loss <nan> at step 1200";
  return view;
}

TEST_F(DesktopNoteTest, SaysHowARunEnded) {
  DesktopNote note(program());
  note.sendEnd(ended(run::Phase::Running));
  note.sendEnd(ended(run::Phase::Finished));
  ASSERT_TRUE(waitFor(1));
  EXPECT_EQ(shown_.notes[0].title, u"match-2 is finished"_s);
  EXPECT_EQ(shown_.notes[0].actions.first(), u"default"_s);
  EXPECT_EQ(shown_.notes[0].hints[u"desktop-entry"_s].toString(), u"org.attelier.Attelier"_s);
  EXPECT_EQ(shown_.notes[0].hints[u"urgency"_s].toInt(), 1);
  QTest::qWait(50);

  note.sendEnd(ended(run::Phase::Failed));
  ASSERT_TRUE(waitFor(2));
  EXPECT_EQ(shown_.notes[1].replaces, 41U) << "a second note of a run takes the first one's place";
  EXPECT_EQ(shown_.notes[1].body, u"loss &lt;nan&gt; at step 1200"_s) << "no mark-up from outside";
  EXPECT_EQ(shown_.notes[1].hints[u"urgency"_s].toInt(), 2);
}

TEST_F(DesktopNoteTest, AClickNamesTheRun) {
  DesktopNote note(program());
  QSignalSpy activated(&note, &DesktopNote::activated);
  note.sendEnd(ended(run::Phase::Finished));
  ASSERT_TRUE(waitFor(1));
  QTest::qWait(50);
  Q_EMIT shown_.ActionInvoked(99, u"default"_s);  // another program's
  Q_EMIT shown_.ActivationToken(41, u"t"_s);
  Q_EMIT shown_.ActionInvoked(41, u"default"_s);
  ASSERT_TRUE(QTest::qWaitFor([&] { return !activated.isEmpty(); }));
  EXPECT_EQ(activated.count(), 1);
  EXPECT_EQ(activated.first()[0].toString(), u"/runs/match-2.attelier"_s);
  EXPECT_EQ(activated.first()[1].toString(), u"t"_s);
}

TEST_F(WithBus, NobodyShowsNotes) {
  DesktopNote note(program());
  note.send(u"a"_s, u"title"_s, u"text"_s);
  QTest::qWait(100);
}

TEST(SessionBus, IsNotStartedWhereThereIsNone) {
  const QByteArray address = qgetenv("DBUS_SESSION_BUS_ADDRESS"),
                   runtime = qgetenv("XDG_RUNTIME_DIR");
  qunsetenv("DBUS_SESSION_BUS_ADDRESS");
  qputenv("XDG_RUNTIME_DIR", "/nonexistent");
  EXPECT_FALSE(sessionBus());
  DesktopNote note;
  note.sendEnd(ended(run::Phase::Finished));
  if (!address.isNull()) qputenv("DBUS_SESSION_BUS_ADDRESS", address);
  runtime.isNull() ? qunsetenv("XDG_RUNTIME_DIR") : qputenv("XDG_RUNTIME_DIR", runtime);
}

TEST_F(WithBus, DesktopLookAsksThePortal) {
  DarkPortal portal;
  auto bus = desktop();
  ASSERT_TRUE(
      bus.registerObject(u"/org/freedesktop/portal/desktop"_s, &portal,
                         QDBusConnection::ExportAllSlots | QDBusConnection::ExportAllSignals));
  ASSERT_TRUE(bus.registerService(u"org.freedesktop.portal.Desktop"_s));
  DesktopLook look(program());
  QSignalSpy changed(&look, &DesktopLook::changed);
  EXPECT_FALSE(look.isDark()) << "as the palette of the test";
  ASSERT_TRUE(changed.wait());
  EXPECT_TRUE(look.isDark());
  EXPECT_FALSE(look.wantsLessMotion());
}

}  // namespace
}  // namespace attelier::ui

#include "desktop_note_test.moc"
