#include "ui/clips/clips_pane.h"

#include "engine/run/dataset_check.h"
#include "ui/clips/clip_delegate.h"
#include "ui/clips/clip_filter_bar.h"
#include "ui/clips/clip_grid.h"
#include "ui/clips/clip_pictures.h"
#include "ui/clips/probe_requests.h"
#include "ui/clips/video_drop.h"
#include "ui/engine/engine_program.h"
#include "ui/runs/notice_bar.h"
#include "widgets/base/icon.h"
#include "widgets/base/theme.h"

#include <QApplication>
#include <QClipboard>
#include <QDesktopServices>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QHeaderView>
#include <QLabel>
#include <QLocale>
#include <QMenu>
#include <QPainter>
#include <QSettings>
#include <QStackedWidget>
#include <QTableView>
#include <QUrl>
#include <QVBoxLayout>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {

namespace {

constexpr std::int64_t kNoClip = -1;
const QString kTableKey = u"clips/table"_s;

/// Where the clips of a run lie; empty where they are made.
std::filesystem::path rootOf(const RunView& run) { return run.info.dataRoot; }

}  // namespace

ClipsPane::ClipsPane(Workspace& workspace, QWidget* parent)
    : Pane(workspace, u"clips"_s, tr("Clips"), parent),
      model_(new ClipModel(this)),
      pictures_(new ClipPictures(workspace.engine(), this)),
      delegate_(new ClipDelegate(*model_, *pictures_, this)),
      requests_(new ProbeRequests(workspace, *model_, this)),
      message_(new NoticeBar),
      menu_(new QMenu(this)) {
  look_ = add(u"look"_s, u"eye"_s, tr("&Look Into This Clip"), &ClipsPane::look);
  star_ = add(u"star"_s, u"star"_s, tr("&Probe Clip"), &ClipsPane::star);
  star_->setCheckable(true);
  addVideo_ = add(u"addVideo"_s, u"plus"_s, tr("&Add a Video as Probe…"), &ClipsPane::askForVideo);
  reveal_ = add(u"reveal"_s, u"folder"_s, tr("Show in &Folder"), &ClipsPane::reveal);
  copyPath_ = add(u"copyPath"_s, u"copy"_s, tr("&Copy Path"), &ClipsPane::copyPath);
  asTable_ = new QAction(widgets::icon(u"table"_s), tr("As a &Table"), this);
  asTable_->setObjectName(u"clips.asTable"_s);
  asTable_->setCheckable(true);
  asTable_->setToolTip(tr("Clips as a table that can be sorted"));
  connect(asTable_, &QAction::toggled, this, &ClipsPane::setTable);

  auto* rows = new QVBoxLayout(this);
  bar_ = new ClipFilterBar(*model_, {addVideo_, asTable_});
  rows->addWidget(bar_);
  rows->addWidget(message_);
  rows->addWidget(makeViews(), 1);
  rows->addWidget(about_);
  setAcceptDrops(true);
  setAutoFillBackground(false);

  connect(bar_, &ClipFilterBar::changed, this, &ClipsPane::applyFilter);
  connect(bar_, &ClipFilterBar::entered, this,
          [this] { views_->currentWidget()->setFocus(Qt::OtherFocusReason); });
  connect(pictures_, &ClipPictures::arrived, this, [this](qint64 clip) {
    const int row = grid_->isVisible() ? model_->rowOf(clip) : -1;
    if (row >= 0) grid_->viewport()->update(grid_->visualRect(model_->index(row, 0)));
  });
  connect(pictures_, &ClipPictures::progressed, this, &ClipsPane::updateCounts);
  connect(requests_, &ProbeRequests::told, message_,
          [this](NoticeBar::Kind kind, const QString& text) { message_->say(kind, text); });
  connect(requests_, &ProbeRequests::pendingChanged, this, [this] {
    delegate_->setPending(requests_->pending());
    grid_->viewport()->update();
    updateChosen();
  });
  pictures_->setPaused(true);
  asTable_->setChecked(QSettings().value(kTableKey, false).toBool());
  updateCounts();
  updateChosen();
}

ClipsPane::~ClipsPane() = default;

QAction* ClipsPane::add(const QString& name, const QString& icon, const QString& text,
                        void (ClipsPane::*slot)()) {
  auto* action = new QAction(widgets::icon(icon), text, this);
  action->setObjectName(u"clips."_s + name);
  connect(action, &QAction::triggered, this, slot);
  menu_->addAction(action);
  return action;
}

