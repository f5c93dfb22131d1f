#include "ui/runs/run_actions.h"

#include "engine/run/phase.h"
#include "ui/engine/engine_program.h"
#include "ui/runs/share_dialog.h"
#include "ui/workspace/workspace.h"
#include "widgets/base/icon.h"

#include <QApplication>
#include <QClipboard>
#include <QDesktopServices>
#include <QFileInfo>
#include <QMenu>
#include <QUrl>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {

namespace {

QString pathText(const std::filesystem::path& path) {
  return QString::fromStdString(path.string());
}

}  // namespace

RunActions::RunActions(Workspace& workspace, RunCatalogue& catalogue, QWidget* parent)
    : QObject(parent),
      workspace_(workspace),
      catalogue_(catalogue),
      owner_(parent),
      menu_(new QMenu(parent)) {
  menu_->setToolTipsVisible(true);
  add(u"open"_s, u"open"_s, tr("&Open"), &RunActions::open);
  add(u"newFrom"_s, u"new"_s, tr("&New Search from This…"), &RunActions::newFrom);
  add(u"extend"_s, u"plus"_s, tr("&Extend…"), &RunActions::extend);
  add(u"startAfter"_s, u"clock"_s, tr("Start &After This One Ends…"), &RunActions::startAfter);
  add(u"difference"_s, u"difference"_s, tr("&Difference of Configurations…"),
      &RunActions::difference);
  menu_->addSeparator();
  add(u"rename"_s, u"note"_s, tr("&Rename"), &RunActions::renameRequested);
  addStars();
  menu_->addSeparator();
  add(u"share"_s, u"export"_s, tr("&Share as One File…"), &RunActions::share);
  add(u"reveal"_s, u"folder"_s, tr("Show in &Folder"), &RunActions::reveal);
  add(u"copyPath"_s, u"copy"_s, tr("&Copy Path"), &RunActions::copyPath);
  menu_->addSeparator();
  add(u"forget"_s, u"close"_s, tr("Remove from &List"), &RunActions::forget);
  add(u"trash"_s, u"trash"_s, tr("Move to &Trash"), &RunActions::trash);
  action(u"rename"_s)->setShortcut(Qt::Key_F2);
  action(u"trash"_s)->setShortcut(QKeySequence::Delete);
  update();
}

void RunActions::add(const QString& name, const QString& icon, const QString& text,
                     void (RunActions::*slot)()) {
  auto* action = new QAction(widgets::icon(icon), text, owner_);
  action->setObjectName(u"runs."_s + name);
  action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
  connect(action, &QAction::triggered, this, slot);
  owner_->addAction(action);
  menu_->addAction(action);
  actions_ << action;
}

void RunActions::addStars() {
  QMenu* stars = menu_->addMenu(widgets::icon(u"star"_s), tr("S&tars"));
  for (int count = 0; count <= 5; ++count) {
    QAction* action = stars->addAction(count == 0 ? tr("None") : tr("%n star(s)", nullptr, count));
    connect(action, &QAction::triggered, this, [this, count] {
      for (const RunEntryPointer& entry : chosen_) {
        changeNotes(entry, [count](run::UserNotes& notes) { notes.stars = count; });
      }
    });
  }
}

QList<QAction*> RunActions::all() const { return actions_; }

QAction* RunActions::action(const QString& name) const {
  for (QAction* action : actions_) {
    if (action->objectName() == u"runs."_s + name) return action;
  }
  return nullptr;
}

void RunActions::setChosen(std::vector<RunEntryPointer> entries) {
  chosen_ = std::move(entries);
  update();
}

void RunActions::allow(const QString& name, const QString& why) {
  QAction* action = this->action(name);
  const QString text = action->iconText();
  action->setEnabled(why.isEmpty());
  action->setToolTip(why.isEmpty() ? text : text + u'\n' + why);
  action->setStatusTip(why.isEmpty() ? text : why);
}

void RunActions::update() {
  const QString choose = tr("Choose one run.");
  const RunEntryPointer one = chosen_.size() == 1 ? chosen_.front() : nullptr;
  const auto needOne = [&](const QString& why) { return one == nullptr ? choose : why; };
  const auto needReadable = [&](const QString& why) {
    return one == nullptr ? choose : !one->problem.isEmpty() ? one->problem : why;
  };
  const bool canWrite = one && one->isWritable;
  const bool isFinished = one && run::allows(one->status.phase, run::PhaseAction::Extend);
  allow(u"open"_s, needOne(one && one->isMissing ? one->problem : QString()));
  allow(u"newFrom"_s, needReadable({}));
  allow(u"extend"_s, needReadable(!isFinished ? tr("Only a finished run can be extended.")
                                  : !canWrite ? tr("Its folder is read-only.")
                                              : QString()));
  allow(u"startAfter"_s,
        needReadable(one && one->isLocked ? QString() : tr("No engine is at work in it.")));
  const bool areTwo =
      chosen_.size() == 2 && chosen_[0]->problem.isEmpty() && chosen_[1]->problem.isEmpty();
  allow(u"difference"_s, areTwo ? QString() : tr("Choose two runs that can be read."));
  allow(u"rename"_s,
        needOne(canWrite && one->notesProblem.isEmpty() ? QString()
                                                        : tr("Its folder is read-only.")));
  allow(u"share"_s, needReadable(one && one->isSnapshot ? tr("It is one file already.")
                                 : workspace_.engine().isFound()
                                     ? QString()
                                     : tr("attelier-engine was not found beside this program, nor "
                                          "in PATH.")));
  allow(u"reveal"_s, needOne({}));
  allow(u"copyPath"_s, needOne({}));
  const bool isElsewhere = one && one->path.parent_path() != catalogue_.folder() &&
                           catalogue_.recent().contains(pathText(one->path));
  allow(u"forget"_s, needOne(isElsewhere ? QString()
                                         : tr("It lies in the runs folder or below a run; move it "
                                              "to the trash instead.")));
  QString why = chosen_.empty() ? choose : QString();
  for (const RunEntryPointer& entry : chosen_) {
    if (entry->isMissing) why = entry->problem;
    if (entry->isLocked) why = tr("An engine is at work in it. Finish or discard it first.");
  }
  allow(u"trash"_s, why);
}

