#pragma once

#include "engine/run/rows.h"

#include <QAbstractTableModel>
#include <QString>

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace attelier::ui {

/// Which clips are shown.
struct ClipFilter {
  enum class Only { All, Marked, Unreadable, Probes, Wrong };

  std::optional<std::int64_t> label;      ///< class; nothing: all
  std::optional<std::int64_t> predicted;  ///< class that the last validation took them for
  QString split;                          ///< empty: all
  QString text;                           ///< part of the path or reason
  Only only = Only::All;
  bool operator==(const ClipFilter&) const = default;
};

/// How many clips there are of a class (or of all).
struct ClipTotals {
  int clips = 0, train = 0, select = 0, report = 0;
  int shortOnes = 0, damaged = 0, unreadable = 0;
};

/// Class that videos stand under which a person added as probes; they are not of the data set and
/// have negative ids.
inline constexpr std::int64_t kAddedVideos = -2;

/// The data set of a run, filtered and sorted here, because it may have hundreds of thousands of
/// rows.
class ClipModel : public QAbstractTableModel {
  Q_OBJECT
 public:
  enum Column {
    Clip,
    Class,
    Split,
    State,
    Loss,
    Predicted,
    Frames,
    Rate,
    Picture,
    Bytes,
    kColumns
  };
  using Clips = std::shared_ptr<const std::vector<run::ClipRow>>;
  using Labels = std::shared_ptr<const std::vector<run::LabelRow>>;
  using Probes = std::shared_ptr<const std::vector<run::ProbeRow>>;

  explicit ClipModel(QObject* parent = nullptr);

  void setClips(Clips clips, Labels labels);
  void setProbes(Probes probes);
  /// Of the last validations at or before the step that is shown. Nothing happens where they are
  /// those it has.
  void setPredictions(const std::vector<run::PredictionRow>& select,
                      const std::vector<run::PredictionRow>& report);
  void setFilter(const ClipFilter& filter);
  const ClipFilter& filter() const { return filter_; }
  void sort(int column, Qt::SortOrder order = Qt::AscendingOrder) override;
  bool isByClass() const { return sortColumn_ == Class && sortOrder_ == Qt::AscendingOrder; }

  const run::ClipRow& clip(int row) const { return at(order_[static_cast<std::size_t>(row)]); }
  /// The row of a clip, -1 where it is not shown.
  int rowOf(std::int64_t clip) const;
  const run::ClipRow* find(std::int64_t clip) const;
  /// The probe that is recorded of a clip now; null without one.
  const run::ProbeRow* probeOf(std::int64_t clip) const;
  const run::PredictionRow* predictionOf(std::int64_t clip) const;
  QString labelName(std::int64_t label) const;
  QString title(const run::ClipRow& clip) const;
  /// Clips of the data set and added videos.
  int total() const { return inData() + static_cast<int>(added_.size()); }
  int inData() const { return clips_ ? static_cast<int>(clips_->size()) : 0; }

  const ClipTotals& counts() const { return all_; }
  /// By class in the order of the labels; what has none stands under -1.
  const std::vector<std::pair<std::int64_t, ClipTotals>>& countsByClass() const { return byClass_; }

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
  QVariant headerData(int section, Qt::Orientation orientation,
                      int role = Qt::DisplayRole) const override;

 private:
  const run::ClipRow& at(std::size_t index) const {
    const auto total = clips_ ? clips_->size() : 0;
    return index < total ? (*clips_)[index] : added_[index - total];
  }
  bool accepts(const run::ClipRow& clip) const;
  std::vector<std::size_t> sorted(std::vector<std::size_t> rows) const;
  void rebuild();
  void count();
  std::optional<std::size_t> indexOf(std::int64_t clip) const;

  Clips clips_;
  std::vector<run::ClipRow> added_;  ///< of probes that are no clips of the data set
  Labels labels_;
  Probes probes_;
  bool isNumbered_ = true;  ///< ids are places, as the engine gives them
  std::unordered_map<std::int64_t, std::size_t> indexOf_;
  std::unordered_map<std::int64_t, const run::ProbeRow*> probeOf_;
  std::unordered_map<std::int64_t, run::PredictionRow> predictionOf_;
  std::vector<std::pair<std::int64_t, std::size_t>> predictionsKey_;
  std::vector<std::size_t> order_;
  ClipFilter filter_;
  std::string filterText_;
  std::set<std::int64_t> labelsNamed_;  ///< as the text of the filter says
  int sortColumn_ = Class;
  Qt::SortOrder sortOrder_ = Qt::AscendingOrder;
  ClipTotals all_;
  std::vector<std::pair<std::int64_t, ClipTotals>> byClass_;
};

/// "Short", "Damaged", "Unreadable"; empty for a clip that is fine.
QString clipStateText(const std::string& state);
/// Name of the sign that goes with it.
QString clipStateIcon(const std::string& state);

}  // namespace attelier::ui
