#include "ui/runs/run_trash.h"

#include "engine/run/run_lock.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QStandardPaths>

namespace attelier::ui {

namespace {

struct TrashTexts {
  Q_DECLARE_TR_FUNCTIONS(RunTrash)
};

/// Who holds the run or an evaluation in it; nothing when nobody does.
Result<void> requireFree(const std::filesystem::path& run) {
  const auto check = [](const std::filesystem::path& folder) -> Status {
    ATTELIER_ASSIGN(const auto holder, run::lockHolder(folder / "engine.lock"));
    if (!holder) return {};
    const QString what =
        holder->host.empty() || holder->host == run::hostName()
            ? TrashTexts::tr("An engine (process %1) is at work in it. Finish or discard it first.")
                  .arg(holder->pid)
            : TrashTexts::tr("An engine on %1 is at work in it. Finish or discard it first.")
                  .arg(QString::fromStdString(holder->host));
    return fail(ErrorCode::Busy, what.toStdString(), folder.string());
  };
  ATTELIER_CHECKED(check(run));
  std::error_code error;
  for (std::filesystem::directory_iterator entry(run / "evaluations", error), end;
       !error && entry != end; entry.increment(error)) {
    ATTELIER_CHECKED(check(entry->path()));
  }
  return {};
}

}  // namespace

Result<TrashedRun> trashRun(const std::filesystem::path& run) {
  ATTELIER_CHECKED(requireFree(run));
  // Qt makes the trash, but not the folder that it lies in.
  QDir().mkpath(QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation));
  QFile file(QString::fromStdString(run.string()));
  if (!file.moveToTrash()) {
    return fail(ErrorCode::Io,
                TrashTexts::tr("The system refused to move it to the trash: %1")
                    .arg(file.errorString())
                    .toStdString(),
                run.string());
  }
  const QString inTrash =
      file.fileName() == QString::fromStdString(run.string()) ? QString() : file.fileName();
  return TrashedRun{.from = run, .inTrash = inTrash.toStdString()};
}

Status restoreRun(const TrashedRun& run) {
  std::error_code error;
  if (std::filesystem::exists(run.from, error)) {
    return fail(ErrorCode::InvalidArgument,
                TrashTexts::tr("There is something else with its name now.").toStdString(),
                run.from.string());
  }
  std::filesystem::rename(run.inTrash, run.from, error);
  if (error) {
    return fail(ErrorCode::Io,
                TrashTexts::tr("It can't be taken out of the trash: %1")
                    .arg(QString::fromStdString(error.message()))
                    .toStdString(),
                run.from.string());
  }
  // The trash's note about it (freedesktop.org Trash specification 1.0).
  std::filesystem::remove(run.inTrash.parent_path().parent_path() / "info" /
                              (run.inTrash.filename().string() + ".trashinfo"),
                          error);
  return {};
}

}  // namespace attelier::ui
