#pragma once

#include "widgets/graph/supergraph_picture.h"
#include "widgets/graph/view_transform.h"

#include <QPainterPath>
#include <QPolygonF>
#include <QRectF>

#include <vector>

namespace attelier::widgets {

/// The way of one edge: a curve, then a straight line (either may be of no length).
///
/// Units: scene, the diameter of a node is 1.
struct EdgeRoute {
  QPointF start, control1, control2, bend, end;

  QPainterPath path(const ViewTransform& view) const;
  QPolygonF polyline(const ViewTransform& view) const;
  /// Point at 0 (start) to 1 (end), by parts of the curve and of the line alike.
  QPointF pointAt(double t) const;
  QRectF bounds() const;
  double distanceTo(const QPointF& scene) const;
};

/// Where everything of a supergraph lies: the input at the left, levels as columns, the sink at the
/// end. It depends on the graph's shape and the room for it, never on weights.
///
/// Edges from lower levels to the sink run in lanes between the rows, so that none crosses a node.
class SupergraphLayout {
 public:
  SupergraphLayout() = default;
  /// `room` in pixels decides how far columns and rows stand apart.
  SupergraphLayout(const SupergraphPicture& picture, const QSizeF& room, double largestNode);

  const QRectF& bounds() const { return bounds_; }
  /// Centre of a node.
  QPointF centre(int node) const { return centres_[static_cast<std::size_t>(node)]; }
  const EdgeRoute& route(int edge) const { return routes_[static_cast<std::size_t>(edge)]; }
  const QRectF& inputBar() const { return inputBar_; }
  const QRectF& sinkBar() const { return sinkBar_; }
  double columnPitch() const { return columnPitch_; }
  /// Middle of a column's title: 0 the input, 1 to levels the levels, levels + 1 the sink.
  QPointF title(int column) const;
  /// The transform that shows all of it in the middle of `room`.
  ViewTransform fit(const QRectF& room) const;

 private:
  EdgeRoute routeOf(const SupergraphPicture& picture, const EdgePicture& edge) const;

  std::vector<QPointF> centres_;
  std::vector<EdgeRoute> routes_;
  QRectF inputBar_, sinkBar_, bounds_;
  double columnPitch_ = 1, rowPitch_ = 1, largestNode_ = 1;
  int rows_ = 0, levels_ = 0;
};

}  // namespace attelier::widgets
