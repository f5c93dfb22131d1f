#include "ui/clips/clip_model.h"

#include "widgets/base/icon.h"

#include <QLocale>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <map>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {

namespace {

bool contains(const std::string& text, const std::string& part) {
  return ::strcasestr(text.c_str(), part.c_str()) != nullptr;
}

std::string fileName(const std::string& path) {
  const auto slash = path.find_last_of('/');
  return slash == std::string::npos ? path : path.substr(slash + 1);
}

int splitRank(const std::string& split) { return split == "train" ? 0 : split == "select" ? 1 : 2; }

int stateRank(const std::string& state) {
  return state == "ok" ? 3 : state == "short" ? 2 : state == "damaged" ? 1 : 0;
}

void add(ClipTotals& counts, const run::ClipRow& clip) {
  ++counts.clips;
  counts.train += clip.split == "train";
  counts.select += clip.split == "select";
  counts.report += clip.split == "report";
  counts.shortOnes += clip.state == "short";
  counts.damaged += clip.state == "damaged";
  counts.unreadable += clip.state == "unreadable";
}

}  // namespace

QString clipStateText(const std::string& state) {
  if (state == "short") return ClipModel::tr("Short");
  if (state == "damaged") return ClipModel::tr("Damaged");
  if (state == "unreadable") return ClipModel::tr("Unreadable");
  return {};
}

QString clipStateIcon(const std::string& state) {
  if (state == "short") return u"clock"_s;
  if (state == "damaged") return u"warning"_s;
  if (state == "unreadable") return u"error"_s;
  return {};
}

ClipModel::ClipModel(QObject* parent) : QAbstractTableModel(parent) {}

void ClipModel::setClips(Clips clips, Labels labels) {
  if (clips == clips_ && labels == labels_) return;
  beginResetModel();
  clips_ = std::move(clips);
  labels_ = std::move(labels);
  indexOf_.clear();
  isNumbered_ = true;
  for (std::size_t i = 0; i < static_cast<std::size_t>(inData()); ++i) {
    isNumbered_ = isNumbered_ && (*clips_)[i].id == static_cast<std::int64_t>(i);
  }
  for (std::size_t i = 0; !isNumbered_ && i < static_cast<std::size_t>(inData()); ++i) {
    indexOf_.emplace((*clips_)[i].id, i);
  }
  count();
  rebuild();
  endResetModel();
}

void ClipModel::setProbes(Probes probes) {
  if (probes == probes_) return;
  const auto addedBefore = added_.size();
  probes_ = std::move(probes);
  std::vector<run::ClipRow> added;
  std::unordered_map<std::int64_t, const run::ProbeRow*> probeOf;
  for (const run::ProbeRow& probe : *probes_) {
    if (probe.removedStep >= 0) continue;
    std::int64_t clip = probe.clip;
    if (clip < 0) {
      run::ClipRow& row = added.emplace_back();
      clip = row.id = -1 - probe.id;
      row.path = probe.name;
      row.label = kAddedVideos;
      row.frames = static_cast<std::int64_t>(probe.times.size());
      row.state = "ok";
    }
    probeOf[clip] = &probe;
  }
  const bool isOther =
      !added.empty() || addedBefore > 0 || filter_.only == ClipFilter::Only::Probes;
  if (isOther) beginResetModel();
  added_ = std::move(added);
  probeOf_ = std::move(probeOf);
  if (isOther) {
    rebuild();
    endResetModel();
  } else if (rowCount() > 0) {
    Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, kColumns - 1));
  }
}

void ClipModel::setPredictions(const std::vector<run::PredictionRow>& select,
                               const std::vector<run::PredictionRow>& report) {
  std::vector<std::pair<std::int64_t, std::size_t>> key;
  for (const auto* rows : {&select, &report}) {
    key.emplace_back(rows->empty() ? -1 : rows->front().step, rows->size());
  }
  if (key == predictionsKey_) return;
  predictionsKey_ = std::move(key);
  predictionOf_.clear();
  for (const auto* rows : {&select, &report}) {
    for (const run::PredictionRow& row : *rows) predictionOf_[row.clip] = row;
  }
  const bool decides = filter_.only == ClipFilter::Only::Wrong || filter_.predicted ||
                       sortColumn_ == Loss || sortColumn_ == Predicted;
  if (decides) {
    beginResetModel();
    rebuild();
    endResetModel();
  } else if (rowCount() > 0) {
    Q_EMIT dataChanged(index(0, Loss), index(rowCount() - 1, Predicted));
  }
}

