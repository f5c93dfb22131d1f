#include "ui/window/run_control.h"

#include "engine/run/phase.h"
#include "ui/dialogs/run_place.h"
#include "ui/dialogs/search_draft.h"
#include "ui/engine/engine_program.h"

#include <QApplication>
#include <QClipboard>
#include <QDesktopServices>
#include <QMessageBox>
#include <QPushButton>
#include <QUrl>

#include <csignal>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {

namespace {

QString pathText(const std::filesystem::path& path) {
  return QString::fromStdString(path.string());
}

std::int64_t nearestEpoch(const RunView& view, std::int64_t step, int direction) {
  const auto& status = view.status;
  const double perEpoch =
      status.epoch > 0 ? static_cast<double>(status.step) / static_cast<double>(status.epoch)
                       : static_cast<double>(std::max<std::int64_t>(status.stepsPlanned, 20)) / 20;
  return std::clamp<std::int64_t>(
      step + static_cast<std::int64_t>(direction * std::max(1.0, perEpoch)), 0, status.step);
}

}  // namespace

RunControl::RunControl(Workspace& workspace, Actions& actions, QWidget* window)
    : QObject(window), workspace_(workspace), actions_(actions), window_(window) {
  using run::CommandKind;
  const auto command = [this](const QString& name, CommandKind kind, const QString& done) {
    actions_.onTriggered(name, this,
                         [this, kind, done] { issue(kind, nlohmann::json::object(), done); });
  };
  command(u"run.pause"_s, CommandKind::Pause, tr("Paused; the model stays ready."));
  command(u"run.step"_s, CommandKind::Step, tr("One step made."));
  command(u"run.finish"_s, CommandKind::Finish, tr("Finishing: last validation and checkpoint."));
  command(u"run.checkpoint"_s, CommandKind::Checkpoint, tr("Checkpoint written."));
  command(u"run.discard"_s, CommandKind::Discard,
          tr("Discarded. The folder stays until it is deleted."));
  actions_.onTriggered(u"run.resume"_s, this, [this] { resume(); });
  actions_.onTriggered(u"run.demo"_s, this, [this] { startDemo(); });
  actions_.onTriggered(u"run.pin"_s, this, [this] { pin(); });
  actions_.onTriggered(u"run.unpin"_s, this, [this] {
    workspace_.edit(tr("End the comparison"), [](Choices& choices) {
      choices.pinnedStep.reset();
      choices.showDifference = false;
      choices.overlay.compareWith = CompareWith::Nothing;
    });
  });
  actions_.onTriggered(u"run.end_engine"_s, this, [this] { endEngine(); });
  actions_.onTriggered(u"run.open_log"_s, this, [this] {
    QDesktopServices::openUrl(QUrl::fromLocalFile(pathText(workspace_.path() / "engine.log")));
  });
  actions_.onTriggered(u"run.copy_report"_s, this, [this] {
    QApplication::clipboard()->setText(report());
    Q_EMIT said(tr("The report is in the clipboard."));
  });
  actions_.onTriggered(u"run.copy_command"_s, this, [this] {
    if (!workspace_.shown().run) return;
    QStringList words;
    for (const auto& word : workspace_.shown().run->info.commandLine)
      words << QString::fromStdString(word);
    if (words.isEmpty()) return;
    QApplication::clipboard()->setText(EngineProgram::commandLine(words.front(), words.mid(1)));
    Q_EMIT said(tr("The command line is in the clipboard."));
  });
  actions_.onTriggered(u"view.live"_s, this, [this] { workspace_.goLive(); });
  actions_.onTriggered(u"view.first"_s, this, [this] {
    const auto& run = workspace_.shown().run;
    if (run && run->history && !run->history->records.empty()) {
      workspace_.goTo(run->history->records.front().step);
    } else {
      workspace_.goTo(0);
    }
  });
  for (const auto& [name, direction] :
       {std::pair{u"view.earlier"_s, -1}, std::pair{u"view.later"_s, 1}}) {
    actions_.onTriggered(name, this, [this, direction = direction] {
      const auto& shown = workspace_.shown();
      if (!shown.run) return;
      const std::int64_t step =
          nearestEpoch(*shown.run, std::max<std::int64_t>(shown.step(), 0), direction);
      step >= shown.run->status.step ? workspace_.goLive() : workspace_.goTo(step);
    });
  }
  connect(&workspace_, &Workspace::changed, this, &RunControl::allowActions);
  allowActions();
}

