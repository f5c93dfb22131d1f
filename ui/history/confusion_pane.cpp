#include "ui/history/confusion_pane.h"

#include "widgets/base/data_table.h"
#include "widgets/base/icon.h"
#include "widgets/plots/confusion_plot.h"

#include <QApplication>
#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLocale>
#include <QShortcut>
#include <QSignalBlocker>
#include <QSortFilterProxyModel>
#include <QSplitter>
#include <QStyle>
#include <QToolButton>
#include <QTreeView>
#include <QVBoxLayout>

#include <algorithm>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {

namespace {

QString stepText(std::int64_t step) { return QLocale().toString(static_cast<qlonglong>(step)); }

}  // namespace

ConfusionPane::ConfusionPane(Workspace& workspace, QWidget* parent)
    : Pane(workspace, u"confusion"_s, tr("Confusion"), parent) {
  plot_ = new widgets::ConfusionPlot(this);
  plot_->setObjectName(u"confusion_plot"_s);
  allWrongAction_ = new QAction(widgets::icon(u"undo"_s), tr("All &wrong answers"), this);
  allWrongAction_->setObjectName(u"confusion.all_wrong"_s);
  allWrongAction_->setToolTip(tr("List the clips of all wrong answers, not of one field"));
  table_ = new QAction(widgets::icon(u"table"_s), tr("Show as &table"), this);
  table_->setObjectName(u"confusion.table"_s);
  listTable_ = new QAction(widgets::icon(u"table"_s), tr("Show &clips as table"), this);
  listTable_->setObjectName(u"confusion.clips_table"_s);

  splitter_ = new QSplitter(Qt::Vertical, this);
  splitter_->addWidget(plot_);
  splitter_->addWidget(makeList());
  splitter_->setChildrenCollapsible(false);
  splitter_->setStretchFactor(0, 3);
  splitter_->setStretchFactor(1, 2);
  splitter_->setSizes({600, 400});
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  column->addWidget(makeHeader());
  column->addWidget(splitter_, 1);
  setFocusProxy(plot_);

  connect(plot_, &widgets::ConfusionPlot::cellChosen, this, &ConfusionPane::chooseCell);
  connect(table_, &QAction::triggered, this,
          [this] { widgets::showDataTable(plot_->dataTable(), this); });
  connect(allWrongAction_, &QAction::triggered, this, [this] {
    cell_.reset();
    plot_->setCurrentCell(std::nullopt);
    presentClips();
  });
  connect(listTable_, &QAction::triggered, this, [this] {
    widgets::DataTable table;
    table.title = listTitle_->text();
    for (int column_ = 0; column_ < sorted_->columnCount(); ++column_) {
      table.columns << sorted_->headerData(column_, Qt::Horizontal).toString();
    }
    for (int row = 0; row < sorted_->rowCount(); ++row) {
      const auto& clip = model_->at(sorted_->mapToSource(sorted_->index(row, 0)).row());
      table.rows << QVariantList{clip.name, clip.truth, clip.predicted, clip.probability,
                                 clip.loss};
    }
    widgets::showDataTable(table, this);
  });
}

QWidget* ConfusionPane::makeHeader() {
  auto* header = new QWidget(this);
  const int em = fontMetrics().height();
  auto* row = new QHBoxLayout(header);
  row->setContentsMargins(em / 2, em / 4, em / 2, em / 4);
  split_ = new QComboBox(header);
  split_->setObjectName(u"split"_s);
  split_->setAccessibleName(tr("Split"));
  split_->addItem(tr("select"), QVariant::fromValue(static_cast<int>(Split::Select)));
  split_->addItem(tr("report"), QVariant::fromValue(static_cast<int>(Split::Report)));
  split_->setToolTip(
      tr("select: clips that the search is validated on.\n"
         "report: clips that nobody looks at before the end; there once somebody has looked."));
  words_ = new QLabel(header);
  words_->setObjectName(u"words"_s);
  words_->setWordWrap(true);
  words_->setAccessibleName(tr("What is shown"));
  row->addWidget(split_);
  row->addWidget(words_, 1);
  connect(split_, &QComboBox::activated, this, [this] { present(this->shown()); });
  return header;
}

