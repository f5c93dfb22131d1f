#pragma once

#include "widgets/base/colour_map.h"

#include <QMetaType>

class QSettings;

namespace attelier::ui {

enum class ThemeChoice { System, Light, Dark };
enum class Language { System, English, German };

/// What a person set once for all runs. A value; out-of-range values in the settings read as what
/// they are without any.
struct Preferences {
  static constexpr int kLeastReadings = 1, kMostReadings = 30;
  static constexpr int kLeastFontSize = 6, kMostFontSize = 32;

  ThemeChoice theme = ThemeChoice::System;
  widgets::ColourMap colourMap = widgets::ColourMap::Cividis;  ///< of a run opened first
  int readingsPerSecond = 10;                                  ///< of the run folder
  int fontSize = 0;                                            ///< points; 0: the system's
  Language language = Language::System;                        ///< from the next start on
  bool reducedMotion = false;  ///< also where the system asks for it
  bool notifyWhenDone = true;

  static Preferences load(const QSettings& settings);
  void save(QSettings& settings) const;

  bool operator==(const Preferences&) const = default;
};

/// Texts and numbers in this language, for windows made from now on. English is what the texts are
/// written in; a language whose texts are not built in falls back to it.
void installLanguage(Language language);

}  // namespace attelier::ui

Q_DECLARE_METATYPE(attelier::ui::Preferences)
