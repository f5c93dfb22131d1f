#include "tests/support/pseudo_locale.h"

#include <algorithm>
#include <cmath>
#include <string_view>

using namespace Qt::Literals::StringLiterals;

namespace attelier::tests {

QString PseudoLocale::translate(const char* context, const char* text, const char*, int) const {
  // Names of keys and the direction of writing are read by Qt itself.
  const std::string_view of = context;
  if (of == "QShortcut" || of == "QGuiApplication" || of == "QApplication") return {};
  const QString original = QString::fromUtf8(text);
  const auto more = static_cast<qsizetype>(std::ceil(0.4 * static_cast<double>(original.size())));
  return u'⟦' + original + QString(more, u'~') + u'⟧';
}

bool isPseudoTranslated(const QString& text) {
  int depth = 0;
  bool wasInside = false;
  for (const QChar letter : text) {
    if (letter == u'⟦') ++depth;
    if (letter == u'⟧') --depth;
    wasInside |= depth > 0;
    if (depth == 0 && letter.isLetter()) return false;
  }
  return wasInside && depth == 0;
}

}  // namespace attelier::tests
