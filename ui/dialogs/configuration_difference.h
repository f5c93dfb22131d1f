#pragma once

#include <QAbstractTableModel>
#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace attelier::ui {

/// One field of two configurations.
struct DifferenceRow {
  std::string path;  ///< "training.batch"
  nlohmann::json left, right;
  bool differs = false;
};

/// All fields of two configurations, those of the engine's declarations in their order, then what
/// neither declares.
std::vector<DifferenceRow> configurationDifference(const nlohmann::json& left,
                                                   const nlohmann::json& right);

/// A table of two configurations: field, this, that. Only what differs unless all are asked for.
class DifferenceModel : public QAbstractTableModel {
  Q_OBJECT
 public:
  enum Column { Field, Left, Right, ColumnCount };
  static constexpr int kDiffersRole = Qt::UserRole;

  explicit DifferenceModel(QObject* parent = nullptr);

  void set(const QString& leftName, const nlohmann::json& left, const QString& rightName,
           const nlohmann::json& right);
  void setShowsAll(bool all);
  int differences() const;

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 private:
  void choose();

  std::vector<DifferenceRow> rows_;
  std::vector<std::size_t> shown_;
  QString leftName_, rightName_;
  bool showsAll_ = false;
};

}  // namespace attelier::ui
