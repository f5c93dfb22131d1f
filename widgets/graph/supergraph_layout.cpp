#include "widgets/graph/supergraph_layout.h"

#include <QLineF>

#include <algorithm>
#include <cmath>

namespace attelier::widgets {

namespace {

constexpr double kColumnPitch = 2.6, kWidestColumnPitch = 8;
constexpr double kRowPitch = 1.4, kWidestRowPitch = 2.2;
constexpr double kBarWidth = 0.36;
constexpr double kTitleRoom = 0.9;
constexpr double kNodeEdge = 0.4;  // edges start and end below the node's outline

QPointF cubic(const EdgeRoute& route, double t) {
  const double s = 1 - t;
  return s * s * s * route.start + 3 * s * s * t * route.control1 + 3 * s * t * t * route.control2 +
         t * t * t * route.bend;
}

double distanceToSegment(const QPointF& p, const QPointF& a, const QPointF& b) {
  const QPointF along = b - a;
  const double length = QPointF::dotProduct(along, along);
  const double t =
      length > 0 ? std::clamp(QPointF::dotProduct(p - a, along) / length, 0.0, 1.0) : 0.0;
  return QLineF(p, a + t * along).length();
}

EdgeRoute straight(const QPointF& from, const QPointF& to) { return {from, from, from, from, to}; }

EdgeRoute curve(const QPointF& from, const QPointF& to) {
  const double reach = (to.x() - from.x()) / 2;
  return {from, from + QPointF(reach, 0), to - QPointF(reach, 0), to, to};
}

}  // namespace

QPainterPath EdgeRoute::path(const ViewTransform& view) const {
  QPainterPath path(view.toView(start));
  if (bend != start) path.cubicTo(view.toView(control1), view.toView(control2), view.toView(bend));
  if (end != bend) path.lineTo(view.toView(end));
  return path;
}

QPolygonF EdgeRoute::polyline(const ViewTransform& view) const {
  QPolygonF points;
  points << view.toView(start);
  if (bend != start) {
    const double pixels = QLineF(start, bend).length() * view.scale;
    const int steps = std::clamp(static_cast<int>(pixels / 12), 4, 24);
    for (int i = 1; i <= steps; ++i) points << view.toView(cubic(*this, 1.0 * i / steps));
  }
  if (end != bend) points << view.toView(end);
  return points;
}

QPointF EdgeRoute::pointAt(double t) const {
  if (bend == start) return start + t * (end - start);
  if (end == bend) return cubic(*this, t);
  return t < 0.5 ? cubic(*this, 2 * t) : bend + (2 * t - 1) * (end - bend);
}

QRectF EdgeRoute::bounds() const {
  // The control points lie between the ends.
  return QRectF(start, end).normalized().united(QRectF(start, bend).normalized());
}

double EdgeRoute::distanceTo(const QPointF& scene) const {
  double least = distanceToSegment(scene, bend, end);
  if (bend != start) {
    constexpr int kSteps = 16;
    QPointF last = start;
    for (int i = 1; i <= kSteps; ++i) {
      const QPointF next = cubic(*this, 1.0 * i / kSteps);
      least = std::min(least, distanceToSegment(scene, last, next));
      last = next;
    }
  }
  return least;
}

SupergraphLayout::SupergraphLayout(const SupergraphPicture& picture, const QSizeF& room,
                                   double largestNode)
    : largestNode_(largestNode), levels_(picture.levels) {
  for (const auto& node : picture.nodes) rows_ = std::max(rows_, node.position + 1);
  if (rows_ == 0) return;

  // The direction that is short of room has its least pitch, the other takes what is left.
  const double columns = levels_ + 1, gaps = rows_;
  const auto scaleAt = [&](double columnPitch, double rowPitch) {
    return std::min({room.width() / (columns * columnPitch + 1.2),
                     room.height() / (gaps * rowPitch + 1 + kTitleRoom), largestNode});
  };
  const double scale = std::max(1e-6, scaleAt(kColumnPitch, kRowPitch));
  columnPitch_ =
      std::clamp((room.width() / scale - 1.2) / columns, kColumnPitch, kWidestColumnPitch);
  rowPitch_ =
      std::clamp((room.height() / scale - 1 - kTitleRoom) / gaps, kRowPitch, kWidestRowPitch);

  for (const auto& node : picture.nodes) {
    centres_.emplace_back((node.level + 1) * columnPitch_, node.position * rowPitch_);
  }
  const double height = (rows_ - 1) * rowPitch_ + 1;
  inputBar_ = QRectF(-kBarWidth / 2, -0.5, kBarWidth, height);
  const double lanes = levels_ > 1 ? rowPitch_ / 2 : 0;
  sinkBar_ = QRectF(columns * columnPitch_ - kBarWidth / 2, -0.5, kBarWidth, height + lanes);
  bounds_ = QRectF(-0.6, -0.5 - kTitleRoom, columns * columnPitch_ + 1.2,
                   height + lanes + kTitleRoom + 0.1);
  for (const auto& edge : picture.edges) routes_.push_back(routeOf(picture, edge));
}

EdgeRoute SupergraphLayout::routeOf(const SupergraphPicture& picture,
                                    const EdgePicture& edge) const {
  const QPointF out(kNodeEdge, 0);
  if (edge.kind == EdgeKind::Input) {
    const QPointF to = centre(edge.to) - out;
    return straight({inputBar_.right(), to.y()}, to);
  }
  const QPointF from = centre(edge.from) + out;
  if (edge.kind == EdgeKind::Level) return curve(from, centre(edge.to) - out);

  const int level = picture.nodes[static_cast<std::size_t>(edge.from)].level;
  if (level == levels_ - 1) return straight(from, {sinkBar_.left(), from.y()});
  // Between two rows, each level in a lane of its own.
  const double free = rowPitch_ - 1;
  const double lane = levels_ > 2 ? (1.0 * level / (levels_ - 2) - 0.5) * free * 0.6 : 0;
  const double y = centre(edge.from).y() + rowPitch_ / 2 + lane;
  EdgeRoute route = curve(from, {from.x() + columnPitch_ * 0.42, y});
  route.end = {sinkBar_.left(), y};
  return route;
}

QPointF SupergraphLayout::title(int column) const {
  return {column * columnPitch_, bounds_.top() + kTitleRoom / 2};
}

ViewTransform SupergraphLayout::fit(const QRectF& room) const {
  if (bounds_.isEmpty() || room.isEmpty()) return {};
  ViewTransform view;
  view.scale =
      std::min({room.width() / bounds_.width(), room.height() / bounds_.height(), largestNode_});
  view.offset = room.center() - bounds_.center() * view.scale;
  return view;
}

}  // namespace attelier::widgets
