#pragma once

#include "ui/runs/evaluation_reading.h"

#include <QAbstractItemModel>

namespace attelier::ui {

/// Evaluated cells, each with its controls below.
class EvaluationModel : public QAbstractItemModel {
  Q_OBJECT
 public:
  enum Column { Name, State, Progress, Select, Report, kColumns };
  enum Role {
    ShareRole = Qt::UserRole,
    PhaseRole
  };  ///< done share, 0 to 1; run::Phase as a number

  using QAbstractItemModel::QAbstractItemModel;

  void setReading(EvaluationsPointer reading);
  const EvaluationsPointer& reading() const { return reading_; }
  /// The group that a row belongs to; null for an invalid index.
  const EvaluationGroup* group(const QModelIndex& index) const;
  /// The training of a row: of a group's, the cell's.
  const run::EvaluationRecord* record(const QModelIndex& index) const;

  QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
  QModelIndex parent(const QModelIndex& index) const override;
  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
  QVariant headerData(int section, Qt::Orientation orientation,
                      int role = Qt::DisplayRole) const override;

 private:
  EvaluationsPointer reading_;
};

}  // namespace attelier::ui
