#include "ui/graph/derivation_table.h"

#include "widgets/base/icon.h"

#include <QApplication>
#include <QFont>
#include <QLocale>
#include <QtConcurrentRun>

#include <algorithm>
#include <limits>
#include <set>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {

namespace {

constexpr int kIntervalMs = 1000;
constexpr int kRestForWork = 20;  // a twentieth of one thread at most

}  // namespace

bool DerivationQuestion::operator==(const DerivationQuestion& other) const {
  return weights == other.weights && options.forced == other.options.forced &&
         options.forbidden == other.options.forbidden &&
         options.sinkGate == other.options.sinkGate && settings == other.settings &&
         place == other.place;
}

DerivationRanges derivationRanges(const space::SupergraphShape& shape,
                                  const space::DerivationOptions& options) {
  const std::set<std::string> forced(options.forced.begin(), options.forced.end());
  const std::set<std::string> forbidden(options.forbidden.begin(), options.forbidden.end());
  DerivationRanges ranges;
  ranges.leastNodes = std::max(1, static_cast<int>(forced.size()));
  ranges.mostNodes = std::clamp(shape.nodes() - static_cast<int>(forbidden.size()),
                                ranges.leastNodes, space::kMaxCellNodes);
  ranges.mostPredecessors = shape.levels > 1 ? shape.nodesPerLevel() : 1;
  return ranges;
}

std::vector<DerivationRow> deriveAll(const DerivationQuestion& question,
                                     const std::atomic<bool>& stop) {
  std::vector<DerivationRow> rows;
  if (!question.weights) return rows;
  const auto& weights = question.weights->probabilities;
  const DerivationRanges ranges = derivationRanges(weights.shape, question.options);
  space::DerivationOptions options = question.options;
  for (int nodes = ranges.leastNodes; nodes <= ranges.mostNodes; ++nodes) {
    for (int predecessors = 1; predecessors <= ranges.mostPredecessors; ++predecessors) {
      if (stop) return rows;
      options.topNodes = nodes;
      options.topPredecessors = predecessors;
      auto derivation = space::derive(weights, options, question.settings);
      // More nodes than a cell may hold, or nothing left to read.
      if (!derivation || !space::validate(derivation->cell)) continue;
      DerivationRow row;
      row.topNodes = nodes;
      row.topPredecessors = predecessors;
      row.derivation = std::move(*derivation);
      if (question.place.channels > 0) row.cost = space::cost(row.derivation.cell, question.place);
      row.architecture = space::architectureId(row.derivation.cell);
      row.text = cellText(row.derivation.cell);
      rows.push_back(std::move(row));
    }
  }
  return rows;
}

DerivationTable::DerivationTable(QObject* parent) : QAbstractTableModel(parent) {
  pace_.setSingleShot(true);
  connect(&pace_, &QTimer::timeout, this, [this] {
    if (isStale_) start();
  });
  connect(&computing_, &QFutureWatcherBase::finished, this, &DerivationTable::take);
}

DerivationTable::~DerivationTable() {
  if (stop_) *stop_ = true;
}

void DerivationTable::ask(const DerivationQuestion& question) {
  if (question == question_) return;
  DerivationQuestion onlyWeights = question;
  onlyWeights.weights = question_.weights;
  const bool isOther = !(onlyWeights == question_) || rows_.empty();
  question_ = question;
  isStale_ = true;
  if (isOther && isComputing_) *stop_ = true;
  if (!isComputing_ && (isOther || !pace_.isActive())) start();
}

void DerivationTable::start() {
  isStale_ = false;
  isComputing_ = true;
  stop_ = std::make_shared<std::atomic<bool>>(false);
  asked_ = question_;
  took_.start();
  computing_.setFuture(QtConcurrent::run(
      [question = question_, stop = stop_] { return deriveAll(question, *stop); }));
}

void DerivationTable::take() {
  isComputing_ = false;
  const bool wasStopped = *stop_;
  pace_.start(std::max(kIntervalMs, kRestForWork * static_cast<int>(took_.elapsed())));
  if (!wasStopped) {
    answered_ = asked_;
    auto rows = computing_.result();
    const auto sameKey = [](const DerivationRow& a, const DerivationRow& b) {
      return a.topNodes == b.topNodes && a.topPredecessors == b.topPredecessors;
    };
    const bool sameKeys = std::equal(rows.begin(), rows.end(), rows_.begin(), rows_.end(), sameKey);
    // The same rows with other cells: selection and place in the table stay.
    if (!sameKeys) beginResetModel();
    rows_ = std::move(rows);
    if (!sameKeys) {
      endResetModel();
    } else if (!rows_.empty()) {
      Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, kColumns - 1));
    }
  }
  if (isStale_ && wasStopped) start();
  Q_EMIT computed();
}

