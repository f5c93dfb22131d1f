#include "ui/window/single_instance.h"

#include <QCryptographicHash>
#include <QDeadlineTimer>
#include <QDir>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLocalServer>
#include <QLocalSocket>
#include <QLockFile>
#include <QStandardPaths>
#include <QThread>
#include <QTimer>

#include <sys/socket.h>
#include <unistd.h>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {

namespace {

constexpr int kPatienceMs = 2000;
constexpr int kRetryMs = 50;
constexpr qint64 kLongestMessage = 1 << 20;
const QByteArray kTaken = "taken\n";

bool isSameUser(const QLocalSocket& socket) {
  ucred peer{};
  socklen_t size = sizeof(peer);
  return ::getsockopt(static_cast<int>(socket.socketDescriptor()), SOL_SOCKET, SO_PEERCRED, &peer,
                      &size) == 0 &&
         peer.uid == ::geteuid();
}

// A window on another screen of the same person is no place to open a run in.
QString baseName() {
  const QByteArray screen = qgetenv("WAYLAND_DISPLAY") + '\n' + qgetenv("DISPLAY");
  const QByteArray hash = QCryptographicHash::hash(screen, QCryptographicHash::Sha256);
  return u"attelier-"_s + QString::fromLatin1(hash.toHex().left(12));
}

}  // namespace

SingleInstance::SingleInstance(QObject* parent)
    : SingleInstance(QStandardPaths::writableLocation(QStandardPaths::RuntimeLocation), parent) {}

SingleInstance::SingleInstance(const QString& folder, QObject* parent)
    : QObject(parent), folder_(folder) {}

SingleInstance::~SingleInstance() = default;

SingleInstance::Role SingleInstance::start(const QStringList& paths) {
  if (folder_.isEmpty() || !QFileInfo(folder_).isWritable()) return Role::Alone;
  const QString base = QDir(folder_).filePath(baseName());
  lock_ = std::make_unique<QLockFile>(base + u".lock"_s);
  lock_->setStaleLockTime(0);  // only the death of its process makes it stale
  if (!lock_->tryLock()) {
    const bool isHeld = lock_->error() == QLockFile::LockFailedError;
    lock_.reset();
    return isHeld && handOver(paths) ? Role::HandedOver : Role::Alone;
  }
  const QString socket = base + u".socket"_s;
  QLocalServer::removeServer(socket);
  server_ = new QLocalServer(this);
  server_->setSocketOptions(QLocalServer::UserAccessOption);
  connect(server_, &QLocalServer::newConnection, this, [this] {
    while (QLocalSocket* connection = server_->nextPendingConnection()) {
      connect(connection, &QLocalSocket::disconnected, connection, &QObject::deleteLater);
      if (!isSameUser(*connection)) {
        connection->abort();
        connection->deleteLater();
        continue;
      }
      QTimer::singleShot(kPatienceMs, connection, &QLocalSocket::abort);
      connect(connection, &QLocalSocket::readyRead, this,
              [this, connection] { receive(connection); });
      receive(connection);
    }
  });
  if (!server_->listen(socket)) {
    lock_.reset();
    return Role::Alone;
  }
  return Role::First;
}

bool SingleInstance::handOver(const QStringList& paths) {
  QJsonArray absolute;
  for (const auto& path : paths) absolute << QFileInfo(path).absoluteFilePath();
  QString token = qEnvironmentVariable("XDG_ACTIVATION_TOKEN");
  if (token.isEmpty()) token = qEnvironmentVariable("DESKTOP_STARTUP_ID");
  const QByteArray message = QJsonDocument(QJsonObject{{u"paths"_s, absolute}, {u"token"_s, token}})
                                 .toJson(QJsonDocument::Compact) +
                             '\n';

  const QString name = QDir(folder_).filePath(baseName() + u".socket"_s);
  QDeadlineTimer deadline(kPatienceMs);
  QLocalSocket socket;
  // The first one may hold the lock and not listen yet.
  for (;;) {
    socket.connectToServer(name);
    if (socket.waitForConnected(static_cast<int>(deadline.remainingTime()))) break;
    if (deadline.hasExpired()) return false;
    QThread::msleep(kRetryMs);
  }
  if (!isSameUser(socket)) return false;
  socket.write(message);
  QByteArray answer;
  while (answer.size() < kTaken.size() && !deadline.hasExpired() &&
         socket.waitForReadyRead(static_cast<int>(deadline.remainingTime()))) {
    answer += socket.readAll();
  }
  return answer == kTaken;
}

void SingleInstance::receive(QLocalSocket* socket) {
  if (socket->bytesAvailable() > kLongestMessage) {
    socket->abort();
    return;
  }
  if (!socket->canReadLine()) return;
  const QJsonObject message = QJsonDocument::fromJson(socket->readLine()).object();
  if (!message[u"paths"_s].isArray()) {
    socket->abort();
    return;
  }
  QStringList paths;
  for (const auto& path : message[u"paths"_s].toArray()) paths << path.toString();
  socket->write(kTaken);
  socket->disconnectFromServer();
  Q_EMIT opened(paths, message[u"token"_s].toString());
}

}  // namespace attelier::ui
