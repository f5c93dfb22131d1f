#pragma once

#include "ui/runs/run_entry.h"
#include "ui/runs/run_trash.h"

#include <QObject>
#include <QStringList>

#include <filesystem>
#include <functional>
#include <memory>
#include <set>
#include <vector>

namespace attelier::ui {

/// The runs that there are: those of the runs folder with their evaluations, and those that were
/// opened elsewhere and are remembered.
///
/// Threads: all functions are for the thread that made it and never wait for a disk; a thread of
/// its own reads, and reads again only what changed. Callbacks come in the caller's thread and not
/// after `context` is gone.
class RunCatalogue : public QObject {
  Q_OBJECT
 public:
  /// $XDG_DATA_HOME/attelier/runs, or below ~/.local/share.
  static std::filesystem::path defaultFolder();

  /// Reads nothing before it is watched or refreshed. Remembered runs are kept in QSettings.
  explicit RunCatalogue(std::filesystem::path folder = defaultFolder(), QObject* parent = nullptr);
  ~RunCatalogue() override;

  const std::filesystem::path& folder() const;
  /// The newest first. Evaluations lie in their search; those without one stand beside.
  const std::vector<RunEntryPointer>& runs() const;
  /// The entry of a run or evaluation; null when it is not known.
  RunEntryPointer find(const std::filesystem::path& run) const;
  bool isRead() const;  ///< the first reading is over
  /// Why the runs folder can't be looked into; empty where it can or is not made yet.
  const QString& problem() const;

  /// Paths that were opened, the newest first, at most 20.
  QStringList recent() const;
  void remember(const std::filesystem::path& run);
  void forget(const std::filesystem::path& run);

  /// While somebody looks, the folders are looked at every two seconds; else not at all.
  void setWatched(const QObject* by, bool watched);
  void refresh();

  using NotesChange = std::function<void(run::UserNotes&)>;
  /// Changes user.json: reads it anew, so that nothing another window wrote is lost.
  void changeNotes(const std::filesystem::path& run, NotesChange change, QObject* context,
                   std::function<void(const Status&)> callback);
  /// Moves a run to the trash and forgets it. Errors: those of trashRun.
  void moveToTrash(const std::filesystem::path& run, QObject* context,
                   std::function<void(const Result<TrashedRun>&)> callback);
  void restore(const TrashedRun& run, QObject* context,
               std::function<void(const Status&)> callback);

 Q_SIGNALS:
  void changed();

 private:
  class Worker;
  void take(std::vector<RunEntryPointer> runs, bool complete, const QString& problem);

  std::filesystem::path folder_;
  std::vector<RunEntryPointer> runs_;
  bool isRead_ = false;
  std::set<const QObject*> watchers_;
  QString problem_;
  std::unique_ptr<Worker> worker_;
};

}  // namespace attelier::ui
