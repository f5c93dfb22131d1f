#pragma once

#include "engine/search/training_run.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace attelier::app {

/// A number by a printf format.
std::string numberText(const char* format, double value);

/// "48 s", "12 min", "3.5 h", "2.1 d".
std::string durationText(double seconds);

/// "512 B", "1.4 MiB".
std::string bytesText(std::int64_t bytes);

/// "812", "12.4 k", "3.20 M".
std::string countText(std::int64_t count);

/// "top-1 0.412 on select (2000 clips)".
std::string scoreText(const search::Score& score);

/// Columns aligned to the widest entry, a line a row; the first row is the head.
std::string tableText(const std::vector<std::vector<std::string>>& rows);

nlohmann::json toJson(const search::Score& score);

/// A result for people on standard output, with a line feed at its end.
void printText(const std::string& text);

/// A result for machines: one JSON object on standard output. Text that is no UTF-8 is replaced.
void printJson(const nlohmann::json& json);
/// True once a command has printed its JSON object.
bool jsonWasPrinted();

/// A word or path as a shell reads it back.
std::string shellWord(const std::string& word);

}  // namespace attelier::app
