#include "ui/dialogs/new_search_dialog.h"

#include "ui/dialogs/budget_page.h"
#include "ui/dialogs/data_page.h"
#include "ui/dialogs/field_form.h"
#include "ui/dialogs/field_row.h"
#include "ui/dialogs/field_texts.h"
#include "ui/dialogs/message_bar.h"
#include "ui/dialogs/plan_question.h"
#include "ui/dialogs/scroll_page.h"
#include "ui/dialogs/space_page.h"
#include "ui/engine/engine_program.h"

#include <QLocale>
#include <QPushButton>
#include <QStackedWidget>
#include <QTabBar>
#include <QVBoxLayout>

#include <algorithm>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {

namespace {

constexpr int kPages = 3;
constexpr double kMuchMemory = 0.9;  ///< share of the machine's above which a search is warned of

QString pageTitle(int page) {
  switch (page) {
    case 0:
      return NewSearchDialog::tr("&1  Data");
    case 1:
      return NewSearchDialog::tr("&2  Search space");
    default:
      return NewSearchDialog::tr("&3  Budget and start");
  }
}

}  // namespace

NewSearchDialog::NewSearchDialog(EngineProgram& engine, QWidget* parent)
    : EngineDialog(engine, tr("New search"), tr("&Start"), parent),
      schema_(RunSchema::builtIn()),
      plan_(new PlanQuestion(engine, this)) {
  setObjectName(u"newSearch"_s);
  tabs_ = new QTabBar(this);
  tabs_->setObjectName(u"pages"_s);
  tabs_->setAccessibleName(tr("Pages of the new search"));
  tabs_->setExpanding(false);
  tabs_->setDocumentMode(true);
  tabs_->setDrawBase(true);
  for (int page = 0; page < kPages; ++page) tabs_->addTab(pageTitle(page));
  body()->addWidget(tabs_);
  pages_ = new QStackedWidget(this);
  data_ = new DataPage(schema_, engine);
  space_ = new SpacePage(schema_);
  budget_ = new BudgetPage(schema_);
  for (QWidget* page : {static_cast<QWidget*>(data_), static_cast<QWidget*>(space_),
                        static_cast<QWidget*>(budget_)}) {
    pages_->addWidget(new ScrollPage(page, pages_));
  }
  body()->addWidget(pages_, 1);
  estimate_ = new MessageBar(MessageBar::Look::Line, this);
  estimate_->setObjectName(u"estimate"_s);
  QSizePolicy kept = estimate_->sizePolicy();
  kept.setRetainSizeWhenHidden(true);
  estimate_->setSizePolicy(kept);
  body()->addWidget(estimate_);
  const QList<QPushButton*> buttons = addFooter({tr("&Back"), tr("&Next")});
  back_ = buttons[0];
  next_ = buttons[1];
  back_->setObjectName(u"back"_s);
  next_->setObjectName(u"next"_s);

  connect(tabs_, &QTabBar::currentChanged, this, &NewSearchDialog::setPage);
  connect(back_, &QPushButton::clicked, this, [this] { setPage(page() - 1); });
  connect(next_, &QPushButton::clicked, this, [this] { setPage(page() + 1); });
  connect(data_, &DataPage::edited, this, &NewSearchDialog::onEdited);
  connect(data_, &DataPage::marked, this, &NewSearchDialog::markTabs);
  connect(data_, &DataPage::presetChanged, this, &NewSearchDialog::onPreset);
  connect(space_->form(), &FieldForm::edited, this, &NewSearchDialog::onEdited);
  connect(budget_, &BudgetPage::edited, this, &NewSearchDialog::onEdited);
  connect(plan_, &PlanQuestion::changed, this, &NewSearchDialog::showPlan);
  onPreset();
  setPage(0);
  const QFontMetrics metrics = fontMetrics();
  resize(metrics.averageCharWidth() * 132, metrics.lineSpacing() * 38);
}

NewSearchDialog::~NewSearchDialog() = default;

int NewSearchDialog::page() const { return pages_->currentIndex(); }

void NewSearchDialog::setPage(int page) {
  const int shown = std::clamp(page, 0, kPages - 1);
  pages_->setCurrentIndex(shown);
  tabs_->setCurrentIndex(shown);
  back_->setEnabled(shown > 0);
  next_->setEnabled(shown < kPages - 1);
  // Enter goes on; on the last page it starts.
  (shown < kPages - 1 ? next_ : startButton())->setDefault(true);
}

