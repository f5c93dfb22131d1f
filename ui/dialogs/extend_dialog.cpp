#include "ui/dialogs/extend_dialog.h"

#include "engine/run/phase.h"
#include "ui/dialogs/field_form.h"
#include "ui/dialogs/field_row.h"
#include "ui/dialogs/field_texts.h"
#include "ui/dialogs/message_bar.h"
#include "ui/dialogs/plan_question.h"
#include "ui/engine/engine_program.h"

#include <QCoreApplication>
#include <QDir>
#include <QLocale>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {

namespace {

FieldInfo ownField(const char* name, const char* help, FieldType type,
                   nlohmann::json defaultValue) {
  FieldInfo info;
  info.group = "resume";
  info.name = name;
  info.help = help;
  info.type = type;
  info.elementType = type;
  info.defaultValue = std::move(defaultValue);
  return info;
}

RunSchema ownFields() {
  FieldInfo steps = ownField(
      "steps", QT_TRANSLATE_NOOP("RunField", "planned steps from the beginning of the run"),
      FieldType::Integer, 1);
  steps.unit = "steps";
  steps.minimum = 1;
  steps.maximum = 1e9;
  FieldInfo device =
      ownField("device", QT_TRANSLATE_NOOP("RunField", "instead of the recorded one"),
               FieldType::Choice, "auto");
  device.choices = {"auto", "cpu", "cuda"};
  return RunSchema(
      {{.name = "resume",
        .title = {},
        .fields = {
            steps, device,
            ownField("allow_changed_data",
                     QT_TRANSLATE_NOOP("RunField",
                                       "go on although clips have changed since the run began"),
                     FieldType::Boolean, false),
            ownField("clips_root",
                     QT_TRANSLATE_NOOP("RunField",
                                       "where the clips are, if not under the recorded folder"),
                     FieldType::Text, "")}}});
}

QString number(std::int64_t value) { return QLocale().toString(static_cast<qlonglong>(value)); }

/// The newest checkpoint, or null.
const run::CheckpointRow* newestCheckpoint(const RunView& view) {
  const auto& rows = *view.checkpoints;
  const auto newest = std::max_element(
      rows.begin(), rows.end(), [](const auto& a, const auto& b) { return a.step < b.step; });
  return newest == rows.end() ? nullptr : &*newest;
}

}  // namespace

ExtendDialog::ExtendDialog(EngineProgram& engine, QWidget* parent)
    : EngineDialog(engine, tr("Resume or extend"), tr("&Resume"), parent), own_(ownFields()) {
  setObjectName(u"extend"_s);
  state_ = new MessageBar(MessageBar::Look::Banner, this);
  state_->setObjectName(u"state"_s);
  safe_ = new MessageBar(MessageBar::Look::Line, this);
  safe_->setObjectName(u"safe"_s);
  body()->addWidget(state_);
  body()->addWidget(safe_);
  form_ = new FieldForm(own_,
                        {{.title = tr("Changes (none: exactly as it was)"),
                          .paths = {"resume.steps", "resume.device", "resume.allow_changed_data",
                                    "resume.clips_root"}}},
                        this);
  form_->row("resume.steps")->setCheck([this](const nlohmann::json& steps) {
    return checkSteps(steps);
  });
  form_->row("resume.clips_root")->setCheck([](const nlohmann::json& folder) -> Status {
    const QString path = valueText(folder);
    if (path.isEmpty() || QDir(path).exists()) return {};
    return fail(ErrorCode::NotFound, tr("there is no such folder").toStdString());
  });
  body()->addWidget(form_);
  outcome_ = new MessageBar(MessageBar::Look::Line, this);
  outcome_->setObjectName(u"outcome"_s);
  body()->addWidget(outcome_);
  body()->addStretch(1);
  addFooter();
  connect(form_, &FieldForm::edited, this, &ExtendDialog::onEdited);
  setRun(nullptr);
  resize(fontMetrics().averageCharWidth() * 112, fontMetrics().lineSpacing() * 24);
}

ExtendDialog::~ExtendDialog() = default;

void ExtendDialog::setRun(const std::shared_ptr<const RunView>& run) {
  const bool isSameRun = run && run_ && run->path == run_->path;
  run_ = run;
  if (run) {
    nlohmann::json base;
    setValueAt(base, "resume.steps", std::max<std::int64_t>(1, run->status.stepsPlanned));
    const nlohmann::json device = valueAt(*run->configuration, "compute.device");
    if (device.is_string()) setValueAt(base, "resume.device", device);
    form_->setBase(base);
    if (!isSameRun) form_->fill(nlohmann::json::object());
  }
  describe();
  onEdited();
}