void DerivationTable::setScores(std::map<std::string, KnownScore> scores) {
  scores_ = std::move(scores);
  if (!rows_.empty()) Q_EMIT dataChanged(index(0, Score), index(rowCount() - 1, Score));
}

void DerivationTable::setCurrent(int topNodes, int topPredecessors) {
  if (topNodes == currentNodes_ && topPredecessors == currentPredecessors_) return;
  currentNodes_ = topNodes;
  currentPredecessors_ = topPredecessors;
  if (!rows_.empty()) Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, kColumns - 1));
}

int DerivationTable::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(rows_.size());
}

int DerivationTable::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : kColumns;
}

QVariant DerivationTable::text(const DerivationRow& row, int column) const {
  const QLocale locale;
  switch (column) {
    case TopNodes:
      return locale.toString(row.topNodes);
    case TopPredecessors:
      return locale.toString(row.topPredecessors);
    case Cell:
      return row.text;
    case Flops:
      return shortNumber(static_cast<double>(row.cost.flops));
    case Parameters:
      return shortNumber(static_cast<double>(row.cost.parameters));
    case Margin:
      return marginText(row.derivation.margin);
    case Score: {
      const auto known = scores_.find(row.architecture);
      return known == scores_.end() ? QString() : locale.toString(known->second.select, 'f', 3);
    }
    case Take:
      return row.topNodes == currentNodes_ && row.topPredecessors == currentPredecessors_
                 ? tr("taken")
                 : tr("take");
    default:
      return {};
  }
}

QVariant DerivationTable::sortKey(const DerivationRow& row, int column) const {
  switch (column) {
    case TopNodes:
      return row.topNodes;
    case TopPredecessors:
      return row.topPredecessors;
    case Cell:
      return row.text;
    case Flops:
      return static_cast<qlonglong>(row.cost.flops);
    case Parameters:
      return static_cast<qlonglong>(row.cost.parameters);
    case Margin:
      return row.derivation.margin;
    case Score: {
      const auto known = scores_.find(row.architecture);
      return known == scores_.end() ? -1.0 : known->second.select;
    }
    default:
      return {};
  }
}

QString DerivationTable::toolTip(const DerivationRow& row, int column) const {
  const auto known = scores_.find(row.architecture);
  switch (column) {
    case Cell:
      return row.text;
    case Margin:
      return flipSentence(row.derivation, answered_.weights->probabilities.shape);
    case Score:
      return known == scores_.end()
                 ? tr("Not evaluated yet")
                 : tr("Top-1 on the select split, evaluated as %1").arg(known->second.name);
    case Take:
      return tr("Keep %1 and %2").arg(row.topNodes).arg(row.topPredecessors);
    case Pin:
      return tr("Put this cell aside to compare others with");
    default:
      return {};
  }
}

QVariant DerivationTable::data(const QModelIndex& index, int role) const {
  if (!index.isValid() || index.row() >= rowCount()) return {};
  const DerivationRow& shown = row(index.row());
  const int column = index.column();
  const bool isCurrent =
      shown.topNodes == currentNodes_ && shown.topPredecessors == currentPredecessors_;
  switch (role) {
    case Qt::DisplayRole:
      return text(shown, column);
    case kSortRole:
      return sortKey(shown, column);
    case Qt::ToolTipRole:
      return toolTip(shown, column);
    case Qt::TextAlignmentRole:
      return static_cast<int>((column == Cell ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    case Qt::FontRole:
      if (isCurrent) {
        QFont bold;
        bold.setBold(true);
        return bold;
      }
      return {};
    case Qt::ForegroundRole:
      if (column == Take && !isCurrent) return QApplication::palette().link();
      return {};
    case Qt::DecorationRole:
      if (column == Pin) return widgets::icon(u"pin"_s);
      return {};
    case Qt::AccessibleTextRole:
      return column == Pin ? tr("pin") : text(shown, column).toString();
    default:
      return {};
  }
}

QVariant DerivationTable::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal) return {};
  if (role == Qt::DisplayRole) {
    switch (section) {
      case TopNodes:
        return tr("alpha");
      case TopPredecessors:
        return tr("beta");
      case Cell:
        return tr("cell");
      case Flops:
        return tr("FLOPs");
      case Parameters:
        return tr("parameters");
      case Margin:
        return tr("margin");
      case Score:
        return tr("select top-1");
      default:
        return QString();
    }
  }
  if (role == Qt::ToolTipRole) {
    if (section == TopNodes) return tr("Nodes that the cell returns");
    if (section == TopPredecessors) return tr("Predecessors that each kept node reads");
    if (section == Margin) return tr("How far weights must move for another cell");
    if (section == Take) return tr("Take these numbers");
    if (section == Pin) return tr("Put the cell aside");
  }
  return {};
}

}  // namespace attelier::ui
