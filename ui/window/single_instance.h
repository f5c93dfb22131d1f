#pragma once

#include <QObject>
#include <QStringList>

#include <memory>

class QLocalServer;
class QLocalSocket;
class QLockFile;

namespace attelier::ui {

/// One window a person and screen: a second start hands its paths to the first and leaves.
///
/// A lock file in the runtime folder tells who is first, also after a crash; beside it lies the
/// socket. Only programs of the same user are listened to and talked to.
class SingleInstance : public QObject {
  Q_OBJECT
 public:
  enum class Role {
    First,       ///< go on; `opened` will tell what later starts bring
    HandedOver,  ///< leave: another window has the paths
    Alone        ///< go on; there is no runtime folder, or the first one does not answer
  };

  /// In the user's runtime folder.
  explicit SingleInstance(QObject* parent = nullptr);
  explicit SingleInstance(const QString& folder, QObject* parent = nullptr);
  ~SingleInstance() override;

  /// To be called once, before any window is made. Waits at most two seconds for another window.
  Role start(const QStringList& paths);

 Q_SIGNALS:
  /// Another start: raise the window and open the paths (absolute; may be none). The token (may be
  /// empty) is what the desktop gave that start to raise the window with.
  void opened(const QStringList& paths, const QString& token);

 private:
  bool handOver(const QStringList& paths);
  void receive(QLocalSocket* socket);

  QString folder_;
  std::unique_ptr<QLockFile> lock_;
  QLocalServer* server_ = nullptr;
};

}  // namespace attelier::ui
