#include "engine/base/nearest_name.h"

#include <algorithm>
#include <cctype>
#include <vector>

namespace attelier {
namespace {

std::string folded(std::string_view name) {
  std::string result;
  for (const char c : name) {
    result += c == '-' ? '_' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return result;
}

// Edit distance in which a swap of neighbours counts once (optimal string alignment).
std::size_t distance(const std::string& a, const std::string& b) {
  std::vector<std::vector<std::size_t>> table(a.size() + 1,
                                              std::vector<std::size_t>(b.size() + 1, 0));
  for (std::size_t i = 0; i <= a.size(); ++i) table[i][0] = i;
  for (std::size_t j = 0; j <= b.size(); ++j) table[0][j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = a[i - 1] == b[j - 1] ? 0 : 1;
      table[i][j] =
          std::min({table[i - 1][j] + 1, table[i][j - 1] + 1, table[i - 1][j - 1] + change});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        table[i][j] = std::min(table[i][j], table[i - 2][j - 2] + 1);
      }
    }
  }
  return table[a.size()][b.size()];
}

}  // namespace

std::optional<std::string> nearestName(std::string_view name, std::span<const std::string> known) {
  constexpr std::size_t kLongestName = 128;
  if (name.size() > kLongestName) return std::nullopt;
  const std::string wanted = folded(name);
  std::optional<std::string> best;
  std::size_t bestDistance = 0;
  for (const auto& candidate : known) {
    if (candidate.size() > kLongestName) continue;
    const std::size_t d = distance(wanted, folded(candidate));
    const std::size_t allowed = (std::max(wanted.size(), candidate.size()) + 2) / 3;
    if (d <= allowed && (!best || d < bestDistance)) {
      best = candidate;
      bestDistance = d;
    }
  }
  return best;
}

std::string unknownNameMessage(std::string_view kind, std::string_view name,
                               std::span<const std::string> known) {
  constexpr std::size_t kShown = 64;
  std::string message = "unknown ";
  message.append(kind).append(" '").append(name.substr(0, kShown)).append("'");
  if (const auto near = nearestName(name, known)) {
    return message + "; did you mean '" + *near + "'?";
  }
  message += "; known:";
  for (std::size_t i = 0; i < known.size(); ++i) message += (i == 0 ? " " : ", ") + known[i];
  return message;
}

}  // namespace attelier
