#include "ui/runs/runs_pane.h"

#include "ui/runs/notice_bar.h"
#include "ui/runs/run_actions.h"
#include "ui/runs/run_details.h"
#include "ui/runs/run_list_delegate.h"
#include "ui/runs/run_list_model.h"
#include "widgets/base/icon.h"

#include <QActionGroup>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QSettings>
#include <QSortFilterProxyModel>
#include <QSplitter>
#include <QToolButton>
#include <QTreeView>
#include <QVBoxLayout>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {

namespace {

constexpr int kAgesMs = 30'000;
const QString kSortKey = u"runs/sortColumn"_s;
const QString kOrderKey = u"runs/sortOrder"_s;

QString pathText(const std::filesystem::path& path) {
  return QString::fromStdString(path.string());
}

/// Newest, best, biggest first; names and states from the start.
Qt::SortOrder naturalOrder(int column) {
  const bool isText =
      column == RunListModel::Name || column == RunListModel::State || column == RunListModel::Tags;
  return isText ? Qt::AscendingOrder : Qt::DescendingOrder;
}

}  // namespace

RunsPane::RunsPane(Workspace& workspace, RunCatalogue& catalogue, QWidget* parent)
    : Pane(workspace, u"runs"_s, tr("Runs"), parent),
      catalogue_(catalogue),
      actions_(new RunActions(workspace, catalogue, this)),
      model_(new RunListModel(this)),
      sorted_(new QSortFilterProxyModel(this)),
      delegate_(new RunListDelegate(this)),
      message_(new NoticeBar) {
  auto* rows = new QVBoxLayout(this);
  auto* split = new QSplitter(Qt::Vertical);
  split->addWidget(makeList());
  split->addWidget(makeFoot());
  split->setStretchFactor(0, 1);
  split->setStretchFactor(1, 0);
  rows->addWidget(makeBar());
  rows->addWidget(message_);
  rows->addWidget(split, 1);

  connect(&catalogue_, &RunCatalogue::changed, this, &RunsPane::fillList);
  connect(&workspace, &Workspace::opened, this,
          [this](const QString& run) { catalogue_.remember(run.toStdString()); });
  connect(actions_, &RunActions::newSearchRequested, this, &RunsPane::newSearchRequested);
  connect(actions_, &RunActions::differenceRequested, this, &RunsPane::differenceRequested);
  connect(actions_, &RunActions::extendRequested, this, &RunsPane::extendRequested);
  connect(actions_, &RunActions::startAfterRequested, this, &RunsPane::startAfterRequested);
  connect(actions_, &RunActions::told, message_, &NoticeBar::say);
  connect(actions_, &RunActions::restored, this,
          [this](const QString& run) { choose(run.toStdString()); });
  connect(actions_, &RunActions::renameRequested, this, [this] {
    const QModelIndex index = view_->currentIndex().siblingAtColumn(RunListModel::Name);
    if (index.flags().testFlag(Qt::ItemIsEditable)) view_->edit(index);
  });
  model_->rename = [this](const RunEntryPointer& entry, const QString& name) {
    actions_->changeNotes(entry,
                          [name](run::UserNotes& notes) { notes.name = name.toStdString(); });
  };
  ages_.setInterval(kAgesMs);
  connect(&ages_, &QTimer::timeout, model_, &RunListModel::refreshAges);
  fillList();
}

RunsPane::~RunsPane() { catalogue_.setWatched(this, false); }

QList<QAction*> RunsPane::paneActions() const { return actions_->all(); }

QWidget* RunsPane::makeBar() {
  auto* bar = new QWidget;
  auto* row = new QHBoxLayout(bar);
  row->setContentsMargins(0, 0, 0, 0);
  filter_ = new QLineEdit;
  filter_->setPlaceholderText(tr("Find by name, tag, note or state"));
  filter_->setAccessibleName(tr("Find a run"));
  filter_->setClearButtonEnabled(true);
  filter_->addAction(widgets::icon(u"search"_s), QLineEdit::LeadingPosition);
  filter_->installEventFilter(this);
  connect(filter_, &QLineEdit::textChanged, this, [this](const QString& text) {
    sorted_->setFilterFixedString(text.toLower());
    if (!text.isEmpty()) view_->expandAll();
    fillList();
  });
  row->addWidget(filter_, 1);

  sort_ = new QToolButton;
  sort_->setIcon(widgets::icon(u"layout"_s));
  sort_->setText(tr("Sort"));
  sort_->setToolButtonStyle(Qt::ToolButtonTextOnly);
  sort_->setPopupMode(QToolButton::InstantPopup);
  sort_->setToolTip(tr("Order of the list"));
  sort_->setAccessibleName(tr("Order of the list"));
  auto* menu = new QMenu(sort_);
  auto* group = new QActionGroup(menu);
  for (const int column :
       {RunListModel::Age, RunListModel::Name, RunListModel::State, RunListModel::Best,
        RunListModel::Progress, RunListModel::Size, RunListModel::Stars}) {
    QAction* action = menu->addAction(model_->headerData(column, Qt::Horizontal).toString());
    action->setCheckable(true);
    action->setData(column);
    group->addAction(action);
    connect(action, &QAction::triggered, this,
            [this, column] { view_->sortByColumn(column, naturalOrder(column)); });
  }
  connect(menu, &QMenu::aboutToShow, this, [this, group] {
    for (QAction* action : group->actions()) {
      action->setChecked(action->data().toInt() == sorted_->sortColumn());
    }
  });
  sort_->setMenu(menu);
  row->addWidget(sort_);
  return bar;
}

