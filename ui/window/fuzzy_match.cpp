#include "ui/window/fuzzy_match.h"

#include <algorithm>
#include <limits>
#include <vector>

namespace attelier::ui {

namespace {

constexpr int kLetter = 1;
constexpr int kWordStart = 8;
constexpr int kTextStart = 4;
constexpr int kNeighbour = 12;
constexpr int kNone = std::numeric_limits<int>::min() / 2;

QString folded(const QString& text) {
  QString result(text.size(), Qt::Uninitialized);
  for (qsizetype i = 0; i < text.size(); ++i) {
    const QString parts = text[i].decomposition();
    result[i] = (parts.isEmpty() ? text[i] : parts[0]).toCaseFolded();
  }
  return result;
}

bool startsWord(const QString& text, qsizetype i) {
  if (!text[i].isLetterOrNumber()) return false;
  return i == 0 || !text[i - 1].isLetterOrNumber() ||
         (text[i].isUpper() && text[i - 1].isLower()) || text[i].isDigit() != text[i - 1].isDigit();
}

}  // namespace

std::optional<FuzzyMatch> fuzzyMatch(const QString& typed, const QString& text) {
  const QString wanted = folded(typed), letters = folded(text);
  const auto n = static_cast<std::size_t>(wanted.size());
  const auto m = static_cast<std::size_t>(letters.size());
  if (n == 0) return FuzzyMatch{};
  if (n > m) return {};

  // best[i][j]: the best score of the first i + 1 letters where the last of them is letter j;
  // from[i][j]: where the one before it then is.
  std::vector<std::vector<int>> best(n, std::vector<int>(m, kNone));
  std::vector<std::vector<std::size_t>> from(n, std::vector<std::size_t>(m, 0));
  for (std::size_t i = 0; i < n; ++i) {
    int before = kNone;
    std::size_t beforeAt = 0;
    for (std::size_t j = 0; j < m; ++j) {
      if (i > 0 && j > 0 && best[i - 1][j - 1] >= before) {
        before = best[i - 1][j - 1];
        beforeAt = j - 1;
      }
      const auto at = static_cast<qsizetype>(j);
      if (letters[at] != wanted[static_cast<qsizetype>(i)]) continue;
      const int own = kLetter + (startsWord(text, at) ? kWordStart : 0) + (j == 0 ? kTextStart : 0);
      if (i == 0) {
        best[i][j] = own;
      } else if (before > kNone) {
        best[i][j] = before + own;
        from[i][j] = beforeAt;
        if (const int next = best[i - 1][j - 1] + kNeighbour; next > before) {
          best[i][j] = next + own;
          from[i][j] = j - 1;
        }
      }
    }
  }
  const auto end = std::max_element(best[n - 1].begin(), best[n - 1].end());
  if (*end <= kNone) return {};
  FuzzyMatch match{*end, {}};
  auto j = static_cast<std::size_t>(end - best[n - 1].begin());
  for (std::size_t i = n; i-- > 0;) {
    match.positions.prepend(static_cast<qsizetype>(j));
    j = from[i][j];
  }
  return match;
}

}  // namespace attelier::ui