void RunActions::tell(NoticeBar::Kind kind, const QString& text, const QString& actionText,
                      std::function<void()> action) {
  Q_EMIT told(kind, text, actionText, action);
}

QString RunActions::chosenPath() const { return pathText(chosen_.front()->path); }

void RunActions::open() {
  const std::filesystem::path run = chosen_.front()->path;
  workspace_.open(run);
}
void RunActions::newFrom() { Q_EMIT newSearchRequested(chosenPath()); }
void RunActions::extend() { Q_EMIT extendRequested(chosenPath()); }
void RunActions::startAfter() { Q_EMIT startAfterRequested(chosenPath()); }
void RunActions::forget() { catalogue_.forget(chosen_.front()->path); }

void RunActions::difference() {
  Q_EMIT differenceRequested(pathText(chosen_[0]->path), pathText(chosen_[1]->path));
}

void RunActions::reveal() {
  const QUrl folder = QUrl::fromLocalFile(pathText(chosen_.front()->path.parent_path()));
  if (!QDesktopServices::openUrl(folder)) {
    tell(NoticeBar::Kind::Warning,
         tr("The desktop has no program to show the folder %1.").arg(folder.toLocalFile()));
  }
}

void RunActions::copyPath() {
  QApplication::clipboard()->setText(chosenPath());
  Q_EMIT workspace_.said(tr("The path was copied."));
}

void RunActions::share() {
  auto* dialog = new ShareDialog(workspace_.engine(), chosen_.front(), owner_);
  connect(dialog, &ShareDialog::shared, this, [this](const QString& file) {
    tell(NoticeBar::Kind::Good, tr("Written: %1").arg(file), tr("Show in Folder"), [file] {
      QDesktopServices::openUrl(QUrl::fromLocalFile(QFileInfo(file).absolutePath()));
    });
  });
  dialog->show();
}

void RunActions::trash() {
  for (const RunEntryPointer& entry : chosen_) trashOne(entry);
}

void RunActions::trashOne(const RunEntryPointer& entry) {
  if (workspace_.path() == entry->path) workspace_.close();
  const QString name = entry->name();
  catalogue_.moveToTrash(entry->path, this, [this, name](const Result<TrashedRun>& trashed) {
    if (!trashed) {
      tell(NoticeBar::Kind::Bad, tr("“%1” was not moved to the trash. %2")
                                     .arg(name, QString::fromStdString(trashed.error().message)));
      return;
    }
    const QString done = tr("“%1” was moved to the trash.").arg(name);
    if (trashed->inTrash.empty()) {
      tell(NoticeBar::Kind::Information, done);
      return;
    }
    tell(NoticeBar::Kind::Information, done, tr("Undo"), [this, name, run = *trashed] {
      catalogue_.restore(run, this, [this, name, run](const Status& status) {
        if (status) {
          Q_EMIT restored(pathText(run.from));
          return;
        }
        tell(NoticeBar::Kind::Bad, tr("“%1” was not taken back. %2")
                                       .arg(name, QString::fromStdString(status.error().message)));
      });
    });
  });
}

void RunActions::useAsReference(const RunEntryPointer& entry, std::int64_t step) {
  const bool isOpen = workspace_.path() == entry->path;
  workspace_.edit(
      tr("Compare with step %1 of %2").arg(step).arg(entry->name()), [&](Choices& choices) {
        choices.pinnedStep =
            PinnedStep{.run = isOpen ? std::filesystem::path() : entry->path, .step = step};
      });
  Q_EMIT workspace_.said(tr("Compared with step %1 of %2.").arg(step).arg(entry->name()));
}

void RunActions::changeNotes(const RunEntryPointer& entry,
                             const RunCatalogue::NotesChange& change) {
  catalogue_.changeNotes(
      entry->path, change, this, [this, name = entry->name()](const Status& done) {
        if (done) return;
        tell(NoticeBar::Kind::Bad, tr("What you wrote about “%1” was not stored: %2")
                                       .arg(name, QString::fromStdString(describe(done.error()))));
      });
}

}  // namespace attelier::ui
