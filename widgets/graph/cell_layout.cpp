#include "widgets/graph/cell_layout.h"

#include <QLineF>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace attelier::widgets {

namespace {

constexpr double kCrampedPixels = 34;  // a node smaller than this goes without its activation
struct Room {
  double node, pass, column;
};
constexpr Room kAboveActivation{1.6, 0.7, 2.3}, kBesideActivation{2.8, 1.2, 2.3},
    kCramped{1.3, 0.6, 2.05};
constexpr double kBarHalf = 0.17;
constexpr std::array kTips{0.5, 0.56, 0.62};  // an arrow ends outside of the node's outline

// A node or the passage of a long edge through a column.
struct Slot {
  int node = -1;
  int column = 0;
  double y = 0;
  std::vector<int> before, after;  // slots
};

// Values nearest to `wanted` in least squares whose neighbours stand at least `room` apart.
std::vector<double> spread(const std::vector<double>& wanted, const std::vector<double>& room) {
  struct Block {
    double sum;
    int count;
    double mean() const { return sum / count; }
  };
  std::vector<double> offset(wanted.size(), 0);
  for (std::size_t i = 1; i < wanted.size(); ++i) {
    offset[i] = offset[i - 1] + (room[i - 1] + room[i]) / 2;
  }
  std::vector<Block> blocks;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    blocks.push_back({wanted[i] - offset[i], 1});
    while (blocks.size() > 1 && blocks[blocks.size() - 2].mean() >= blocks.back().mean()) {
      const Block last = blocks.back();
      blocks.pop_back();
      blocks.back().sum += last.sum;
      blocks.back().count += last.count;
    }
  }
  std::vector<double> placed;
  for (const Block& block : blocks) {
    for (int i = 0; i < block.count; ++i) placed.push_back(block.mean() + offset[placed.size()]);
  }
  return placed;
}

// Columns of nodes by their longest way from the input.
std::vector<int> columnsOf(const CellPicture& cell) {
  std::vector<int> column(cell.nodes.size(), 1);
  for (std::size_t pass = 0; pass < cell.nodes.size(); ++pass) {
    bool settled = true;
    for (const auto& edge : cell.edges) {
      if (edge.from < 0 || edge.to < 0) continue;
      const int least = column[static_cast<std::size_t>(edge.from)] + 1;
      int& to = column[static_cast<std::size_t>(edge.to)];
      settled = settled && to >= least;
      to = std::max(to, least);
    }
    if (settled) break;
  }
  return column;
}

}  // namespace

// Slots in columns, ordered so that few edges cross, then given rows.
struct CellLayout::Ordering {
  std::vector<Slot> slots;
  std::vector<std::vector<int>> columns;  // slots in order
  std::vector<std::vector<int>> chains;   // slots of each edge, its ends' nodes included

  Room apart;

  Ordering(const CellPicture& cell, const Room& rooms) : apart(rooms) {
    const std::vector<int> column = columnsOf(cell);
    const int last = *std::max_element(column.begin(), column.end());
    columns.resize(static_cast<std::size_t>(last) + 2);
    for (std::size_t i = 0; i < column.size(); ++i) add(static_cast<int>(i), column[i]);
    for (const auto& edge : cell.edges) {
      std::vector<int> chain;
      if (edge.from >= 0) chain.push_back(edge.from);
      const int first = edge.from < 0 ? 1 : column[static_cast<std::size_t>(edge.from)] + 1;
      const int stop = edge.to < 0 ? last + 1 : column[static_cast<std::size_t>(edge.to)];
      for (int c = first; c < stop; ++c) chain.push_back(add(-1, c));
      if (edge.to >= 0) chain.push_back(edge.to);
      for (std::size_t i = 1; i < chain.size(); ++i) {
        slots[static_cast<std::size_t>(chain[i - 1])].after.push_back(chain[i]);
        slots[static_cast<std::size_t>(chain[i])].before.push_back(chain[i - 1]);
      }
      chains.push_back(std::move(chain));
    }
    for (auto& order : columns) placeEvenly(order);
    for (int pass = 0; pass < 12; ++pass) sweep(pass % 2 == 0, true);
    for (int pass = 0; pass < 6; ++pass) sweep(pass % 2 == 0, false);
  }

