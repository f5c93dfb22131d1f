#pragma once

#include "engine/space/cost.h"
#include "engine/space/derivation.h"
#include "ui/graph/cell_values.h"

#include <QAbstractTableModel>
#include <QElapsedTimer>
#include <QFutureWatcher>
#include <QTimer>

#include <atomic>
#include <memory>
#include <vector>

namespace attelier::ui {

/// What every number of kept nodes and predecessors would give.
struct DerivationRow {
  int topNodes = 0;
  int topPredecessors = 0;
  space::Derivation derivation;
  space::CellCost cost;
  std::string architecture;  ///< space::architectureId
  QString text;
};

/// What the rows are made from.
struct DerivationQuestion {
  std::shared_ptr<const StepWeights> weights;
  space::DerivationOptions options;  ///< forced, forbidden, gate
  space::OperationSettings settings;
  space::Place place;
  bool operator==(const DerivationQuestion& other) const;
};

/// Ranges of alpha and beta that change something, for a supergraph and these options.
struct DerivationRanges {
  int leastNodes = 1, mostNodes = 1;
  int mostPredecessors = 1;
};
DerivationRanges derivationRanges(const space::SupergraphShape& shape,
                                  const space::DerivationOptions& options);

/// All rows, beta within alpha. Ends early, with what it has, when `stop` becomes true.
std::vector<DerivationRow> deriveAll(const DerivationQuestion& question,
                                     const std::atomic<bool>& stop);

/// The rows as a table, computed beside the window's thread and kept until the question changes.
class DerivationTable : public QAbstractTableModel {
  Q_OBJECT
 public:
  enum Column {
    TopNodes,
    TopPredecessors,
    Cell,
    Flops,
    Parameters,
    Margin,
    Score,
    Take,
    Pin,
    kColumns
  };
  static constexpr int kSortRole = Qt::UserRole;

  explicit DerivationTable(QObject* parent = nullptr);
  ~DerivationTable() override;

  /// Asks for the rows of this question. While a search moves the weights they are computed anew at
  /// most once a second; other changes count at once.
  void ask(const DerivationQuestion& question);
  void setScores(std::map<std::string, KnownScore> scores);
  /// The combination that is shown elsewhere.
  void setCurrent(int topNodes, int topPredecessors);
  const DerivationRow& row(int index) const { return rows_[static_cast<std::size_t>(index)]; }
  bool isComputing() const { return isComputing_; }

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 Q_SIGNALS:
  void computed();

 private:
  void start();
  void take();
  QVariant text(const DerivationRow& row, int column) const;
  QVariant sortKey(const DerivationRow& row, int column) const;
  QString toolTip(const DerivationRow& row, int column) const;

  DerivationQuestion question_, asked_, answered_;
  bool isStale_ = false, isComputing_ = false;
  std::shared_ptr<std::atomic<bool>> stop_;
  QFutureWatcher<std::vector<DerivationRow>> computing_;
  QElapsedTimer took_;
  QTimer pace_;
  std::vector<DerivationRow> rows_;
  std::map<std::string, KnownScore> scores_;
  int currentNodes_ = 0, currentPredecessors_ = 0;
};

}  // namespace attelier::ui
