#include "engine/clips/lists.h"

#include "engine/clips/csv.h"
#include "engine/clips/list_formats.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <iterator>
#include <system_error>
#include <utility>

namespace attelier::clips {
namespace {

namespace fs = std::filesystem;

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](char c) {
    return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  });
  return text;
}

bool isHidden(const fs::path& path) { return path.filename().string().starts_with("."); }

// Lists, notes and annotations that lie beside clips; whatever else a scan meets is looked at by
// content.
bool isSidecar(const fs::path& path) {
  constexpr std::array<const char*, 10> kKinds = {".csv",  ".txt", ".md",  ".json", ".xml",
                                                  ".yaml", ".yml", ".tsv", ".html", ".pdf"};
  const std::string extension = lower(path.extension().string());
  return std::find(kKinds.begin(), kKinds.end(), extension) != kKinds.end();
}

bool isFile(const fs::path& path) {
  std::error_code error;
  return fs::is_regular_file(path, error);
}

struct Children {
  std::vector<fs::path> files;
  std::vector<fs::path> folders;
};

Children childrenOf(const fs::path& folder) {
  Children children;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    std::error_code ignored;
    if (isHidden(entry->path())) {
      continue;
    }
    if (entry->is_directory(ignored)) {
      children.folders.push_back(entry->path());
    } else if (entry->is_regular_file(ignored)) {
      children.files.push_back(entry->path());
    }
  }
  std::sort(children.files.begin(), children.files.end());
  std::sort(children.folders.begin(), children.folders.end());
  return children;
}

