#pragma once

#include "ui/runs/run_entry.h"

#include <QAbstractItemModel>

#include <functional>
#include <memory>
#include <vector>

namespace attelier::ui {

/// The runs as a tree: searches with their evaluations. Rows keep their identity from one reading
/// to the next, so that selection and scroll position stay.
class RunListModel : public QAbstractItemModel {
  Q_OBJECT
 public:
  enum Column { Name, State, Progress, Best, Age, Size, Tags, Stars, kColumns };
  enum Role {
    EntryRole = Qt::UserRole,  ///< RunEntryPointer
    SortRole,
    SearchRole,  ///< lower-case text
  };

  explicit RunListModel(QObject* parent = nullptr);
  ~RunListModel() override;

  void setRuns(const std::vector<RunEntryPointer>& runs);
  RunEntryPointer entry(const QModelIndex& index) const;
  QModelIndex indexOf(const std::filesystem::path& run) const;
  /// Tells the views that ages have gone on.
  void refreshAges();

  /// Called when a person edits a name in place.
  std::function<void(const RunEntryPointer&, const QString& name)> rename;

  QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
  QModelIndex parent(const QModelIndex& index) const override;
  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
  bool setData(const QModelIndex& index, const QVariant& value, int role = Qt::EditRole) override;
  QVariant headerData(int section, Qt::Orientation orientation,
                      int role = Qt::DisplayRole) const override;
  Qt::ItemFlags flags(const QModelIndex& index) const override;

 private:
  struct Node;
  Node* nodeOf(const QModelIndex& index) const;
  void update(Node& parent, const QModelIndex& at, const std::vector<RunEntryPointer>& entries);

  std::unique_ptr<Node> root_;
};

}  // namespace attelier::ui
