#include "engine/clips/csv.h"

#include <fstream>
#include <system_error>
#include <utility>

namespace attelier::clips {
namespace {

constexpr std::uintmax_t kMaxTextBytes = std::uintmax_t{1} << 30;

std::string_view withoutMark(std::string_view text) {
  return text.substr(text.starts_with("\xEF\xBB\xBF") ? 3 : 0);
}

}  // namespace

Result<std::vector<CsvRow>> parseCsv(std::string_view text, const std::string& where) {
  text = withoutMark(text);
  std::vector<CsvRow> rows;
  CsvRow row;
  std::string cell;
  bool quoted = false;
  bool wasQuoted = false;
  int line = 1;
  int quoteLine = 1;
  const auto endRow = [&] {
    const bool empty = row.empty() && cell.empty() && !wasQuoted;
    if (!empty) {
      row.push_back(std::exchange(cell, {}));
      rows.push_back(std::exchange(row, {}));
    }
    wasQuoted = false;
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    line += c == '\n' ? 1 : 0;
    if (quoted) {
      if (c != '"') {
        cell += c;
      } else if (i + 1 < text.size() && text[i + 1] == '"') {
        cell += text[++i];
      } else {
        quoted = false;
      }
    } else if (c == '"' && cell.empty() && !wasQuoted) {
      quoted = wasQuoted = true;
      quoteLine = line;
    } else if (c == ',') {
      row.push_back(std::exchange(cell, {}));
      wasQuoted = false;
    } else if (c == '\n') {
      endRow();
    } else if (c != '\r' || (i + 1 < text.size() && text[i + 1] != '\n')) {
      cell += c;
    }
  }
  if (quoted) {
    return fail(ErrorCode::Corrupt,
                "the quote opened in line " + std::to_string(quoteLine) + " is never closed",
                where);
  }
  endRow();
  return rows;
}

Result<std::string> readTextFile(const std::filesystem::path& path) {
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  if (error) {
    const bool missing = error == std::errc::no_such_file_or_directory;
    return fail(missing ? ErrorCode::NotFound : ErrorCode::Io,
                missing ? "there is no such file" : error.message(), path.string());
  }
  if (size > kMaxTextBytes) {
    return fail(ErrorCode::Corrupt, "a list of clips is not larger than 1 GiB", path.string());
  }
  std::string text(static_cast<std::size_t>(size), '\0');
  std::ifstream in(path, std::ios::binary);
  if (!in.read(text.data(), static_cast<std::streamsize>(text.size()))) {
    return fail(ErrorCode::Io, "the file cannot be read; check its permissions", path.string());
  }
  return text;
}

Result<std::vector<CsvRow>> readCsv(const std::filesystem::path& path) {
  ATTELIER_ASSIGN(const std::string text, readTextFile(path));
  return parseCsv(text, path.string());
}

std::vector<std::string> textLines(std::string_view text) {
  text = withoutMark(text);
  std::vector<std::string> lines;
  while (!text.empty()) {
    const auto end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    const auto last = line.find_last_not_of(" \t\r");
    if (last != std::string_view::npos) {
      lines.emplace_back(line.substr(0, last + 1));
    }
  }
  return lines;
}

}  // namespace attelier::clips
