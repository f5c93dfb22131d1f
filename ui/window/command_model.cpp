#include "ui/window/command_model.h"

#include "widgets/base/icon.h"

#include <QKeySequence>
#include <QTimer>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {

namespace {
// A command used lately wins over one that fits a little better.
constexpr int kRecentBonus = 4;
// A word found only in the name of the menu counts less than any in the text.
constexpr int kPathPenalty = 40;
}  // namespace

void CommandModel::offer(const QList<MenuAction>& actions, const QList<Thing>& things) {
  beginResetModel();
  for (const auto& row : std::as_const(rows_)) {
    if (row.action != nullptr) row.action->disconnect(this);
  }
  rows_.clear();
  for (const auto& [action, menus] : actions) {
    Row row{action, menus.join(u" › "_s), {}};
    row.thing.id = actionId({action, menus});
    rows_ << row;
    connect(action, &QAction::changed, this, [this, action] {
      const QModelIndex changed = index(rowOf(action));
      Q_EMIT dataChanged(changed, changed);
    });
    connect(action, &QObject::destroyed, this, [this](QObject* gone) {
      const int at = rowOf(gone);
      if (at < 0) return;
      beginRemoveRows({}, at, at);
      rows_.removeAt(at);
      endRemoveRows();
    });
  }
  for (const auto& thing : things) rows_ << Row{nullptr, thing.path, thing};
  endResetModel();
}

int CommandModel::rowOf(const QObject* action) const {
  for (int row = 0; row < rows_.size(); ++row) {
    // An action that says it is being destroyed is already null here.
    if (!rows_[row].thing.open && (rows_[row].action == action || rows_[row].action == nullptr)) {
      return row;
    }
  }
  return -1;
}

void CommandModel::run(const QModelIndex& index) const {
  if (!index.data(AvailableRole).toBool()) return;
  const Row& row = rows_[index.row()];
  if (row.action != nullptr) {
    QTimer::singleShot(0, row.action, &QAction::trigger);
  } else {
    QTimer::singleShot(0, this, row.thing.open);
  }
}

int CommandModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(rows_.size());
}

QVariant CommandModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
  const auto& [action, path, thing] = rows_[index.row()];
  const bool isAction = action != nullptr;
  switch (role) {
    case Qt::DisplayRole:
      return isAction ? plainText(action->text()) : thing.text;
    case Qt::DecorationRole:
      if (!isAction) return widgets::icon(u"clock"_s);
      if (action->isCheckable() && action->isChecked()) return widgets::icon(u"check"_s);
      return action->icon();
    case Qt::AccessibleTextRole: {
      const bool isAvailable = data(index, AvailableRole).toBool();
      const QString key = data(index, ShortcutRole).toString();
      QStringList parts{data(index, Qt::DisplayRole).toString(), path};
      if (!key.isEmpty()) parts << key;
      if (!isAvailable) parts << tr("not available");
      if (isAction && action->isCheckable()) parts << (action->isChecked() ? tr("on") : tr("off"));
      return parts.join(u", "_s);
    }
    case Qt::AccessibleDescriptionRole:
    case TipRole:
      return isAction ? actionTip(action) : thing.tip;
    case IdRole:
      return thing.id;
    case PathRole:
      return path;
    case ShortcutRole:
      return isAction ? action->shortcut().toString(QKeySequence::NativeText) : QString();
    case AvailableRole:
      return isAction ? action->isEnabled() : thing.isAvailable;
    default:
      return {};
  }
}

CommandFilter::CommandFilter(QObject* parent) : QSortFilterProxyModel(parent) {
  setDynamicSortFilter(true);
  sort(0);
}

void CommandFilter::setTyped(const QString& typed) {
  typed_ = typed.simplified();
  matches_.clear();
  invalidate();
}

void CommandFilter::setRecent(const QStringList& ids) {
  recent_ = ids;
  matches_.clear();
  invalidate();
}

std::optional<FuzzyMatch> CommandFilter::match(const QModelIndex& source) const {
  const QString id = source.data(CommandModel::IdRole).toString();
  const QString text = source.data().toString();
  const QString key = id + u'\n' + text;
  if (const auto known = matches_.constFind(key); known != matches_.constEnd()) return *known;
  const QString path = source.data(CommandModel::PathRole).toString();
  std::optional<FuzzyMatch> all = FuzzyMatch{};
  for (const auto& word : typed_.split(u' ', Qt::SkipEmptyParts)) {
    auto one = fuzzyMatch(word, text);
    if (!one && path.contains(word, Qt::CaseInsensitive)) one = FuzzyMatch{-kPathPenalty, {}};
    if (!one) {
      all.reset();
      break;
    }
    all->score += one->score;
    all->positions += one->positions;
  }
  // Of two texts with the same letters the shorter one is meant.
  if (all && !typed_.isEmpty()) {
    all->score = all->score * 16 - static_cast<int>(text.size());
    if (recent_.contains(id)) all->score += kRecentBonus * 16;
  }
  matches_[key] = all;
  return all;
}

QVariant CommandFilter::data(const QModelIndex& index, int role) const {
  if (role != CommandModel::PositionsRole) return QSortFilterProxyModel::data(index, role);
  const auto found = match(mapToSource(index));
  return QVariant::fromValue(found ? found->positions : QList<qsizetype>());
}

bool CommandFilter::filterAcceptsRow(int row, const QModelIndex& parent) const {
  return match(sourceModel()->index(row, 0, parent)).has_value();
}

bool CommandFilter::lessThan(const QModelIndex& left, const QModelIndex& right) const {
  const int leftScore = match(left).value_or(FuzzyMatch{}).score;
  const int rightScore = match(right).value_or(FuzzyMatch{}).score;
  if (leftScore != rightScore) return leftScore > rightScore;
  const auto age = [&](const QModelIndex& index) {
    const qsizetype at = recent_.indexOf(index.data(CommandModel::IdRole).toString());
    return at < 0 ? recent_.size() : at;
  };
  if (age(left) != age(right)) return age(left) < age(right);
  return left.row() < right.row();
}

}  // namespace attelier::ui
