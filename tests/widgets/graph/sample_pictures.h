#pragma once

#include "widgets/graph/cell_picture.h"
#include "widgets/graph/supergraph_picture.h"

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

namespace attelier::tests {

/// A supergraph with random weights that sum to 1 as a softmax's do, and a cell of its strongest.
///
/// `spread` is the standard deviation of the logits: 0 is uniform.
inline widgets::SupergraphPicture sampleSupergraph(int levels, int positions, unsigned seed,
                                                   double spread = 1.2, int topNodes = 3,
                                                   int topPredecessors = 2) {
  using namespace widgets;
  std::mt19937 random(seed);
  std::normal_distribution<double> logit(0, 1);
  SupergraphPicture picture;
  picture.levels = levels;
  for (int level = 0; level < levels; ++level) {
    for (int position = 0; position < positions; ++position) {
      NodePicture node;
      node.kind = position % kNodeKinds;
      node.level = level;
      node.position = position;
      node.name = QStringLiteral("L%1.%2").arg(level + 1).arg(kindLetters(node.kind));
      if (positions > kNodeKinds) {
        node.name += QStringLiteral(".%1").arg(position / kNodeKinds + 1);
      }
      picture.nodes.push_back(node);
    }
  }
  const auto add = [&](std::vector<EdgePicture> group) {
    double sum = 0;
    for (auto& edge : group) {
      edge.weight = static_cast<float>(std::exp(spread * logit(random)));
      edge.trend = static_cast<float>(0.004 * logit(random));
      sum += edge.weight;
    }
    for (auto& edge : group) {
      edge.weight = static_cast<float>(edge.weight / sum);
      picture.edges.push_back(edge);
    }
  };
  for (int i = 0; i < positions; ++i) {
    EdgePicture input;
    input.to = i;
    input.kind = EdgeKind::Input;
    picture.edges.push_back(input);
  }
  for (int to = positions; to < levels * positions; ++to) {
    std::vector<EdgePicture> group(static_cast<std::size_t>(positions));
    for (int i = 0; i < positions; ++i) {
      group[static_cast<std::size_t>(i)].from = (to / positions - 1) * positions + i;
      group[static_cast<std::size_t>(i)].to = to;
    }
    add(std::move(group));
  }
  std::vector<EdgePicture> sink(picture.nodes.size());
  for (std::size_t i = 0; i < sink.size(); ++i) {
    sink[i].from = static_cast<int>(i);
    sink[i].kind = EdgeKind::Sink;
  }
  add(std::move(sink));

  const auto keepStrongest = [&](auto competes, int count) {
    std::vector<EdgePicture*> edges;
    for (auto& edge : picture.edges) {
      if (competes(edge)) edges.push_back(&edge);
    }
    std::stable_sort(edges.begin(), edges.end(),
                     [](auto* a, auto* b) { return a->weight > b->weight; });
    for (std::size_t i = 0; i < edges.size() && i < static_cast<std::size_t>(count); ++i) {
      edges[i]->kept = true;
      if (edges[i]->from >= 0) picture.nodes[static_cast<std::size_t>(edges[i]->from)].kept = true;
    }
  };
  keepStrongest([](const EdgePicture& edge) { return edge.kind == EdgeKind::Sink; }, topNodes);
  for (int node = levels * positions - 1; node >= positions; --node) {
    if (!picture.nodes[static_cast<std::size_t>(node)].kept) continue;
    keepStrongest([node](const EdgePicture& edge) { return edge.to == node; }, topPredecessors);
  }
  for (auto& edge : picture.edges) {
    if (edge.kind == EdgeKind::Input)
      edge.kept = picture.nodes[static_cast<std::size_t>(edge.to)].kept;
  }
  return picture;
}

/// `now` with marks against `then`, both of one shape.
inline widgets::SupergraphPicture comparedWith(widgets::SupergraphPicture now,
                                               const widgets::SupergraphPicture& then) {
  now.referenceName = QStringLiteral("step 400");
  for (std::size_t i = 0; i < now.nodes.size(); ++i) {
    now.nodes[i].keptInReference = then.nodes[i].kept;
  }
  for (std::size_t i = 0; i < now.edges.size(); ++i) {
    now.edges[i].keptInReference = then.edges[i].kept;
    now.edges[i].reference = then.edges[i].weight;
  }
  return now;
}

/// A derived cell of two levels with three outputs.
inline widgets::CellPicture sampleCell() {
  using namespace widgets;
  const QString softmax = QStringLiteral("softmax"), sigmoid = QStringLiteral("sigmoid");
  CellPicture cell;
  cell.nodes = {{QStringLiteral("L1.mS"), 0, sigmoid, Difference::Same},
                {QStringLiteral("L1.dT"), 4, softmax, Difference::Same},
                {QStringLiteral("L2.mST"), 2, sigmoid, Difference::Same},
                {QStringLiteral("L2.dST"), 5, softmax, Difference::Same}};
  cell.edges = {{kInputNode, 0, 1, Difference::Same},
                {kInputNode, 1, 1, Difference::Same},
                {0, 2, 0.62, Difference::Same},
                {1, 2, 0.38, Difference::Same},
                {1, 3, 1, Difference::Same},
                {0, kSinkNode, 0.21, Difference::Same},
                {2, kSinkNode, 0.34, Difference::Same},
                {3, kSinkNode, 0.17, Difference::Same}};
  return cell;
}

/// Another cell that shares some of it.
inline widgets::CellPicture otherCell() {
  using namespace widgets;
  CellPicture cell = sampleCell();
  cell.nodes[3] = {QStringLiteral("L2.dS"), 3, QStringLiteral("softmax"), Difference::Same};
  cell.edges[5] = {1, kSinkNode, 0.2, Difference::Same};
  return cell;
}

}  // namespace attelier::tests
