#pragma once

#include "ui/workspace/workspace.h"

#include <QString>
#include <QStringList>

#include <vector>

namespace attelier::ui {

/// A cell that can be trained anew, and how the engine is told of it.
struct CellChoice {
  QString title;   ///< "Derived now: mS<mT + dST"
  QString detail;  ///< where it comes from, its cost
  QString name;    ///< what the engine calls the training: in its folder's name
  QString cell;    ///< word behind --cell; empty: derived by the engine itself
  /// Options of derivation that differ from the run's own; only with an empty `cell`.
  nlohmann::json derivation = nlohmann::json::object();
  bool hasOperations = true;  ///< false for the plain backbone: no random controls beside it
};

/// The cells that a person can choose among, the likeliest first: derived now, pinned, kept in the
/// run, the plain backbone.
std::vector<CellChoice> cellChoices(const Shown& shown);

/// A cell that was typed or lies in a file, as a word behind --cell. Relative files become
/// absolute. Errors: those of the engine's own reading, with the place in the text.
Result<CellChoice> typedCell(const QString& text, const nlohmann::json& configuration);

}  // namespace attelier::ui
