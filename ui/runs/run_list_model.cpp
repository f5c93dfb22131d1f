#include "ui/runs/run_list_model.h"

#include "ui/runs/run_texts.h"
#include "widgets/base/icon.h"

#include <QLocale>

#include <algorithm>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {

struct RunListModel::Node {
  Node* parent = nullptr;
  RunEntryPointer entry;
  std::vector<std::unique_ptr<Node>> children;

  int row() const {
    const auto& rows = parent->children;
    const auto found = std::find_if(rows.begin(), rows.end(),
                                    [this](const auto& node) { return node.get() == this; });
    return static_cast<int>(found - rows.begin());
  }
};

namespace {

QString tagsText(const RunEntry& entry) {
  QStringList tags;
  for (const std::string& tag : entry.notes.tags) tags << QString::fromStdString(tag);
  return tags.join(u", "_s);
}

QVariant sortValue(const RunEntry& entry, int column) {
  switch (column) {
    case RunListModel::State:
      return entry.problem.isEmpty() ? static_cast<int>(entry.status.phase) : 100;
    case RunListModel::Progress:
      return progressOf(entry);
    case RunListModel::Best:
      return entry.best ? entry.best->top1 : -1.0;
    case RunListModel::Age:
      return entry.info.created;
    case RunListModel::Size:
      return static_cast<qlonglong>(entry.bytes);
    case RunListModel::Tags:
      return tagsText(entry);
    case RunListModel::Stars:
      return entry.notes.stars;
    default:
      return entry.name();
  }
}

QString toolTip(const RunEntry& entry) {
  QStringList lines{QString::fromStdString(entry.path.string())};
  if (!entry.problem.isEmpty()) lines << entry.problem;
  if (!entry.status.message.empty()) lines << QString::fromStdString(entry.status.message);
  if (entry.best) {
    lines << RunListModel::tr("%1 at step %2", "result, step")
                 .arg(bestText(entry),
                      QLocale().toString(static_cast<qlonglong>(entry.best->step)));
  }
  return lines.join(u'\n');
}

}  // namespace

RunListModel::RunListModel(QObject* parent)
    : QAbstractItemModel(parent), root_(std::make_unique<Node>()) {}
RunListModel::~RunListModel() = default;

void RunListModel::setRuns(const std::vector<RunEntryPointer>& runs) { update(*root_, {}, runs); }

void RunListModel::update(Node& parent, const QModelIndex& at,
                          const std::vector<RunEntryPointer>& entries) {
  auto& rows = parent.children;
  const auto isWanted = [&entries](const std::unique_ptr<Node>& node) {
    return std::any_of(entries.begin(), entries.end(),
                       [&](const auto& entry) { return entry->path == node->entry->path; });
  };
  for (int row = static_cast<int>(rows.size()) - 1; row >= 0; --row) {
    if (isWanted(rows[static_cast<std::size_t>(row)])) continue;
    beginRemoveRows(at, row, row);
    rows.erase(rows.begin() + row);
    endRemoveRows();
  }
  for (const RunEntryPointer& entry : entries) {
    const auto found = std::find_if(rows.begin(), rows.end(), [&](const auto& node) {
      return node->entry->path == entry->path;
    });
    const int row = static_cast<int>(found - rows.begin());
    if (found == rows.end()) {
      auto node = std::make_unique<Node>();
      node->parent = &parent;
      node->entry = entry;
      beginInsertRows(at, row, row);
      rows.push_back(std::move(node));
      endInsertRows();
    } else if ((*found)->entry != entry) {
      (*found)->entry = entry;
      Q_EMIT dataChanged(index(row, 0, at), index(row, kColumns - 1, at));
    } else {
      continue;
    }
    update(*rows[static_cast<std::size_t>(row)], index(row, 0, at), entry->evaluations);
  }
}

RunListModel::Node* RunListModel::nodeOf(const QModelIndex& index) const {
  return index.isValid() ? static_cast<Node*>(index.internalPointer()) : root_.get();
}

RunEntryPointer RunListModel::entry(const QModelIndex& index) const {
  return index.isValid() ? nodeOf(index)->entry : nullptr;
}

