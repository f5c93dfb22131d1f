#pragma once

#include "engine/base/result.h"

#include <QStringList>
#include <nlohmann/json.hpp>

#include <cstdint>
#include <vector>

namespace attelier::ui {

/// A clip as `clips --json` describes it.
struct ScannedClip {
  std::int64_t id = 0;
  QString path;   ///< below the root
  QString label;  ///< empty without one
  QString split;  ///< "train", "select", "report"
  QString state;  ///< "ok", "short", "damaged", "unreadable"
  QString reason;
  std::int64_t frames = 0;
  double fps = 0;
  int width = 0, height = 0;
  std::int64_t bytes = 0;
  QString preview;            ///< file name in the folder of previews; empty without one
  std::vector<double> times;  ///< of the pictures in the preview. Units: seconds
};

/// How many clips there are of a class, or of all.
struct ClipCounts {
  QString label;  ///< empty: the clips without a label, or all
  std::int64_t clips = 0, train = 0, select = 0, report = 0;
  std::int64_t ok = 0, shortened = 0, damaged = 0, unreadable = 0;
};

/// What looking at a folder or list of clips gave.
struct ClipsReport {
  QString root;
  QString format;  ///< "folder", "ucf101", …
  std::vector<ClipCounts> classes;
  ClipCounts total;
  std::vector<ScannedClip> clips;
  QStringList warnings;

  /// Clips with a reason why they are not as they should be.
  std::vector<const ScannedClip*> awkward() const;
};

/// Reads what the engine printed. File names come from anybody's disk: types, sizes and ranges are
/// checked, a preview outside its folder is left out.
/// Errors: Corrupt, naming what is wrong.
Result<ClipsReport> clipsReportFromJson(const nlohmann::json& json);

}  // namespace attelier::ui