QWidget* RunsPane::makeList() {
  sorted_->setSourceModel(model_);
  sorted_->setSortRole(RunListModel::SortRole);
  sorted_->setFilterRole(RunListModel::SearchRole);
  sorted_->setSortCaseSensitivity(Qt::CaseInsensitive);
  sorted_->setSortLocaleAware(true);
  sorted_->setRecursiveFilteringEnabled(true);
  sorted_->setAutoAcceptChildRows(true);

  view_ = new QTreeView;
  view_->setObjectName(u"runList"_s);
  view_->installEventFilter(this);
  view_->setAccessibleName(tr("Runs"));
  view_->setModel(sorted_);
  view_->setItemDelegate(delegate_);
  view_->setUniformRowHeights(true);
  view_->setAllColumnsShowFocus(true);
  view_->setSelectionMode(QAbstractItemView::ExtendedSelection);
  view_->setEditTriggers(QAbstractItemView::NoEditTriggers);
  view_->setContextMenuPolicy(Qt::CustomContextMenu);
  view_->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
  view_->setSortingEnabled(true);
  QHeaderView* header = view_->header();
  header->setStretchLastSection(false);
  header->setResizeContentsPrecision(0);
  header->setSectionResizeMode(QHeaderView::ResizeToContents);
  header->setSectionResizeMode(RunListModel::Name, QHeaderView::Stretch);
  const QSettings settings;
  const int column = settings.value(kSortKey, RunListModel::Age).toInt();
  view_->sortByColumn(
      column >= 0 && column < RunListModel::kColumns ? column : RunListModel::Age,
      settings.value(kOrderKey, false).toBool() ? Qt::AscendingOrder : Qt::DescendingOrder);
  connect(header, &QHeaderView::sortIndicatorChanged, this, [](int by, Qt::SortOrder order) {
    QSettings().setValue(kSortKey, by);
    QSettings().setValue(kOrderKey, order == Qt::AscendingOrder);
  });
  connect(view_, &QTreeView::activated, this, [this] { actions_->action(u"open"_s)->trigger(); });
  connect(view_, &QTreeView::customContextMenuRequested, this, &RunsPane::showMenu);
  connect(view_->selectionModel(), &QItemSelectionModel::selectionChanged, this,
          &RunsPane::updateChosen);
  connect(view_->selectionModel(), &QItemSelectionModel::currentChanged, this,
          &RunsPane::updateChosen);

  empty_ = new QLabel(view_->viewport());
  empty_->setAlignment(Qt::AlignCenter);
  empty_->setWordWrap(true);
  empty_->setAttribute(Qt::WA_TransparentForMouseEvents);
  auto* over = new QVBoxLayout(view_->viewport());
  over->addWidget(empty_);
  return view_;
}

QWidget* RunsPane::makeFoot() {
  auto* foot = new QWidget;
  auto* rows = new QVBoxLayout(foot);
  rows->setContentsMargins(0, fontMetrics().height() / 4, 0, 0);
  auto* buttons = new QHBoxLayout;
  const auto button = [&](const QString& name, bool withText) {
    QAction* action = actions_->action(name);
    auto* made = new QToolButton;
    made->setDefaultAction(action);
    made->setToolButtonStyle(withText ? Qt::ToolButtonTextBesideIcon : Qt::ToolButtonIconOnly);
    made->setAccessibleName(action->iconText());
    made->setFocusPolicy(Qt::TabFocus);
    buttons->addWidget(made);
  };
  button(u"open"_s, true);
  button(u"newFrom"_s, false);
  button(u"extend"_s, false);
  button(u"difference"_s, false);
  button(u"share"_s, false);
  buttons->addStretch(1);
  button(u"trash"_s, false);
  auto* more = new QToolButton;
  more->setIcon(widgets::icon(u"command"_s));
  more->setText(tr("More"));
  more->setToolButtonStyle(Qt::ToolButtonTextOnly);
  more->setToolTip(tr("Everything that can be done with a run"));
  more->setAccessibleName(tr("Everything that can be done with a run"));
  more->setPopupMode(QToolButton::InstantPopup);
  more->setMenu(actions_->menu());
  more->setFocusPolicy(Qt::TabFocus);
  buttons->addWidget(more);
  rows->addLayout(buttons);
  details_ = new RunDetails;
  rows->addWidget(details_);
  connect(details_, &RunDetails::notesEdited, actions_, &RunActions::changeNotes);
  connect(details_, &RunDetails::stepChosen, actions_, &RunActions::useAsReference);
  return foot;
}