QWidget* ConfusionPane::makeList() {
  auto* part = new QWidget(this);
  const int em = fontMetrics().height();
  listTitle_ = new QLabel(part);
  listTitle_->setObjectName(u"list_title"_s);
  listTitle_->setWordWrap(true);
  allWrong_ = new QToolButton(part);
  allWrong_->setDefaultAction(allWrongAction_);
  allWrong_->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
  allWrong_->setFocusPolicy(Qt::TabFocus);
  allWrong_->setAccessibleName(tr("All wrong answers"));

  model_ = new PredictionModel(this);
  sorted_ = new QSortFilterProxyModel(this);
  sorted_->setSourceModel(model_);
  sorted_->setSortRole(Qt::UserRole);
  sorted_->setSortCaseSensitivity(Qt::CaseInsensitive);
  list_ = new QTreeView(part);
  list_->setObjectName(u"clips"_s);
  list_->setAccessibleName(tr("Clips"));
  list_->setModel(sorted_);
  list_->setRootIsDecorated(false);
  list_->setUniformRowHeights(true);
  list_->setAllColumnsShowFocus(true);
  list_->setSortingEnabled(true);
  list_->sortByColumn(PredictionModel::Loss, Qt::DescendingOrder);
  list_->setTextElideMode(Qt::ElideMiddle);
  auto* titles = list_->header();
  titles->setStretchLastSection(false);
  titles->setSectionResizeMode(PredictionModel::Clip, QHeaderView::Stretch);
  for (int column = PredictionModel::Truth; column < PredictionModel::kColumns; ++column) {
    titles->setSectionResizeMode(column, QHeaderView::Interactive);
    titles->resizeSection(column, em * (column < PredictionModel::Probability ? 5 : 6));
  }
  titles->resizeSection(PredictionModel::Loss, em * 4);
  listTitle_->setBuddy(list_);

  auto* top = new QHBoxLayout;
  top->setContentsMargins(em / 2, em / 4, em / 2, em / 4);
  top->addWidget(listTitle_, 1);
  top->addWidget(allWrong_);
  auto* column = new QVBoxLayout(part);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  column->addLayout(top);
  column->addWidget(list_, 1);

  connect(list_, &QTreeView::clicked, this, &ConfusionPane::chooseClip);
  for (const auto key : {Qt::Key_Return, Qt::Key_Enter}) {
    auto* enter = new QShortcut(key, list_);
    enter->setContext(Qt::WidgetShortcut);
    connect(enter, &QShortcut::activated, this, [this] { chooseClip(list_->currentIndex()); });
  }
  return part;
}

QList<QAction*> ConfusionPane::paneActions() const {
  QList<QAction*> actions{table_, listTable_, allWrongAction_};
  // The plot's own, but for its table, which is here already.
  for (auto* action : plot_->actions()) {
    if (action->objectName() != u"plot.table"_s) actions << action;
  }
  return actions;
}

const std::vector<run::PredictionRow>& ConfusionPane::predictions() const {
  static const std::vector<run::PredictionRow> kNone;
  const Moment* moment = shown().moment();
  if (moment == nullptr) return kNone;
  return split_->currentIndex() == 0 ? moment->selectPredictions : moment->reportPredictions;
}

