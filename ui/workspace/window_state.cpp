#include "ui/workspace/window_state.h"

#include "engine/run/phase.h"

#include <QCoreApplication>
#include <QLocale>

#include <algorithm>
#include <cmath>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {

namespace {

constexpr double kSilentSeconds = 3;
constexpr double kSlowSeconds = 10;
constexpr double kSlowMedians = 10;
constexpr double kLittleDisk = 2e9;

QString tr(const char* text) {
  return QCoreApplication::translate("attelier::ui::WindowState", text);
}

QString number(std::int64_t value) { return QLocale().toString(static_cast<qlonglong>(value)); }

QString secondsText(double seconds) {
  if (seconds < 90) return tr("%1 s").arg(QLocale().toString(seconds, 'f', 0));
  if (seconds < 5400) return tr("%1 min").arg(QLocale().toString(seconds / 60, 'f', 0));
  return tr("%1 h").arg(QLocale().toString(seconds / 3600, 'f', 1));
}

// What a person loses at worst when the run is taken up again.
QString safeText(const RunView& view) {
  if (view.checkpoints->empty()) return tr("There is no checkpoint yet: resuming begins anew.");
  const auto& last =
      *std::max_element(view.checkpoints->begin(), view.checkpoints->end(),
                        [](const auto& a, const auto& b) { return a.step < b.step; });
  return tr("Safe is everything up to the checkpoint of step %1.").arg(number(last.step));
}

QString stageText(const std::string& stage) {
  if (stage == "warm-up") return tr("Warm-up: connection weights still rest");
  if (stage == "joint") return tr("Searching: network and connection weights train together");
  if (stage == "sharpening") return tr("Sharpening: undecided choices are being forced");
  if (stage == "validating") return tr("Validating on the select split");
  if (stage == "training") return tr("Training the cell with fresh weights");
  return tr("Running");
}

QStringList controlActions(const RunView& view, QStringList actions) {
  if (!view.isWritable) actions.clear();
  return actions;
}

// How long the rest takes at the pace of the last seconds; empty while that is not known.
QString remainingText(const RunView& view) {
  const auto left = view.status.stepsPlanned - view.status.step;
  if (view.stepsPerSecond <= 0 || left <= 0) return {};
  const double seconds = static_cast<double>(left) / view.stepsPerSecond;
  return tr("about %1 to %2 left").arg(secondsText(0.85 * seconds), secondsText(1.25 * seconds));
}

WindowState runningState(const RunView& view, const StateInputs& inputs) {
  const auto& status = view.status;
  if (view.hasEngine && view.heartbeatAge >= kSilentSeconds) {
    return {
        StateKind::Silent, Severity::Bad,
        tr("The engine has been silent for %1").arg(secondsText(view.heartbeatAge)),
        tr("Process %1 on %2 holds the run but gives no sign of life: it is stopped or hangs. %3")
            .arg(number(view.holder.pid), QString::fromStdString(view.holder.host), safeText(view)),
        controlActions(view, {u"run.end_engine"_s, u"run.open_log"_s})};
  }
  if (status.phase == run::Phase::Preparing ||
      (status.phase == run::Phase::Running && status.step == 0)) {
    return {StateKind::WarmingUp, Severity::Information, tr("Warming up"),
            status.message.empty()
                ? tr("Clips and network are being made ready; the first step can take "
                     "more than ten seconds.")
                : QString::fromStdString(status.message),
            controlActions(view, {u"run.discard"_s})};
  }
  const double slow = std::max(kSlowSeconds, kSlowMedians * view.medianStepSeconds);
  if (status.phase == run::Phase::Running && status.stage != "validating" && view.stepAge > slow) {
    return {
        StateKind::SlowStep, Severity::Warning,
        tr("Step %1 has taken %2 so far").arg(number(status.step + 1), secondsText(view.stepAge)),
        tr("Steps took %1 s before. The engine lives; other programs may hold the machine.")
            .arg(QLocale().toString(view.medianStepSeconds, 'g', 2)),
        controlActions(view, {u"run.pause"_s})};
  }
  if (inputs.isPausing && status.phase == run::Phase::Running) {
    return {
        StateKind::Pausing, Severity::Information, tr("Pausing"), tr("Finishing the step…"), {}};
  }
  if (status.phase == run::Phase::Paused) {
    QString held;
    if (!view.resources->empty()) {
      const auto& last = view.resources->back();
      const double bytes = std::isnan(last.deviceReserved) ? last.hostBytes : last.deviceReserved;
      if (!std::isnan(bytes)) {
        held = tr("%1 of memory stay held so that it goes on at once. ")
                   .arg(QLocale().formattedDataSize(static_cast<qint64>(bytes)));
      }
    }
    return {StateKind::Paused, Severity::Information,
            tr("Paused at step %1").arg(number(status.step)),
            held + tr("Everything can be looked at and asked."),
            controlActions(view, {u"run.resume"_s, u"run.step"_s, u"run.finish"_s})};
  }
  if (status.phase == run::Phase::Finishing) {
    return {StateKind::Finishing,
            Severity::Information,
            tr("Finishing"),
            tr("Last validation and checkpoint…"),
            {}};
  }
  if (!view.problem.empty()) {
    return {StateKind::Degraded,
            Severity::Warning,
            tr("The run can't be read just now"),
            tr("%1. What is shown is from before; reading goes on.")
                .arg(QString::fromStdString(view.problem)),
            {}};
  }
  if (inputs.freeDiskBytes >= 0 && inputs.freeDiskBytes < kLittleDisk) {
    return {StateKind::Degraded, Severity::Warning,
            tr("Only %1 of disk space are left")
                .arg(QLocale().formattedDataSize(static_cast<qint64>(inputs.freeDiskBytes))),
            tr("The search stops safely when the disk is full; make room, or finish early."),
            controlActions(view, {u"run.finish"_s})};
  }
  return {StateKind::Running, Severity::Good, stageText(status.stage), remainingText(view),
          controlActions(view, {u"run.pause"_s})};
}

WindowState endedState(const RunView& view) {
  const auto& status = view.status;
  const QString message = QString::fromStdString(status.message);
  switch (status.phase) {
    case run::Phase::Failed:
      return {
          StateKind::Error, Severity::Bad,
          tr("Stopped at step %1 by an error").arg(number(status.step)),
          tr("%1. %2").arg(message.isEmpty() ? tr("The engine gave no reason") : message,
                           safeText(view)),
          controlActions(view, {u"run.resume_with"_s, u"run.open_log"_s, u"run.copy_report"_s})};
    case run::Phase::Interrupted:
      return {StateKind::Interrupted, Severity::Warning,
              tr("Stopped at step %1 of %2").arg(number(status.step), number(status.stepsPlanned)),
              tr("%1 %2").arg(
                  message.isEmpty()
                      ? tr("Its engine ended: killed, out of memory, or the machine went down.")
                      : message + u'.',
                  safeText(view)),
              controlActions(view, {u"run.resume"_s, u"run.resume_with"_s, u"run.discard"_s})};
    case run::Phase::Discarded:
      return {StateKind::Discarded,
              Severity::Quiet,
              tr("Discarded at step %1").arg(number(status.step)),
              tr("It can be looked at, and deleted in the list of runs."),
              {}};
    default:
      break;
  }
  const auto best = pointAt(view, "select/top1", INT64_MAX);
  return {
      StateKind::Finished, Severity::Good, tr("Finished at step %1").arg(number(status.step)),
      best ? tr("select top-1 %1 at the end").arg(QLocale().toString(*best, 'f', 3)) : QString(),
      controlActions(view, isSearch(view) ? QStringList{u"run.evaluate"_s, u"run.extend"_s}
                                          : QStringList{u"run.extend"_s})};
}

}  // namespace

