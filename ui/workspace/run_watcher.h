#pragma once

#include "engine/run/commands.h"
#include "ui/workspace/run_view.h"

#include <QObject>

#include <memory>

namespace attelier::ui {

/// What of a run is to be read. The newest counts; what was wanted before and not yet read is
/// forgotten.
struct Wanted {
  std::optional<std::int64_t> step;  ///< nothing: live
  std::int64_t place = 0;
  std::int64_t probe = 0;
  std::vector<AttentionKey> attention;
  std::optional<std::int64_t> pinnedStep;
  std::optional<run::StepRange> finerCurves;  ///< range at which the curves are wanted in detail
  bool operator==(const Wanted&) const = default;
};

/// How often the folder is looked at.
enum class Pace { Active, Unfocused, Minimised };

/// How a command ended: done with an answer, or an error to show.
using CommandResult = Result<nlohmann::json>;

/// Follows one run: a thread of its own polls the folder and hands over immutable views, newest
/// wins.
///
/// Threads: all functions are for the thread that made it; they never wait for a disk. Readings
/// that cost t are not repeated within 50 t, so a big run costs no more than a small one.
class RunWatcher : public QObject {
  Q_OBJECT
 public:
  /// Begins at once. `perSecond` is the most readings in Pace::Active.
  explicit RunWatcher(std::filesystem::path run, double perSecond = 10, QObject* parent = nullptr);
  ~RunWatcher() override;

  const std::filesystem::path& path() const;
  void want(Wanted wanted);
  void setPace(Pace pace);
  void setReadingsPerSecond(double perSecond);

  /// Stores a command for the engine and calls back once, when it has ended (or `timeout` is over,
  /// or no engine is there). The callback is not called after `context` or the watcher is gone.
  void command(run::CommandKind kind, const nlohmann::json& arguments, const std::string& slot,
               QObject* context, std::function<void(const CommandResult&)> callback);

  /// Forgets the answers waited for in a slot; the engine may still give them.
  void cancel(const std::string& slot);

  /// Reads soon, without waiting for the next turn.
  void wake();

 Q_SIGNALS:
  /// A reading gave something new. Emitted in the watcher's thread affinity; never more than one
  /// waits.
  void viewed(const std::shared_ptr<const attelier::ui::RunView>& view);
  /// The run can't be opened. Nothing else follows.
  void failed(const attelier::Error& error);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace attelier::ui

Q_DECLARE_METATYPE(std::shared_ptr<const attelier::ui::RunView>)
