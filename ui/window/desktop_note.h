#pragma once

#include "ui/workspace/run_view.h"

#include <QDBusConnection>
#include <QHash>
#include <QObject>

namespace attelier::ui {

/// Notes of the desktop (org.freedesktop.Notifications). Nothing waits; where there is no session
/// bus or nobody shows notes, nothing happens.
class DesktopNote : public QObject {
  Q_OBJECT
 public:
  /// On the session's bus.
  explicit DesktopNote(QObject* parent = nullptr);
  explicit DesktopNote(const QDBusConnection& bus, QObject* parent = nullptr);

  /// Shows a note; one for the same `tag` takes the place of the one before.
  void send(const QString& tag, const QString& title, const QString& text, bool isUrgent = false);

  /// Says that a run has finished, failed or was interrupted, with its result or its error;
  /// nothing for a run in another phase. The tag is the run's path.
  void sendEnd(const RunView& run);

 Q_SIGNALS:
  /// A person clicked the note. The token (may be empty) allows to raise the window.
  void activated(const QString& tag, const QString& token);

 private Q_SLOTS:
  void onActionInvoked(uint id, const QString& action);
  void onActivationToken(uint id, const QString& token);
  void onClosed(uint id, uint reason);

 private:
  void listen();

  std::optional<QDBusConnection> bus_;
  QHash<QString, uint> ids_;
  QHash<uint, QString> tokens_;
};

}  // namespace attelier::ui
