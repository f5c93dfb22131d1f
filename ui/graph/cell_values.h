#pragma once

#include "engine/space/cost.h"
#include "engine/space/derivation.h"
#include "ui/workspace/run_view.h"
#include "widgets/graph/cell_picture.h"

#include <QString>
#include <QStringList>

#include <map>
#include <string>

namespace attelier::ui {

/// The drawing of a cell. Nodes are named by level and kind ("L2.dT", then "L2.dT.2"), so that
/// cells can be compared by name.
widgets::CellPicture cellPicture(const space::CellDesign& cell);

/// Names of a cell's nodes as in `cellPicture`.
QStringList cellNodeNames(const space::CellDesign& cell);

/// Two cells to look at side by side: what only the first has is marked as removed, what only the
/// second has as added.
struct ComparedCells {
  widgets::CellPicture first, second;
  int removed = 0, added = 0;  ///< operations and edges
};
ComparedCells compareCells(const space::CellDesign& first, const space::CellDesign& second);

/// The place of a moment, for space::cost.
space::Place placeOf(const Moment& moment);

QString cellText(const space::CellDesign& cell);

/// "12,480 parameters", "3.41 MFLOPs", "84.0 kB activations".
QString parametersText(std::int64_t parameters);
QString flopsText(std::int64_t flops);
QString activationText(std::int64_t bytes);
/// The bare numbers for tables: "12.5 k", "3.41 M".
QString shortNumber(double value);

/// A difference of weights with as many digits as tell something: "0.034", "0.00021".
QString marginText(double margin);

/// What has to happen for another cell to be derived.
QString flipSentence(const space::Derivation& derivation, const space::SupergraphShape& shape);

/// The best known select-split accuracy of an architecture.
struct KnownScore {
  double select = 0;
  QString name;  ///< of the evaluated cell
};
/// By space::architectureId, from the evaluations of a run.
std::map<std::string, KnownScore> knownScores(const RunView& view);

}  // namespace attelier::ui
