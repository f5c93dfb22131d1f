#pragma once

#include "ui/window/preferences.h"

#include <QDBusConnection>
#include <QDBusVariant>
#include <QObject>

#include <optional>

namespace attelier::ui {

/// What the desktop asks of all programs: dark or light, less motion. Known at once from the
/// palette the program started with, then from the settings portal, which also tells changes.
///
/// Make it before the first `applyLook`.
class DesktopLook : public QObject {
  Q_OBJECT
 public:
  /// On the session's bus, where there is one.
  explicit DesktopLook(QObject* parent = nullptr);
  explicit DesktopLook(std::optional<QDBusConnection> bus, QObject* parent = nullptr);

  bool isDark() const { return isDark_; }
  bool wantsLessMotion() const { return wantsLessMotion_; }

 Q_SIGNALS:
  void changed();

 private Q_SLOTS:
  void onSettingChanged(const QString& group, const QString& key, const QDBusVariant& value);

 private:
  void take(const QString& group, const QString& key, const QVariant& value);

  bool isDark_ = false;
  bool wantsLessMotion_ = false;
};

/// Gives the application the theme and the font size that are preferred.
void applyLook(const Preferences& preferences, const DesktopLook& desktop);

}  // namespace attelier::ui
