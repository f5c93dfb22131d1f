#include "ui/history/search_health.h"

#include <QCoreApplication>
#include <QLocale>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <numeric>

namespace attelier::ui {

namespace {

constexpr std::size_t kFewestRecords = 10;  // fewer say nothing about a course
constexpr double kTie = 0.05;               // a margin of so much of the kept weight
constexpr double kCollapse = 0.9;
constexpr double kLate = 0.8;
constexpr double kUniform = 0.95;
constexpr double kRecent = 0.2;
constexpr int kManyChanges = 3;

struct Text {
  Q_DECLARE_TR_FUNCTIONS(attelier::ui::SearchHealth)
};

QString stepText(std::int64_t step) { return QLocale().toString(static_cast<qlonglong>(step)); }

QString percent(double share) {
  return QLocale().toString(static_cast<int>(std::floor(100 * share + 1e-4)));
}

QString nameOf(const space::SupergraphShape& shape, int node) {
  return QString::fromStdString(space::nodeName(shape, node));
}

double weightOf(const space::ConnectionProbabilities& weights, space::ChoiceTable table,
                std::size_t index) {
  switch (table) {
    case space::ChoiceTable::Sink:
      return weights.sink[index];
    case space::ChoiceTable::Level:
      return weights.level[index];
    case space::ChoiceTable::Activation:
      return weights.activation[index];
    case space::ChoiceTable::None:
      break;
  }
  return 0;
}

// What the alarms are found in.
class Diagnosis {
 public:
  Diagnosis(const WeightsHistory& history, const HealthOptions& options, SearchHealth& health)
      : records_(history.records), options_(options), health_(health) {}

  void run() {
    measure();
    if (records_.empty()) return;
    if (options_.stepsPlanned > 0) {
      progress_ = static_cast<double>(last().step) / static_cast<double>(options_.stepsPlanned);
    }
    findCollapse();
    findUndecided();
    findTie();
    findChurn();
    findSettled();
    const auto rank = [](const HealthAlarm& alarm) {
      return alarm.severity == Severity::Warning ? 0 : alarm.severity == Severity::Good ? 2 : 1;
    };
    std::stable_sort(health_.alarms.begin(), health_.alarms.end(),
                     [&](const HealthAlarm& a, const HealthAlarm& b) { return rank(a) < rank(b); });
  }

 private:
  const StepWeights& last() const { return records_.back(); }
  const space::SupergraphShape& shape() const { return last().probabilities.shape; }
  // Early on most of it is as it should be.
  Severity severity() const { return progress_ >= 0.5 ? Severity::Warning : Severity::Information; }

  void measure();
  void findCollapse();
  void findUndecided();
  void findTie();
  void findChurn();
  void findSettled();
  std::int64_t collapsedSince(const std::vector<int>& nodes) const;
  static double shareOf(const space::ConnectionProbabilities& weights,
                        const std::vector<int>& nodes);
  int swaps(const space::Flip& flip, std::int64_t& lastSwap) const;
  std::vector<int> nodesOf(const space::Flip& flip) const;

