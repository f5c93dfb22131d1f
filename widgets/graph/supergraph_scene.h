#pragma once

#include "widgets/graph/supergraph_layout.h"
#include "widgets/graph/supergraph_picture.h"

#include <QFont>

#include <memory>
#include <vector>

class QPainter;

namespace attelier::widgets {

/// What a person chose to see of a supergraph.
struct SupergraphOptions {
  /// Widths mean the same for every graph and step; else the strongest edge of each kind is the
  /// widest, and a graph that has decided nothing looks decided.
  bool fixedScale = true;
  double hideBelow = 0;           ///< lighter edges are not drawn; kept ones always are
  bool focusOnAncestors = false;  ///< what does not feed the selected node is dimmed
  bool showDifferences = false;   ///< marks against the reference
  bool showLegend = true;
  bool operator==(const SupergraphOptions&) const = default;
};

/// Everything needed to paint a supergraph. A value: a worker may have a copy.
struct SupergraphScene {
  std::shared_ptr<const SupergraphPicture> picture;
  std::shared_ptr<const SupergraphLayout> layout;
  SupergraphOptions options;
  ViewTransform view;
  QSizeF size;  ///< of the view, pixels
  const Theme* theme = nullptr;
  QFont font;
  int selectedNode = -1;
  double fontPixels = 13;  ///< height of ordinary text
  double deviceScale = 1;
};

/// Room that the legend takes at the bottom.
double legendHeight(const SupergraphScene& scene);

/// Whether an edge is drawn at all.
bool isShown(const SupergraphScene& scene, const EdgePicture& edge);

/// The first layer: all edges that are not part of the cell, thin and faint. No text, so that it
/// can be painted by a worker.
void paintFaintEdges(QPainter& painter, const SupergraphScene& scene);

/// The second layer: the cell's edges with their numbers, nodes, titles.
void paintStrongLayer(QPainter& painter, const SupergraphScene& scene);

/// One edge over all others, for the cursor and the selection.
void paintMarkedEdge(QPainter& painter, const SupergraphScene& scene, int edge,
                     const QColor& colour);

/// What shapes and lines mean, at the bottom of the view.
void paintLegend(QPainter& painter, const SupergraphScene& scene);

}  // namespace attelier::widgets
