#pragma once

#include "engine/base/result.h"
#include "engine/clips/clip_record.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>

namespace attelier {
template <typename Config>
class Fields;
}

namespace attelier::clips {

/// How the clips of a data set are listed.
enum class ListFormat { Auto, Folder, Flat, Csv, Ucf101, Hmdb51, Kinetics, Moments };

/// Which clips a search uses and how they are split.
struct DatasetSettings {
  std::string clips{};                   ///< folder of the clips, or one list file
  std::string train{};                   ///< list of training clips; relative to `clips` first
  std::string select{};                  ///< list of select clips; empty: carved out of train
  std::string report{};                  ///< list of report clips
  std::string classes{};                 ///< list of class names; empty: found or collected
  ListFormat format = ListFormat::Auto;  ///< Auto: recognised by content
  int splitNumber = 1;                   ///< which of the three lists of UCF-101 and HMDB51
  double selectShare = 0.2;              ///< share of train that becomes select
  double reportShare = 0.2;    ///< the same for report, where the data has no splits of its own
  std::int64_t splitSeed = 0;  ///< seed of the carving
  int shortBelow = 1;          ///< fewer frames than this: state Short
  bool countFrames = false;    ///< decode every clip to its end instead of trusting headers
  int threads = 0;             ///< files looked at side by side; 0: one a core
};
const Fields<DatasetSettings>& datasetFields();
/// "folder", "ucf101", ...
const char* listFormatName(ListFormat format);

/// What looking at a file gave; `state` Unreadable carries only the reason.
struct ClipProbe {
  ClipState state = ClipState::Unreadable;
  std::string reason;
  std::int64_t frames = 0;
  double fps = 0.0;
  int width = 0;
  int height = 0;
};
/// Looks at one existing file; called from several threads. `engine/clips/video/video_probe.h` has
/// the real one.
using ClipProber = std::function<ClipProbe(const std::filesystem::path&)>;
using ScanProgress = std::function<void(std::int64_t done, std::int64_t total)>;

/// All clips that the settings name, each looked at once and put into a split.
///
/// Forms: a folder with one sub-folder a class (also below train/ and val/ or test/), a flat folder
/// (no labels), CSV `path,label[,split][,group]`, UCF-101 and HMDB51 train/test lists, Kinetics and
/// Moments in Time CSV. Paths in a CSV are relative to its own folder, else to `clips`. Two lists:
/// select is carved out of train, by group where there are groups, else by class; val, validation
/// and test are report. Errors: NotFound when a list or folder is missing or no clip is readable;
/// Corrupt for a list that cannot be understood; Interrupted by `stop`. A missing or broken clip is
/// a record with a reason, never an error.
Result<Dataset> openDataset(const DatasetSettings& settings, const ClipProber& prober,
                            std::stop_token stop = {}, const ScanProgress& progress = {});

}  // namespace attelier::clips