void ClipModel::setFilter(const ClipFilter& filter) {
  if (filter == filter_) return;
  beginResetModel();
  filter_ = filter;
  filterText_ = filter.text.trimmed().toStdString();
  rebuild();
  endResetModel();
}

void ClipModel::sort(int column, Qt::SortOrder order) {
  if (column < 0 || column >= kColumns || (column == sortColumn_ && order == sortOrder_)) return;
  Q_EMIT layoutAboutToBeChanged({}, VerticalSortHint);
  const QModelIndexList before = persistentIndexList();
  std::vector<std::int64_t> ids;
  for (const QModelIndex& index : before) ids.push_back(clip(index.row()).id);
  sortColumn_ = column;
  sortOrder_ = order;
  order_ = sorted(std::move(order_));
  std::unordered_map<std::int64_t, int> rows;
  for (int row = 0; !before.isEmpty() && row < rowCount(); ++row) rows[clip(row).id] = row;
  QModelIndexList after;
  for (qsizetype i = 0; i < before.size(); ++i) {
    after << createIndex(rows[ids[static_cast<std::size_t>(i)]], before[i].column());
  }
  changePersistentIndexList(before, after);
  Q_EMIT layoutChanged({}, VerticalSortHint);
}

bool ClipModel::accepts(const run::ClipRow& clip) const {
  using Only = ClipFilter::Only;
  if (filter_.label && clip.label != *filter_.label) return false;
  if (!filter_.split.isEmpty() && filter_.split != QLatin1StringView(clip.split.c_str()))
    return false;
  if (filter_.only == Only::Marked && clip.state == "ok") return false;
  if (filter_.only == Only::Unreadable && clip.state != "unreadable") return false;
  if (filter_.only == Only::Probes && probeOf(clip.id) == nullptr) return false;
  if (filter_.only == Only::Wrong || filter_.predicted) {
    const auto* prediction = predictionOf(clip.id);
    if (prediction == nullptr) return false;
    if (filter_.only == Only::Wrong && prediction->top[0] == clip.label) return false;
    if (filter_.predicted && prediction->top[0] != *filter_.predicted) return false;
  }
  if (filterText_.empty()) return true;
  return contains(clip.path, filterText_) || contains(clip.reason, filterText_) ||
         labelsNamed_.contains(clip.label);
}

std::vector<std::size_t> ClipModel::sorted(std::vector<std::size_t> rows) const {
  std::sort(rows.begin(), rows.end());
  const auto by = [&](const auto& key) {
    // Keys once, not at each comparison.
    using Key = std::decay_t<decltype(key(at(0)))>;
    std::vector<std::pair<Key, std::size_t>> keyed;
    keyed.reserve(rows.size());
    for (const std::size_t i : rows) keyed.emplace_back(key(at(i)), i);
    std::stable_sort(keyed.begin(), keyed.end(), [this](const auto& a, const auto& b) {
      return sortOrder_ == Qt::AscendingOrder ? a.first < b.first : b.first < a.first;
    });
    std::transform(keyed.begin(), keyed.end(), rows.begin(),
                   [](const auto& pair) { return pair.second; });
  };
  switch (sortColumn_) {
    case Clip:
      by([](const run::ClipRow& clip) { return fileName(clip.path); });
      break;
    case Class:
      // Added videos come first, what has no label last.
      by([](const run::ClipRow& clip) {
        if (clip.label == kAddedVideos) return kAddedVideos;
        return clip.label < 0 ? std::numeric_limits<std::int64_t>::max() : clip.label;
      });
      break;
    case Split:
      by([](const run::ClipRow& clip) { return splitRank(clip.split); });
      break;
    case State:
      by([](const run::ClipRow& clip) { return stateRank(clip.state); });
      break;
    case Loss:
      by([this](const run::ClipRow& clip) {
        const auto* prediction = predictionOf(clip.id);
        const float none =
            sortOrder_ == Qt::AscendingOrder ? std::numeric_limits<float>::max() : -1;
        return prediction == nullptr || std::isnan(prediction->loss) ? none : prediction->loss;
      });
      break;
    case Predicted:
      by([this](const run::ClipRow& clip) {
        const auto* prediction = predictionOf(clip.id);
        return prediction == nullptr ? std::numeric_limits<std::int32_t>::max()
                                     : prediction->top[0];
      });
      break;
    case Frames:
      by([](const run::ClipRow& clip) { return clip.frames; });
      break;
    case Rate:
      by([](const run::ClipRow& clip) { return clip.fps; });
      break;
    case Picture:
      by([](const run::ClipRow& clip) { return clip.width * clip.height; });
      break;
    default:
      by([](const run::ClipRow& clip) { return clip.bytes; });
  }
  return rows;
}