void RunControl::allowActions() {
  using run::PhaseAction;
  const RunView* view = workspace_.shown().run.get();
  const bool isOpen = view != nullptr;
  const bool canStart = workspace_.engine().isFound();
  const QString noRun = tr("no run is open");
  const QString noEngine = tr("attelier-engine was not found beside this program");
  const QString viewerOnly = tr("this run is open for viewing only");
  const run::Phase phase = isOpen ? view->status.phase : run::Phase::Preparing;
  const QString phaseText =
      isOpen ? tr("the run is %1").arg(QString::fromLatin1(run::phaseName(phase))) : noRun;
  const auto reason = [&](const QString& otherwise) {
    return !isOpen ? noRun : !view->isWritable ? viewerOnly : otherwise;
  };
  const bool isControlled = isOpen && view->isWritable && view->hasEngine;
  const auto allowCommand = [&](const QString& name, PhaseAction action) {
    actions_.allow(name, isControlled && run::allows(phase, action), reason(phaseText));
  };
  allowCommand(u"run.pause"_s, PhaseAction::Pause);
  allowCommand(u"run.step"_s, PhaseAction::Step);
  allowCommand(u"run.finish"_s, PhaseAction::Finish);
  const bool isEnded = phase == run::Phase::Finished || phase == run::Phase::Failed ||
                       phase == run::Phase::Interrupted || phase == run::Phase::Discarded;
  actions_.allow(u"run.discard"_s, isControlled && run::allows(phase, PhaseAction::Discard),
                 reason(phaseText));
  const bool canContinue = isControlled && run::allows(phase, PhaseAction::Continue);
  const bool canResume =
      isOpen && view->isWritable && canStart && run::allows(phase, PhaseAction::Resume);
  actions_.allow(u"run.resume"_s, canContinue || canResume,
                 reason(canStart ? phaseText : noEngine));
  actions_.allow(u"run.resume_with"_s, canResume, reason(phaseText));
  actions_.allow(u"run.extend"_s,
                 isOpen && view->isWritable && canStart && run::allows(phase, PhaseAction::Extend),
                 reason(phaseText));
  actions_.allow(u"run.checkpoint"_s, isControlled && !isEnded, reason(phaseText));
  actions_.allow(u"run.pin"_s, isOpen && workspace_.shown().step() >= 0, noRun);
  actions_.allow(u"run.unpin"_s, workspace_.shown().choices.pinnedStep.has_value(),
                 tr("nothing is compared"));
  actions_.allow(u"run.evaluate"_s, isOpen && isSearch(*view) && view->isWritable && canStart,
                 !canStart ? noEngine : reason(tr("an evaluation has no supergraph")));
  actions_.allow(u"run.again"_s, isOpen, noRun);
  actions_.allow(u"run.end_engine"_s, isControlled && view->heartbeatAge > 0,
                 reason(tr("the engine answers")));
  actions_.allow(u"run.open_log"_s, isOpen && !view->isSnapshot, noRun);
  actions_.allow(u"run.copy_report"_s, isOpen, noRun);
  actions_.allow(u"run.copy_command"_s, isOpen && !view->info.commandLine.empty(), noRun);
  actions_.allow(u"run.demo"_s, canStart, noEngine);
  actions_.allow(u"file.new"_s, canStart, noEngine);
  actions_.allow(u"file.close"_s, isOpen || workspace_.shown().state.kind == StateKind::Loading,
                 noRun);
  actions_.allow(u"file.share"_s, isOpen && !view->isSnapshot && canStart, noRun);
  for (const auto& name : {u"view.live"_s, u"view.first"_s, u"view.earlier"_s, u"view.later"_s,
                           u"analyse.difference"_s, u"analyse.table"_s, u"analyse.health"_s}) {
    actions_.allow(name, isOpen, noRun);
  }
}

void RunControl::issue(run::CommandKind kind, const nlohmann::json& arguments,
                       const QString& done) {
  workspace_.command(kind, arguments, "control", this, [this, done](const CommandResult& result) {
    Q_EMIT said(result ? done : QString::fromStdString(describe(result.error())));
  });
}