void ConfusionPane::present(const Shown& shown) {
  const Moment* moment = shown.moment();
  const bool hasReport = moment != nullptr && !moment->reportPredictions.empty();
  const bool isOther = shown.run && shown.run->path != source_.run;
  if (isOther && !hasReport) split_->setCurrentIndex(0);
  // A chooser only where there is something to choose.
  split_->setVisible(hasReport || split_->currentIndex() == 1);

  const auto& rows = predictions();
  Source source;
  if (shown.run) {
    source.run = shown.run->path;
    source.generation = shown.run->status.generation;
    source.step = rows.empty() ? -1 : rows.front().step;
    source.split = split_->currentIndex() == 0 ? Split::Select : Split::Report;
    source.count = rows.size();
  }
  const bool hasNewNames =
      shown.run && (shown.run->labels != labels_ || shown.run->dataset != dataset_);
  if (hasNewNames) readNames(*shown.run);
  if (source != source_ || hasNewNames) {
    if (source.run != source_.run) {
      cell_.reset();
      plot_->setCurrentCell(std::nullopt);
    }
    source_ = source;
    rows_ = rows;
    readPredictions();
    presentClips();
  }
  emptyText_ = emptyTextOf(shown);
  plot_->setEmptyText(emptyText_);
  presentWords();
}

void ConfusionPane::readNames(const RunView& run) {
  labels_ = run.labels;
  dataset_ = run.dataset;
  classes_.clear();
  classNames_.clear();
  clipNames_.clear();
  for (const auto& label : *labels_) {
    classes_[label.id] = static_cast<int>(classNames_.size());
    classNames_ << QString::fromStdString(label.name);
  }
  for (const auto& clip : *dataset_) clipNames_[clip.id] = QString::fromStdString(clip.path);
}

std::optional<ConfusionPane::Cell> ConfusionPane::cellOf(const run::PredictionRow& row) const {
  const auto truth = classes_.find(row.label);
  const auto predicted = classes_.find(row.top[0]);
  if (truth == classes_.end() || predicted == classes_.end()) return std::nullopt;
  return Cell{truth->second, predicted->second};
}

void ConfusionPane::readPredictions() {
  const auto classes = static_cast<std::size_t>(classNames_.size());
  std::vector<int> counts(rows_.empty() ? 0 : classes * classes, 0);
  right_ = told_ = untold_ = 0;
  for (const auto& row : rows_) {
    const auto cell = cellOf(row);
    if (!cell) {
      ++untold_;
      continue;
    }
    ++told_;
    if (cell->truth == cell->predicted) ++right_;
    ++counts[static_cast<std::size_t>(cell->truth) * classes +
             static_cast<std::size_t>(cell->predicted)];
  }
  plot_->setMatrix(rows_.empty() ? QStringList() : classNames_, std::move(counts));
  splitter_->widget(1)->setVisible(!rows_.empty());
  table_->setEnabled(!rows_.empty());
  listTable_->setEnabled(!rows_.empty());
}

QString ConfusionPane::emptyTextOf(const Shown& shown) const {
  if (!shown.run || !predictions().empty()) return {};
  const Moment* moment = shown.moment();
  if (moment != nullptr && !moment->live && !shown.run->points->empty()) {
    return tr("Predictions are kept of the last validation only. At step %1 there are none: go "
              "back to live to see them.")
        .arg(stepText(moment->step));
  }
  return tr("No predictions yet. They come with the first validation.");
}

void ConfusionPane::presentWords() {
  const Moment* moment = shown().moment();
  if (rows_.empty() || moment == nullptr) {
    words_->clear();
    words_->parentWidget()->setVisible(split_->isVisibleTo(words_->parentWidget()));
    return;
  }
  const QLocale locale;
  const double percent = told_ > 0 ? 100.0 * right_ / told_ : 0;
  const QString counts = tr("%1 of %n clip(s) right (%2 %)", nullptr, told_)
                             .arg(locale.toString(right_), locale.toString(percent, 'f', 1));
  const QString split = split_->currentIndex() == 0 ? tr("select") : tr("report");
  QString text =
      tr("Split %1, validation at step %2: %3.").arg(split, stepText(rows_.front().step), counts);
  if (untold_ > 0) text += u' ' + tr("%n clip(s) without a class are left out.", nullptr, untold_);
  if (!moment->live) text += u' ' + tr("Earlier validations are not kept.");
  words_->parentWidget()->show();
  if (words_->text() != text) words_->setText(text);
}

