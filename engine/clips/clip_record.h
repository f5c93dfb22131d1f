#pragma once

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace attelier::clips {

/// What a clip may be used for: training, choosing, or an explicit and counted report.
enum class Split { Train, Select, Report };
constexpr int kSplitCount = 3;
/// "train", "select" or "report", as written to JSON and to the table `dataset`.
const char* splitName(Split split);

enum class ClipState {
  Ok,
  Damaged,     ///< some frames decode, others are missing or full of errors; used as far as it goes
  Short,       ///< fewer frames than asked for; frames are repeated
  Unreadable,  ///< listed with its reason and never loaded
};
/// "ok", "damaged", "short" or "unreadable".
const char* clipStateName(ClipState state);

/// One clip of a data set: where it is, what it is used for and what is known of it without
/// decoding it again.
struct ClipRecord {
  std::int64_t id = 0;  ///< index in Dataset::clips
  std::string path;  ///< UTF-8, relative to Dataset::root where it lies below, else as it was given
  Split split = Split::Train;
  int label = -1;     ///< index in Dataset::labels, -1 without one
  std::string group;  ///< person or source film; empty where the data has none
  std::int64_t frames = 0;
  double fps = 0.0;
  int width = 0;   ///< after the display rotation
  int height = 0;  ///< after the display rotation
  std::int64_t size = 0;
  std::int64_t mtimeNs = 0;  ///< last change of the file; Units: ns since 1970
  ClipState state = ClipState::Ok;
  std::string reason;  ///< why it is not Ok, one sentence
};

/// Every clip of the data, readable or not, and the class names.
struct Dataset {
  std::filesystem::path root;
  std::string format;  ///< the form that was recognised: "folder", "flat", "csv", "ucf101", ...
  std::vector<std::string> labels;
  std::vector<ClipRecord> clips;
  std::vector<std::string> warnings;  ///< groups in two splits, labels without training clips, ...
};

/// Full path of a clip.
std::filesystem::path clipPath(const Dataset& dataset, const ClipRecord& clip);

/// Indices into `clips` of the readable clips of a split, in order.
std::vector<std::int64_t> readableClips(const Dataset& dataset, Split split);

/// What the command `clips` prints: counts by class, split and state, warnings, and each clip with
/// its reason.
nlohmann::json datasetReport(const Dataset& dataset);

}  // namespace attelier::clips
