#pragma once

#include "engine/space/cost.h"
#include "ui/workspace/choices.h"
#include "ui/workspace/run_watcher.h"
#include "ui/workspace/window_state.h"

#include <QObject>
#include <QUndoStack>

#include <functional>
#include <map>
#include <memory>

namespace attelier::ui {

class EngineProgram;

/// The cell that the chosen weights and derivation give, with what follows from it.
struct DerivedCell {
  space::Derivation derivation;
  space::CellCost cost;  ///< at the chosen place, of one clip
  /// First stored step since which the architecture is the same; -1 while that is being found out.
  std::int64_t sameSince = -1;
};

/// Since when a derivation has given the same architecture.
struct SameSince {
  std::string architecture;  ///< space::architectureId
  space::DerivationOptions options{};
  space::OperationSettings settings{};
  std::int64_t since = -1;      ///< -1: not known
  std::int64_t checkedTo = -1;  ///< the step up to which it was looked at
};

/// Everything that all panes show at one time. A value of shared parts: cheap to copy.
struct Shown {
  std::shared_ptr<const RunView> run;  ///< null while no run is open
  Choices choices;
  WindowState state;
  std::shared_ptr<const DerivedCell> derived;  ///< null where there are no weights or it can't be
  QString derivationProblem;                   ///< why not
  std::shared_ptr<const Moment> pinned;  ///< moment of the pinned step, of this or another run
  QString pinnedName;                    ///< "step 480" or "step 480 of match-2"

  const Moment* moment() const { return run ? run->moment.get() : nullptr; }
  /// The step that every pane shows; -1 without a run.
  std::int64_t step() const { return moment() != nullptr ? moment()->step : -1; }
};

/// The run that is open, what a person chose to see of it, and what follows from both.
///
/// Panes read `shown()` when `changed` is emitted and change `choices` by `edit`; nothing else
/// passes between them. Threads: the window's.
class Workspace : public QObject {
  Q_OBJECT
 public:
  explicit Workspace(EngineProgram& engine, QObject* parent = nullptr);
  ~Workspace() override;

  const Shown& shown() const { return shown_; }
  EngineProgram& engine() { return engine_; }
  QUndoStack& undoStack() { return undo_; }

  /// Opens a run folder or snapshot instead of what is open; `failed` tells why not.
  void open(const std::filesystem::path& run);
  void close();
  std::filesystem::path path() const;

  /// Changes the choices, undoably under the name `what` ("Keep 4 nodes"). Edits of the same `what`
  /// within a second are one step of undo.
  void edit(const QString& what, const std::function<void(Choices&)>& change);
  /// As `edit` for what nobody would undo: the time cursor, hovering.
  void look(const std::function<void(Choices&)>& change);
  void goTo(std::int64_t step);  ///< the cursor of all panes
  void goLive();

  /// Attention records beside the chosen node's that a pane needs, by pane; empty to need none.
  void wantAttention(const QObject* pane, std::vector<AttentionKey> keys);
  void wantCurves(std::optional<run::StepRange> range);

  /// Asks the engine; see RunWatcher::command. Without a run the callback gets an error at once.
  void command(run::CommandKind kind, const nlohmann::json& arguments, const std::string& slot,
               QObject* context, std::function<void(const CommandResult&)> callback);
  void cancel(const std::string& slot);

  void setPace(Pace pace);
  void setReadingsPerSecond(double perSecond);

 Q_SIGNALS:
  void changed();  ///< `shown()` is new
  void opened(const QString& path);
  void failed(const QString& path, const QString& why);
  /// A sentence for the status bar.
  void said(const QString& sentence);

 private:
  class ChoicesEdit;

  void apply(const Choices& choices);
  void rewant();
  void refresh();
  void onViewed(const std::shared_ptr<const RunView>& view);
  void followPinnedRun();
  void preselect(const RunView& view);
  void derive();
  void searchSameSince(SameSince wanted, std::int64_t step);
  void takeSameSince();

  EngineProgram& engine_;
  QUndoStack undo_;
  Shown shown_;
  StateInputs inputs_;
  std::unique_ptr<RunWatcher> watcher_;
  std::unique_ptr<RunWatcher> pinnedWatcher_;
  std::map<const QObject*, std::vector<AttentionKey>> wantedByPane_;
  std::optional<run::StepRange> wantedCurves_;
  // What `shown_.derived` was made from.
  std::shared_ptr<const StepWeights> derivedFrom_;
  space::DerivationOptions derivedBy_;
  std::int64_t derivedAt_ = -1;
  std::shared_ptr<const WeightsHistory> derivedHistory_;
  SameSince sameSince_;
  bool isSearchingSameSince_ = false;
  Pace pace_ = Pace::Active;
  double readingsPerSecond_ = 10;
};

}  // namespace attelier::ui