QList<QAction*> ClipsPane::paneActions() const {
  return {look_, star_, addVideo_, reveal_, copyPath_, asTable_};
}

QString ClipsPane::emptyText() const {
  if (shown().run == nullptr) return tr("Open a run to see its clips.");
  return model_->total() == 0 ? tr("The engine has not listed the clips yet.") : QString();
}

QWidget* ClipsPane::makeViews() {
  grid_ = new ClipGrid(*model_, *delegate_);
  grid_->setObjectName(u"clipGrid"_s);
  table_ = new QTableView;
  table_->setObjectName(u"clipTable"_s);
  table_->setModel(model_);
  table_->setSelectionModel(grid_->selectionModel());
  table_->setSelectionBehavior(QAbstractItemView::SelectRows);
  table_->setSelectionMode(QAbstractItemView::SingleSelection);
  table_->setShowGrid(false);
  table_->setWordWrap(false);
  table_->setTabKeyNavigation(false);
  table_->verticalHeader()->hide();
  table_->verticalHeader()->setDefaultSectionSize(fontMetrics().height() * 3 / 2);
  table_->horizontalHeader()->setStretchLastSection(true);
  table_->horizontalHeader()->setHighlightSections(false);
  table_->horizontalHeader()->setDefaultAlignment(Qt::AlignLeading | Qt::AlignVCenter);
  table_->horizontalHeader()->setSortIndicator(ClipModel::Class, Qt::AscendingOrder);
  const int letter = fontMetrics().averageCharWidth();
  for (const auto& [column, letters] :
       {std::pair{ClipModel::Clip, 24}, std::pair{ClipModel::Class, 16},
        std::pair{ClipModel::Split, 8}, std::pair{ClipModel::State, 20},
        std::pair{ClipModel::Loss, 8}, std::pair{ClipModel::Predicted, 18},
        std::pair{ClipModel::Frames, 9}, std::pair{ClipModel::Rate, 10},
        std::pair{ClipModel::Picture, 12}}) {
    table_->setColumnWidth(column, letters * letter);
  }
  table_->setSortingEnabled(true);
  views_ = new QStackedWidget;
  views_->addWidget(grid_);
  views_->addWidget(table_);
  for (QAbstractItemView* view :
       {static_cast<QAbstractItemView*>(grid_), static_cast<QAbstractItemView*>(table_)}) {
    view->setAccessibleName(tr("Clips"));
    view->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(view, &QWidget::customContextMenuRequested, this,
            [this, view](const QPoint& at) { showMenu(view->viewport()->mapToGlobal(at)); });
    connect(view, &QAbstractItemView::activated, this, &ClipsPane::look);
    auto* shortcut = new QAction(view);  // not while text is typed beside it
    shortcut->setShortcut(Qt::Key_S);
    shortcut->setShortcutContext(Qt::WidgetShortcut);
    connect(shortcut, &QAction::triggered, this, &ClipsPane::star);
    view->addAction(shortcut);
  }
  connect(grid_, &ClipGrid::starClicked, this,
          [this](const QModelIndex& index) { requests_->toggle(model_->clip(index.row()).id); });
  connect(grid_->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
          &ClipsPane::onChosen);
  connect(model_, &QAbstractItemModel::modelReset, this, [this] {
    updateCounts();
    updateChosen();
  });

  empty_ = new QLabel(views_);
  empty_->setAlignment(Qt::AlignCenter);
  empty_->setWordWrap(true);
  empty_->setAttribute(Qt::WA_TransparentForMouseEvents);
  auto* over = new QVBoxLayout(grid_->viewport());
  over->addWidget(empty_);
  about_ = new QLabel;
  about_->setWordWrap(true);
  about_->setAccessibleName(tr("About the clip"));
  about_->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
  return views_;
}

void ClipsPane::present(const Shown& shown) {
  const RunView* run = shown.run.get();
  static const auto kNoProbes = std::make_shared<const std::vector<run::ProbeRow>>();
  const bool isOther = (run != nullptr ? run->path : std::filesystem::path()) != run_;
  if (run == nullptr) {
    run_.clear();
    pictures_->setRun({}, {});
    model_->setClips(nullptr, nullptr);
    model_->setProbes(kNoProbes);
  } else {
    if (isOther) {
      run_ = run->path;
      requests_->clear();
      probe_ = 0;
      pictures_->setRun(run->path, rootOf(*run));
    }
    const std::int64_t chosen = chosenClip();
    model_->setClips(run->dataset, run->labels);
    model_->setProbes(run->probes);
    if (const Moment* moment = shown.moment()) {
      model_->setPredictions(moment->selectPredictions, moment->reportPredictions);
    }
    if (chosen != kNoClip && chosenClip() == kNoClip) chooseClip(chosen);
    if (shown.choices.probe != probe_) {
      probe_ = shown.choices.probe;
      for (const run::ProbeRow& probe : *run->probes) {
        if (probe.id == probe_) chooseClip(probe.clip >= 0 ? probe.clip : -1 - probe.id);
      }
    }
  }
  if (isOther) updateCounts();
  updateChosen();
}

