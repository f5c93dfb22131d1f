#include "ui/window/preferences.h"

#include <QCoreApplication>
#include <QLibraryInfo>
#include <QLocale>
#include <QSettings>
#include <QTranslator>

#include <array>
#include <utility>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {

namespace {

constexpr std::array kThemes = {std::pair{ThemeChoice::System, "system"},
                                std::pair{ThemeChoice::Light, "light"},
                                std::pair{ThemeChoice::Dark, "dark"}};
constexpr std::array kLanguages = {std::pair{Language::System, "system"},
                                   std::pair{Language::English, "en"},
                                   std::pair{Language::German, "de"}};
constexpr std::array kColourMaps = {std::pair{widgets::ColourMap::Cividis, "cividis"},
                                    std::pair{widgets::ColourMap::Viridis, "viridis"},
                                    std::pair{widgets::ColourMap::Magma, "magma"},
                                    std::pair{widgets::ColourMap::Inferno, "inferno"},
                                    std::pair{widgets::ColourMap::Grey, "grey"},
                                    std::pair{widgets::ColourMap::Turbo, "turbo"},
                                    std::pair{widgets::ColourMap::Jet, "jet"}};

template <typename Table, typename Value>
void read(const QSettings& settings, const QString& key, const Table& names, Value& value) {
  const QByteArray stored = settings.value(key).toString().toUtf8();
  for (const auto& [named, name] : names) {
    if (stored == name) value = named;
  }
}

template <typename Table, typename Value>
void write(QSettings& settings, const QString& key, const Table& names, Value value) {
  for (const auto& [named, name] : names) {
    if (value == named) settings.setValue(key, QString::fromLatin1(name));
  }
}

void readNumber(const QSettings& settings, const QString& key, int least, int most, int& value) {
  bool isNumber = false;
  const int stored = settings.value(key).toInt(&isNumber);
  if (isNumber && stored >= least && stored <= most) value = stored;
}

void readFlag(const QSettings& settings, const QString& key, bool& value) {
  const QString stored = settings.value(key).toString();
  if (stored == u"true") value = true;
  if (stored == u"false") value = false;
}

QLocale localeOf(Language language) {
  switch (language) {
    case Language::English:
      return {QLocale::English};
    case Language::German:
      return {QLocale::German};
    case Language::System:
      break;
  }
  return QLocale::system();
}

}  // namespace

Preferences Preferences::load(const QSettings& settings) {
  Preferences read;
  ui::read(settings, u"preferences/theme"_s, kThemes, read.theme);
  ui::read(settings, u"preferences/colour_map"_s, kColourMaps, read.colourMap);
  ui::read(settings, u"preferences/language"_s, kLanguages, read.language);
  readNumber(settings, u"preferences/readings_per_second"_s, kLeastReadings, kMostReadings,
             read.readingsPerSecond);
  readNumber(settings, u"preferences/font_size"_s, kLeastFontSize, kMostFontSize, read.fontSize);
  readFlag(settings, u"preferences/reduced_motion"_s, read.reducedMotion);
  readFlag(settings, u"preferences/notify_when_done"_s, read.notifyWhenDone);
  return read;
}

void Preferences::save(QSettings& settings) const {
  write(settings, u"preferences/theme"_s, kThemes, theme);
  write(settings, u"preferences/colour_map"_s, kColourMaps, colourMap);
  write(settings, u"preferences/language"_s, kLanguages, language);
  settings.setValue(u"preferences/readings_per_second"_s, readingsPerSecond);
  settings.setValue(u"preferences/font_size"_s, fontSize);
  settings.setValue(u"preferences/reduced_motion"_s, reducedMotion);
  settings.setValue(u"preferences/notify_when_done"_s, notifyWhenDone);
}

void installLanguage(Language language) {
  const QLocale locale = localeOf(language);
  QLocale::setDefault(locale);
  const auto install = [](const QLocale& of, const QString& name, const QString& folder) {
    auto* translator = new QTranslator(QCoreApplication::instance());
    const bool isThere = translator->load(of, name, u"_"_s, folder);
    if (isThere) {
      QCoreApplication::installTranslator(translator);
    } else {
      delete translator;
    }
    return isThere;
  };
  // Ours is asked first: the one installed last.
  install(locale, u"qtbase"_s, QLibraryInfo::path(QLibraryInfo::TranslationsPath));
  const QString texts = u":/attelier/translations"_s;
  // The English file holds the plurals ("1 clip").
  if (!install(locale, u"attelier"_s, texts)) install(QLocale::English, u"attelier"_s, texts);
}

}  // namespace attelier::ui
