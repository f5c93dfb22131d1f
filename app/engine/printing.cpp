#include "app/engine/printing.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdio>

namespace attelier::app {

std::string numberText(const char* format, double value) {
  char text[64];
  std::snprintf(text, sizeof text, format, value);
  return text;
}

std::string durationText(double seconds) {
  if (!std::isfinite(seconds)) {
    return "unknown";
  }
  if (seconds < 10.0) {
    return numberText("%.1f s", seconds);
  }
  if (seconds < 120.0) {
    return numberText("%.0f s", seconds);
  }
  if (seconds < 7200.0) {
    return numberText("%.0f min", seconds / 60.0);
  }
  return seconds < 172'800.0 ? numberText("%.1f h", seconds / 3600.0)
                             : numberText("%.1f d", seconds / 86'400.0);
}

std::string bytesText(std::int64_t bytes) {
  static constexpr const char* kUnits[] = {"KiB", "MiB", "GiB", "TiB"};
  if (bytes < 1024) {
    return std::to_string(bytes) + " B";
  }
  auto value = static_cast<double>(bytes) / 1024.0;
  size_t unit = 0;
  while (value >= 1024.0 && unit + 1 < std::size(kUnits)) {
    value /= 1024.0;
    ++unit;
  }
  return numberText("%.1f ", value) + kUnits[unit];
}

std::string countText(std::int64_t count) {
  static constexpr const char* kUnits[] = {"k", "M", "G", "T"};
  if (count < 10'000) {
    return std::to_string(count);
  }
  auto value = static_cast<double>(count) / 1000.0;
  size_t unit = 0;
  while (value >= 1000.0 && unit + 1 < std::size(kUnits)) {
    value /= 1000.0;
    ++unit;
  }
  return numberText("%.3g ", value) + kUnits[unit];
}

std::string scoreText(const search::Score& score) {
  return "top-1 " + numberText("%.3f", score.top1) + " on " + clips::splitName(score.split) + " (" +
         std::to_string(score.clips) + " clips)";
}

std::string tableText(const std::vector<std::vector<std::string>>& rows) {
  std::vector<size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()), 0);
    for (size_t column = 0; column < row.size(); ++column) {
      widths[column] = std::max(widths[column], row[column].size());
    }
  }
  std::string text;
  for (const auto& row : rows) {
    std::string line;
    for (size_t column = 0; column < row.size(); ++column) {
      line += row[column];
      line.append(column + 1 < row.size() ? widths[column] - row[column].size() + 2 : 0, ' ');
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  if (!text.empty()) {
    text.pop_back();
  }
  return text;
}

nlohmann::json toJson(const search::Score& score) {
  return {{"split", clips::splitName(score.split)},
          {"clips", score.clips},
          {"top1", score.top1},
          {"top5", score.top5},
          {"loss", score.loss}};
}

void printText(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fputc('\n', stdout);
}

namespace {
bool jsonPrinted = false;
}  // namespace

void printJson(const nlohmann::json& json) {
  printText(json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
  jsonPrinted = true;
}

bool jsonWasPrinted() { return jsonPrinted; }

std::string shellWord(const std::string& word) {
  const bool plain = !word.empty() && std::all_of(word.begin(), word.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
           std::string("-_./,=:+@%").find(c) != std::string::npos;
  });
  if (plain) {
    return word;
  }
  std::string quoted = "'";
  for (const char c : word) {
    quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  }
  return quoted + "'";
}

}  // namespace attelier::app
