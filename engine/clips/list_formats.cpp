#include "engine/clips/list_formats.h"

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <initializer_list>
#include <map>
#include <system_error>

namespace attelier::clips {
namespace {

namespace fs = std::filesystem;

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](char c) {
    return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  });
  return text;
}

// The first of the places that exists, else the first: a missing clip is listed where it should
// have been.
fs::path firstExisting(const std::vector<fs::path>& places) {
  for (const auto& place : places) {
    std::error_code error;
    if (fs::exists(place, error)) {
      return place;
    }
  }
  return places.front();
}

std::optional<std::size_t> column(const CsvRow& header, std::initializer_list<const char*> names) {
  for (const char* name : names) {
    for (std::size_t i = 0; i < header.size(); ++i) {
      if (lower(header[i]) == name) {
        return i;
      }
    }
  }
  return std::nullopt;
}

std::string cellOf(const CsvRow& row, std::optional<std::size_t> at) {
  return at && *at < row.size() ? row[*at] : std::string();
}

// Groups that a manifest.csv beside the list gives, by path.
std::map<std::string, std::string> manifestGroups(const fs::path& manifest) {
  std::map<std::string, std::string> groups;
  const auto rows = readCsv(manifest);
  if (!rows || rows->empty()) {
    return groups;
  }
  const auto path = column(rows->front(), {"path"});
  const auto group = column(rows->front(), {"group"});
  if (path && group) {
    for (const auto& row : *rows) {
      groups[fs::path(cellOf(row, path)).lexically_normal().string()] = cellOf(row, group);
    }
  }
  return groups;
}

// Beside the clips of a list such as cross/a.csv, which names ../b/clip.mp4, lies b/manifest.csv.
class GroupsByManifest {
 public:
  std::string groupOf(const fs::path& file) {
    fs::path folder = file.parent_path();
    for (int up = 0; up < 3 && !folder.empty(); ++up, folder = folder.parent_path()) {
      auto known = manifests_.find(folder);
      if (known == manifests_.end()) {
        known = manifests_.emplace(folder, manifestGroups(folder / "manifest.csv")).first;
      }
      const auto found = known->second.find(file.lexically_relative(folder).string());
      if (found != known->second.end()) {
        return found->second;
      }
    }
    return {};
  }

 private:
  std::map<fs::path, std::map<std::string, std::string>> manifests_;
};

bool isInteger(const std::string& text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
}

// "name 1" → name and 1, by the last blank: names may hold blanks.
std::pair<std::string, std::string> nameAndNumber(const std::string& line) {
  const auto blank = line.find_last_of(" \t");
  if (blank == std::string::npos || !isInteger(line.substr(blank + 1))) {
    return {line, {}};
  }
  const auto end = line.find_last_not_of(" \t", blank);
  return {line.substr(0, end + 1), line.substr(blank + 1)};
}

}  // namespace

Result<ClipList> readPathCsv(const std::vector<CsvRow>& rows, const ListContext& context) {
  ClipList list{.format = ListFormat::Csv, .entries = {}, .labels = {}};
  if (rows.empty()) {
    return list;
  }
  const CsvRow& header = rows.front();
  std::optional<std::size_t> path = column(header, {"path", "file", "filename", "video", "clip"});
  std::optional<std::size_t> label = column(header, {"label", "class", "action"});
  const bool hasHeader = path.has_value() && (label.has_value() || header.size() == 1 ||
                                              column(header, {"split", "group"}).has_value());
  const auto split = hasHeader ? column(header, {"split", "set", "subset"}) : std::nullopt;
  const auto group = hasHeader ? column(header, {"group", "person", "source"}) : std::nullopt;
  if (!hasHeader) {
    path = 0;
    label = 1;
  }
  GroupsByManifest manifests;
  for (std::size_t i = hasHeader ? 1 : 0; i < rows.size(); ++i) {
    const std::string name = cellOf(rows[i], path);
    if (name.empty() || name.find('\0') != std::string::npos) {
      return fail(ErrorCode::Corrupt,
                  "row " + std::to_string(i + 1) + " has no path; the columns are path,label",
                  context.list.string());
    }
    ListEntry entry;
    entry.file = firstExisting({(context.list.parent_path() / name).lexically_normal(),
                                (context.root / name).lexically_normal()});
    entry.label = cellOf(rows[i], label);
    entry.split = context.role;
    if (const std::string word = cellOf(rows[i], split); !word.empty()) {
      entry.split = splitOfName(word);
      if (!entry.split) {
        return fail(ErrorCode::Corrupt,
                    "row " + std::to_string(i + 1) + " has the split \"" + word +
                        "\"; known are train, select, report, val, validation and test",
                    context.list.string());
      }
    }
    entry.group = group ? cellOf(rows[i], group) : manifests.groupOf(entry.file);
    list.entries.push_back(std::move(entry));
  }
  return list;
}