  const std::vector<StepWeights>& records_;
  const HealthOptions& options_;
  SearchHealth& health_;
  double progress_ = 0;
  std::unique_ptr<const space::Derivation> derived_;  ///< of the last record
  std::size_t lastChange_ = 0;                        ///< record; 0: none
  std::vector<int> changedNodes_;                     ///< of that change
  bool isUndecided_ = false;
};

// Nodes that are in one of two sorted lists only.
std::vector<int> differing(std::vector<int> a, std::vector<int> b) {
  std::sort(a.begin(), a.end());
  std::sort(b.begin(), b.end());
  std::vector<int> nodes;
  std::set_symmetric_difference(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(nodes));
  return nodes;
}

void Diagnosis::measure() {
  int changes = 0;
  for (std::size_t i = 0; i < records_.size(); ++i) {
    const auto& weights = records_[i].probabilities;
    const auto entropies = space::weightHealth(weights);
    health_.steps.push_back(records_[i].step);
    health_.sinkEntropy.push_back(static_cast<float>(entropies.sinkEntropy));
    health_.levelEntropy.push_back(static_cast<float>(entropies.levelEntropy));
    auto derived = space::derive(weights, options_.derivation, options_.settings);
    const bool hasMargin = derived && std::isfinite(derived->margin);
    health_.margin.push_back(hasMargin ? static_cast<float>(derived->margin)
                                       : std::numeric_limits<float>::quiet_NaN());
    if (derived && derived_ && !space::sameArchitecture(derived->cell, derived_->cell)) {
      ++changes;
      lastChange_ = i;
      changedNodes_ = differing(derived->supergraphNodes, derived_->supergraphNodes);
      if (changedNodes_.empty()) changedNodes_ = derived->supergraphNodes;
    }
    health_.changes.push_back(static_cast<float>(changes));
    derived_ = derived ? std::make_unique<const space::Derivation>(std::move(*derived)) : nullptr;
  }
}

double Diagnosis::shareOf(const space::ConnectionProbabilities& weights,
                          const std::vector<int>& nodes) {
  const double all = std::accumulate(weights.sink.begin(), weights.sink.end(), 0.0);
  double sum = 0;
  for (const int node : nodes) sum += weights.sink[static_cast<std::size_t>(node)];
  return all > 0 ? sum / all : 0;
}

std::int64_t Diagnosis::collapsedSince(const std::vector<int>& nodes) const {
  std::int64_t since = last().step;
  for (auto record = records_.rbegin(); record != records_.rend(); ++record) {
    if (shareOf(record->probabilities, nodes) < kCollapse) break;
    since = record->step;
  }
  return since;
}

void Diagnosis::findCollapse() {
  const auto& weights = last().probabilities;
  const auto warn = [&](const QString& sentence, std::vector<int> nodes) {
    const std::int64_t since = collapsedSince(nodes);
    health_.alarms.push_back({HealthAlarm::Kind::Collapse, Severity::Warning,
                              sentence.arg(percent(shareOf(weights, nodes)), stepText(since)),
                              since, std::move(nodes)});
  };
  std::vector<int> nodes(weights.sink.size());
  std::iota(nodes.begin(), nodes.end(), 0);
  std::stable_sort(nodes.begin(), nodes.end(), [&](int a, int b) {
    return weights.sink[static_cast<std::size_t>(a)] > weights.sink[static_cast<std::size_t>(b)];
  });
  if (nodes.size() > 1 && shareOf(weights, {nodes.front()}) >= kCollapse) {
    warn(Text::tr("%1 alone has %2 % of the sink, above 90 % since step %3.")
             .arg(nameOf(shape(), nodes.front())),
         {nodes.front()});
    return;
  }
  for (const auto type : {space::OperationType::MapBased, space::OperationType::DotProduct}) {
    std::vector<int> ofType;
    std::copy_if(nodes.begin(), nodes.end(), std::back_inserter(ofType),
                 [&](int node) { return shape().kindOf(node).type == type; });
    // A type that has nearly all nodes has nearly all of the sink from the start.
    const double uniform = static_cast<double>(ofType.size()) / static_cast<double>(nodes.size());
    if (ofType.size() == nodes.size() ||
        shareOf(weights, ofType) < std::max(kCollapse, (1 + uniform) / 2)) {
      continue;
    }
    warn(type == space::OperationType::MapBased
             ? Text::tr("Map-based operations have %1 % of the sink, above 90 % since step %2.")
             : Text::tr("Dot-product operations have %1 % of the sink, above 90 % since step %2."),
         std::move(ofType));
  }
}

void Diagnosis::findUndecided() {
  const auto entropy = static_cast<double>(health_.sinkEntropy.back());
  if (progress_ < kLate || entropy < kUniform || shape().nodes() < 2) return;
  isUndecided_ = true;
  health_.alarms.push_back(
      {HealthAlarm::Kind::Undecided,
       Severity::Warning,
       Text::tr("After %1 % of the steps the sink is still almost uniform: entropy %2.")
           .arg(percent(std::min(1.0, progress_)), QLocale().toString(entropy, 'f', 2)),
       last().step,
       {}});
}

int Diagnosis::swaps(const space::Flip& flip, std::int64_t& lastSwap) const {
  int count = 0;
  int sign = 0;
  for (const auto& record : records_) {
    const double difference = weightOf(record.probabilities, flip.table, flip.keptIndex) -
                              weightOf(record.probabilities, flip.table, flip.droppedIndex);
    const int now = difference > 0 ? 1 : difference < 0 ? -1 : 0;
    if (now == 0) continue;
    if (sign != 0 && now != sign) {
      ++count;
      lastSwap = record.step;
    }
    sign = now;
  }
  return count;
}

std::vector<int> Diagnosis::nodesOf(const space::Flip& flip) const {
  const int n = shape().nodesPerLevel();
  const auto kept = static_cast<int>(flip.keptIndex);
  const auto dropped = static_cast<int>(flip.droppedIndex);
  switch (flip.table) {
    case space::ChoiceTable::Sink:
      return {kept, dropped};
    case space::ChoiceTable::Level: {
      const int to = n + kept / n;
      const int before = (shape().levelOf(to) - 1) * n;
      return {to, before + kept % n, before + dropped % n};
    }
    case space::ChoiceTable::Activation:
      return {kept / space::kActivations};
    case space::ChoiceTable::None:
      break;
  }
  return {};
}

void Diagnosis::findTie() {
  if (!derived_ || derived_->flip.table == space::ChoiceTable::None) return;
  const auto& flip = derived_->flip;
  if (isUndecided_ && flip.table == space::ChoiceTable::Sink) return;  // said already
  if (records_.size() < kFewestRecords || derived_->margin > kTie * flip.keptWeight) return;
  std::int64_t step = last().step;
  const int count = swaps(flip, step);
  const QString where =
      flip.table == space::ChoiceTable::Sink ? Text::tr("Sink")
      : flip.table == space::ChoiceTable::Level
          ? Text::tr("Inputs of %1").arg(nameOf(shape(), nodesOf(flip).front()))
          : Text::tr("Activation of %1").arg(nameOf(shape(), nodesOf(flip).front()));
  const QLocale locale;
  const QString sentence =
      count > 0
          ? Text::tr("%1: %2 %3 and %4 %5 are a tie: they swapped %n time(s).", nullptr, count)
          : Text::tr("%1: %2 %3 and %4 %5 are nearly a tie.");
  health_.alarms.push_back(
      {HealthAlarm::Kind::NearTie, severity(),
       sentence.arg(where, QString::fromStdString(flip.kept),
                    locale.toString(flip.keptWeight, 'f', 3), QString::fromStdString(flip.dropped),
                    locale.toString(flip.droppedWeight, 'f', 3)),
       step, nodesOf(flip)});
}

void Diagnosis::findChurn() {
  if (records_.size() < kFewestRecords) return;
  const double from = (1 - kRecent) * static_cast<double>(last().step);
  // The changes that come with a record after `from`.
  std::size_t before = records_.size() - 1;
  while (before > 0 && static_cast<double>(records_[before].step) > from) --before;
  const auto count = static_cast<int>(health_.changes.back() - health_.changes[before]);
  if (count < kManyChanges) return;
  health_.alarms.push_back(
      {HealthAlarm::Kind::Churn, severity(),
       Text::tr("The derived cell changed %n time(s) in the last fifth of the steps so far.",
                nullptr, count),
       records_[lastChange_].step, changedNodes_});
}

void Diagnosis::findSettled() {
  if (!derived_ || records_.size() < kFewestRecords) return;
  const std::int64_t since = records_[lastChange_].step;
  const double share = static_cast<double>(last().step - since) /
                       static_cast<double>(std::max<std::int64_t>(1, last().step));
  // A cell that never changed was not chosen by weights: they are as they began.
  const bool isUniform = static_cast<double>(health_.sinkEntropy.back()) >= kUniform;
  if (share < kRecent || (isUniform && lastChange_ == 0)) return;
  health_.alarms.push_back(
      {HealthAlarm::Kind::Settled, progress_ >= 0.5 ? Severity::Good : Severity::Information,
       lastChange_ == 0
           ? Text::tr("The derived cell is the same since the first stored step, %1.")
                 .arg(stepText(since))
           : Text::tr("The derived cell is the same since step %1: the last %2 % of the steps "
                      "changed nothing.")
                 .arg(stepText(since), percent(share)),
       since, derived_->supergraphNodes});
}

}  // namespace

widgets::DataTable SearchHealth::table() const {
  widgets::DataTable table;
  table.title = Text::tr("Search health");
  table.columns = {Text::tr("Step"), Text::tr("Sink entropy"), Text::tr("Level entropy"),
                   Text::tr("Margin"), Text::tr("Changes of the cell")};
  for (std::size_t i = 0; i < steps.size(); ++i) {
    table.rows << QVariantList{
        QVariant::fromValue<qint64>(steps[i]), static_cast<double>(sinkEntropy[i]),
        static_cast<double>(levelEntropy[i]),
        std::isfinite(margin[i]) ? QVariant(static_cast<double>(margin[i])) : QVariant(),
        static_cast<int>(changes[i])};
  }
  return table;
}

SearchHealth searchHealth(const WeightsHistory& history, const HealthOptions& options) {
  SearchHealth health;
  Diagnosis(history, options, health).run();
  return health;
}

}  // namespace attelier::ui
