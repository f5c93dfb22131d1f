#include "ui/runs/evaluations_pane.h"

#include "engine/run/commands.h"
#include "ui/engine/engine_program.h"
#include "ui/runs/comparison_strip.h"
#include "ui/runs/evaluation_delegate.h"
#include "ui/runs/evaluation_model.h"
#include "ui/runs/notice_bar.h"
#include "widgets/base/icon.h"

#include <QAction>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLocale>
#include <QMenu>
#include <QToolButton>
#include <QTreeView>
#include <QVBoxLayout>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {

namespace {

constexpr std::chrono::seconds kPatience{60};

bool isAlive(run::Phase phase) {
  return phase == run::Phase::Preparing || phase == run::Phase::Running ||
         phase == run::Phase::Paused || phase == run::Phase::Finishing;
}

/// Asks the engine of a run to finish, and waits for its answer.
Status finishRun(const std::filesystem::path& run) {
  ATTELIER_ASSIGN(const run::RunFolder folder, run::RunFolder::open(run));
  ATTELIER_ASSIGN(const auto client, run::CommandClient::open(folder));
  ATTELIER_ASSIGN(const std::string id, client->issue(run::CommandKind::Finish));
  ATTELIER_ASSIGN(const run::CommandAnswer answer, client->wait(id, kPatience));
  if (answer.state == run::CommandState::Done) return {};
  const auto said = answer.answer.is_object() ? answer.answer.find("message") : answer.answer.end();
  const bool isSaid = answer.answer.is_object() && said != answer.answer.end() && said->is_string();
  return fail(ErrorCode::Busy, isSaid ? said->get<std::string>() : "the engine has ended");
}

}  // namespace

EvaluationsPane::EvaluationsPane(Workspace& workspace, QWidget* parent)
    : Pane(workspace, u"evaluations"_s, tr("Evaluations"), parent),
      model_(new EvaluationModel(this)),
      view_(new QTreeView),
      empty_(new QLabel),
      verdict_(new QLabel),
      figures_(new QLabel),
      strip_(new ComparisonStrip),
      card_(new QWidget),
      message_(new NoticeBar) {
  threads_.setMaxThreadCount(2);
  const auto add = [this](const QString& name, const QString& icon, const QString& text) {
    auto* action = new QAction(widgets::icon(icon), text, this);
    action->setObjectName(u"evaluations."_s + name);
    return action;
  };
  evaluate_ = add(u"evaluate"_s, u"repeat"_s, tr("&Evaluate a Cell…"));
  open_ = add(u"open"_s, u"open"_s, tr("&Open as a Run"));
  endEarly_ = add(u"endEarly"_s, u"finish"_s, tr("End Earl&y"));
  connect(evaluate_, &QAction::triggered, this, &EvaluationsPane::evaluateRequested);
  connect(open_, &QAction::triggered, this, &EvaluationsPane::open);
  connect(endEarly_, &QAction::triggered, this, &EvaluationsPane::endEarly);

  view_->setObjectName(u"evaluationList"_s);
  view_->setAccessibleName(tr("Evaluated cells and their controls"));
  view_->setModel(model_);
  view_->setItemDelegate(new EvaluationDelegate(view_));
  view_->setUniformRowHeights(true);
  view_->setAllColumnsShowFocus(true);
  view_->header()->setStretchLastSection(false);
  view_->header()->setResizeContentsPrecision(0);
  view_->header()->setSectionResizeMode(QHeaderView::ResizeToContents);
  view_->header()->setSectionResizeMode(EvaluationModel::Name, QHeaderView::Stretch);
  view_->setContextMenuPolicy(Qt::ActionsContextMenu);
  view_->addActions({open_, endEarly_, evaluate_});
  connect(view_, &QTreeView::activated, this, &EvaluationsPane::open);
  connect(view_->selectionModel(), &QItemSelectionModel::currentChanged, this,
          &EvaluationsPane::updateChosen);
  empty_->setAlignment(Qt::AlignCenter);
  empty_->setWordWrap(true);
  empty_->setAttribute(Qt::WA_TransparentForMouseEvents);
  (new QVBoxLayout(view_->viewport()))->addWidget(empty_);

  for (QLabel* label : {verdict_, figures_}) {
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
  }
  QFont strong = font();
  strong.setWeight(QFont::DemiBold);
  verdict_->setFont(strong);
  verdict_->setAccessibleName(tr("Verdict"));
  figures_->setAccessibleName(tr("Figures"));
  auto* cardRows = new QVBoxLayout(card_);
  cardRows->setContentsMargins(0, 0, 0, 0);
  cardRows->addWidget(strip_);
  cardRows->addWidget(verdict_);
  cardRows->addWidget(figures_);

  auto* buttons = new QHBoxLayout;
  for (QAction* action : {evaluate_, open_, endEarly_}) {
    auto* button = new QToolButton;
    button->setDefaultAction(action);
    button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    button->setAccessibleName(action->iconText());
    button->setFocusPolicy(Qt::TabFocus);
    buttons->addWidget(button);
  }
  buttons->addStretch(1);
  auto* rows = new QVBoxLayout(this);
  rows->addWidget(message_);
  rows->addWidget(view_, 1);
  rows->addWidget(card_);
  rows->addLayout(buttons);
  updateChosen();
}

EvaluationsPane::~EvaluationsPane() { threads_.waitForDone(); }

QList<QAction*> EvaluationsPane::paneActions() const { return {evaluate_, open_, endEarly_}; }

