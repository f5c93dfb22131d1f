#pragma once

#include <QList>
#include <QString>

#include <optional>

namespace attelier::ui {

/// How well what was typed fits a text: the higher the better.
struct FuzzyMatch {
  int score = 0;
  QList<qsizetype> positions;  ///< letters of the text that were meant, rising
};

/// Finds the letters of `typed` in `text` in their order, not necessarily side by side; nothing
/// where one is missing. Starts of words and neighbouring letters count more. Case and accents
/// count nothing ("ubersicht" finds "Übersicht").
std::optional<FuzzyMatch> fuzzyMatch(const QString& typed, const QString& text);

}  // namespace attelier::ui
