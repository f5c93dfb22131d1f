#include "ui/window/desktop_look.h"

#include "ui/window/session_bus.h"
#include "widgets/base/theme.h"

#include <QApplication>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QDBusVariant>
#include <QFont>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {

namespace {

const QString kService = u"org.freedesktop.portal.Desktop"_s;
const QString kPath = u"/org/freedesktop/portal/desktop"_s;
const QString kInterface = u"org.freedesktop.portal.Settings"_s;

const QString kAppearance = u"org.freedesktop.appearance"_s;
const QString kGnome = u"org.gnome.desktop.interface"_s;

struct Key {
  QString group, key;
};

QList<Key> keys() {
  return {{kAppearance, u"color-scheme"_s},
          {kAppearance, u"reduced-motion"_s},
          {kGnome, u"enable-animations"_s}};
}

// Portals wrap the value in one or two variants.
QVariant bare(QVariant value) {
  while (value.canConvert<QDBusVariant>()) value = value.value<QDBusVariant>().variant();
  return value;
}

}  // namespace

DesktopLook::DesktopLook(QObject* parent) : DesktopLook(sessionBus(), parent) {}

DesktopLook::DesktopLook(std::optional<QDBusConnection> bus, QObject* parent)
    : QObject(parent), isDark_(widgets::Theme::of(QGuiApplication::palette()).dark) {
  if (!bus) return;
  bus->connect(kService, kPath, kInterface, u"SettingChanged"_s, this,
               SLOT(onSettingChanged(QString, QString, QDBusVariant)));
  for (const auto& [group, key] : keys()) {
    auto read = QDBusMessage::createMethodCall(kService, kPath, kInterface, u"Read"_s);
    read << group << key;
    auto* reply = new QDBusPendingCallWatcher(bus->asyncCall(read), this);
    connect(reply, &QDBusPendingCallWatcher::finished, this, [this, reply, group, key] {
      const QDBusPendingReply<QDBusVariant> answer = *reply;
      if (answer.isValid()) take(group, key, bare(answer.value().variant()));
      reply->deleteLater();
    });
  }
}

void DesktopLook::onSettingChanged(const QString& group, const QString& key,
                                   const QDBusVariant& value) {
  take(group, key, bare(value.variant()));
}

void DesktopLook::take(const QString& group, const QString& key, const QVariant& value) {
  const bool wasDark = isDark_, wantedLess = wantsLessMotion_;
  if (group == kAppearance && key == u"color-scheme") {
    // 0: no preference, which leaves what the palette said.
    if (value.toUInt() == 1) isDark_ = true;
    if (value.toUInt() == 2) isDark_ = false;
  } else if (group == kAppearance && key == u"reduced-motion") {
    wantsLessMotion_ = value.toUInt() == 1;
  } else if (group == kGnome && key == u"enable-animations") {
    wantsLessMotion_ = !value.toBool();
  }
  if (wasDark != isDark_ || wantedLess != wantsLessMotion_) Q_EMIT changed();
}

void applyLook(const Preferences& preferences, const DesktopLook& desktop) {
  static const QFont systemFont = QApplication::font();
  const bool isDark = preferences.theme == ThemeChoice::System
                          ? desktop.isDark()
                          : preferences.theme == ThemeChoice::Dark;
  QApplication::setPalette(
      widgets::paletteOf(isDark ? widgets::Theme::darkTheme() : widgets::Theme::light()));
  QFont font = systemFont;
  if (preferences.fontSize > 0) font.setPointSize(preferences.fontSize);
  if (font != QApplication::font()) QApplication::setFont(font);
}

}  // namespace attelier::ui
