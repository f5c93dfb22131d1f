#pragma once

#include "ui/runs/run_entry.h"

#include <QTimer>
#include <QWidget>

class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QPushButton;
class QSpinBox;

namespace attelier::ui {

class StarRating;

/// What a person may say about a run, edited in place: name, stars, tags, notes. Also one of its
/// steps as the reference that the open run is compared with.
class RunDetails : public QWidget {
  Q_OBJECT
 public:
  explicit RunDetails(QWidget* parent = nullptr);
  ~RunDetails() override;

  /// What is being typed stays. Null: nothing is chosen.
  void setEntry(const RunEntryPointer& entry);
  /// Why no step can be taken as reference now; empty where it can.
  void setReferenceProblem(const QString& why);
  void focusName();

 Q_SIGNALS:
  void notesEdited(const attelier::ui::RunEntryPointer& entry,
                   const std::function<void(attelier::run::UserNotes&)>& change);
  void stepChosen(const attelier::ui::RunEntryPointer& entry, qint64 step);

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void saveNotes();
  void fill();

  RunEntryPointer entry_;
  QString referenceProblem_;
  QLineEdit* name_;
  StarRating* stars_;
  QLabel* about_;
  QLineEdit* tags_;
  QPlainTextEdit* notes_;
  QSpinBox* step_;
  QPushButton* reference_;
  QTimer saving_;
};

}  // namespace attelier::ui
