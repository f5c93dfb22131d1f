#include "ui/dialogs/configuration_difference.h"

#include "ui/dialogs/field_texts.h"
#include "ui/dialogs/run_schema.h"

#include <QFont>

#include <algorithm>
#include <set>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {

namespace {

using nlohmann::json;

/// Paths of all leaves: objects are gone into, lists are not.
void gatherPaths(const json& value, const std::string& prefix, std::set<std::string>& paths) {
  if (!value.is_object()) return;
  for (const auto& [name, inner] : value.items()) {
    const std::string path = prefix.empty() ? name : prefix + "." + name;
    // The design of a cell is one thing, however deep.
    if (inner.is_object() && name != "cell") {
      gatherPaths(inner, path, paths);
    } else {
      paths.insert(path);
    }
  }
}

QString fieldTitle(const std::string& path) {
  const FieldInfo* info = RunSchema::builtIn().find(path);
  if (info == nullptr) return QString::fromStdString(path);
  const QString title =
      DifferenceModel::tr("%1: %2").arg(groupTitle(info->group, {}), fieldName(*info));
  return info->unit.empty() ? title : u"%1 [%2]"_s.arg(title, QString::fromStdString(info->unit));
}

}  // namespace

std::vector<DifferenceRow> configurationDifference(const json& left, const json& right) {
  std::set<std::string> paths;
  gatherPaths(left, {}, paths);
  gatherPaths(right, {}, paths);
  std::vector<DifferenceRow> rows;
  const auto add = [&](const std::string& path) {
    DifferenceRow row{.path = path, .left = valueAt(left, path), .right = valueAt(right, path)};
    row.differs = row.left != row.right;
    rows.push_back(std::move(row));
  };
  for (const FieldGroup& group : RunSchema::builtIn().groups()) {
    for (const FieldInfo& info : group.fields) {
      if (paths.erase(info.path()) > 0) add(info.path());
    }
  }
  for (const std::string& path : paths) add(path);
  return rows;
}

DifferenceModel::DifferenceModel(QObject* parent) : QAbstractTableModel(parent) {}

void DifferenceModel::set(const QString& leftName, const json& left, const QString& rightName,
                          const json& right) {
  beginResetModel();
  leftName_ = leftName;
  rightName_ = rightName;
  rows_ = configurationDifference(left, right);
  choose();
  endResetModel();
}

void DifferenceModel::setShowsAll(bool all) {
  if (all == showsAll_) return;
  beginResetModel();
  showsAll_ = all;
  choose();
  endResetModel();
}

void DifferenceModel::choose() {
  shown_.clear();
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    if (showsAll_ || rows_[i].differs) shown_.push_back(i);
  }
}

int DifferenceModel::differences() const {
  return static_cast<int>(std::count_if(rows_.begin(), rows_.end(),
                                        [](const DifferenceRow& row) { return row.differs; }));
}

int DifferenceModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(shown_.size());
}

int DifferenceModel::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : ColumnCount;
}

QVariant DifferenceModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid() || index.row() >= rowCount()) return {};
  const DifferenceRow& row = rows_[shown_[static_cast<std::size_t>(index.row())]];
  const json& value = index.column() == Left ? row.left : row.right;
  switch (role) {
    case Qt::DisplayRole:
      if (index.column() == Field) return fieldTitle(row.path);
      return value.is_null() ? tr("(none)") : valueText(value);
    case Qt::ToolTipRole: {
      if (index.column() != Field) return data(index, Qt::DisplayRole);
      const FieldInfo* info = RunSchema::builtIn().find(row.path);
      return info == nullptr ? QString::fromStdString(row.path) : fieldHelp(*info);
    }
    case Qt::FontRole:
      if (row.differs && showsAll_) {
        QFont bold;
        bold.setBold(true);
        return bold;
      }
      return {};
    case kDiffersRole:
      return row.differs;
    default:
      return {};
  }
}

QVariant DifferenceModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || role != Qt::DisplayRole) {
    return QAbstractTableModel::headerData(section, orientation, role);
  }
  return section == Field ? tr("Field") : section == Left ? leftName_ : rightName_;
}

}  // namespace attelier::ui
