#include "ui/window/session_bus.h"

#include <QFileInfo>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {

std::optional<QDBusConnection> sessionBus() {
  // Without an address libdbus would start dbus-launch, and wait for it.
  const QString runtime = qEnvironmentVariable("XDG_RUNTIME_DIR");
  const bool hasAddress = !qEnvironmentVariableIsEmpty("DBUS_SESSION_BUS_ADDRESS");
  const bool hasSocket = !runtime.isEmpty() && QFileInfo::exists(runtime + u"/bus"_s);
  if (!hasAddress && !hasSocket) return {};
  const QDBusConnection bus = QDBusConnection::sessionBus();
  return bus.isConnected() ? std::optional(bus) : std::nullopt;
}

}  // namespace attelier::ui