  int add(int node, int column) {
    slots.push_back({node, column, 0, {}, {}});
    columns[static_cast<std::size_t>(column)].push_back(static_cast<int>(slots.size()) - 1);
    return static_cast<int>(slots.size()) - 1;
  }

  Slot& slot(int index) { return slots[static_cast<std::size_t>(index)]; }
  double roomOf(const Slot& slot) const { return slot.node >= 0 ? apart.node : apart.pass; }

  void placeEvenly(const std::vector<int>& order) {
    std::vector<double> middle(order.size(), 0.0), room;
    for (const int index : order) room.push_back(roomOf(slot(index)));
    const std::vector<double> rows = spread(middle, room);
    for (std::size_t i = 0; i < order.size(); ++i) slot(order[i]).y = rows[i];
  }

  // Towards the mean of the neighbours on one side; `reorder` decides who stands above whom.
  void sweep(bool forward, bool reorder) {
    for (std::size_t step = 0; step < columns.size(); ++step) {
      auto& order = columns[forward ? step : columns.size() - 1 - step];
      std::vector<double> wanted(slots.size(), 0);
      for (const int index : order) {
        const auto& neighbours = forward ? slot(index).before : slot(index).after;
        double sum = 0;
        for (const int other : neighbours) sum += slot(other).y;
        wanted[static_cast<std::size_t>(index)] =
            neighbours.empty() ? slot(index).y : sum / static_cast<double>(neighbours.size());
      }
      const auto want = [&](int index) { return wanted[static_cast<std::size_t>(index)]; };
      if (reorder) {
        std::stable_sort(order.begin(), order.end(),
                         [&](int a, int b) { return want(a) < want(b); });
      }
      std::vector<double> targets, room;
      for (const int index : order) {
        targets.push_back(want(index));
        room.push_back(roomOf(slot(index)));
      }
      const std::vector<double> rows = spread(targets, room);
      for (std::size_t i = 0; i < order.size(); ++i) slot(order[i]).y = rows[i];
    }
  }
};

CellLayout::CellLayout(const CellPicture& cell, const QSizeF& room) {
  if (cell.empty()) return;
  const auto scaleOf = [&](const CellLayout& layout) {
    return std::min(room.width() / layout.bounds_.width(), room.height() / layout.bounds_.height());
  };
  const auto better = [&](bool roomy) {
    CellLayout right(cell, false, roomy), down(cell, true, roomy);
    return scaleOf(down) > scaleOf(right) * 1.15 ? std::move(down) : std::move(right);
  };
  *this = better(true);
  if (scaleOf(*this) < kCrampedPixels) *this = better(false);
}

