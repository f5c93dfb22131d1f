#include "ui/history/prediction_model.h"

#include <QLocale>

#include <cmath>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {

namespace {

QString number(double value) {
  return std::isfinite(value) ? QLocale().toString(value, 'f', 3) : u"–"_s;
}

}  // namespace

void PredictionModel::setPredictions(std::vector<ClipPrediction> predictions) {
  beginResetModel();
  rows_ = std::move(predictions);
  endResetModel();
}

int PredictionModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(rows_.size());
}

int PredictionModel::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(kColumns);
}

QVariant PredictionModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
  const auto& row = at(index.row());
  const bool isNumber = index.column() == Probability || index.column() == Loss;
  const double value = index.column() == Loss ? row.loss : row.probability;
  if (role == Qt::TextAlignmentRole && isNumber) return int{Qt::AlignRight | Qt::AlignVCenter};
  if (role == Qt::ToolTipRole) return u"%1\n%2"_s.arg(row.name, row.best);
  if (role == Qt::AccessibleTextRole && index.column() == Clip) {
    return tr("%1: %2 taken for %3, probability %4, loss %5")
        .arg(row.name, row.truth, row.predicted, number(row.probability), number(row.loss));
  }
  if (role != Qt::DisplayRole && role != Qt::UserRole) return {};
  if (isNumber) {
    if (role == Qt::DisplayRole) return number(value);
    return std::isfinite(value) ? value : -1.0;
  }
  return index.column() == Clip ? row.name : index.column() == Truth ? row.truth : row.predicted;
}

QVariant PredictionModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal) return {};
  if (role == Qt::TextAlignmentRole) {
    return section >= Probability ? int{Qt::AlignRight | Qt::AlignVCenter}
                                  : int{Qt::AlignLeft | Qt::AlignVCenter};
  }
  if (role != Qt::DisplayRole) return {};
  switch (section) {
    case Clip:
      return tr("Clip");
    case Truth:
      return tr("Truth");
    case Predicted:
      return tr("Taken for");
    case Probability:
      return tr("Probability");
    case Loss:
      return tr("Loss");
    default:
      return {};
  }
}

}  // namespace attelier::ui
