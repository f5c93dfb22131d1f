#pragma once

#include <QDBusConnection>

#include <optional>

namespace attelier::ui {

/// The session's D-Bus, or nothing where there is none. Never starts one.
std::optional<QDBusConnection> sessionBus();

}  // namespace attelier::ui
