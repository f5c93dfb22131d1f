#include "ui/history/log_model.h"

#include "widgets/base/icon.h"

#include <QDateTime>
#include <QLocale>

#include <algorithm>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {

namespace {

QIcon levelIcon(run::EventLevel level) {
  static const QIcon information = widgets::icon(u"info"_s), warning = widgets::icon(u"warning"_s),
                     error = widgets::icon(u"error"_s);
  return level == run::EventLevel::Info      ? information
         : level == run::EventLevel::Warning ? warning
                                             : error;
}

}  // namespace

QString LogModel::levelText(run::EventLevel level) {
  switch (level) {
    case run::EventLevel::Info:
      return tr("information");
    case run::EventLevel::Warning:
      return tr("warning");
    case run::EventLevel::Error:
      return tr("error");
  }
  return {};
}

void LogModel::setEvents(const Events& events) {
  if (events == events_) return;
  if (const auto gone = eventsGone(events)) {
    if (*gone > 0) {
      beginRemoveRows({}, 0, static_cast<int>(*gone) - 1);
      events_ = std::make_shared<const std::vector<run::EventRow>>(
          events_->begin() + static_cast<std::ptrdiff_t>(*gone), events_->end());
      endRemoveRows();
    }
    const std::size_t had = events_->size();
    if (events->size() > had) {
      beginInsertRows({}, static_cast<int>(had), static_cast<int>(events->size()) - 1);
      events_ = events;
      endInsertRows();
    }
    return;
  }
  beginResetModel();
  events_ = events;
  endResetModel();
}

std::optional<std::size_t> LogModel::eventsGone(const Events& events) const {
  if (!events_ || events_->empty() || !events || events->empty()) return std::nullopt;
  const auto first =
      std::find_if(events_->begin(), events_->end(),
                   [&](const run::EventRow& event) { return event.id == events->front().id; });
  if (first == events_->end()) return std::nullopt;
  const auto gone = static_cast<std::size_t>(first - events_->begin());
  const std::size_t common = events_->size() - gone;
  const bool goesOn = events->size() >= common && (*events)[common - 1].id == events_->back().id;
  return goesOn ? std::optional(gone) : std::nullopt;
}

int LogModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() || !events_ ? 0 : static_cast<int>(events_->size());
}

int LogModel::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : kColumns;
}

QVariant LogModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
  const auto& event = (*events_)[static_cast<std::size_t>(index.row())];
  if (role == LevelRole) return static_cast<int>(event.level);
  if (role == StepRole) return static_cast<qlonglong>(event.step);
  if (role == Qt::DecorationRole && index.column() == Level) return levelIcon(event.level);
  if (role == Qt::TextAlignmentRole && index.column() == Step)
    return int(Qt::AlignRight | Qt::AlignVCenter);
  if (role == Qt::ToolTipRole && index.column() == Text) return QString::fromStdString(event.text);
  if (role != Qt::DisplayRole) return {};
  switch (index.column()) {
    case Time:
      return QLocale().toString(
          QDateTime::fromMSecsSinceEpoch(static_cast<qint64>(event.time * 1e3)),
          QLocale::ShortFormat);
    case Step:
      return QLocale().toString(static_cast<qlonglong>(event.step));
    case Level:
      return levelText(event.level);
    case Kind:
      return QString::fromStdString(event.kind);
    case Text:
      return QString::fromStdString(event.text);
    default:
      return {};
  }
}

QVariant LogModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || role != Qt::DisplayRole) return {};
  const QStringList names{tr("Time"), tr("Step"), tr("Level"), tr("Kind"), tr("What happened")};
  return names.value(section);
}

}  // namespace attelier::ui