void ClipModel::rebuild() {
  order_.clear();
  labelsNamed_.clear();
  for (const auto& [label, counts] : byClass_) {
    const bool isNamed = !filterText_.empty() &&
                         labelName(label).contains(filter_.text.trimmed(), Qt::CaseInsensitive);
    if (isNamed) labelsNamed_.insert(label);
  }
  for (std::size_t i = 0; i < static_cast<std::size_t>(total()); ++i) {
    if (accepts(at(i))) order_.push_back(i);
  }
  if (!order_.empty()) order_ = sorted(std::move(order_));
}

void ClipModel::count() {
  all_ = {};
  std::map<std::int64_t, ClipTotals> counts;
  ClipTotals* last = nullptr;  // clips of a class stand together
  std::int64_t lastLabel = 0;
  for (std::size_t i = 0; i < static_cast<std::size_t>(inData()); ++i) {
    const run::ClipRow& clip = (*clips_)[i];
    add(all_, clip);
    const std::int64_t label =
        clip.label < 0 ? std::numeric_limits<std::int64_t>::max() : clip.label;
    if (last == nullptr || label != lastLabel) last = &counts[label];
    lastLabel = label;
    add(*last, clip);
  }
  byClass_.assign(counts.begin(), counts.end());
  if (!byClass_.empty() && byClass_.back().first == std::numeric_limits<std::int64_t>::max()) {
    byClass_.back().first = -1;
  }
}

std::optional<std::size_t> ClipModel::indexOf(std::int64_t clip) const {
  for (std::size_t i = 0; i < added_.size(); ++i) {
    if (added_[i].id == clip) return static_cast<std::size_t>(inData()) + i;
  }
  if (isNumbered_) {
    return clip >= 0 && clip < inData() ? std::optional(static_cast<std::size_t>(clip))
                                        : std::nullopt;
  }
  const auto found = indexOf_.find(clip);
  return found == indexOf_.end() ? std::nullopt : std::optional(found->second);
}

const run::ClipRow* ClipModel::find(std::int64_t clip) const {
  const auto index = indexOf(clip);
  return index ? &at(*index) : nullptr;
}

int ClipModel::rowOf(std::int64_t clip) const {
  const auto index = indexOf(clip);
  if (!index) return -1;
  const auto row = std::find(order_.begin(), order_.end(), *index);
  return row == order_.end() ? -1 : static_cast<int>(row - order_.begin());
}

const run::ProbeRow* ClipModel::probeOf(std::int64_t clip) const {
  const auto found = probeOf_.find(clip);
  return found == probeOf_.end() ? nullptr : found->second;
}

const run::PredictionRow* ClipModel::predictionOf(std::int64_t clip) const {
  const auto found = predictionOf_.find(clip);
  return found == predictionOf_.end() ? nullptr : &found->second;
}