Status ExtendDialog::checkSteps(const nlohmann::json& steps) const {
  if (!run_) return {};
  const auto asked = steps.get<std::int64_t>();
  const std::int64_t planned = run_->status.stepsPlanned;
  if (run_->status.phase == run::Phase::Finished && asked <= planned) {
    return fail(ErrorCode::InvalidArgument,
                tr("the run is finished at step %1; plan more than that")
                    .arg(number(planned))
                    .toStdString());
  }
  const run::CheckpointRow* checkpoint = newestCheckpoint(*run_);
  if (checkpoint != nullptr && asked < checkpoint->step) {
    return fail(ErrorCode::InvalidArgument, tr("the run is at step %1 already; plan at least that")
                                                .arg(number(checkpoint->step))
                                                .toStdString());
  }
  return {};
}

void ExtendDialog::describe() {
  if (!run_) {
    state_->say(Severity::Warning, tr("No run is open."));
    safe_->clear();
    return;
  }
  if (!run_->isWritable) {
    state_->say(
        Severity::Warning,
        tr("This run can only be looked at: it is a shared file, or its folder can't be written."));
    safe_->clear();
    return;
  }
  const QString step = number(run_->status.step);
  const QString planned = number(run_->status.stepsPlanned);
  const QString message = QString::fromStdString(run_->status.message);
  setStartText(tr("&Resume"));
  switch (run_->hasEngine ? run::Phase::Running : run_->status.phase) {
    case run::Phase::Finished:
      setStartText(tr("E&xtend"));
      state_->say(Severity::Good,
                  tr("The run has made all of its %1 steps. It goes on where it ended when "
                     "more are planned.")
                      .arg(planned));
      break;
    case run::Phase::Failed:
      state_->say(Severity::Bad,
                  tr("The run failed at step %1 of %2: %3").arg(step, planned, message));
      break;
    case run::Phase::Interrupted:
      state_->say(Severity::Warning,
                  tr("The run was interrupted at step %1 of %2.").arg(step, planned));
      break;
    case run::Phase::Discarded:
      state_->say(Severity::Bad, tr("The run was discarded; nothing leads out of that."));
      break;
    default:
      state_->say(Severity::Warning,
                  tr("An engine is at work on this run, at step %1 of %2.").arg(step, planned));
  }
  const run::CheckpointRow* checkpoint = newestCheckpoint(*run_);
  if (checkpoint == nullptr) {
    safe_->say(Severity::Warning,
               tr("There is no checkpoint yet: it begins anew, with the same seed."));
    return;
  }
  const double age = run::now() - checkpoint->time;
  const std::int64_t again = run_->status.step - checkpoint->step;
  safe_->say(Severity::Information,
             again > 0
                 ? tr("Safe: the checkpoint of step %1, %2 old. %3 steps after it are made again.")
                       .arg(number(checkpoint->step), aboutDuration(age), number(again))
                 : tr("Safe: the checkpoint of step %1, %2 old. No step is lost.")
                       .arg(number(checkpoint->step), aboutDuration(age)));
}

QStringList ExtendDialog::arguments() const {
  QStringList words{u"resume"_s};
  if (run_) words << QString::fromStdString(run_->path.string());
  return words << own_.arguments(form_->changes());
}

void ExtendDialog::onEdited() {
  if (outcome_ == nullptr || startButton() == nullptr) return;
  form_->row("resume.steps")->recheck();
  const nlohmann::json changes = form_->changes();
  if (!run_ || !form_->isValid()) {
    outcome_->clear();
  } else if (changes.empty()) {
    outcome_->say(Severity::Quiet,
                  tr("Without changes the run goes on exactly as if it had not stopped."));
  } else if (changes["resume"].contains("device")) {
    outcome_->say(
        Severity::Information,
        tr("Another device rounds otherwise: the run goes on, not bit for bit as it would have."));
  } else if (changes["resume"].contains("steps")) {
    outcome_->say(Severity::Information,
                  tr("The learning rate follows the new plan from where the run stands."));
  } else {
    outcome_->clear();
  }
  refresh();
}

bool ExtendDialog::canStart() const {
  if (!run_ || run_->hasEngine || !run_->isWritable) return false;
  const run::Phase phase = run_->status.phase;
  return run::allows(phase, run::PhaseAction::Resume) ||
         run::allows(phase, run::PhaseAction::Extend);
}

bool ExtendDialog::showProblem() {
  if (!run_) return true;
  if (const std::string wrong = form_->firstWrong(); !wrong.empty()) {
    form_->focusField(wrong);
    return true;
  }
  return false;
}

bool ExtendDialog::showRefusal(const Error& error) {
  const QString message = QString::fromStdString(error.message);
  const auto own = own_.fieldOf(error.where);
  return own && form_->refuse(*own, message);
}

std::filesystem::path ExtendDialog::awaited() const {
  return run_ ? run_->path : std::filesystem::path();
}

void ExtendDialog::onStarted() { Q_EMIT started(QString::fromStdString(run_->path.string())); }

}  // namespace attelier::ui
