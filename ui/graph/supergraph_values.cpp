#include "ui/graph/supergraph_values.h"

#include <QCoreApplication>
#include <QLocale>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {

namespace {

using widgets::EdgeKind;
using widgets::EdgePicture;
using widgets::kInputNode;
using widgets::kSinkNode;

constexpr std::size_t kCourseRecords = 400;
constexpr std::size_t kCourseValues = 120;
// Below this the cell adds nothing to its input: it starts so.
constexpr double kNoContribution = 1e-6;
// A node whose share of the output is this much less than an even share is as good as off.
constexpr double kMutedShare = 0.05;

struct Text {
  Q_DECLARE_TR_FUNCTIONS(attelier::ui::SupergraphValues)
};

QString nameOf(const space::SupergraphShape& shape, int node) {
  return QString::fromStdString(space::nodeName(shape, node));
}

QString number(double value) { return QLocale().toString(value, 'f', 2); }

// What of each node reaches the sink, directly and by the nodes that read it.
std::vector<double> reach(const space::ConnectionProbabilities& weights) {
  const auto& shape = weights.shape;
  const int n = shape.nodesPerLevel();
  std::vector<double> share = weights.sink;
  for (int to = shape.nodes() - 1; to >= n; --to) {
    for (int from = 0; from < n; ++from) {
      const int source = (shape.levelOf(to) - 1) * n + from;
      share[static_cast<std::size_t>(source)] +=
          weights.level[weights.levelIndex(to, from)] * share[static_cast<std::size_t>(to)];
    }
  }
  return share;
}

// Index of the picture's edge for an entry of a table of weights; -1 for none.
int edgeIndex(const space::SupergraphShape& shape, space::ChoiceTable table, std::size_t index) {
  const int n = shape.nodesPerLevel();
  if (table == space::ChoiceTable::Level) return n + static_cast<int>(index);
  if (table != space::ChoiceTable::Sink) return -1;
  return n + static_cast<int>(shape.levelLogitCount()) + static_cast<int>(index);
}

// Sets what a cell keeps, in the picture or as the reference.
void markKept(widgets::SupergraphPicture& picture, const space::SupergraphShape& shape,
              const space::Derivation& derivation, bool asReference) {
  const auto keep = [&](auto& part) { (asReference ? part.keptInReference : part.kept) = true; };
  const int n = shape.nodesPerLevel();
  const auto edge = [&](space::ChoiceTable table, std::size_t index) -> EdgePicture& {
    return picture.edges[static_cast<std::size_t>(edgeIndex(shape, table, index))];
  };
  const auto& cell = derivation.cell;
  const auto nodeOf = [&](int index) {
    return derivation.supergraphNodes[static_cast<std::size_t>(index)];
  };
  for (std::size_t i = 0; i < cell.nodes.size(); ++i) {
    const int node = nodeOf(static_cast<int>(i));
    keep(picture.nodes[static_cast<std::size_t>(node)]);
    for (const auto& input : cell.nodes[i].inputs) {
      if (input.source == space::kCellInput) {
        keep(picture.edges[static_cast<std::size_t>(node % n)]);
      } else {
        const std::size_t row = static_cast<std::size_t>((node - n) * n);
        keep(edge(space::ChoiceTable::Level,
                  row + static_cast<std::size_t>(nodeOf(input.source) % n)));
      }
    }
  }
  for (const auto& output : cell.outputs) {
    keep(edge(space::ChoiceTable::Sink, static_cast<std::size_t>(nodeOf(output.node))));
  }
}

void addNodes(widgets::SupergraphPicture& picture, const space::ConnectionProbabilities& weights,
              const space::DerivationOptions& options) {
  const auto& shape = weights.shape;
  const std::set<std::string> forced(options.forced.begin(), options.forced.end());
  const std::set<std::string> forbidden(options.forbidden.begin(), options.forbidden.end());
  const std::vector<double> share = reach(weights);
  double total = 0;
  for (const double weight : weights.sink) total += weight;
  const double even = total / shape.nodes();
  for (int i = 0; i < shape.nodes(); ++i) {
    const std::string name = space::nodeName(shape, i);
    widgets::NodePicture node;
    node.name = QString::fromStdString(name);
    node.level = shape.levelOf(i);
    node.position = i % shape.nodesPerLevel();
    node.kind = space::kindIndex(shape.kindOf(i));
    node.forced = forced.contains(name);
    node.forbidden = forbidden.contains(name);
    node.muted = share[static_cast<std::size_t>(i)] < kMutedShare * even;
    picture.nodes.push_back(std::move(node));
  }
}

void addEdges(widgets::SupergraphPicture& picture, const space::SupergraphShape& shape) {
  const int n = shape.nodesPerLevel();
  const auto add = [&](int from, int to, EdgeKind kind) {
    EdgePicture edge;
    edge.from = from;
    edge.to = to;
    edge.kind = kind;
    picture.edges.push_back(edge);
  };
  for (int i = 0; i < n; ++i) add(kInputNode, i, EdgeKind::Input);
  for (int to = n; to < shape.nodes(); ++to) {
    for (int from = 0; from < n; ++from) {
      add((shape.levelOf(to) - 1) * n + from, to, EdgeKind::Level);
    }
  }
  for (int i = 0; i < shape.nodes(); ++i) add(i, kSinkNode, EdgeKind::Sink);
}

double contributionOf(const Shown& shown) {
  const Moment* moment = shown.moment();
  const auto value = pointAt(*shown.run, "contribution/" + moment->place.name, moment->step);
  return value.value_or(std::numeric_limits<double>::quiet_NaN());
}

int strongest(const std::vector<double>& weights) {
  return static_cast<int>(std::max_element(weights.begin(), weights.end()) - weights.begin());
}

}  // namespace