void ClipsPane::applyFilter() {
  const std::int64_t chosen = chosenClip();
  model_->setFilter(bar_->filter());
  if (chosen != kNoClip) chooseClip(chosen);
  updateCounts();
}

void ClipsPane::showConfusion(std::int64_t label, std::int64_t predicted) {
  bar_->showConfusion(label, predicted);
  if (model_->rowCount() > 0) {
    grid_->setCurrentIndex(model_->index(0, 0));
    views_->currentWidget()->setFocus(Qt::OtherFocusReason);
  }
}

void ClipsPane::updateCounts() {
  bar_->updateCounts(pictures_->waiting());
  QString empty = emptyText();
  if (empty.isEmpty() && model_->rowCount() == 0) empty = tr("No clip is like that.");
  empty_->setText(empty);
}

QModelIndex ClipsPane::current() const { return grid_->selectionModel()->currentIndex(); }

std::int64_t ClipsPane::chosenClip() const {
  return current().isValid() ? model_->clip(current().row()).id : kNoClip;
}

void ClipsPane::chooseClip(std::int64_t clip) {
  const int row = model_->rowOf(clip);
  if (row < 0 || row == current().row()) return;
  const QSignalBlocker quiet(grid_->selectionModel());
  grid_->selectionModel()->setCurrentIndex(
      model_->index(row, 0), QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
  grid_->scrollTo(model_->index(row, 0));
  table_->scrollTo(model_->index(row, 0));
  grid_->viewport()->update();
  table_->viewport()->update();
  updateChosen();
}

void ClipsPane::onChosen() {
  updateChosen();
  const run::ProbeRow* probe = model_->probeOf(chosenClip());
  if (probe == nullptr || probe->id == shown().choices.probe) return;
  probe_ = probe->id;
  workspace().edit(tr("Choose a probe clip"), [this](Choices& choices) { choices.probe = probe_; });
}

void ClipsPane::updateChosen() {
  const bool isChosen = current().isValid();
  const run::ClipRow none;
  const run::ClipRow& clip = isChosen ? model_->clip(current().row()) : none;
  const bool isProbe = isChosen && model_->probeOf(clip.id) != nullptr;
  const bool isReadable = isChosen && clip.state != "unreadable";
  const bool canAsk = shown().run && shown().run->isWritable;
  const auto allow = [](QAction* action, bool yes, const QString& why) {
    action->setEnabled(yes);
    action->setToolTip(yes ? action->iconText() : action->iconText() + u'\n' + why);
  };
  const QString choose = tr("Choose a clip.");
  const QString readOnly = tr("The run is read-only, so no engine can be asked.");
  allow(look_, isReadable, isChosen ? QString::fromStdString(clip.reason) : choose);
  star_->setChecked(isProbe);
  star_->setIcon(widgets::icon(isProbe ? u"star-filled"_s : u"star"_s));
  allow(star_, isReadable && canAsk && !requests_->pending().contains(clip.id),
        !isChosen     ? choose
        : !isReadable ? QString::fromStdString(clip.reason)
                      : readOnly);
  allow(addVideo_, canAsk, shown().run ? readOnly : tr("Open a run first."));
  const QString noFile = clip.label == kAddedVideos
                             ? tr("This video was added; the data set has no file of it.")
                             : tr("This clip is made, not read from a file.");
  const bool hasFile = isChosen && clip.id >= 0 && shown().run && !rootOf(*shown().run).empty();
  allow(reveal_, hasFile, isChosen ? noFile : choose);
  allow(copyPath_, hasFile, isChosen ? noFile : choose);

  QString about;
  if (isChosen && clip.state != "ok") {
    about = tr("%1: %2", "state, reason")
                .arg(clipStateText(clip.state), QString::fromStdString(clip.reason));
  } else if (const auto* prediction = isChosen ? model_->predictionOf(clip.id) : nullptr) {
    const QLocale locale;
    about = tr("Validated at step %1: taken for %2 (%3 %), loss %4.")
                .arg(locale.toString(static_cast<qlonglong>(prediction->step)),
                     model_->labelName(prediction->top[0]),
                     locale.toString(static_cast<double>(100 * prediction->probability[0]), 'f', 0),
                     locale.toString(static_cast<double>(prediction->loss), 'f', 3));
  }
  about_->setText(about);
  about_->setVisible(!about.isEmpty());
}

void ClipsPane::setTable(bool table) {
  QSettings().setValue(kTableKey, table);
  views_->setCurrentWidget(table ? static_cast<QWidget*>(table_) : grid_);
  if (current().isValid())
    (table ? static_cast<QAbstractItemView*>(table_) : grid_)->scrollTo(current());
  // The grid stands by class; another order is for the table.
  if (!table) table_->sortByColumn(ClipModel::Class, Qt::AscendingOrder);
}

void ClipsPane::showMenu(const QPoint& global) {
  if (current().isValid()) menu_->popup(global);
}

void ClipsPane::look() {
  if (!current().isValid()) return;
  const run::ClipRow& clip = model_->clip(current().row());
  if (clip.state == "unreadable") {
    message_->say(NoticeBar::Kind::Warning,
                  tr("“%1” can't be shown: %2")
                      .arg(model_->title(clip), QString::fromStdString(clip.reason)));
    return;
  }
  if (const run::ProbeRow* probe = model_->probeOf(clip.id)) {
    workspace().edit(tr("Choose a probe clip"),
                     [probe](Choices& choices) { choices.probe = probe->id; });
  } else {
    Q_EMIT inspectRequested(clip.id);
  }
}

void ClipsPane::star() {
  if (current().isValid() && star_->isEnabled()) requests_->toggle(chosenClip());
}

void ClipsPane::reveal() {
  const auto path = run::pathUnderRoot(rootOf(*shown().run), model_->clip(current().row()).path);
  if (!path || !QDesktopServices::openUrl(
                   QUrl::fromLocalFile(QString::fromStdString(path->parent_path().string())))) {
    message_->say(NoticeBar::Kind::Warning, tr("The folder of this clip can't be shown."));
  }
}

void ClipsPane::copyPath() {
  const std::filesystem::path path = rootOf(*shown().run) / model_->clip(current().row()).path;
  QApplication::clipboard()->setText(QString::fromStdString(path.string()));
  Q_EMIT workspace().said(tr("The path was copied."));
}

void ClipsPane::askForVideo() {
  auto* dialog = new QFileDialog(this, tr("Add a Video as Probe"));
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->setFileMode(QFileDialog::ExistingFiles);
  connect(dialog, &QFileDialog::filesSelected, this, [this](const QStringList& files) {
    for (const QString& file : files) requests_->addVideo(file);
  });
  dialog->open();
}

void ClipsPane::showEvent(QShowEvent* event) {
  Pane::showEvent(event);
  pictures_->setPaused(false);
}

void ClipsPane::hideEvent(QHideEvent* event) {
  Pane::hideEvent(event);
  pictures_->setPaused(true);
}

void ClipsPane::dragEnterEvent(QDragEnterEvent* event) {
  if (videosOf(event->mimeData()).isEmpty() || !addVideo_->isEnabled()) return;
  event->acceptProposedAction();
  isDropping_ = true;
  update();
}

void ClipsPane::dragLeaveEvent(QDragLeaveEvent*) {
  isDropping_ = false;
  update();
}

void ClipsPane::dropEvent(QDropEvent* event) {
  isDropping_ = false;
  update();
  event->acceptProposedAction();
  const QStringList files = videosOf(event->mimeData());
  for (const QString& file : files) requests_->addVideo(file);
}

void ClipsPane::paintEvent(QPaintEvent* event) {
  Pane::paintEvent(event);
  if (!isDropping_) return;
  QPainter painter(this);
  const int width = std::max(2, fontMetrics().height() / 5);
  painter.setPen(QPen(widgets::Theme::of(palette()).accent, width, Qt::DashLine));
  painter.drawRect(rect().adjusted(width, width, -width, -width));
}

widgets::DataTable ClipsPane::dataTable() const {
  widgets::DataTable table{.title = tr("Clips"), .columns = {}, .rows = {}};
  for (int column = 0; column < model_->columnCount(); ++column) {
    table.columns << model_->headerData(column, Qt::Horizontal).toString();
  }
  for (int row = 0; row < model_->rowCount(); ++row) {
    QVariantList cells;
    for (int column = 0; column < model_->columnCount(); ++column) {
      cells << model_->index(row, column).data();
    }
    table.rows << cells;
  }
  return table;
}

}  // namespace attelier::ui