QList<FieldForm*> NewSearchDialog::forms() const {
  return data_->forms() << space_->form() << budget_->form() << budget_->placeForm()
                        << budget_->moreForm();
}

int NewSearchDialog::pageOf(const FieldForm* form) const {
  if (form == space_->form()) return 1;
  return budget_->isAncestorOf(form) ? 2 : 0;
}

SearchDraft NewSearchDialog::draft() const {
  SearchDraft draft;
  draft.preset = data_->preset();
  draft.changes = data_->changes();
  draft.changes.merge_patch(space_->form()->changes());
  draft.changes.merge_patch(budget_->form()->changes());
  draft.changes.merge_patch(budget_->moreForm()->changes());
  budget_->writeTo(draft);
  return draft;
}

QStringList NewSearchDialog::arguments() const {
  const QString program = engine().isFound() ? engine().program() : u"attelier-engine"_s;
  return searchArguments(schema_, draft(), program);
}

void NewSearchDialog::onPreset() {
  const nlohmann::json base = schema_.defaults(data_->preset());
  data_->setBase(base);
  space_->form()->setBase(base);
  budget_->form()->setBase(base);
  budget_->moreForm()->setBase(base);
  onEdited();
}

void NewSearchDialog::onEdited() {
  if (next_ == nullptr) return;  // while it is being made
  // What the engine refused may hang on several fields; it will say so again if it still does.
  for (FieldForm* form : forms()) form->forgetRefusals();
  budget_->proposeName(data_->source());
  markTabs();
  refresh();
  if (isVisible() && isRight()) {
    plan_->want(planArguments(schema_, draft()));
  } else {
    plan_->stop();
  }
  showPlan();
}

bool NewSearchDialog::isRight() const {
  const QList<FieldForm*> all = forms();
  return data_->problem().isEmpty() &&
         std::all_of(all.begin(), all.end(), [](const FieldForm* form) { return form->isValid(); });
}

void NewSearchDialog::markTabs() {
  QList<int> wrong(kPages, 0);
  for (const FieldForm* form : forms()) wrong[pageOf(form)] += form->wrongCount();
  for (int page = 0; page < kPages; ++page) {
    tabs_->setTabText(page, wrong[page] > 0
                                ? tr("%1 (%2 to mend)").arg(pageTitle(page)).arg(wrong[page])
                                : pageTitle(page));
  }
}

void NewSearchDialog::showPlan() {
  const QLocale locale;
  if (!engine().isFound() || (!plan_->isWaiting() && !plan_->answer())) {
    estimate_->say(Severity::Quiet,
                   isRight() ? QString() : tr("No estimate while something is to be mended."));
    return;
  }
  if (plan_->isWaiting()) {
    estimate_->say(Severity::Quiet,
                   plan_->progress().isEmpty()
                       ? tr("Estimating time and memory from a few trial steps…")
                       : tr("Estimating time and memory (%1)…").arg(plan_->progress()));
    return;
  }
  if (!*plan_->answer()) {
    const Error& error = plan_->answer()->error();
    const bool isPlaced = showRefusal(error);
    estimate_->say(Severity::Bad, isPlaced ? tr("No estimate: see the field that is marked.")
                                           : tr("No estimate: %1").arg(errorText(error)));
    return;
  }
  const SearchEstimate& estimate = **plan_->answer();
  const QString steps = locale.toString(static_cast<qlonglong>(estimate.steps));
  const QString memory =
      estimate.deviceBytes > 0
          ? tr("%1 of memory and %2 on %3")
                .arg(bytesText(estimate.hostBytes), bytesText(estimate.deviceBytes),
                     estimate.device)
          : tr("%1 of memory on %2").arg(bytesText(estimate.hostBytes), estimate.device);
  const int seeds = draft().seeds;
  QString text =
      tr("About %1 for %2 steps, %3.").arg(aboutDuration(estimate.totalSeconds), steps, memory);
  if (seeds > 1) {
    text = tr("About %1 for %2 runs of %3 steps, %4.")
               .arg(aboutDuration(estimate.totalSeconds * seeds), locale.toString(seeds), steps,
                    memory);
  }
  const bool isTooMuch = memory_ > 0 && estimate.hostBytes > kMuchMemory * memory_;
  if (isTooMuch) {
    text += u' ' +
            tr("This machine has only %1: take a smaller batch or fewer decoded frames in memory.")
                .arg(bytesText(memory_));
  }
  estimate_->say(isTooMuch ? Severity::Warning : Severity::Information, text);
  estimate_->setToolTip(
      tr("Measured on trial steps (%1 ms each, %2 s until the first, %3 s for a look at the select "
         "split); on a quiet machine within about 15 % of the run. Other programs make both "
         "slower.")
          .arg(locale.toString(1000 * estimate.stepSeconds, 'g', 3),
               locale.toString(estimate.startSeconds, 'g', 2),
               locale.toString(estimate.validationSeconds, 'g', 2)));
}