double edgeWeight(const space::ConnectionProbabilities& weights, int from, int to) {
  if (from < 0) return 1;
  if (to < 0) return weights.sink[static_cast<std::size_t>(from)];
  return weights.level[weights.levelIndex(to, from % weights.shape.nodesPerLevel())];
}

Earlier earlierWeights(const Shown& shown) {
  const Moment* moment = shown.moment();
  if (moment == nullptr || !moment->weights || !shown.run->history) return {};
  const auto& records = shown.run->history->records;
  const std::int64_t now = moment->weights->step;
  const std::int64_t wanted = std::max<std::int64_t>(10, shown.run->status.stepsPlanned / 20);
  const StepWeights* found = nullptr;
  for (const auto& record : records) {
    if (record.step >= now || (found != nullptr && record.step > now - wanted)) break;
    if (record.weights.shape == moment->weights->weights.shape) found = &record;
  }
  if (found == nullptr) return {};
  return {found, now - found->step};
}

widgets::SupergraphPicture supergraphPicture(const Shown& shown) {
  widgets::SupergraphPicture picture;
  const Moment* moment = shown.moment();
  if (moment == nullptr || !moment->weights) return picture;
  const auto& weights = moment->weights->probabilities;
  const auto& shape = weights.shape;
  picture.levels = shape.levels;
  addNodes(picture, weights, shown.choices.derivation);
  addEdges(picture, shape);

  const Earlier earlier = earlierWeights(shown);
  if (earlier.weights != nullptr) picture.trendSpan = stepsText(earlier.steps);
  const StepWeights* reference = shown.pinned ? shown.pinned->weights.get() : nullptr;
  if (reference != nullptr && !(reference->probabilities.shape == shape)) reference = nullptr;
  if (reference != nullptr) picture.referenceName = shown.pinnedName;
  for (auto& edge : picture.edges) {
    const double weight = edgeWeight(weights, edge.from, edge.to);
    edge.weight = static_cast<float>(weight);
    if (edge.kind == EdgeKind::Input) continue;
    if (earlier.weights != nullptr) {
      edge.trend = static_cast<float>(
          weight - edgeWeight(earlier.weights->probabilities, edge.from, edge.to));
    }
    if (reference != nullptr) {
      edge.reference = static_cast<float>(edgeWeight(reference->probabilities, edge.from, edge.to));
    }
  }
  if (shown.derived) {
    const auto& derivation = shown.derived->derivation;
    markKept(picture, shape, derivation, false);
    for (const std::size_t index : {derivation.flip.keptIndex, derivation.flip.droppedIndex}) {
      const int edge = edgeIndex(shape, derivation.flip.table, index);
      if (edge >= 0) picture.edges[static_cast<std::size_t>(edge)].flipsNext = true;
    }
  }
  if (reference != nullptr) {
    const auto then = space::derive(reference->probabilities, shown.choices.derivation);
    if (then) markKept(picture, shape, *then, true);
  }
  return picture;
}

