#include "ui/graph/explanation.h"

#include "ui/graph/cell_values.h"
#include "ui/graph/supergraph_values.h"

#include <QCoreApplication>
#include <QLocale>

#include <algorithm>
#include <set>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {

namespace {

struct Text {
  Q_DECLARE_TR_FUNCTIONS(attelier::ui::Explanation)
};

// The derived cell in terms of the supergraph.
class Kept {
 public:
  Kept(const Shown& shown, const space::SupergraphShape& shape) : shape_(shape) {
    const auto& options = shown.choices.derivation;
    forced_.insert(options.forced.begin(), options.forced.end());
    forbidden_.insert(options.forbidden.begin(), options.forbidden.end());
    if (!shown.derived) return;
    const auto& derivation = shown.derived->derivation;
    const auto nodeOf = [&](int index) {
      return derivation.supergraphNodes[static_cast<std::size_t>(index)];
    };
    for (const auto& output : derivation.cell.outputs) outputs_.insert(nodeOf(output.node));
    for (std::size_t i = 0; i < derivation.cell.nodes.size(); ++i) {
      const int node = nodeOf(static_cast<int>(i));
      nodes_.insert(node);
      for (const auto& input : derivation.cell.nodes[i].inputs) {
        if (input.source != space::kCellInput) edges_.insert({nodeOf(input.source), node});
      }
    }
  }

  bool node(int index) const { return nodes_.contains(index); }
  bool output(int index) const { return outputs_.contains(index); }
  bool edge(int from, int to) const { return to < 0 ? output(from) : edges_.contains({from, to}); }
  bool forced(int index) const { return forced_.contains(space::nodeName(shape_, index)); }
  bool forbidden(int index) const { return forbidden_.contains(space::nodeName(shape_, index)); }
  QStringList readersOf(int index) const {
    QStringList names;
    for (const auto& [from, to] : edges_) {
      if (from == index) names << QString::fromStdString(space::nodeName(shape_, to));
    }
    return names;
  }

 private:
  const space::SupergraphShape& shape_;
  std::set<std::string> forced_, forbidden_;
  std::set<int> nodes_, outputs_;
  std::set<std::pair<int, int>> edges_;
};

QString nameOf(const Shown& shown, int node) {
  return QString::fromStdString(
      space::nodeName(shown.moment()->weights->probabilities.shape, node));
}

QString rankText(const EdgeStanding& standing) {
  return Text::tr("rank %1 of %2")
      .arg(QLocale().toString(standing.rank), QLocale().toString(standing.of));
}

}  // namespace

std::optional<EdgeStanding> standingOf(const Shown& shown, int from, int to) {
  const Moment* moment = shown.moment();
  if (moment == nullptr || !moment->weights || from < 0) return {};
  const auto& weights = moment->weights->probabilities;
  const auto& logits = moment->weights->weights;
  const auto& shape = weights.shape;
  const int n = shape.nodesPerLevel();
  const bool toSink = to < 0;
  const Kept kept(shown, shape);

  EdgeStanding standing;
  standing.weight = edgeWeight(weights, from, to);
  standing.logit = toSink ? logits.sinkLogits[static_cast<std::size_t>(from)]
                          : logits.levelLogits[weights.levelIndex(to, from % n)];
  standing.isKept = kept.edge(from, to);
  standing.rank = 1;
  const int first = toSink ? 0 : (shape.levelOf(to) - 1) * n;
  const int count = toSink ? shape.nodes() : n;
  // Forced and forbidden nodes take no part in the choice.
  const auto takesPart = [&](int node) {
    return !kept.forbidden(node) && !(toSink && kept.forced(node));
  };
  const bool isChoice = takesPart(from) && (toSink || kept.node(to));
  for (int other = first; other < first + count; ++other) {
    ++standing.of;
    if (other == from) continue;
    const double weight = edgeWeight(weights, other, to);
    standing.rank += weight > standing.weight || (weight == standing.weight && other < from);
    if (!isChoice || !takesPart(other) || kept.edge(other, to) == standing.isKept) continue;
    const double margin = standing.weight - weight;
    const bool nearer = !standing.margin || std::abs(margin) < std::abs(*standing.margin);
    if (nearer) {
      standing.margin = margin;
      standing.rival = other;
    }
  }
  return standing;
}

QString whyNode(const Shown& shown, int node) {
  const auto standing = standingOf(shown, node, widgets::kSinkNode);
  if (!standing || !shown.derived) return {};
  const auto& shape = shown.moment()->weights->probabilities.shape;
  const Kept kept(shown, shape);
  if (kept.forbidden(node)) return Text::tr("Forbidden: it is neither kept nor read.");
  if (kept.forced(node)) {
    return Text::tr("Kept in any case, as you asked; by its weight it has %1 at the sink.")
        .arg(rankText(*standing));
  }
  if (kept.output(node)) {
    if (!standing->margin) return Text::tr("Kept: the sink takes every node that is allowed.");
    return Text::tr("Kept: %1 at the sink, %2 above %3, the strongest that it drops.")
        .arg(rankText(*standing), marginText(*standing->margin), nameOf(shown, standing->rival));
  }
  if (kept.node(node)) {
    return Text::tr("Kept because %1 reads it; at the sink it has %2.")
        .arg(kept.readersOf(node).join(u", "_s), rankText(*standing));
  }
  const QString end = shape.levelOf(node) == shape.levels - 1
                          ? QString()
                          : Text::tr("None of the kept nodes above reads it.");
  QString why = standing->margin
                    ? Text::tr("Not kept: %1 at the sink, %2 below %3, the weakest that it takes.")
                          .arg(rankText(*standing), marginText(-*standing->margin),
                               nameOf(shown, standing->rival))
                    : Text::tr("Not kept: %1 at the sink.").arg(rankText(*standing));
  if (!end.isEmpty()) why += u' ' + end;
  return why;
}

QString whyEdge(const Shown& shown, int from, int to) {
  if (from < 0) return Text::tr("Every node of level 1 reads the cell's input; nothing is chosen.");
  if (to < 0) return whyNode(shown, from);
  const auto standing = standingOf(shown, from, to);
  if (!standing || !shown.derived) return {};
  const Kept kept(shown, shown.moment()->weights->probabilities.shape);
  const QString reader = nameOf(shown, to);
  if (!kept.node(to)) {
    return Text::tr("%1 is not kept, so its inputs are not chosen.").arg(reader);
  }
  if (kept.forbidden(from)) return Text::tr("%1 is forbidden.").arg(nameOf(shown, from));
  if (!standing->margin) return Text::tr("Kept: %1 keeps all of its inputs.").arg(reader);
  const QString rival = nameOf(shown, standing->rival);
  return standing->isKept
             ? Text::tr("Kept: %1 among the inputs of %2, %3 above %4, the strongest dropped.")
                   .arg(rankText(*standing), reader, marginText(*standing->margin), rival)
             : Text::tr("Not kept: %1 among the inputs of %2, %3 below %4, the weakest kept.")
                   .arg(rankText(*standing), reader, marginText(-*standing->margin), rival);
}

}  // namespace attelier::ui
