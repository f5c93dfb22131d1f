#pragma once

#include "ui/runs/notice_bar.h"
#include "ui/runs/run_catalogue.h"

#include <QAction>
#include <QList>
#include <QObject>

#include <vector>

class QMenu;
class QWidget;

namespace attelier::ui {

class Workspace;

/// What can be done with the runs that are chosen in a list; what can't be done says why.
class RunActions : public QObject {
  Q_OBJECT
 public:
  RunActions(Workspace& workspace, RunCatalogue& catalogue, QWidget* parent);

  QList<QAction*> all() const;
  /// "open", "newFrom", "extend", "startAfter", "difference", "rename", "share", "reveal",
  /// "copyPath", "forget", "trash".
  QAction* action(const QString& name) const;
  QMenu* menu() const { return menu_; }

  /// The current one first.
  void setChosen(std::vector<RunEntryPointer> entries);
  void changeNotes(const RunEntryPointer& entry, const RunCatalogue::NotesChange& change);
  /// Compares the open run with a step of another.
  void useAsReference(const RunEntryPointer& entry, std::int64_t step);

 Q_SIGNALS:
  void newSearchRequested(const QString& run);
  void differenceRequested(const QString& run, const QString& other);
  void extendRequested(const QString& run);
  void startAfterRequested(const QString& run);
  void renameRequested();
  void restored(const QString& run);
  void told(attelier::ui::NoticeBar::Kind kind, const QString& text, const QString& actionText,
            const std::function<void()>& action);

 private:
  void add(const QString& name, const QString& icon, const QString& text,
           void (RunActions::*slot)());
  void addStars();
  void allow(const QString& name, const QString& why);
  void update();
  void tell(NoticeBar::Kind kind, const QString& text, const QString& actionText = {},
            std::function<void()> action = {});
  QString chosenPath() const;

  void open();
  void newFrom();
  void difference();
  void extend();
  void startAfter();
  void reveal();
  void copyPath();
  void share();
  void forget();
  void trash();
  void trashOne(const RunEntryPointer& entry);

  Workspace& workspace_;
  RunCatalogue& catalogue_;
  QWidget* owner_;
  QMenu* menu_;
  QList<QAction*> actions_;
  std::vector<RunEntryPointer> chosen_;
};

}  // namespace attelier::ui
