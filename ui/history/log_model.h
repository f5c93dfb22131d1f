#pragma once

#include "engine/run/rows.h"

#include <QAbstractTableModel>

#include <memory>
#include <optional>
#include <vector>

namespace attelier::ui {

/// The events of a run as rows: time, step, kind, text. Severity is told by an icon and a word, not
/// by colour.
class LogModel : public QAbstractTableModel {
  Q_OBJECT
 public:
  enum Column { Time, Step, Level, Kind, Text, kColumns };
  enum Role { LevelRole = Qt::UserRole, StepRole };
  using Events = std::shared_ptr<const std::vector<run::EventRow>>;

  using QAbstractTableModel::QAbstractTableModel;

  /// A severity as a word.
  static QString levelText(run::EventLevel level);

  /// Newer events of the same run are appended, and the oldest go where they are no longer
  /// held; others replace all.
  void setEvents(const Events& events);

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 private:
  /// How many of the first events are gone in `events`, which otherwise go on; nothing: they don't.
  std::optional<std::size_t> eventsGone(const Events& events) const;

  Events events_;
};

}  // namespace attelier::ui