std::vector<float> weightCourse(const Shown& shown, int from, int to) {
  const Moment* moment = shown.moment();
  if (moment == nullptr || !moment->weights || from < 0) return {};
  const auto& shape = moment->weights->probabilities.shape;
  std::vector<float> course;
  if (shown.run->history) {
    const auto& records = shown.run->history->records;
    const auto end = std::partition_point(
        records.begin(), records.end(),
        [&](const StepWeights& record) { return record.step < moment->weights->step; });
    const auto count = std::min<std::ptrdiff_t>(end - records.begin(), kCourseRecords);
    const auto stride =
        std::max<std::ptrdiff_t>(1, count / static_cast<std::ptrdiff_t>(kCourseValues));
    // Counted from the present, so that the same records are drawn from one reading to the next.
    for (auto back = (count - 1) / stride * stride; back >= 0 && count > 0; back -= stride) {
      const StepWeights& record = *(end - 1 - back);
      if (!(record.probabilities.shape == shape)) continue;
      course.push_back(static_cast<float>(edgeWeight(record.probabilities, from, to)));
    }
  }
  course.push_back(static_cast<float>(edgeWeight(moment->weights->probabilities, from, to)));
  return course;
}

QString movementCaption(const Shown& shown) {
  const Moment* moment = shown.moment();
  if (moment == nullptr || !moment->weights) return {};
  if (contributionOf(shown) < kNoContribution) {
    return Text::tr("The cell contributes nothing yet: it starts as if it were not there.");
  }
  const Earlier earlier = earlierWeights(shown);
  if (earlier.weights == nullptr) return Text::tr("The first weights: nothing has moved yet.");
  const auto& now = moment->weights->probabilities;
  const auto& then = earlier.weights->probabilities;
  const auto& shape = now.shape;
  const QString span = stepsText(earlier.steps);
  const int winner = strongest(now.sink), before = strongest(then.sink);
  if (winner != before) {
    return Text::tr("The sink now prefers %1 (%2) to %3 (%4).")
        .arg(nameOf(shape, winner), number(now.sink[static_cast<std::size_t>(winner)]),
             nameOf(shape, before), number(now.sink[static_cast<std::size_t>(before)]));
  }
  double most = widgets::kVisibleTrend;
  QString sentence =
      Text::tr("No weight has moved by more than %1 in %2.")
          .arg(QLocale().toString(static_cast<double>(widgets::kVisibleTrend), 'g', 2), span);
  for (std::size_t i = 0; i < now.sink.size(); ++i) {
    if (std::abs(now.sink[i] - then.sink[i]) <= most) continue;
    most = std::abs(now.sink[i] - then.sink[i]);
    sentence = (now.sink[i] > then.sink[i] ? Text::tr("The sink takes more of %1: %2 → %3 in %4.")
                                           : Text::tr("The sink takes less of %1: %2 → %3 in %4."))
                   .arg(nameOf(shape, static_cast<int>(i)), number(then.sink[i]),
                        number(now.sink[i]), span);
  }
  const int n = shape.nodesPerLevel();
  for (std::size_t i = 0; i < now.level.size(); ++i) {
    if (std::abs(now.level[i] - then.level[i]) <= most) continue;
    most = std::abs(now.level[i] - then.level[i]);
    const int to = static_cast<int>(i) / n + n;
    const int from = (shape.levelOf(to) - 1) * n + static_cast<int>(i) % n;
    sentence = (now.level[i] > then.level[i] ? Text::tr("%1 reads more of %2: %3 → %4 in %5.")
                                             : Text::tr("%1 reads less of %2: %3 → %4 in %5."))
                   .arg(nameOf(shape, to), nameOf(shape, from), number(then.level[i]),
                        number(now.level[i]), span);
  }
  return sentence;
}

QString stepsText(std::int64_t steps) {
  // %n takes an int; the number is written by the locale.
  const int plural =
      static_cast<int>(std::min<std::int64_t>(steps, std::numeric_limits<int>::max()));
  return Text::tr("%Ln step(s)", nullptr, plural);
}

}  // namespace attelier::ui