void RunsPane::present(const Shown& shown) {
  const std::filesystem::path run = shown.run ? shown.run->path : std::filesystem::path();
  if (run == openRun_ && isPresented_) return;
  openRun_ = run;
  isPresented_ = true;
  delegate_->setOpenRun(run);
  details_->setReferenceProblem(
      run.empty() ? tr("Open a run first; then this one can be compared with it.") : QString());
  view_->viewport()->update();
  updateChosen();
}

void RunsPane::showEvent(QShowEvent* event) {
  Pane::showEvent(event);
  catalogue_.setWatched(this, true);
  model_->refreshAges();
  ages_.start();
}

void RunsPane::hideEvent(QHideEvent* event) {
  Pane::hideEvent(event);
  catalogue_.setWatched(this, false);
  ages_.stop();
}

bool RunsPane::eventFilter(QObject* watched, QEvent* event) {
  if (watched == view_ && event->type() == QEvent::Resize) updateColumns();
  if (watched == filter_ && event->type() == QEvent::KeyPress) {
    const int key = static_cast<QKeyEvent*>(event)->key();
    if (key == Qt::Key_Down || key == Qt::Key_Up) {
      view_->setFocus(Qt::OtherFocusReason);
      if (!view_->currentIndex().isValid()) view_->setCurrentIndex(sorted_->index(0, 0));
      return true;
    }
    if ((key == Qt::Key_Return || key == Qt::Key_Enter) && sorted_->rowCount() > 0) {
      if (!view_->currentIndex().isValid()) view_->setCurrentIndex(sorted_->index(0, 0));
      actions_->action(u"open"_s)->trigger();
      return true;
    }
    if (key == Qt::Key_Escape && !filter_->text().isEmpty()) {
      filter_->clear();
      return true;
    }
  }
  return Pane::eventFilter(watched, event);
}

void RunsPane::updateColumns() {
  const int width = view_->width() / std::max(1, fontMetrics().averageCharWidth());
  const bool isCompact = width < 84;
  delegate_->setCompact(isCompact);
  view_->setHeaderHidden(isCompact);
  const auto show = [&](RunListModel::Column column, bool visible) {
    view_->setColumnHidden(column, isCompact || !visible);
  };
  show(RunListModel::State, true);
  show(RunListModel::Progress, true);
  show(RunListModel::Best, true);
  show(RunListModel::Age, width >= 96);
  show(RunListModel::Size, width >= 112);
  show(RunListModel::Stars, width >= 124);
  show(RunListModel::Tags, width >= 140);
  view_->doItemsLayout();
}

void RunsPane::fillList() {
  const std::filesystem::path before = current() ? current()->path : std::filesystem::path();
  model_->setRuns(catalogue_.runs());
  if (!toChoose_.empty() && model_->indexOf(toChoose_).isValid()) {
    choose(std::exchange(toChoose_, {}));
  } else if (!before.empty() && current() == nullptr) {
    view_->setCurrentIndex(sorted_->mapFromSource(model_->indexOf(before)));
  }
  QString empty;
  if (sorted_->rowCount() == 0) {
    if (!catalogue_.isRead()) {
      empty = tr("Looking for runs…");
    } else if (model_->rowCount() > 0) {
      empty = tr("No run matches “%1”.").arg(filter_->text());
    } else if (!catalogue_.problem().isEmpty()) {
      empty = tr("The runs folder can't be looked into: %1\n%2")
                  .arg(catalogue_.problem(), pathText(catalogue_.folder()));
    } else {
      empty = tr("No runs yet. They will be kept in\n%1").arg(pathText(catalogue_.folder()));
    }
  }
  empty_->setText(empty);
  updateChosen();
}

RunEntryPointer RunsPane::current() const {
  const QModelIndex index = view_->currentIndex();
  return index.isValid() ? model_->entry(sorted_->mapToSource(index)) : nullptr;
}

std::vector<RunEntryPointer> RunsPane::chosen() const {
  std::vector<RunEntryPointer> entries;
  for (const QModelIndex& index : view_->selectionModel()->selectedRows()) {
    const RunEntryPointer entry = model_->entry(sorted_->mapToSource(index));
    if (entry == nullptr) continue;
    const bool isCurrent = index == view_->currentIndex().siblingAtColumn(0);
    entries.insert(isCurrent ? entries.begin() : entries.end(), entry);
  }
  return entries;
}

void RunsPane::choose(const std::filesystem::path& run) {
  const QModelIndex index = sorted_->mapFromSource(model_->indexOf(run));
  if (!index.isValid()) {
    toChoose_ = run;
    return;
  }
  view_->expand(index.parent());
  view_->setCurrentIndex(index);
  view_->scrollTo(index);
}

void RunsPane::updateChosen() {
  auto entries = chosen();
  details_->setEntry(entries.size() == 1 ? entries.front() : nullptr);
  actions_->setChosen(std::move(entries));
}

void RunsPane::showMenu(const QPoint& at) {
  if (!chosen().empty()) actions_->menu()->popup(view_->viewport()->mapToGlobal(at));
}

}  // namespace attelier::ui
