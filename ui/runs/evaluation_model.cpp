#include "ui/runs/evaluation_model.h"

#include "ui/runs/run_texts.h"

#include <QLocale>

#include <algorithm>

namespace attelier::ui {

namespace {

constexpr quintptr kGroup = 0;

/// What tells rows apart from one reading to the next.
bool sameShape(const EvaluationsReading& a, const EvaluationsReading& b) {
  const auto sameMembers = [](const EvaluationGroup& x, const EvaluationGroup& y) {
    return std::equal(x.members.begin(), x.members.end(), y.members.begin(), y.members.end(),
                      [](const auto& m, const auto& n) { return m.folder == n.folder; });
  };
  return a.run == b.run && std::equal(a.groups.begin(), a.groups.end(), b.groups.begin(),
                                      b.groups.end(), sameMembers);
}

QString accuracy(const std::optional<double>& value) {
  return value ? QLocale().toString(*value, 'f', 3) : QString();
}

QString roleText(const run::EvaluationRecord& record) {
  switch (record.role) {
    case run::EvaluationRole::Plain:
      return EvaluationModel::tr("plain backbone");
    case run::EvaluationRole::Supergraph:
      return EvaluationModel::tr("supergraph, not trained further");
    case run::EvaluationRole::Random:
    case run::EvaluationRole::Cell:
      break;
  }
  return record.name.empty() ? EvaluationModel::tr("cell") : QString::fromStdString(record.name);
}

}  // namespace

void EvaluationModel::setReading(EvaluationsPointer reading) {
  if (reading == reading_) return;
  const bool isSame = reading && reading_ && sameShape(*reading, *reading_);
  if (!isSame) beginResetModel();
  reading_ = std::move(reading);
  if (!isSame) {
    endResetModel();
    return;
  }
  for (int group = 0; group < rowCount(); ++group) {
    const QModelIndex at = index(group, 0);
    Q_EMIT dataChanged(at, at.siblingAtColumn(kColumns - 1));
    if (rowCount(at) > 0) {
      Q_EMIT dataChanged(index(0, 0, at), index(rowCount(at) - 1, kColumns - 1, at));
    }
  }
}

const EvaluationGroup* EvaluationModel::group(const QModelIndex& index) const {
  if (!index.isValid() || !reading_) return nullptr;
  const auto at = index.internalId() == kGroup ? static_cast<std::size_t>(index.row())
                                               : static_cast<std::size_t>(index.internalId() - 1);
  return &reading_->groups[at];
}

const run::EvaluationRecord* EvaluationModel::record(const QModelIndex& index) const {
  const EvaluationGroup* of = group(index);
  if (of == nullptr) return nullptr;
  return index.internalId() == kGroup ? &of->members.front()
                                      : &of->members[static_cast<std::size_t>(index.row()) + 1];
}

QModelIndex EvaluationModel::index(int row, int column, const QModelIndex& parent) const {
  if (!hasIndex(row, column, parent)) return {};
  return createIndex(row, column,
                     parent.isValid() ? static_cast<quintptr>(parent.row()) + 1 : kGroup);
}

QModelIndex EvaluationModel::parent(const QModelIndex& index) const {
  if (!index.isValid() || index.internalId() == kGroup) return {};
  return createIndex(static_cast<int>(index.internalId() - 1), 0, kGroup);
}

int EvaluationModel::rowCount(const QModelIndex& parent) const {
  if (!reading_ || parent.column() > 0) return 0;
  if (!parent.isValid()) return static_cast<int>(reading_->groups.size());
  return parent.internalId() == kGroup ? static_cast<int>(group(parent)->members.size()) - 1 : 0;
}

int EvaluationModel::columnCount(const QModelIndex&) const { return kColumns; }

QVariant EvaluationModel::data(const QModelIndex& index, int role) const {
  const run::EvaluationRecord* one = record(index);
  if (one == nullptr) return {};
  const bool isGroup = index.internalId() == kGroup;
  if (role == PhaseRole) return static_cast<int>(one->phase);
  if (role == ShareRole) {
    return one->stepsPlanned > 0
               ? std::clamp(static_cast<double>(one->step) / static_cast<double>(one->stepsPlanned),
                            0.0, 1.0)
               : -1.0;
  }
  if (role == Qt::TextAlignmentRole && index.column() >= Progress) {
    return QVariant(Qt::AlignRight | Qt::AlignVCenter);
  }
  if (role == Qt::ToolTipRole) {
    QStringList lines{QString::fromStdString(one->folder.string())};
    if (one->design) lines << QString::fromStdString(space::shortText(*one->design));
    if (!one->message.empty()) lines << QString::fromStdString(one->message);
    return lines.join(QLatin1Char('\n'));
  }
  if (role != Qt::DisplayRole) return {};
  const QLocale locale;
  switch (index.column()) {
    case Name: {
      const EvaluationGroup* of = group(index);
      const QString name = roleText(*one);
      return isGroup && of->waiting > 0
                 ? tr("%1 (%n training(s) to come)", nullptr, of->waiting).arg(name)
                 : name;
    }
    case State:
      return phaseText(one->phase);
    case Progress:
      return one->stepsPlanned <= 0
                 ? QString()
                 : tr("%1 of %2", "steps")
                       .arg(locale.toString(static_cast<qlonglong>(one->step)),
                            locale.toString(static_cast<qlonglong>(one->stepsPlanned)));
    case Select:
      return accuracy(one->select);
    case Report:
      return accuracy(one->report);
    default:
      return {};
  }
}

QVariant EvaluationModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || role != Qt::DisplayRole) return {};
  switch (section) {
    case Name:
      return tr("Cell");
    case State:
      return tr("State");
    case Progress:
      return tr("Steps");
    case Select:
      return tr("select top-1");
    case Report:
      return tr("report top-1");
    default:
      return {};
  }
}

}  // namespace attelier::ui