QModelIndex RunListModel::indexOf(const std::filesystem::path& run) const {
  for (const auto& node : root_->children) {
    if (node->entry->path == run) return createIndex(node->row(), 0, node.get());
    for (const auto& below : node->children) {
      if (below->entry->path == run) return createIndex(below->row(), 0, below.get());
    }
  }
  return {};
}

void RunListModel::refreshAges() {
  if (root_->children.empty()) return;
  Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, Age));
}

QModelIndex RunListModel::index(int row, int column, const QModelIndex& parent) const {
  if (!hasIndex(row, column, parent)) return {};
  return createIndex(row, column, nodeOf(parent)->children[static_cast<std::size_t>(row)].get());
}

QModelIndex RunListModel::parent(const QModelIndex& index) const {
  if (!index.isValid()) return {};
  Node* above = nodeOf(index)->parent;
  return above == root_.get() ? QModelIndex() : createIndex(above->row(), 0, above);
}

int RunListModel::rowCount(const QModelIndex& parent) const {
  return parent.column() > 0 ? 0 : static_cast<int>(nodeOf(parent)->children.size());
}

int RunListModel::columnCount(const QModelIndex&) const { return kColumns; }

QVariant RunListModel::data(const QModelIndex& index, int role) const {
  const RunEntryPointer entry = this->entry(index);
  if (entry == nullptr) return {};
  switch (role) {
    case EntryRole:
      return QVariant::fromValue(entry);
    case SortRole:
      return sortValue(*entry, index.column());
    case SearchRole:
      return entry->searchText();
    case Qt::ToolTipRole:
      return toolTip(*entry);
    case Qt::EditRole:
      return index.column() == Name ? QVariant(entry->name()) : QVariant();
    case Qt::TextAlignmentRole:
      if (index.column() == Size || index.column() == Progress) {
        return QVariant(Qt::AlignRight | Qt::AlignVCenter);
      }
      return {};
    case Qt::AccessibleTextRole:
      if (index.column() == Stars) return tr("%n star(s)", nullptr, entry->notes.stars);
      if (index.column() == Name && !entry->problem.isEmpty()) {
        return tr("%1: %2", "run, why it can't be read").arg(entry->name(), entry->problem);
      }
      break;
    case Qt::DisplayRole:
      break;
    default:
      return {};
  }
  switch (index.column()) {
    case Name:
      return entry->name();
    case State:
      return stateText(*entry);
    case Progress:
      return progressText(*entry);
    case Best:
      return bestText(*entry);
    case Age:
      return ageText(entry->info.created, run::now());
    case Size:
      return sizeText(entry->bytes);
    case Tags:
      return tagsText(*entry);
    case Stars:
      return entry->notes.stars == 0 ? QString() : QString::number(entry->notes.stars);
    default:
      return {};
  }
}

bool RunListModel::setData(const QModelIndex& index, const QVariant& value, int role) {
  const RunEntryPointer entry = this->entry(index);
  if (role != Qt::EditRole || index.column() != Name || entry == nullptr || !rename) return false;
  const QString name = value.toString().trimmed();
  if (name == entry->name()) return false;
  rename(entry, name);
  return true;
}

QVariant RunListModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || role != Qt::DisplayRole) return {};
  switch (section) {
    case Name:
      return tr("Run");
    case State:
      return tr("State");
    case Progress:
      return tr("Steps");
    case Best:
      return tr("Best result");
    case Age:
      return tr("Begun");
    case Size:
      return tr("On disk");
    case Tags:
      return tr("Tags");
    case Stars:
      return tr("Stars");
    default:
      return {};
  }
}

Qt::ItemFlags RunListModel::flags(const QModelIndex& index) const {
  Qt::ItemFlags flags = QAbstractItemModel::flags(index);
  const RunEntryPointer entry = this->entry(index);
  if (entry != nullptr && index.column() == Name && entry->isWritable &&
      entry->notesProblem.isEmpty()) {
    flags |= Qt::ItemIsEditable;
  }
  return flags;
}

}  // namespace attelier::ui