QString ConfusionPane::className(std::int64_t label) const {
  const auto found = classes_.find(label);
  return found == classes_.end() ? tr("none") : classNames_[found->second];
}

void ConfusionPane::presentClips() {
  const QModelIndex current = list_->currentIndex();
  const std::int64_t kept =
      current.isValid() ? model_->at(sorted_->mapToSource(current).row()).clip : -1;
  if (cell_ && std::max(cell_->truth, cell_->predicted) >= classNames_.size()) cell_.reset();
  std::vector<ClipPrediction> clips;
  const QLocale locale;
  for (const auto& row : rows_) {
    const auto cell = cellOf(row);
    if (!cell) continue;
    const bool isListed = cell_ ? cell->truth == cell_->truth && cell->predicted == cell_->predicted
                                : cell->truth != cell->predicted;
    if (!isListed) continue;
    ClipPrediction clip{.clip = row.clip,
                        .name = {},
                        .truth = classNames_[cell->truth],
                        .predicted = classNames_[cell->predicted],
                        .probability = static_cast<double>(row.probability[0]),
                        .loss = static_cast<double>(row.loss),
                        .best = {}};
    const auto name = clipNames_.find(row.clip);
    clip.name = name != clipNames_.end() ? name->second : tr("clip %1").arg(row.clip);
    QStringList best;
    for (std::size_t i = 0; i < row.top.size() && row.top[i] >= 0; ++i) {
      best << tr("%1: %2").arg(className(row.top[i]),
                               locale.toString(static_cast<double>(row.probability[i]), 'f', 3));
    }
    clip.best = best.join(u'\n');
    clips.push_back(std::move(clip));
  }
  const auto count = static_cast<int>(clips.size());
  model_->setPredictions(std::move(clips));
  for (int row = 0; kept >= 0 && row < model_->rowCount(); ++row) {
    if (model_->at(row).clip != kept) continue;
    list_->setCurrentIndex(sorted_->mapFromSource(model_->index(row, 0)));
    break;
  }
  list_->setColumnHidden(PredictionModel::Truth, cell_.has_value());
  list_->setColumnHidden(PredictionModel::Predicted, cell_.has_value());
  allWrongAction_->setEnabled(cell_.has_value());
  allWrong_->setVisible(cell_.has_value());
  if (!cell_) {
    listTitle_->setText(count > 0 ? tr("%n wrong answer(s)", nullptr, count)
                                  : tr("No wrong answers"));
  } else if (cell_->truth == cell_->predicted) {
    listTitle_->setText(
        tr("%n clip(s) of %1, recognised", nullptr, count).arg(classNames_[cell_->truth]));
  } else {
    listTitle_->setText(tr("%n clip(s) of %1, taken for %2", nullptr, count)
                            .arg(classNames_[cell_->truth], classNames_[cell_->predicted]));
  }
}

void ConfusionPane::chooseCell(int truth, int predicted) {
  cell_ = Cell{truth, predicted};
  presentClips();
  if (model_->rowCount() > 0) list_->setCurrentIndex(sorted_->index(0, 0));
}

void ConfusionPane::chooseClip(const QModelIndex& index) {
  if (!index.isValid() || !shown().run) return;
  const std::int64_t clip = model_->at(sorted_->mapToSource(index).row()).clip;
  // A double click is one choice: each would ask the engine.
  if (clip == asked_ && sinceAsked_.isValid() &&
      !sinceAsked_.hasExpired(QApplication::doubleClickInterval())) {
    return;
  }
  asked_ = clip;
  sinceAsked_.start();
  const auto& probes = *shown().run->probes;
  const auto probe = std::find_if(probes.rbegin(), probes.rend(), [clip](const run::ProbeRow& row) {
    return row.clip == clip && row.removedStep < 0;
  });
  if (probe == probes.rend()) {
    Q_EMIT clipChosen(clip);
    return;
  }
  workspace().edit(tr("Choose a clip"), [id = probe->id](Choices& choices) { choices.probe = id; });
  Q_EMIT attentionRequested();
}

}  // namespace attelier::ui