bool NewSearchDialog::showProblem() {
  // The name may have been taken since it was typed.
  budget_->placeForm()->row("place.name")->recheck();
  if (!data_->problem().isEmpty()) {
    setPage(0);
    FieldForm* form = data_->forms().front();
    form->refuse("dataset.clips", data_->problem());
    form->focusField("dataset.clips");
    return true;
  }
  for (FieldForm* form : forms()) {
    if (const std::string wrong = form->firstWrong(); !wrong.empty()) {
      setPage(pageOf(form));
      form->focusField(wrong);
      return true;
    }
  }
  return false;
}

bool NewSearchDialog::showRefusal(const Error& error) {
  const QString message = QString::fromStdString(error.message);
  const QString where = QString::fromStdString(error.where);
  const bool isFolder = error.where == "--out" || runFolders(draft()).contains(where);
  if (isFolder) return budget_->placeForm()->refuse("place.name", message);
  if (error.where == "--after" || (!where.isEmpty() && where == draft().after)) {
    return budget_->placeForm()->refuse("start.after", message);
  }
  const auto path = schema_.fieldOf(error.where);
  for (FieldForm* form : forms()) {
    const std::string field = path && form->has(*path) ? *path : form->fieldTyped(where);
    if (!field.empty() && form->refuse(field, message)) {
      markTabs();
      return true;
    }
  }
  return false;
}

std::filesystem::path NewSearchDialog::awaited() const {
  // A run that waits for another makes its folder only then.
  const SearchDraft now = draft();
  return now.after.isEmpty() ? std::filesystem::path(runFolders(now).front().toStdString())
                             : std::filesystem::path();
}

void NewSearchDialog::onStarted() {
  data_->rememberClips();
  const SearchDraft now = draft();
  const QString folder = runFolders(now).front();
  if (now.after.isEmpty()) {
    Q_EMIT started(folder);
  } else {
    Q_EMIT queued(folder, now.after);
  }
  // The next search gets a name of its own.
  FieldRow* name = budget_->placeForm()->row("place.name");
  name->editor().setValue(name->editor().base());
}

void NewSearchDialog::showEvent(QShowEvent* event) {
  EngineDialog::showEvent(event);
  askMachine();
  onEdited();
}

void NewSearchDialog::hideEvent(QHideEvent* event) {
  EngineDialog::hideEvent(event);
  plan_->stop();
}

void NewSearchDialog::askMachine() {
  if (isMachineKnown_ || !engine().isFound()) return;
  isMachineKnown_ = true;
  engine().ask({u"doctor"_s}, this, [this](const Result<nlohmann::json>& doctor) {
    if (!doctor) {
      isMachineKnown_ = false;
      return;
    }
    const nlohmann::json memory = valueAt(*doctor, "machine.memory_bytes");
    memory_ = memory.is_number() ? memory.get<double>() : 0;
    budget_->setMachine(*doctor);
    showPlan();
  });
}

void NewSearchDialog::prefill(const nlohmann::json& configuration) {
  data_->fill(configuration, {});
  onPreset();
  space_->form()->fill(configuration);
  budget_->form()->fill(configuration);
  budget_->moreForm()->fill(configuration);
  setPage(0);
}

void NewSearchDialog::setClips(const QString& path) {
  data_->setClips(path);
  setPage(0);
}

void NewSearchDialog::setKnownRuns(const QStringList& runs) { budget_->setKnownRuns(runs); }

void NewSearchDialog::setAfter(const QString& run) { budget_->setAfter(run); }

void NewSearchDialog::reset() {
  const std::string preset = "tasks";
  data_->fill(schema_.defaults(preset), preset);
  onPreset();
  space_->form()->fill(nlohmann::json::object());
  budget_->form()->fill(nlohmann::json::object());
  budget_->moreForm()->fill(nlohmann::json::object());
  budget_->placeForm()->fill(nlohmann::json::object());
  setPage(0);
}

}  // namespace attelier::ui
