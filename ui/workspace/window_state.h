#pragma once

#include "ui/workspace/choices.h"
#include "ui/workspace/run_view.h"

#include <QObject>
#include <QString>
#include <QStringList>

namespace attelier::ui {

/// What the window is in, as a person would say it. One frame around the panes draws them all.
enum class StateKind {
  Empty,      ///< no run is open
  Loading,    ///< a run is being opened
  WarmingUp,  ///< the engine makes data and model ready, or has not finished its first step
  Running,
  ScrubbedBack,  ///< an earlier step is looked at; the search goes on or is over
  Pausing,       ///< asked for, not yet reached
  Paused,
  Finishing,
  Degraded,     ///< rows were dropped, little disk space, or the reading failed
  SlowStep,     ///< a step takes longer than 10 s and 10 medians
  Silent,       ///< the engine's heartbeat has stood still for 3 s: stopped or hung
  Error,        ///< the run failed
  Interrupted,  ///< its engine is gone; can be resumed
  Finished,
  Discarded,
  ViewerOnly  ///< a snapshot or a folder that can't be written: everything but control works
};

enum class Severity { Quiet, Information, Good, Warning, Bad };

/// The state with its words. `actions` are names of the window's actions that help here, the first
/// one the most likely ("run.resume").
struct WindowState {
  StateKind kind = StateKind::Empty;
  Severity severity = Severity::Quiet;
  QString headline;
  QString detail;
  QStringList actions;
  bool operator==(const WindowState&) const = default;
};

/// What the model of the window knows beside the run.
struct StateInputs {
  bool isLoading = false;
  QString loadingName;
  bool isPausing = false;  ///< a pause was asked for and not answered yet
  QString openProblem;     ///< why the last run could not be opened
  double freeDiskBytes = -1;
  bool hasEngineProgram = true;
};

/// The state of a run as shown; pure. `view` is null while no run is open.
WindowState windowState(const RunView* view, const Choices& choices, const StateInputs& inputs);

/// Name of a kind in tests and object names ("running").
QString stateName(StateKind kind);

}  // namespace attelier::ui
