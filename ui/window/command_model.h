#pragma once

#include "ui/window/fuzzy_match.h"
#include "ui/window/window_actions.h"

#include <QAbstractListModel>
#include <QHash>
#include <QPointer>
#include <QSortFilterProxyModel>

#include <functional>

namespace attelier::ui {

/// What the command palette offers: actions, which are read as they are at the moment, and runs.
class CommandModel : public QAbstractListModel {
  Q_OBJECT
 public:
  enum Role {
    IdRole = Qt::UserRole,
    PathRole,       ///< menus that lead there
    ShortcutRole,   ///< as a person reads it
    TipRole,        ///< what it does, or why it can't be done now
    AvailableRole,  ///< false: shown, but does nothing
    PositionsRole   ///< QList<qsizetype> of the letters that were typed; CommandFilter gives them
  };

  /// Something to open that is no action.
  struct Thing {
    QString id, text, path, tip;
    bool isAvailable = true;
    std::function<void()> open;
  };

  using QAbstractListModel::QAbstractListModel;

  void offer(const QList<MenuAction>& actions, const QList<Thing>& things);

  /// Does what the row says; later, from the event loop, so that a dialog can close before.
  void run(const QModelIndex& index) const;

  int rowCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;

 private:
  struct Row {
    QPointer<QAction> action;
    QString path;
    Thing thing;
  };
  int rowOf(const QObject* action) const;

  QList<Row> rows_;
};

/// The commands that fit what was typed, best first; before anything is typed those used last, then
/// all in their order.
class CommandFilter : public QSortFilterProxyModel {
  Q_OBJECT
 public:
  explicit CommandFilter(QObject* parent = nullptr);

  void setTyped(const QString& typed);
  /// Ids of commands, the last one used first.
  void setRecent(const QStringList& ids);

  QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;

 protected:
  bool filterAcceptsRow(int row, const QModelIndex& parent) const override;
  bool lessThan(const QModelIndex& left, const QModelIndex& right) const override;

 private:
  std::optional<FuzzyMatch> match(const QModelIndex& source) const;

  QString typed_;
  QStringList recent_;
  mutable QHash<QString, std::optional<FuzzyMatch>> matches_;  // by id, of `typed_`
};

}  // namespace attelier::ui
