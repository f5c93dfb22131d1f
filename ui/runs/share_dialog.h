#pragma once

#include "ui/runs/run_entry.h"

#include <QDialog>
#include <QPointer>

class QCheckBox;
class QDialogButtonBox;
class QLabel;
class QLineEdit;
class QProgressBar;
class QPushButton;

namespace attelier::ui {

class EngineProgram;
class EngineQuestion;

/// Writes a run as one file, by the engine; goes on being usable while it is written.
class ShareDialog : public QDialog {
  Q_OBJECT
 public:
  ShareDialog(EngineProgram& engine, RunEntryPointer run, QWidget* parent = nullptr);
  ~ShareDialog() override;

  /// What the engine is asked, for the copied command line and tests.
  QStringList arguments(const QString& file) const;

 Q_SIGNALS:
  void shared(const QString& file);

 private:
  void chooseFile();
  void write();
  void finish(const QString& problem, const QString& file);
  void check();

  EngineProgram& engine_;
  RunEntryPointer run_;
  QLineEdit* file_;
  QCheckBox* pictures_;
  QCheckBox* paths_;
  QLabel* message_;
  QProgressBar* busy_;
  QPushButton* write_;
  QPointer<EngineQuestion> question_;
  QString part_;
};

}  // namespace attelier::ui
