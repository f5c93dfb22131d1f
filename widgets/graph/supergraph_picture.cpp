#include "widgets/graph/supergraph_picture.h"

#include <QCoreApplication>
#include <QLocale>

#include <algorithm>
#include <cmath>

using namespace Qt::Literals::StringLiterals;

namespace attelier::widgets {

namespace {

struct Text {
  Q_DECLARE_TR_FUNCTIONS(attelier::widgets::SupergraphPicture)
};

int trendSign(float trend) { return trend >= kVisibleTrend ? 1 : trend <= -kVisibleTrend ? -1 : 0; }

bool sameStructure(const SupergraphPicture& a, const SupergraphPicture& b) {
  return a.levels == b.levels &&
         std::equal(a.nodes.begin(), a.nodes.end(), b.nodes.begin(), b.nodes.end(),
                    [](const NodePicture& x, const NodePicture& y) {
                      return x.level == y.level && x.position == y.position && x.kind == y.kind &&
                             x.name == y.name;
                    }) &&
         std::equal(a.edges.begin(), a.edges.end(), b.edges.begin(), b.edges.end(),
                    [](const EdgePicture& x, const EdgePicture& y) {
                      return x.from == y.from && x.to == y.to && x.kind == y.kind;
                    });
}

bool sameLooks(const EdgePicture& a, const EdgePicture& b) {
  return a.kept == b.kept && a.flipsNext == b.flipsNext && a.keptInReference == b.keptInReference &&
         a.reference == b.reference;
}

bool compete(const EdgePicture& a, const EdgePicture& b) {
  return a.kind == b.kind && (a.kind == EdgeKind::Sink || a.to == b.to);
}

}  // namespace

PictureChange changeBetween(const SupergraphPicture& before, const SupergraphPicture& after,
                            float visibleStep) {
  if (!sameStructure(before, after)) return PictureChange::Structure;
  if (before.nodes != after.nodes || before.trendSpan != after.trendSpan ||
      before.referenceName != after.referenceName) {
    return PictureChange::Looks;
  }
  bool moved = false;
  for (std::size_t i = 0; i < after.edges.size(); ++i) {
    const EdgePicture &a = before.edges[i], &b = after.edges[i];
    if (!sameLooks(a, b)) return PictureChange::Looks;
    // Not the plain comparison: a weight that is not finite counts as moved.
    moved = moved || !(std::abs(a.weight - b.weight) < visibleStep) ||
            trendSign(a.trend) != trendSign(b.trend);
  }
  return moved ? PictureChange::Weights : PictureChange::None;
}

QString endName(const SupergraphPicture& picture, int node) {
  if (node == kInputNode) return Text::tr("input");
  if (node == kSinkNode) return Text::tr("sink");
  if (node < 0 || node >= static_cast<int>(picture.nodes.size())) return {};
  return picture.nodes[static_cast<std::size_t>(node)].name;
}

QString edgeName(const SupergraphPicture& picture, const EdgePicture& edge) {
  return u"%1 → %2"_s.arg(endName(picture, edge.from), endName(picture, edge.to));
}

QString edgeKindName(EdgeKind kind) {
  switch (kind) {
    case EdgeKind::Input:
      return Text::tr("input, no weight");
    case EdgeKind::Level:
      return Text::tr("level weight");
    case EdgeKind::Sink:
      return Text::tr("sink weight");
  }
  return {};
}

EdgeRank rankOf(const SupergraphPicture& picture, const EdgePicture& edge) {
  if (edge.kind == EdgeKind::Input) return {};
  EdgeRank rank{1, 0};
  for (const auto& other : picture.edges) {
    if (!compete(other, edge)) continue;
    ++rank.of;
    rank.rank += other.weight > edge.weight;
  }
  return rank;
}

int findEdge(const SupergraphPicture& picture, int from, int to) {
  const auto found =
      std::find_if(picture.edges.begin(), picture.edges.end(),
                   [&](const EdgePicture& edge) { return edge.from == from && edge.to == to; });
  return found == picture.edges.end() ? -1 : static_cast<int>(found - picture.edges.begin());
}

std::vector<int> edgesOf(const SupergraphPicture& picture, int node) {
  std::vector<int> edges;
  for (std::size_t i = 0; i < picture.edges.size(); ++i) {
    const EdgePicture& edge = picture.edges[i];
    if (edge.to == node || (edge.from == node && edge.to == kSinkNode)) {
      edges.push_back(static_cast<int>(i));
    }
  }
  const auto place = [&](int index) {
    const EdgePicture& edge = picture.edges[static_cast<std::size_t>(index)];
    return std::pair(edge.to == kSinkNode, edge.from);
  };
  std::sort(edges.begin(), edges.end(), [&](int a, int b) { return place(a) < place(b); });
  return edges;
}

std::vector<bool> ancestorsOf(const SupergraphPicture& picture, int node, double hideBelow) {
  std::vector<bool> feeds(picture.nodes.size(), false);
  if (node < 0 || node >= static_cast<int>(picture.nodes.size())) return feeds;
  feeds[static_cast<std::size_t>(node)] = true;
  // Each pass settles one level more.
  for (int level = 0; level < picture.levels; ++level) {
    for (const auto& edge : picture.edges) {
      if (edge.kind != EdgeKind::Level || !feeds[static_cast<std::size_t>(edge.to)]) continue;
      if (edge.kept || edge.weight >= hideBelow) feeds[static_cast<std::size_t>(edge.from)] = true;
    }
  }
  return feeds;
}

Difference differenceOf(const EdgePicture& edge) {
  if (edge.kept == edge.keptInReference) return Difference::Same;
  return edge.kept ? Difference::Added : Difference::Removed;
}

QString describeNode(const SupergraphPicture& picture, int node) {
  if (node < 0 || node >= static_cast<int>(picture.nodes.size())) return {};
  const NodePicture& shown = picture.nodes[static_cast<std::size_t>(node)];
  const QLocale locale;
  QStringList sentences{Text::tr("%1, %2.").arg(shown.name, kindName(shown.kind))};
  QStringList inputs;
  for (const int index : edgesOf(picture, node)) {
    const EdgePicture& edge = picture.edges[static_cast<std::size_t>(index)];
    const QString weight = locale.toString(static_cast<double>(edge.weight), 'f', 3);
    if (edge.kind == EdgeKind::Sink) {
      const EdgeRank rank = rankOf(picture, edge);
      sentences << Text::tr("Sink weight %1, rank %2 of %3.")
                       .arg(weight, locale.toString(rank.rank), locale.toString(rank.of));
    } else if (edge.kind == EdgeKind::Level) {
      inputs << Text::tr("%1 %2").arg(endName(picture, edge.from), weight);
    } else {
      inputs << endName(picture, edge.from);
    }
  }
  if (!inputs.isEmpty()) sentences << Text::tr("Reads %1.").arg(inputs.join(u", "_s));
  if (shown.kept) sentences << Text::tr("Part of the derived cell.");
  if (shown.forced) sentences << Text::tr("Kept in any case.");
  if (shown.forbidden) sentences << Text::tr("Forbidden.");
  if (shown.muted) sentences << Text::tr("Contributes nothing at present.");
  return sentences.join(u' ');
}

DataTable tableOf(const SupergraphPicture& picture) {
  DataTable table{Text::tr("Edges of the supergraph"),
                  {Text::tr("From"), Text::tr("To"), Text::tr("Kind"), Text::tr("Weight"),
                   Text::tr("Trend"), Text::tr("Kept")},
                  {}};
  const bool withReference = !picture.referenceName.isEmpty();
  if (withReference) {
    table.columns << Text::tr("Weight at %1").arg(picture.referenceName)
                  << Text::tr("Kept at %1").arg(picture.referenceName);
  }
  const QString yes = Text::tr("yes"), no = Text::tr("no");
  for (const auto& edge : picture.edges) {
    const bool weighted = edge.kind != EdgeKind::Input;
    QVariantList row{endName(picture, edge.from), endName(picture, edge.to),
                     edgeKindName(edge.kind)};
    row << (weighted ? QVariant(edge.weight) : QVariant());
    row << (weighted && !picture.trendSpan.isEmpty() ? QVariant(edge.trend) : QVariant());
    row << (edge.kept ? yes : no);
    if (withReference) {
      row << (edge.reference ? QVariant(*edge.reference) : QVariant());
      row << (edge.keptInReference ? yes : no);
    }
    table.rows << row;
  }
  return table;
}

}  // namespace attelier::widgets
