#pragma once

#include <QTranslator>

namespace attelier::tests {

/// Translates every text into one that shows what was forgotten: "Open…" gives "⟦Open…~~⟧", longer
/// by 40 %. A text on the screen without ⟦ did not go through tr(); one without ⟧ was cut off.
class PseudoLocale : public QTranslator {
  Q_OBJECT
 public:
  using QTranslator::QTranslator;

  bool isEmpty() const override { return false; }
  QString translate(const char* context, const char* text, const char* disambiguation = nullptr,
                    int n = -1) const override;
};

/// Whether a text is of this translator: nothing in it that a person reads stands outside ⟦ and ⟧.
bool isPseudoTranslated(const QString& text);

}  // namespace attelier::tests