QString ClipModel::labelName(std::int64_t label) const {
  const auto count = static_cast<std::int64_t>(labels_ ? labels_->size() : 0);
  if (label >= 0 && label < count && (*labels_)[static_cast<std::size_t>(label)].id == label) {
    return QString::fromStdString((*labels_)[static_cast<std::size_t>(label)].name);
  }
  if (label == kAddedVideos) return tr("Added videos");
  return label < 0 ? tr("no label") : tr("class %1").arg(label);
}

QString ClipModel::title(const run::ClipRow& clip) const {
  return clip.path.empty() ? tr("clip %1").arg(clip.id)
                           : QString::fromStdString(fileName(clip.path));
}

int ClipModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(order_.size());
}
int ClipModel::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : kColumns;
}

QVariant ClipModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid()) return {};
  const run::ClipRow& clip = this->clip(index.row());
  const QLocale locale;
  if (role == Qt::ToolTipRole || role == Qt::AccessibleTextRole) {
    QStringList lines{clip.path.empty() ? title(clip) : QString::fromStdString(clip.path),
                      tr("%1, %2", "class, split")
                          .arg(labelName(clip.label), QString::fromStdString(clip.split))};
    if (clip.state != "ok") {
      lines << tr("%1: %2", "state, reason")
                   .arg(clipStateText(clip.state), QString::fromStdString(clip.reason));
    }
    if (probeOf(clip.id) != nullptr) lines << tr("Probe clip");
    return lines.join(role == Qt::ToolTipRole ? u"\n"_s : u", "_s);
  }
  if (role == Qt::DecorationRole) {
    if (index.column() == Clip && probeOf(clip.id) != nullptr)
      return widgets::icon(u"star-filled"_s);
    if (index.column() == State && clip.state != "ok")
      return widgets::icon(clipStateIcon(clip.state));
    return {};
  }
  if (role == Qt::TextAlignmentRole && (index.column() == Loss || index.column() >= Frames)) {
    return QVariant(Qt::AlignRight | Qt::AlignVCenter);
  }
  if (role != Qt::DisplayRole) return {};
  const auto* prediction = predictionOf(clip.id);
  switch (index.column()) {
    case Clip:
      return title(clip);
    case Class:
      return labelName(clip.label);
    case Split:
      return QString::fromStdString(clip.split);
    case State:
      return clip.state == "ok"
                 ? QString()
                 : tr("%1: %2", "state, reason")
                       .arg(clipStateText(clip.state), QString::fromStdString(clip.reason));
    case Loss:
      return prediction == nullptr || std::isnan(prediction->loss)
                 ? QString()
                 : locale.toString(static_cast<double>(prediction->loss), 'f', 3);
    case Predicted:
      return prediction == nullptr || prediction->top[0] < 0
                 ? QString()
                 : tr("%1 (%2 %)", "class, probability")
                       .arg(labelName(prediction->top[0]),
                            locale.toString(static_cast<double>(100 * prediction->probability[0]),
                                            'f', 0));
    case Frames:
      return clip.frames > 0 ? locale.toString(static_cast<qlonglong>(clip.frames)) : QString();
    case Rate:
      return clip.fps > 0 ? locale.toString(clip.fps, 'f', 1) : QString();
    case Picture:
      return clip.width > 0 ? tr("%1 × %2", "width, height").arg(clip.width).arg(clip.height)
                            : QString();
    case Bytes:
      return clip.bytes > 0 ? locale.formattedDataSize(clip.bytes, 1, QLocale::DataSizeSIFormat)
                            : QString();
    default:
      return {};
  }
}

QVariant ClipModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || role != Qt::DisplayRole) return {};
  switch (section) {
    case Clip:
      return tr("Clip");
    case Class:
      return tr("Class");
    case Split:
      return tr("Split");
    case State:
      return tr("State");
    case Loss:
      return tr("Loss");
    case Predicted:
      return tr("Taken for");
    case Frames:
      return tr("Frames");
    case Rate:
      return tr("Frames/s");
    case Picture:
      return tr("Pixels");
    case Bytes:
      return tr("Size");
    default:
      return {};
  }
}

}  // namespace attelier::ui