void RunControl::resume() {
  const RunView* view = workspace_.shown().run.get();
  if (view == nullptr) return;
  if (view->status.phase == run::Phase::Paused && view->hasEngine) {
    issue(run::CommandKind::Resume, nlohmann::json::object(), tr("Going on."));
    return;
  }
  workspace_.engine().startDetached(
      {u"resume"_s, pathText(view->path)}, view->path, this, [this](const Status& status) {
        Q_EMIT said(status ? tr("The run goes on from its last checkpoint.")
                           : QString::fromStdString(describe(status.error())));
      });
}

void RunControl::pin() {
  const std::int64_t step = workspace_.shown().step();
  const RunView* view = workspace_.shown().run.get();
  workspace_.edit(tr("Compare with step %1").arg(step), [&](Choices& choices) {
    choices.pinnedStep = PinnedStep{.run = {}, .step = step};
  });
  // So that thinning does not take its records away; a viewer alone compares all the same.
  if (view != nullptr && view->hasEngine && view->isWritable) {
    workspace_.command(run::CommandKind::Pin, {{"step", step}}, {}, this,
                       [this](const CommandResult& result) {
                         if (!result) Q_EMIT said(QString::fromStdString(describe(result.error())));
                       });
  }
}

void RunControl::endEngine() {
  const RunView* view = workspace_.shown().run.get();
  if (view == nullptr) return;
  auto* question = new QMessageBox(QMessageBox::Warning, tr("End the engine"),
                                   tr("Process %1 has been silent for %2 seconds. End it? Steps "
                                      "since the last checkpoint are computed again "
                                      "when the run is resumed.")
                                       .arg(view->holder.pid)
                                       .arg(view->heartbeatAge, 0, 'f', 0),
                                   QMessageBox::Cancel, window_);
  question->setAttribute(Qt::WA_DeleteOnClose);
  auto* end = question->addButton(tr("&End it"), QMessageBox::DestructiveRole);
  connect(end, &QPushButton::clicked, this, [this, lock = view->path / "engine.lock"] {
    const Status status = run::signalHolder(lock, SIGKILL);
    Q_EMIT said(status ? tr("The engine was ended.")
                       : QString::fromStdString(describe(status.error())));
  });
  question->open();
}

void RunControl::start(const QStringList& arguments, const std::filesystem::path& folder) {
  Q_EMIT said(tr("Starting the engine…"));
  workspace_.engine().startDetached(arguments, folder, this, [this, folder](const Status& status) {
    if (status) {
      workspace_.open(folder);
      return;
    }
    auto* message = new QMessageBox(QMessageBox::Warning, tr("The search did not start"),
                                    QString::fromStdString(describe(status.error())),
                                    QMessageBox::Close, window_);
    message->setAttribute(Qt::WA_DeleteOnClose);
    message->open();
  });
}

void RunControl::startDemo() {
  const QString runs = defaultRunsFolder();
  const QString folder = runFolder(runs, newRunName(runs, u"demo"_s));
  start(demoArguments(folder), folder.toStdString());
}

QString RunControl::report() const {
  const RunView* view = workspace_.shown().run.get();
  if (view == nullptr) return {};
  QStringList lines;
  lines << tr("Run: %1").arg(pathText(view->path))
        << tr("Phase: %1, step %2 of %3")
               .arg(QString::fromLatin1(run::phaseName(view->status.phase)))
               .arg(view->status.step)
               .arg(view->status.stepsPlanned)
        << tr("Message: %1").arg(QString::fromStdString(view->status.message))
        << tr("Device: %1").arg(QString::fromStdString(view->status.device))
        << tr("Versions: %1").arg(QString::fromStdString(view->info.versions.dump()))
        << tr("Configuration: %1").arg(QString::fromStdString(view->configuration->dump()));
  const auto& events = *view->events;
  const std::size_t first = events.size() > 20 ? events.size() - 20 : 0;
  for (std::size_t i = first; i < events.size(); ++i) {
    lines << u"%1 %2: %3"_s.arg(events[i].step)
                 .arg(QString::fromStdString(events[i].kind),
                      QString::fromStdString(events[i].text));
  }
  return lines.join(u'\n');
}

}  // namespace attelier::ui
