#include "engine/clips/clip_record.h"

#include <nlohmann/json.hpp>

#include <array>
#include <cstdio>
#include <map>
#include <string_view>

namespace attelier::clips {
namespace {

// Length of the UTF-8 sequence that starts here, 0 where there is none.
std::size_t utf8Length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  const std::size_t length = lead < 0x80                   ? 1
                             : lead >= 0xC2 && lead < 0xE0 ? 2
                             : lead >= 0xE0 && lead < 0xF0 ? 3
                             : lead >= 0xF0 && lead < 0xF5 ? 4
                                                           : 0;
  if (length == 0 || length > text.size()) {
    return 0;
  }
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) {
      return 0;
    }
  }
  const bool overlong = (lead == 0xE0 && byte(1) < 0xA0) || (lead == 0xF0 && byte(1) < 0x90);
  const bool surrogate = lead == 0xED && byte(1) >= 0xA0;
  const bool tooLarge = lead == 0xF4 && byte(1) >= 0x90;
  return overlong || surrogate || tooLarge ? 0 : length;
}

// File names may be any bytes, JSON is UTF-8: other bytes are shown as \xNN.
std::string printable(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const std::size_t length = utf8Length(text);
    if (length == 0) {
      char code[8];
      std::snprintf(code, sizeof code, "\\x%02x", static_cast<unsigned char>(text[0]));
      result += code;
      text.remove_prefix(1);
    } else {
      result += text.substr(0, length);
      text.remove_prefix(length);
    }
  }
  return result;
}

}  // namespace

const char* splitName(Split split) {
  constexpr std::array<const char*, kSplitCount> kNames = {"train", "select", "report"};
  return kNames[static_cast<std::size_t>(split)];
}

const char* clipStateName(ClipState state) {
  constexpr std::array<const char*, 4> kNames = {"ok", "damaged", "short", "unreadable"};
  return kNames[static_cast<std::size_t>(state)];
}

std::filesystem::path clipPath(const Dataset& dataset, const ClipRecord& clip) {
  return dataset.root / clip.path;
}

std::vector<std::int64_t> readableClips(const Dataset& dataset, Split split) {
  std::vector<std::int64_t> found;
  for (std::size_t i = 0; i < dataset.clips.size(); ++i) {
    if (dataset.clips[i].split == split && dataset.clips[i].state != ClipState::Unreadable) {
      found.push_back(static_cast<std::int64_t>(i));
    }
  }
  return found;
}

nlohmann::json datasetReport(const Dataset& dataset) {
  nlohmann::json report;
  report["root"] = printable(dataset.root.string());
  report["format"] = dataset.format;
  report["clip_count"] = dataset.clips.size();
  auto counts = [] {
    return nlohmann::json{{"clips", 0},      {"ok", 0},    {"damaged", 0}, {"short", 0},
                          {"unreadable", 0}, {"train", 0}, {"select", 0},  {"report", 0}};
  };
  nlohmann::json total = counts();
  std::vector<nlohmann::json> classes(dataset.labels.size() + 1, counts());
  std::map<std::string, int> reasons;
  report["clips"] = nlohmann::json::array();
  for (const ClipRecord& clip : dataset.clips) {
    auto& ofClass =
        classes[clip.label < 0 ? dataset.labels.size() : static_cast<std::size_t>(clip.label)];
    for (nlohmann::json* count : {&total, &ofClass}) {
      for (const char* key : {"clips", clipStateName(clip.state), splitName(clip.split)}) {
        (*count)[key] = (*count)[key].get<int>() + 1;
      }
    }
    if (!clip.reason.empty()) {
      ++reasons[printable(clip.reason)];
    }
    nlohmann::json entry = {{"id", clip.id},
                            {"path", printable(clip.path)},
                            {"split", splitName(clip.split)},
                            {"label", nullptr},
                            {"group", printable(clip.group)},
                            {"frames", clip.frames},
                            {"fps", clip.fps},
                            {"width", clip.width},
                            {"height", clip.height},
                            {"size", clip.size},
                            {"mtime_ns", clip.mtimeNs},
                            {"state", clipStateName(clip.state)},
                            {"reason", printable(clip.reason)}};
    if (clip.label >= 0) {
      entry["label"] = printable(dataset.labels[static_cast<std::size_t>(clip.label)]);
    }
    report["clips"].push_back(std::move(entry));
  }
  report["total"] = std::move(total);
  report["classes"] = nlohmann::json::array();
  for (std::size_t i = 0; i < classes.size(); ++i) {
    const bool unlabelled = i == dataset.labels.size();
    if (unlabelled && classes[i]["clips"] == 0) {
      continue;
    }
    classes[i]["label"] =
        unlabelled ? nlohmann::json(nullptr) : nlohmann::json(printable(dataset.labels[i]));
    report["classes"].push_back(std::move(classes[i]));
  }
  report["reasons"] = reasons;
  report["warnings"] = nlohmann::json::array();
  for (const auto& warning : dataset.warnings) {
    report["warnings"].push_back(printable(warning));
  }
  return report;
}

}  // namespace attelier::clips