// Clips below a folder, sub-folders included, in the order of their paths.
std::vector<fs::path> clipsBelow(const fs::path& folder) {
  std::vector<fs::path> found;
  std::error_code error;
  fs::recursive_directory_iterator entry(folder, fs::directory_options::skip_permission_denied,
                                         error);
  for (const fs::recursive_directory_iterator end; !error && entry != end; entry.increment(error)) {
    std::error_code ignored;
    if (isHidden(entry->path())) {
      entry.disable_recursion_pending();
    } else if (entry->is_regular_file(ignored) && !isSidecar(entry->path())) {
      found.push_back(entry->path());
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

ClipList readClassFolders(const fs::path& folder) {
  ClipList list{.format = ListFormat::Folder, .entries = {}, .labels = {}};
  const std::vector<fs::path> folders = childrenOf(folder).folders;
  // train/<class>/... and val/<class>/...: one level more.
  const bool bySplit =
      !folders.empty() && std::all_of(folders.begin(), folders.end(), [](const fs::path& f) {
        return splitOfName(f.filename().string()).has_value();
      });
  const auto add = [&](const fs::path& classFolder, std::optional<Split> split) {
    for (const fs::path& file : clipsBelow(classFolder)) {
      list.entries.push_back(
          {.file = file, .label = classFolder.filename().string(), .split = split, .group = {}});
    }
  };
  for (const fs::path& child : folders) {
    if (!bySplit) {
      add(child, std::nullopt);
      continue;
    }
    for (const fs::path& classFolder : childrenOf(child).folders) {
      add(classFolder, splitOfName(child.filename().string()));
    }
  }
  return list;
}

ClipList readFlat(const fs::path& folder) {
  ClipList list{.format = ListFormat::Flat, .entries = {}, .labels = {}};
  for (const fs::path& file : childrenOf(folder).files) {
    if (!isSidecar(file)) {
      list.entries.push_back({.file = file, .label = {}, .split = std::nullopt, .group = {}});
    }
  }
  return list;
}

void append(ClipList& all, ClipList more) {
  all.format = more.format;
  all.entries.insert(all.entries.end(), std::make_move_iterator(more.entries.begin()),
                     std::make_move_iterator(more.entries.end()));
  if (all.labels.empty()) {
    all.labels = std::move(more.labels);
  }
}

// The folder itself or one just below it that holds a file of this name.
fs::path folderHolding(const fs::path& folder, const std::string& file) {
  if (isFile(folder / file)) {
    return folder;
  }
  for (const fs::path& child : childrenOf(folder).folders) {
    if (isFile(child / file)) {
      return child;
    }
  }
  return {};
}

std::vector<fs::path> hmdbLists(const fs::path& folder, int number) {
  const std::string ending = "_test_split" + std::to_string(number) + ".txt";
  std::vector<fs::path> places = childrenOf(folder).folders;
  places.insert(places.begin(), folder);
  for (const fs::path& place : places) {
    std::vector<fs::path> lists = childrenOf(place).files;
    std::erase_if(lists,
                  [&](const fs::path& f) { return !f.filename().string().ends_with(ending); });
    if (!lists.empty()) {
      return lists;
    }
  }
  return {};
}

// Official list files of a folder with the split of their entries; empty where it has none.
std::vector<std::pair<fs::path, std::optional<Split>>> listsOfFolder(
    const fs::path& folder, const DatasetSettings& settings) {
  const auto wants = [&](ListFormat format) {
    return settings.format == ListFormat::Auto || settings.format == format;
  };
  std::vector<std::pair<fs::path, std::optional<Split>>> lists;
  const std::string number = std::to_string(settings.splitNumber);
  if (wants(ListFormat::Ucf101)) {
    const fs::path place = folderHolding(folder, "trainlist0" + number + ".txt");
    if (!place.empty()) {
      return {{place / ("trainlist0" + number + ".txt"), Split::Train},
              {place / ("testlist0" + number + ".txt"), Split::Report}};
    }
  }
  if (wants(ListFormat::Hmdb51)) {
    for (const fs::path& list : hmdbLists(folder, settings.splitNumber)) {
      lists.emplace_back(list, std::nullopt);
    }
    if (!lists.empty()) {
      return lists;
    }
  }
  if (wants(ListFormat::Moments) && isFile(folder / "trainingSet.csv")) {
    lists.emplace_back(folder / "trainingSet.csv", Split::Train);
    if (isFile(folder / "validationSet.csv")) {
      lists.emplace_back(folder / "validationSet.csv", Split::Report);
    }
    return lists;
  }
  if (wants(ListFormat::Csv) || wants(ListFormat::Kinetics)) {
    for (const char* name :
         {"train", "select", "val", "validate", "validation", "test", "report"}) {
      const fs::path list = folder / (std::string(name) + ".csv");
      if (isFile(list)) {
        lists.emplace_back(list, splitOfName(name));
      }
    }
    if (!lists.empty() && lists.front().first.filename() != "train.csv") {
      lists.clear();
    }
  }
  return lists;
}

ListFormat formatOfText(const fs::path& list, const std::vector<CsvRow>& rows,
                        const std::vector<std::string>& lines) {
  const std::string name = list.filename().string();
  if (name.find("_test_split") != std::string::npos && list.extension() == ".txt") {
    return ListFormat::Hmdb51;
  }
  if (!rows.empty() && std::any_of(rows.front().begin(), rows.front().end(),
                                   [](const auto& cell) { return lower(cell) == "youtube_id"; })) {
    return ListFormat::Kinetics;
  }
  const auto isNumber = [](const std::string& text) {
    return !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
  };
  if (!rows.empty() && rows.front().size() == 4 && isNumber(rows.front()[2]) &&
      isNumber(rows.front()[3])) {
    return ListFormat::Moments;
  }
  const bool noCommas =
      std::all_of(rows.begin(), rows.end(), [](const CsvRow& row) { return row.size() == 1; });
  if (!lines.empty() && noCommas && lines.front().find('/') != std::string::npos &&
      list.extension() == ".txt") {
    return ListFormat::Ucf101;
  }
  return ListFormat::Csv;
}

}  // namespace

std::optional<Split> splitOfName(const std::string& name) {
  const std::string word = lower(name);
  if (word == "train" || word == "training") {
    return Split::Train;
  }
  if (word == "select") {
    return Split::Select;
  }
  for (const char* known :
       {"val", "validate", "validation", "valid", "test", "testing", "report"}) {
    if (word == known) {
      return Split::Report;
    }
  }
  return std::nullopt;
}

Result<ClipList> readListFile(const fs::path& list, const fs::path& root,
                              const DatasetSettings& settings, std::optional<Split> role) {
  ATTELIER_ASSIGN(const std::string text, readTextFile(list));
  const std::vector<std::string> lines = textLines(text);
  auto rows = parseCsv(text, list.string());
  ListFormat format = settings.format;
  if (format == ListFormat::Auto || format == ListFormat::Folder || format == ListFormat::Flat) {
    format = formatOfText(list, rows ? *rows : std::vector<CsvRow>{}, lines);
  }
  const ListContext context{.list = list, .root = root, .role = role};
  const auto withClasses = [&](Result<ClipList> read, const char* file) -> Result<ClipList> {
    if (read && isFile(list.parent_path() / file)) {
      ATTELIER_ASSIGN(read->labels, readClassList(list.parent_path() / file));
    }
    return read;
  };
  if (format == ListFormat::Ucf101) {
    return withClasses(readUcf101(lines, context), "classInd.txt");
  }
  if (format == ListFormat::Hmdb51) {
    return readHmdb51(lines, context);
  }
  if (!rows) {
    return tl::unexpected(rows.error());
  }
  if (format == ListFormat::Kinetics) {
    return readKinetics(*rows, context);
  }
  if (format == ListFormat::Moments) {
    return withClasses(readMoments(*rows, context), "moments_categories.txt");
  }
  return readPathCsv(*rows, context);
}

Result<ClipList> readFolder(const fs::path& folder, const DatasetSettings& settings) {
  ClipList all{.format = settings.format, .entries = {}, .labels = {}};
  if (settings.format != ListFormat::Folder && settings.format != ListFormat::Flat) {
    const auto lists = listsOfFolder(folder, settings);
    for (const auto& [list, role] : lists) {
      ATTELIER_ASSIGN(ClipList read, readListFile(list, folder, settings, role));
      append(all, std::move(read));
    }
    if (!lists.empty()) {
      return all;
    }
    if (settings.format != ListFormat::Auto) {
      return fail(ErrorCode::NotFound,
                  std::string("the folder has no lists of the format ") +
                      listFormatName(settings.format) + "; name them, or take the format auto",
                  folder.string());
    }
  }
  if (settings.format != ListFormat::Flat) {
    all = readClassFolders(folder);
    if (!all.entries.empty() || settings.format == ListFormat::Folder) {
      return all;
    }
  }
  return readFlat(folder);
}

Result<std::vector<std::string>> readClassList(const fs::path& file) {
  ATTELIER_ASSIGN(const std::string text, readTextFile(file));
  std::vector<std::pair<long, std::string>> numbered;
  long line = 0;
  for (const std::string& row : textLines(text)) {
    const auto isNumber = [](const std::string& word) {
      return !word.empty() && word.size() < 10 &&
             word.find_first_not_of("0123456789") == std::string::npos;
    };
    const auto blank = row.find(' ');
    const auto comma = row.rfind(',');
    if (blank != std::string::npos && isNumber(row.substr(0, blank))) {
      numbered.emplace_back(std::stol(row.substr(0, blank)), row.substr(blank + 1));
    } else if (comma != std::string::npos && isNumber(row.substr(comma + 1))) {
      numbered.emplace_back(std::stol(row.substr(comma + 1)), row.substr(0, comma));
    } else {
      numbered.emplace_back(line, row);
    }
    ++line;
  }
  std::stable_sort(numbered.begin(), numbered.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<std::string> labels;
  for (auto& [number, name] : numbered) {
    if (std::find(labels.begin(), labels.end(), name) != labels.end()) {
      return fail(ErrorCode::Corrupt, "the class \"" + name + "\" is named twice", file.string());
    }
    labels.push_back(std::move(name));
  }
  return labels;
}

}  // namespace attelier::clips