Result<ClipList> readUcf101(const std::vector<std::string>& lines, const ListContext& context) {
  ClipList list{.format = ListFormat::Ucf101, .entries = {}, .labels = {}};
  for (const auto& line : lines) {
    const std::string name = nameAndNumber(line).first;
    const auto slash = name.find('/');
    if (slash == std::string::npos || slash == 0) {
      return fail(ErrorCode::Corrupt,
                  "\"" + line + "\" is not Class/v_Class_g01_c01.avi, as in a UCF-101 list",
                  context.list.string());
    }
    ListEntry entry;
    entry.label = name.substr(0, slash);
    entry.file = firstExisting({context.root / name, context.root / "UCF-101" / name,
                                context.root / "videos" / name, context.list.parent_path() / name,
                                context.list.parent_path().parent_path() / "UCF-101" / name});
    entry.split = context.role;
    // v_Class_g08_c01.avi: group 8 is one film, clip 1; the numbers start anew in every class.
    const auto groupAt = name.rfind("_g");
    const auto clipAt = name.rfind("_c");
    if (groupAt != std::string::npos && clipAt != std::string::npos && clipAt > groupAt) {
      entry.group = entry.label + "/" + name.substr(groupAt + 1, clipAt - groupAt - 1);
    }
    list.entries.push_back(std::move(entry));
  }
  return list;
}

Result<ClipList> readHmdb51(const std::vector<std::string>& lines, const ListContext& context) {
  ClipList list{.format = ListFormat::Hmdb51, .entries = {}, .labels = {}};
  const std::string file = context.list.filename().string();
  const std::string label = file.substr(0, file.rfind("_test_split"));
  for (const auto& line : lines) {
    const auto [name, number] = nameAndNumber(line);
    if (number != "0" && number != "1" && number != "2") {
      return fail(ErrorCode::Corrupt, "\"" + line + "\" does not end in 0, 1 or 2, as in HMDB51",
                  context.list.string());
    }
    if (number == "0") {
      continue;
    }
    ListEntry entry;
    entry.label = label;
    entry.file = firstExisting({context.root / label / name, context.root / "videos" / label / name,
                                context.root / name, context.root / "hmdb51_org" / label / name,
                                context.list.parent_path().parent_path() / label / name});
    entry.split = number == "1" ? Split::Train : Split::Report;
    // <film>_<class>_<body>_<camera>_<people>_<view>_<quality>_<number>.avi
    const auto film = name.find("_" + label + "_");
    if (film != std::string::npos) {
      entry.group = name.substr(0, film);
    }
    list.entries.push_back(std::move(entry));
  }
  return list;
}

Result<ClipList> readKinetics(const std::vector<CsvRow>& rows, const ListContext& context) {
  ClipList list{.format = ListFormat::Kinetics, .entries = {}, .labels = {}};
  if (rows.empty()) {
    return list;
  }
  const CsvRow& header = rows.front();
  const auto label = column(header, {"label"});
  const auto id = column(header, {"youtube_id"});
  const auto start = column(header, {"time_start"});
  const auto end = column(header, {"time_end"});
  const auto split = column(header, {"split"});
  if (!id || !start || !end) {
    return fail(ErrorCode::Corrupt,
                "a Kinetics list has the columns label,youtube_id,time_start,time_end,split",
                context.list.string());
  }
  for (std::size_t i = 1; i < rows.size(); ++i) {
    const std::string name = cellOf(rows[i], id);
    if (name.empty() || name.find('/') != std::string::npos) {
      return fail(ErrorCode::Corrupt, "row " + std::to_string(i + 1) + " has no youtube_id",
                  context.list.string());
    }
    char times[64];
    std::snprintf(times, sizeof times, "_%06.0f_%06.0f",
                  std::strtod(cellOf(rows[i], start).c_str(), nullptr),
                  std::strtod(cellOf(rows[i], end).c_str(), nullptr));
    ListEntry entry;
    entry.label = cellOf(rows[i], label);
    entry.group = name;  // clips of one film
    entry.split = context.role;
    const std::string splitWord = cellOf(rows[i], split);
    if (!entry.split) {
      entry.split = splitOfName(splitWord);
    }
    std::string underscored = entry.label;
    std::replace(underscored.begin(), underscored.end(), ' ', '_');
    std::vector<fs::path> places;
    for (const fs::path& base :
         {context.root, context.root / splitWord, context.list.parent_path()}) {
      for (const fs::path& folder : {base, base / entry.label, base / underscored}) {
        places.push_back(folder / (name + times + ".mp4"));
        places.push_back(folder / (name + ".mp4"));
      }
    }
    entry.file = firstExisting(places);
    list.entries.push_back(std::move(entry));
  }
  return list;
}

Result<ClipList> readMoments(const std::vector<CsvRow>& rows, const ListContext& context) {
  ClipList list{.format = ListFormat::Moments, .entries = {}, .labels = {}};
  const bool validation =
      lower(context.list.filename().string()).find("validation") != std::string::npos;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i].size() < 2 || rows[i][0].empty()) {
      return fail(ErrorCode::Corrupt,
                  "row " + std::to_string(i + 1) + " is not path,label,agree,disagree",
                  context.list.string());
    }
    const std::string& name = rows[i][0];
    ListEntry entry;
    entry.label = rows[i][1];
    entry.split = context.role ? *context.role : validation ? Split::Report : Split::Train;
    entry.file = firstExisting({context.root / (validation ? "validation" : "training") / name,
                                context.root / name, context.list.parent_path() / name});
    list.entries.push_back(std::move(entry));
  }
  return list;
}

}  // namespace attelier::clips
