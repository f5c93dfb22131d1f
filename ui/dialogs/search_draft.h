#pragma once

#include "ui/dialogs/run_schema.h"

#include <QStringList>

#include <cstdint>
#include <string>

namespace attelier::ui {

/// A search as it is being filled in: all that its command line follows from.
struct SearchDraft {
  std::string preset;  ///< empty: the defaults
  nlohmann::json changes =
      nlohmann::json::object();  ///< groups of fields that differ from the preset
  QString folder;                ///< of the run, with its name
  QString after;                 ///< run to wait for; empty: none
  QString onDone;                ///< shell command at the end; empty: none
  bool background = false;       ///< gives way to other programs
  int seeds = 1;                 ///< runs with seed, seed + 1, …
  std::int64_t firstSeed = 1;    ///< effective `training.seed`
};

/// Folders of the runs that a draft makes: FOLDER itself, or with several seeds
/// "NAME-seed-7.attelier" of each.
QStringList runFolders(const SearchDraft& draft);

/// Words for the engine that start a draft. Several seeds: the first run starts the others when it
/// has finished, each after the one before, so that they go on without the window and never stand
/// in each other's memory.
///
/// `program` is the engine, as those later runs are called.
QStringList searchArguments(const RunSchema& schema, const SearchDraft& draft,
                            const QString& program);

/// Words that ask what the draft would take (`ask` adds --json).
QStringList planArguments(const RunSchema& schema, const SearchDraft& draft);

/// The demo: the synthetic task `match` of the preset `tasks`, done in well under a minute.
QStringList demoArguments(const QString& folder);

}  // namespace attelier::ui
