#pragma once

#include "engine/base/result.h"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace attelier::clips {

using CsvRow = std::vector<std::string>;

/// The rows of a CSV text: RFC 4180 quoting, LF or CRLF, a byte order mark and empty lines skipped.
/// Errors: Corrupt for an unclosed quote, naming the line.
Result<std::vector<CsvRow>> parseCsv(std::string_view text, const std::string& where);

/// A whole text file. Errors: NotFound, Io; Corrupt when it is larger than 1 GiB.
Result<std::string> readTextFile(const std::filesystem::path& path);

/// parseCsv() of a file.
Result<std::vector<CsvRow>> readCsv(const std::filesystem::path& path);

/// The lines of a text without ends, byte order mark and empty lines.
std::vector<std::string> textLines(std::string_view text);

}  // namespace attelier::clips
