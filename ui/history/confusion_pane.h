#pragma once

#include "ui/history/prediction_model.h"
#include "ui/workspace/pane.h"

#include <QElapsedTimer>

#include <map>
#include <optional>

class QComboBox;
class QLabel;
class QSortFilterProxyModel;
class QSplitter;
class QToolButton;
class QTreeView;

namespace attelier::widgets {
class ConfusionPlot;
}

namespace attelier::ui {

/// Which classes the last validation took for which, and the clips behind each number: from a
/// number to a clip to its attention.
class ConfusionPane : public Pane {
  Q_OBJECT
 public:
  explicit ConfusionPane(Workspace& workspace, QWidget* parent = nullptr);

  QList<QAction*> paneActions() const override;
  QString emptyText() const override { return emptyText_; }
  widgets::ConfusionPlot& plot() { return *plot_; }
  QTreeView& clips() { return *list_; }

 Q_SIGNALS:
  /// A clip (`dataset.id`) that is no probe clip: its attention has to be asked for.
  void clipChosen(qint64 clip);
  /// A probe clip was chosen: its attention is wanted in front.
  void attentionRequested();

 protected:
  void present(const Shown& shown) override;

 private:
  enum class Split { Select, Report };
  struct Cell {
    int truth = 0;
    int predicted = 0;
  };
  /// What the matrix was made from; a validation's predictions are written at once.
  struct Source {
    std::filesystem::path run;
    std::int64_t generation = 0;
    std::int64_t step = -1;
    Split split = Split::Select;
    std::size_t count = 0;
    bool operator==(const Source&) const = default;
  };

  QWidget* makeHeader();
  QWidget* makeList();
  const std::vector<run::PredictionRow>& predictions() const;
  void readNames(const RunView& run);
  void readPredictions();
  void presentWords();
  void presentClips();
  QString emptyTextOf(const Shown& shown) const;
  QString className(std::int64_t label) const;
  std::optional<Cell> cellOf(const run::PredictionRow& row) const;
  void chooseCell(int truth, int predicted);
  void chooseClip(const QModelIndex& index);

  QComboBox* split_;
  QLabel* words_;
  QSplitter* splitter_;
  widgets::ConfusionPlot* plot_;
  QLabel* listTitle_;
  QToolButton* allWrong_;
  QTreeView* list_;
  PredictionModel* model_;
  QSortFilterProxyModel* sorted_;
  QAction *table_, *listTable_, *allWrongAction_;

  Source source_;
  std::shared_ptr<const std::vector<run::LabelRow>> labels_;
  std::shared_ptr<const std::vector<run::ClipRow>> dataset_;
  std::map<std::int64_t, int> classes_;  ///< index of each label
  QStringList classNames_;
  std::map<std::int64_t, QString> clipNames_;
  std::vector<run::PredictionRow> rows_;
  int right_ = 0, told_ = 0, untold_ = 0;
  std::optional<Cell> cell_;  ///< nothing: all wrong answers
  QString emptyText_;
  std::int64_t asked_ = -1;
  QElapsedTimer sinceAsked_;
};

}  // namespace attelier::ui