QString EvaluationsPane::emptyText() const {
  const RunView* run = shown().run.get();
  if (run == nullptr) return tr("Open a search to see how its cells stand.");
  if (!isSearch(*run))
    return tr("This run is itself an evaluation; open its search to compare it.");
  if (run->isSnapshot) return tr("A run that was shared as one file has no evaluations with it.");
  if (model_->reading() && !model_->reading()->problem.isEmpty()) return model_->reading()->problem;
  return model_->rowCount() == 0
             ? tr("No cell of this search was trained anew yet. Evaluate one among random cells to "
                  "learn whether the search found anything.")
             : QString();
}

void EvaluationsPane::present(const Shown& shown) {
  const RunView* run = shown.run.get();
  const std::filesystem::path path = run != nullptr ? run->path : std::filesystem::path();
  const bool isOther = path != run_ || !isPresented_;
  if (isOther) {
    isPresented_ = true;
    run_ = path;
    seen_.reset();
    model_->setReading(nullptr);
    updateChosen();
  }
  if (run != nullptr && run->evaluations != seen_ && isSearch(*run) && !run->isSnapshot) {
    seen_ = run->evaluations;
    read();
  }
}

void EvaluationsPane::read() {
  if (isReading_) {
    isDue_ = true;
    return;
  }
  isReading_ = true;
  isDue_ = false;
  threads_.start([this, run = run_] {
    auto reading = std::make_shared<const EvaluationsReading>(readEvaluations(run));
    QMetaObject::invokeMethod(
        this, [this, reading] { take(reading); }, Qt::QueuedConnection);
  });
}

void EvaluationsPane::take(const EvaluationsPointer& reading) {
  isReading_ = false;
  if (reading->run == run_) {
    const auto* chosen = model_->record(view_->currentIndex());
    const std::filesystem::path before =
        chosen != nullptr ? chosen->folder : std::filesystem::path();
    model_->setReading(reading);
    view_->expandAll();
    choose(before);
    if (!view_->currentIndex().isValid() && model_->rowCount() > 0) {
      view_->setCurrentIndex(model_->index(0, 0));
    }
    updateChosen();
  }
  if (isDue_) read();
}

void EvaluationsPane::choose(const std::filesystem::path& evaluation) {
  for (int row = 0; row < model_->rowCount(); ++row) {
    const QModelIndex group = model_->index(row, 0);
    if (model_->record(group)->folder == evaluation) view_->setCurrentIndex(group);
    for (int below = 0; below < model_->rowCount(group); ++below) {
      const QModelIndex member = model_->index(below, 0, group);
      if (model_->record(member)->folder == evaluation) view_->setCurrentIndex(member);
    }
  }
}

void EvaluationsPane::updateChosen() {
  const RunView* run = shown().run.get();
  const QModelIndex index = view_->currentIndex();
  const EvaluationGroup* group = model_->group(index);
  const run::EvaluationRecord* record = model_->record(index);
  const auto allow = [](QAction* action, const QString& why) {
    action->setEnabled(why.isEmpty());
    action->setToolTip(why.isEmpty() ? action->iconText() : action->iconText() + u'\n' + why);
  };
  const QString choose = tr("Choose an evaluation.");
  allow(evaluate_, run == nullptr || !isSearch(*run) ? tr("Open a search first.")
                   : !run->isWritable                ? tr("The run is read-only.")
                   : !workspace().engine().isFound()
                       ? tr("attelier-engine was not found beside this program, nor in PATH.")
                       : QString());
  allow(open_, record == nullptr ? choose : QString());
  allow(endEarly_, record == nullptr        ? choose
                   : isAlive(record->phase) ? QString()
                                            : tr("It is not running."));
  empty_->setText(emptyText());

  const bool isShown = group != nullptr && group->cell.has_value();
  card_->setVisible(isShown);
  if (!isShown) return;
  strip_->setGroup(*group);
  strip_->setVisible(!group->random.empty() || group->plain);
  verdict_->setText(group->verdict ? QString::fromStdString(group->verdict->sentence)
                                   : tr("Without random cells beside it nothing can be said about "
                                        "the search."));
  const QLocale locale;
  const auto number = [&](double value) { return locale.toString(value, 'f', 3); };
  QStringList figures;
  if (group->spread) {
    figures << tr("Random cells on %1: mean %2, standard deviation %3, %n of them.", nullptr,
                  group->spread->count)
                   .arg(group->split, number(group->spread->mean),
                        number(group->spread->deviation));
  }
  if (group->price) {
    figures << tr("The search cost as much as training the cell %1 times.")
                   .arg(locale.toString(*group->price, 'f', 1));
  }
  figures << tr("The report split of this search was looked at %n time(s).", nullptr,
                model_->reading()->reportLooks);
  figures_->setText(figures.join(u' '));
}

void EvaluationsPane::open() {
  const auto* record = model_->record(view_->currentIndex());
  if (record == nullptr) return;
  const std::filesystem::path run = record->folder;  // the record goes when this run is closed
  workspace().open(run);
}

void EvaluationsPane::endEarly() {
  const auto* record = model_->record(view_->currentIndex());
  if (record == nullptr) return;
  const QString name = QString::fromStdString(record->name);
  message_->say(NoticeBar::Kind::Information, tr("“%1” is asked to finish…").arg(name));
  threads_.start([this, name, folder = record->folder] {
    const Status done = finishRun(folder);
    QMetaObject::invokeMethod(
        this,
        [this, name, done] {
          if (done) {
            message_->say(NoticeBar::Kind::Good, tr("“%1” finishes early.").arg(name));
          } else {
            message_->say(NoticeBar::Kind::Bad,
                          tr("“%1” could not be ended: %2")
                              .arg(name, QString::fromStdString(describe(done.error()))));
          }
        },
        Qt::QueuedConnection);
  });
}

}  // namespace attelier::ui