CellLayout::CellLayout(const CellPicture& cell, bool down, bool roomy)
    : down_(down), roomy_(roomy) {
  Ordering order(cell, roomy ? (down ? kBesideActivation : kAboveActivation) : kCramped);
  const double concat = static_cast<double>(order.columns.size() - 1) * order.apart.column;
  double top = 0, bottom = 0;
  for (std::size_t i = 0; i < order.slots.size(); ++i) {
    const Slot& slot = order.slots[i];
    top = std::min(top, slot.y - (slot.node >= 0 ? 0.5 : 0.1));
    bottom = std::max(bottom, slot.y + (slot.node >= 0 ? 0.5 : 0.1));
    if (slot.node >= 0) centres_.emplace_back(slot.column * order.apart.column, slot.y);
  }
  inputBar_ = QRectF(QPointF(-kBarHalf, top), QPointF(kBarHalf, bottom));
  concatBar_ = QRectF(QPointF(concat - kBarHalf, top), QPointF(concat + kBarHalf, bottom));
  const double middle = (top + bottom) / 2;
  const double along = down ? 0.8 : 1.3, across = down ? 1.3 : 0.8;
  convolution_ = QRectF(concat + (roomy ? 0.8 : 0.6), middle - across / 2, along, across);
  sum_ = QPointF(convolution_.right() + (roomy ? 0.85 : 0.7), middle);
  end_ = sum_ + QPointF(roomy ? 0.9 : 0.75, 0);
  residualLane_ = bottom + (down && roomy ? 1.4 : 0.55);

  for (std::size_t i = 0; i < cell.edges.size(); ++i) {
    const CellEdgePicture& edge = cell.edges[i];
    std::vector<QPointF> route;
    for (const int index : order.chains[i]) {
      const Slot& slot = order.slot(index);
      const QPointF centre(slot.column * order.apart.column, slot.y);
      if (slot.node < 0) {
        route.push_back(centre - QPointF(0.4, 0));
        route.push_back(centre + QPointF(0.4, 0));
      } else if (slot.node == edge.from) {
        route.push_back(centre + QPointF(0.4, 0));
      } else {
        const int kind = cell.nodes[static_cast<std::size_t>(slot.node)].kind;
        const double tip = down_ ? 0.56 : kTips[static_cast<std::size_t>(kind % 3)];
        route.push_back(centre - QPointF(tip, 0));
      }
    }
    if (edge.from < 0) route.insert(route.begin(), QPointF(kBarHalf, route.front().y()));
    if (edge.to < 0) route.emplace_back(concat - kBarHalf - 0.1, route.back().y());
    routes_.push_back(std::move(route));
  }
  const double far = cell.residual ? residualLane_ : bottom + (down && roomy ? 1.2 : 0.3);
  bounds_ = box(down ? QRectF(QPointF(-0.8, top - 0.3), QPointF(end_.x() + 0.6, far + 0.3))
                     : QRectF(QPointF(-0.7, top - 0.8), QPointF(end_.x() + 1.4, far + 0.3)));
}

QPainterPath CellLayout::path(int edge, const ViewTransform& view) const {
  const auto& route = routes_[static_cast<std::size_t>(edge)];
  const auto seen = [&](const QPointF& p) { return view.toView(at(p)); };
  QPainterPath path(seen(route.front()));
  for (std::size_t i = 1; i < route.size(); ++i) {
    const QPointF a = route[i - 1], b = route[i];
    const QPointF reach((b.x() - a.x()) / 2, 0);
    path.cubicTo(seen(a + reach), seen(b - reach), seen(b));
  }
  return path;
}

QPointF CellLayout::pointAt(int edge, double t) const {
  const auto& route = routes_[static_cast<std::size_t>(edge)];
  const double along = t * static_cast<double>(route.size() - 1);
  const auto piece = std::min(static_cast<std::size_t>(along), route.size() - 2);
  const QPointF a = route[piece], b = route[piece + 1];
  const double u = along - static_cast<double>(piece), v = 1 - u;
  const QPointF reach((b.x() - a.x()) / 2, 0);
  return at(v * v * v * a + 3 * v * v * u * (a + reach) + 3 * v * u * u * (b - reach) +
            u * u * u * b);
}

std::vector<QPointF> CellLayout::residual() const {
  const double x = inputBar_.center().x();
  return {at({x, inputBar_.bottom()}), at({x, residualLane_}), at({sum_.x(), residualLane_}),
          at(sum_ + QPointF(0, 0.38))};
}

ViewTransform CellLayout::fit(const QRectF& room, double largestNode) const {
  if (bounds_.isEmpty() || room.isEmpty()) return {};
  ViewTransform view;
  view.scale =
      std::min({room.width() / bounds_.width(), room.height() / bounds_.height(), largestNode});
  view.offset = room.center() - bounds_.center() * view.scale;
  return view;
}

}  // namespace attelier::widgets
