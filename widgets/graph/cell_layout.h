#pragma once

#include "widgets/graph/cell_picture.h"
#include "widgets/graph/view_transform.h"

#include <QPainterPath>
#include <QRectF>

#include <vector>

namespace attelier::widgets {

/// Where everything of a cell lies: input, operations by their longest way from it, concatenation,
/// convolution, sum with the input.
///
/// Edges over several columns get a place in each of them, so that none crosses a node.
/// Source: Sugiyama, Tagawa, Toda 1981; rows by isotonic regression instead of their priorities.
/// Units: scene, the diameter of a node is 1.
class CellLayout {
 public:
  CellLayout() = default;
  /// `room` decides whether the cell flows to the right or down.
  CellLayout(const CellPicture& cell, const QSizeF& room);

  bool flowsDown() const { return down_; }
  /// Whether there is room for the activations beside the nodes.
  bool showsActivations() const { return roomy_; }
  const QRectF& bounds() const { return bounds_; }
  QPointF centre(int node) const { return at(centres_[static_cast<std::size_t>(node)]); }
  /// Way of an edge as a chain of curves; its last point is the tip.
  QPainterPath path(int edge, const ViewTransform& view) const;
  /// Point at 0 (start) to 1 (tip) of an edge.
  QPointF pointAt(int edge, double t) const;
  QRectF inputBar() const { return box(inputBar_); }
  QRectF concatBar() const { return box(concatBar_); }
  QRectF convolution() const { return box(convolution_); }
  QPointF sum() const { return at(sum_); }
  QPointF end() const { return at(end_); }
  /// From the input round all nodes into the sum.
  std::vector<QPointF> residual() const;
  ViewTransform fit(const QRectF& room, double largestNode) const;

 private:
  struct Ordering;
  CellLayout(const CellPicture& cell, bool down, bool roomy);

  QPointF at(const QPointF& p) const { return down_ ? p.transposed() : p; }
  QRectF box(const QRectF& r) const { return down_ ? r.transposed().translated(shift(r)) : r; }
  static QPointF shift(const QRectF& r) { return QPointF(r.y() - r.x(), r.x() - r.y()); }

  // In flow coordinates: x along, y across.
  std::vector<QPointF> centres_;
  std::vector<std::vector<QPointF>> routes_;
  QRectF inputBar_, concatBar_, convolution_, bounds_;
  QPointF sum_, end_;
  double residualLane_ = 0;
  bool down_ = false, roomy_ = true;
};

}  // namespace attelier::widgets
