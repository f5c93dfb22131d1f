#pragma once

#include "engine/run/rows.h"

#include <QAbstractTableModel>
#include <QStringList>

#include <vector>

namespace attelier::ui {

/// A clip with what the network said of it, in words.
struct ClipPrediction {
  std::int64_t clip = -1;  ///< of `dataset`
  QString name;
  QString truth;
  QString predicted;
  double probability = 0;  ///< of the predicted class
  double loss = 0;         ///< NaN where not known. Units: nats
  QString best;            ///< the best classes with their probabilities, a line each
  bool operator==(const ClipPrediction&) const = default;
};

/// Clips with their predictions as a list. Qt::UserRole sorts; QSortFilterProxyModel does it.
class PredictionModel : public QAbstractTableModel {
  Q_OBJECT
 public:
  enum Column { Clip, Truth, Predicted, Probability, Loss, kColumns };

  using QAbstractTableModel::QAbstractTableModel;

  void setPredictions(std::vector<ClipPrediction> predictions);
  const ClipPrediction& at(int row) const { return rows_[static_cast<std::size_t>(row)]; }

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 private:
  std::vector<ClipPrediction> rows_;
};

}  // namespace attelier::ui
