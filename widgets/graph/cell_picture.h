#pragma once

#include "widgets/base/data_table.h"
#include "widgets/graph/node_glyph.h"
#include "widgets/graph/supergraph_picture.h"

#include <QString>

#include <vector>

namespace attelier::widgets {

/// One operation of a cell.
struct CellNodePicture {
  QString name;        ///< tells nodes apart when cells are compared ("L2.dT")
  int kind = 0;        ///< 0 to 5: mS, mT, mST, dS, dT, dST
  QString activation;  ///< "softmax"; empty: not shown
  Difference difference = Difference::Same;
  bool operator==(const CellNodePicture&) const = default;
};

/// One edge of a cell: from kInputNode or a node, to a node or kSinkNode (the concatenation).
struct CellEdgePicture {
  int from = kInputNode;
  int to = kSinkNode;
  double weight = 1;
  Difference difference = Difference::Same;
  bool operator==(const CellEdgePicture&) const = default;
};

/// A cell as plain values. No edge goes round in a circle.
struct CellPicture {
  std::vector<CellNodePicture> nodes;
  std::vector<CellEdgePicture> edges;
  bool residual = true;  ///< the cell's input is added to its output
  bool operator==(const CellPicture&) const = default;

  bool empty() const { return nodes.empty(); }
};

/// `cell` with what it has more than `reference` marked as added, and what it lacks put in as
/// removed. Nodes are the same when they have the same name and kind.
CellPicture markDifferences(const CellPicture& cell, const CellPicture& reference);

/// "L1.mS", "input" or "concatenation".
QString endName(const CellPicture& cell, int node);

/// One paragraph about a node for people who can't see the drawing.
QString describeNode(const CellPicture& cell, int node);

/// All edges: from, to, weight, and the difference where cells are compared.
DataTable tableOf(const CellPicture& cell);

}  // namespace attelier::widgets