WindowState windowState(const RunView* view, const Choices& choices, const StateInputs& inputs) {
  if (inputs.isLoading) {
    return {StateKind::Loading,
            Severity::Information,
            tr("Opening %1").arg(inputs.loadingName),
            {},
            {u"file.close"_s}};
  }
  if (view == nullptr) {
    if (!inputs.openProblem.isEmpty()) {
      return {StateKind::Empty,
              Severity::Bad,
              tr("The run could not be opened"),
              inputs.openProblem,
              {u"file.open"_s}};
    }
    return {StateKind::Empty,
            Severity::Quiet,
            tr("No run is open"),
            inputs.hasEngineProgram ? tr("Try the demo (about half a minute, no download), search "
                                         "on your own clips, or open a run.")
                                    : tr("attelier-engine was not found beside this program: runs "
                                         "can be opened, not started."),
            {u"run.demo"_s, u"file.new"_s, u"file.open"_s}};
  }
  const bool isAlive =
      view->status.phase == run::Phase::Preparing || view->status.phase == run::Phase::Running ||
      view->status.phase == run::Phase::Paused || view->status.phase == run::Phase::Finishing;
  WindowState state = isAlive ? runningState(*view, inputs) : endedState(*view);
  // Looking back must stay visible, but a run in trouble is told first.
  if (choices.step && state.severity != Severity::Bad && state.kind != StateKind::Interrupted) {
    return {StateKind::ScrubbedBack,
            Severity::Warning,
            tr("Viewing step %1").arg(number(*choices.step)),
            view->status.phase == run::Phase::Paused
                ? tr("The search is paused at step %1.").arg(number(view->status.step))
            : isAlive ? tr("The search is at step %1 and goes on.").arg(number(view->status.step))
                      : tr("The run ended at step %1.").arg(number(view->status.step)),
            {u"view.live"_s}};
  }
  if (!view->isWritable && !isAlive) {
    state.kind = StateKind::ViewerOnly;
    state.detail = tr("%1 Opened for viewing only: %2")
                       .arg(state.detail, view->isSnapshot ? tr("it is a shared file.")
                                                           : tr("its folder can't be written."))
                       .trimmed();
  }
  return state;
}

QString stateName(StateKind kind) {
  switch (kind) {
    case StateKind::Empty:
      return u"empty"_s;
    case StateKind::Loading:
      return u"loading"_s;
    case StateKind::WarmingUp:
      return u"warming-up"_s;
    case StateKind::Running:
      return u"running"_s;
    case StateKind::ScrubbedBack:
      return u"scrubbed-back"_s;
    case StateKind::Pausing:
      return u"pausing"_s;
    case StateKind::Paused:
      return u"paused"_s;
    case StateKind::Finishing:
      return u"finishing"_s;
    case StateKind::Degraded:
      return u"degraded"_s;
    case StateKind::SlowStep:
      return u"slow-step"_s;
    case StateKind::Silent:
      return u"silent"_s;
    case StateKind::Error:
      return u"error"_s;
    case StateKind::Interrupted:
      return u"interrupted"_s;
    case StateKind::Finished:
      return u"finished"_s;
    case StateKind::Discarded:
      return u"discarded"_s;
    case StateKind::ViewerOnly:
      return u"viewer-only"_s;
  }
  return {};
}

}  // namespace attelier::ui
