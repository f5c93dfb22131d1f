#include "ui/window/desktop_note.h"

#include "ui/window/session_bus.h"

#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QLocale>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {

namespace {

const QString kService = u"org.freedesktop.Notifications"_s;
const QString kPath = u"/org/freedesktop/Notifications"_s;
const QString kDesktopEntry = u"org.attelier.Attelier"_s;
constexpr uchar kNormal = 1, kCritical = 2;
constexpr int kServerDecides = -1;

QString nameOf(const std::filesystem::path& run) {
  const auto name = run.filename().empty() ? run.parent_path().filename() : run.filename();
  return QString::fromStdString(name.stem().string());
}

}  // namespace

DesktopNote::DesktopNote(QObject* parent) : QObject(parent), bus_(sessionBus()) { listen(); }

DesktopNote::DesktopNote(const QDBusConnection& bus, QObject* parent) : QObject(parent), bus_(bus) {
  listen();
}

void DesktopNote::listen() {
  if (!bus_) return;
  bus_->connect(kService, kPath, kService, u"ActionInvoked"_s, this,
                SLOT(onActionInvoked(uint, QString)));
  bus_->connect(kService, kPath, kService, u"ActivationToken"_s, this,
                SLOT(onActivationToken(uint, QString)));
  bus_->connect(kService, kPath, kService, u"NotificationClosed"_s, this,
                SLOT(onClosed(uint, uint)));
}

void DesktopNote::send(const QString& tag, const QString& title, const QString& text,
                       bool isUrgent) {
  if (!bus_) return;
  auto call = QDBusMessage::createMethodCall(kService, kPath, kService, u"Notify"_s);
  const QVariantMap hints{{u"desktop-entry"_s, kDesktopEntry},
                          {u"urgency"_s, QVariant::fromValue(isUrgent ? kCritical : kNormal)}};
  // The body may hold mark-up, and a run's name may look like it.
  call << tr("Attelier") << ids_.value(tag) << kDesktopEntry << title << text.toHtmlEscaped()
       << QStringList{u"default"_s, tr("Show")} << hints << kServerDecides;
  auto* reply = new QDBusPendingCallWatcher(bus_->asyncCall(call), this);
  connect(reply, &QDBusPendingCallWatcher::finished, this, [this, reply, tag] {
    const QDBusPendingReply<uint> id = *reply;
    if (id.isValid()) ids_[tag] = id.value();
    reply->deleteLater();
  });
}

void DesktopNote::sendEnd(const RunView& run) {
  const QString name = nameOf(run.path), tag = QString::fromStdString(run.path.string());
  const QString steps = QLocale().toString(static_cast<qlonglong>(run.status.step));
  switch (run.status.phase) {
    case run::Phase::Finished: {
      const auto accuracy = pointAt(run, "select/top1", run.status.step);
      send(tag, tr("%1 is finished").arg(name),
           accuracy ? tr("%1 steps; %2 % of the select split are right.")
                          .arg(steps, QLocale().toString(100 * *accuracy, 'f', 1))
                    : tr("%1 steps.").arg(steps));
      break;
    }
    case run::Phase::Failed:
      send(tag, tr("%1 has failed at step %2").arg(name, steps),
           QString::fromStdString(run.status.message), true);
      break;
    case run::Phase::Interrupted:
      send(tag, tr("%1 was interrupted at step %2").arg(name, steps),
           tr("It can be resumed from its last checkpoint."), true);
      break;
    default:
      break;
  }
}

void DesktopNote::onActivationToken(uint id, const QString& token) { tokens_[id] = token; }

void DesktopNote::onActionInvoked(uint id, const QString&) {
  // The bus tells everybody: other programs' notes are not ours.
  const QString tag = ids_.key(id);
  if (!tag.isEmpty()) Q_EMIT activated(tag, tokens_.take(id));
}

void DesktopNote::onClosed(uint id, uint) {
  tokens_.remove(id);
  ids_.remove(ids_.key(id));
}

}  // namespace attelier::ui
