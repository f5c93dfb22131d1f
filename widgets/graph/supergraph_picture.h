#pragma once

#include "widgets/base/data_table.h"
#include "widgets/graph/node_glyph.h"

#include <QString>

#include <optional>
#include <vector>

namespace attelier::widgets {

inline constexpr int kInputNode = -1;  ///< as an edge's source: the cell's input
inline constexpr int kSinkNode = -2;   ///< as an edge's target: the sink

/// A change of weight that a person should see: below it nothing is marked as moving.
inline constexpr float kVisibleTrend = 0.005F;

/// One node of a supergraph.
struct NodePicture {
  QString name;      ///< "L2.dT"
  int level = 0;     ///< from 0
  int position = 0;  ///< within its level
  int kind = 0;      ///< 0 to 5: mS, mT, mST, dS, dT, dST
  bool kept = false;
  bool forced = false;
  bool forbidden = false;
  bool muted = false;  ///< contributes nothing at present
  bool keptInReference = false;
  bool operator==(const NodePicture&) const = default;
};

/// Input edges carry no weight; level weights sum to 1 over a node's predecessors; sink weights say
/// what the sink takes of a node.
enum class EdgeKind { Input, Level, Sink };

/// One edge of a supergraph, with its weight after softmax.
struct EdgePicture {
  int from = kInputNode;
  int to = kSinkNode;
  EdgeKind kind = EdgeKind::Level;
  float weight = 0;
  float trend = 0;  ///< change over the span that SupergraphPicture::trendSpan names
  bool kept = false;
  bool flipsNext = false;  ///< one of the two whose order decides the margin
  bool keptInReference = false;
  std::optional<float> reference;  ///< weight at the reference
  bool operator==(const EdgePicture&) const = default;
};

/// A supergraph at one step, as plain values.
struct SupergraphPicture {
  int levels = 0;
  std::vector<NodePicture> nodes;
  std::vector<EdgePicture> edges;
  QString trendSpan;      ///< "100 steps"; empty: trends are not known
  QString referenceName;  ///< what differences are against ("step 400"); empty: no reference
  bool operator==(const SupergraphPicture&) const = default;

  bool empty() const { return nodes.empty(); }
};

/// How one picture differs from another, from nothing to a graph of another shape.
enum class PictureChange { None, Weights, Looks, Structure };

/// Weights closer than `visibleStep` count as equal; trends by whether and where they point.
PictureChange changeBetween(const SupergraphPicture& before, const SupergraphPicture& after,
                            float visibleStep);

/// "L2.dT", "input" or "sink".
QString endName(const SupergraphPicture& picture, int node);

/// "L1.mS → L2.dT".
QString edgeName(const SupergraphPicture& picture, const EdgePicture& edge);

/// "level weight", "sink weight" or "input, no weight".
QString edgeKindName(EdgeKind kind);

/// Place of an edge among those it competes with (the inputs of its node, or all sink edges).
struct EdgeRank {
  int rank = 0;  ///< from 1; 0 for an input edge
  int of = 0;
};
EdgeRank rankOf(const SupergraphPicture& picture, const EdgePicture& edge);

/// Index of the edge between two ends, or -1.
int findEdge(const SupergraphPicture& picture, int from, int to);

/// Edges into a node in order of their source, then its edge to the sink.
std::vector<int> edgesOf(const SupergraphPicture& picture, int node);

/// Which nodes feed a node by edges that are kept or weigh at least `hideBelow`; itself included.
std::vector<bool> ancestorsOf(const SupergraphPicture& picture, int node, double hideBelow);

/// How an edge differs from the reference.
Difference differenceOf(const EdgePicture& edge);

/// One paragraph about a node for people who can't see the drawing: kind, weights, marks.
QString describeNode(const SupergraphPicture& picture, int node);

/// All edges: from, to, kind, weight, trend, kept, and the reference where there is one.
DataTable tableOf(const SupergraphPicture& picture);

}  // namespace attelier::widgets
