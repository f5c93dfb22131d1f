#pragma once

#include "engine/run/rows.h"
#include "engine/run/run_folder.h"
#include "engine/run/user_notes.h"

#include <QImage>
#include <QMetaType>
#include <QString>

#include <compare>
#include <filesystem>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

namespace attelier::ui {

/// The best accuracy of a run with the split it was measured on.
struct BestResult {
  QString split;  ///< "select" or "report"
  double top1 = 0;
  std::int64_t step = 0;
};

struct RunEntry;
using RunEntryPointer = std::shared_ptr<const RunEntry>;

/// What a list of runs shows of one. A value; immutable once it is handed over.
struct RunEntry {
  std::filesystem::path path;
  run::RunInfo info;  ///< its configuration with all changes merged in
  run::UserNotes notes;
  run::StatusRow status;  ///< phase as a viewer shows it
  double changed = 0;     ///< when its rows last changed; seconds since 1970
  std::optional<BestResult> best;
  QString problem;          ///< why it can't be read; then most of the rest is empty
  QString notesProblem;     ///< why its user.json can't be read
  bool isMissing = false;   ///< remembered, but no longer there
  bool isSnapshot = false;  ///< one file
  bool isWritable = false;  ///< user.json can be written
  bool isLocked = false;    ///< an engine holds it
  QImage thumbnail;         ///< of the first probe clip; null without one
  std::int64_t bytes = -1;  ///< on disk with its evaluations; -1: not counted yet
  std::vector<RunEntryPointer> evaluations;

  /// What people call it: the name of user.json, else of the evaluated cell, else of the folder.
  QString name() const;
  /// What it was made from: "match" or the folder of its clips.
  QString data() const;
  bool isSearch() const { return info.kind == run::RunKind::Search; }
  /// Lower-case words that a filter looks in.
  QString searchText() const;
};

/// When what a run shows may have changed: times and sizes of its files, and its lock.
struct RunFingerprint {
  std::vector<std::int64_t> parts;
  bool operator==(const RunFingerprint&) const = default;
};
RunFingerprint fingerprintOf(const std::filesystem::path& run);

/// Reads one run, without its evaluations and size. Whatever is wrong with it is in `problem`.
/// Waits for the disk.
RunEntry readRunEntry(const std::filesystem::path& run);

/// True where it is a run, as a folder or one file, or should be one by its name.
bool looksLikeRun(const std::filesystem::path& path);

/// Bytes of all files below; -1 when stopped.
std::int64_t sizeOnDisk(const std::filesystem::path& run, const std::stop_token& stop);

/// True where this process may write in the folder.
bool isWritableFolder(const std::filesystem::path& folder);

}  // namespace attelier::ui

Q_DECLARE_METATYPE(attelier::ui::RunEntryPointer)
