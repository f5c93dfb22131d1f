#include "engine/clips/dataset.h"

#include "engine/base/fields.h"
#include "engine/clips/lists.h"
#include "engine/clips/splits.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <iterator>
#include <map>
#include <mutex>
#include <set>
#include <sys/stat.h>
#include <thread>
#include <utility>

namespace attelier::clips {
namespace {

namespace fs = std::filesystem;

fs::path listPath(const std::string& name, const fs::path& root) {
  std::error_code error;
  const fs::path below = root / name;
  return (fs::exists(below, error) ? below : fs::absolute(name, error)).lexically_normal();
}

// Where the clips are, without a trailing slash or dots.
Result<fs::path> rootOf(const DatasetSettings& settings) {
  if (settings.clips.empty() && settings.train.empty()) {
    return fail(ErrorCode::InvalidArgument, "name a folder of clips, or a list of them", "clips");
  }
  std::error_code error;
  fs::path root =
      settings.clips.empty() ? fs::path(settings.train).parent_path() : fs::path(settings.clips);
  root = root.empty() ? fs::current_path(error) : fs::absolute(root, error);
  if (!fs::exists(root, error)) {
    return fail(ErrorCode::NotFound, "there is no such file or folder", root.string());
  }
  if (!fs::is_directory(root, error)) {
    root = root.parent_path();
  }
  root = root.lexically_normal();
  return root.has_filename() ? root : root.parent_path();
}

Result<ClipList> collect(const DatasetSettings& settings, const fs::path& root) {
  ClipList all;
  const auto add = [&](const fs::path& list, std::optional<Split> role) -> Status {
    ATTELIER_ASSIGN(ClipList read, readListFile(list, root, settings, role));
    all.format = read.format;
    std::move(read.entries.begin(), read.entries.end(), std::back_inserter(all.entries));
    if (all.labels.empty()) {
      all.labels = std::move(read.labels);
    }
    return {};
  };
  std::error_code error;
  const bool clipsIsList = !settings.clips.empty() && fs::is_regular_file(settings.clips, error);
  if (settings.train.empty() && settings.select.empty() && settings.report.empty()) {
    if (!clipsIsList) {
      return readFolder(root, settings);
    }
    ATTELIER_CHECKED(add(listPath(settings.clips, {}), std::nullopt));
    return all;
  }
  if (settings.train.empty() && clipsIsList) {
    ATTELIER_CHECKED(add(listPath(settings.clips, {}), Split::Train));
  }
  const std::pair<const std::string*, Split> lists[] = {{&settings.train, Split::Train},
                                                        {&settings.select, Split::Select},
                                                        {&settings.report, Split::Report}};
  for (const auto& [name, split] : lists) {
    if (!name->empty()) {
      // HMDB51 lists say the split of each clip; the others are what they are given as.
      ATTELIER_CHECKED(add(listPath(*name, root), split));
    }
  }
  return all;
}

bool allIntegers(const std::set<std::string>& names) {
  return std::all_of(names.begin(), names.end(), [](const std::string& name) {
    return name.size() < 10 && name.find_first_not_of("0123456789") == std::string::npos;
  });
}

Result<std::vector<std::string>> labelsOf(const ClipList& list, const DatasetSettings& settings,
                                          const fs::path& root) {
  if (!settings.classes.empty()) {
    return readClassList(listPath(settings.classes, root));
  }
  if (!list.labels.empty()) {
    return list.labels;
  }
  std::set<std::string> names;
  for (const ListEntry& entry : list.entries) {
    if (!entry.label.empty()) {
      names.insert(entry.label);
    }
  }
  std::vector<std::string> labels(names.begin(), names.end());
  if (allIntegers(names)) {
    std::sort(labels.begin(), labels.end(),
              [](const auto& a, const auto& b) { return std::stol(a) < std::stol(b); });
  }
  return labels;
}

Result<int> labelIndex(const std::map<std::string, int>& known, const std::string& name,
                       const fs::path& file) {
  if (name.empty()) {
    return -1;
  }
  const auto found = known.find(name);
  if (found != known.end()) {
    return found->second;
  }
  // With a list of class names, lists may give numbers.
  if (name.size() < 10 && name.find_first_not_of("0123456789") == std::string::npos) {
    const long number = std::stol(name);
    if (number < static_cast<long>(known.size())) {
      return static_cast<int>(number);
    }
  }
  std::vector<std::string> names;
  for (const auto& entry : known) {
    names.push_back(entry.first);
  }
  return fail(ErrorCode::Corrupt, unknownNameMessage("class", name, names), file.string());
}

bool isBelow(const fs::path& file, const fs::path& folder) {
  const fs::path relative = file.lexically_relative(folder);
  return !relative.empty() && *relative.begin() != "..";
}

// Lists may name clips beside their folder ("../jhmdb21/..."): one root for all of them, so that a
// moved data set can be given a new root. Where only "/" would do, paths stay whole.
fs::path commonRoot(const ClipList& list, const fs::path& root) {
  fs::path common = root;
  for (const ListEntry& entry : list.entries) {
    while (common.has_relative_path() && !isBelow(entry.file, common)) {
      common = common.parent_path();
    }
  }
  return common.has_relative_path() ? common : root;
}

Result<std::vector<ClipRecord>> recordsOf(const ClipList& list, const Dataset& dataset) {
  std::map<std::string, int> known;
  for (std::size_t i = 0; i < dataset.labels.size(); ++i) {
    known[dataset.labels[i]] = static_cast<int>(i);
  }
  std::vector<ClipRecord> clips;
  clips.reserve(list.entries.size());
  for (const ListEntry& entry : list.entries) {
    ClipRecord clip;
    clip.id = static_cast<std::int64_t>(clips.size());
    clip.path = isBelow(entry.file, dataset.root)
                    ? entry.file.lexically_relative(dataset.root).string()
                    : entry.file.string();
    clip.split = entry.split.value_or(Split::Train);
    ATTELIER_ASSIGN(clip.label, labelIndex(known, entry.label, entry.file));
    clip.group = entry.group;
    clips.push_back(std::move(clip));
  }
  return clips;
}

void look(ClipRecord& clip, const fs::path& file, const ClipProber& prober, int shortBelow) {
  struct stat status {};
  if (::stat(file.c_str(), &status) != 0) {
    clip.state = ClipState::Unreadable;
    clip.reason = "file not found";
    return;
  }
  clip.size = status.st_size;
  clip.mtimeNs =
      static_cast<std::int64_t>(status.st_mtim.tv_sec) * 1000000000 + status.st_mtim.tv_nsec;
  if (!S_ISREG(status.st_mode)) {
    clip.state = ClipState::Unreadable;
    clip.reason = "not a regular file";
    return;
  }
  ClipProbe probe;
  try {
    probe = prober(file);
  } catch (const std::exception& exception) {
    probe.reason = exception.what();
  }
  clip.frames = probe.frames;
  clip.fps = probe.fps;
  clip.width = probe.width;
  clip.height = probe.height;
  clip.state = probe.state;
  clip.reason = std::move(probe.reason);
  if (clip.state == ClipState::Ok && clip.frames < shortBelow) {
    clip.state = ClipState::Short;
    clip.reason = std::to_string(clip.frames) + (clip.frames == 1 ? " frame" : " frames") +
                  ", fewer than the " + std::to_string(shortBelow) + " asked for";
  }
}

// Each thread takes the next clip and writes only that record.
Status lookAtAll(Dataset& dataset, const DatasetSettings& settings, const ClipProber& prober,
                 const std::stop_token& stop, const ScanProgress& progress) {
  const std::size_t total = dataset.clips.size();
  std::atomic<std::size_t> next{0};
  std::mutex mutex;
  std::int64_t done = 0;
  const auto work = [&] {
    for (std::size_t i = next++; i < total && !stop.stop_requested(); i = next++) {
      look(dataset.clips[i], clipPath(dataset, dataset.clips[i]), prober, settings.shortBelow);
      const std::scoped_lock lock(mutex);
      ++done;
      if (progress) {
        progress(done, static_cast<std::int64_t>(total));
      }
    }
  };
  const unsigned cores = std::max(1U, std::thread::hardware_concurrency());
  const auto threads = std::min<std::size_t>(
      settings.threads > 0 ? static_cast<std::size_t>(settings.threads) : cores, total);
  {
    std::vector<std::jthread> others;
    for (std::size_t i = 1; i < threads; ++i) {
      others.emplace_back(work);
    }
    work();
  }
  if (stop.stop_requested()) {
    return fail(ErrorCode::Interrupted, "looking at the clips was stopped", dataset.root.string());
  }
  return {};
}

std::string first(const std::vector<std::string>& reasons) {
  return reasons.empty() ? std::string() : "; the first says: " + reasons.front();
}

Status requireReadable(const Dataset& dataset) {
  std::vector<std::string> reasons;
  for (const ClipRecord& clip : dataset.clips) {
    if (clip.state != ClipState::Unreadable) {
      return {};
    }
    reasons.push_back(clip.path + ": " + clip.reason);
  }
  const std::string looked =
      dataset.clips.empty()
          ? "there are no clips: looked for lists (train.csv, UCF-101, HMDB51, Kinetics, Moments "
            "in Time), for one sub-folder a class, and for video files"
          : "none of " + std::to_string(dataset.clips.size()) + " clips (" + dataset.format +
                ") is readable" + first(reasons);
  return fail(ErrorCode::NotFound, looked, dataset.root.string());
}

void warnAboutClasses(Dataset& dataset) {
  std::vector<std::string> without;
  std::vector<bool> trained(dataset.labels.size(), false);
  for (const ClipRecord& clip : dataset.clips) {
    if (clip.split == Split::Train && clip.label >= 0 && clip.state != ClipState::Unreadable) {
      trained[static_cast<std::size_t>(clip.label)] = true;
    }
  }
  for (std::size_t i = 0; i < trained.size(); ++i) {
    if (!trained[i]) {
      without.push_back(dataset.labels[i]);
    }
  }
  if (!without.empty()) {
    dataset.warnings.push_back(std::to_string(without.size()) +
                               " classes have no readable training clip, the first is " +
                               without.front());
  }
}

}  // namespace

Result<Dataset> openDataset(const DatasetSettings& settings, const ClipProber& prober,
                            std::stop_token stop, const ScanProgress& progress) {
  ATTELIER_CHECKED(datasetFields().validate(settings));
  Dataset dataset;
  ATTELIER_ASSIGN(dataset.root, rootOf(settings));
  ATTELIER_ASSIGN(const ClipList list, collect(settings, dataset.root));
  dataset.format = listFormatName(list.format);
  ATTELIER_ASSIGN(dataset.labels, labelsOf(list, settings, dataset.root));
  dataset.root = commonRoot(list, dataset.root);
  ATTELIER_ASSIGN(dataset.clips, recordsOf(list, dataset));
  const auto has = [&](Split split) {
    return std::any_of(dataset.clips.begin(), dataset.clips.end(),
                       [&](const ClipRecord& clip) { return clip.split == split; });
  };
  const auto seed = static_cast<std::uint64_t>(settings.splitSeed);
  if (!has(Split::Report)) {
    carveSplit(dataset.clips, Split::Report, settings.reportShare, seed);
  }
  if (!has(Split::Select)) {
    carveSplit(dataset.clips, Split::Select, settings.selectShare, seed);
  }
  ATTELIER_CHECKED(lookAtAll(dataset, settings, prober, stop, progress));
  ATTELIER_CHECKED(requireReadable(dataset));
  dataset.warnings = findLeaks(dataset.clips);
  warnAboutClasses(dataset);
  return dataset;
}

}  // namespace attelier::clips
