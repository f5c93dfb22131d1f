#pragma once

#include "engine/base/result.h"

#include <QDialog>
#include <QList>
#include <QStringList>

#include <filesystem>

class QPlainTextEdit;
class QPushButton;
class QVBoxLayout;

namespace attelier::ui {

class EngineProgram;
class MessageBar;

/// A dialog whose outcome is a command line: it shows it, copies it, and starts exactly it.
///
/// Not modal. Closing hides it and keeps what was typed; what the engine refuses at the start is
/// shown beside the field that it names, and brings a closed dialog back.
class EngineDialog : public QDialog {
  Q_OBJECT
 public:
  /// The words that *Copy command line* copies and *Start* starts; without the program.
  virtual QStringList arguments() const = 0;
  /// With the program, quoted for a shell.
  QString commandLine() const;

 public Q_SLOTS:
  void start();
  void copyCommandLine();

 Q_SIGNALS:
  /// The engine has taken the run up; `folder` is the run.
  void started(const QString& folder);
  /// The engine was started and waits for another run to end before it makes `folder`.
  void queued(const QString& folder, const QString& after);

 protected:
  EngineDialog(EngineProgram& engine, const QString& title, const QString& startText,
               QWidget* parent);

  EngineProgram& engine() const { return engine_; }
  QVBoxLayout* body() const { return body_; }
  QPushButton* startButton() const { return start_; }
  void setStartText(const QString& text);
  /// Adds command line, banner and buttons below the body, `before` the buttons that all have.
  /// Called once, after the body is filled: that is the order of the Tab key.
  QList<QPushButton*> addFooter(const QStringList& before = {});
  /// To be called when anything changed that the command line follows from.
  void refresh();

  /// What the engine is waited for in; empty: its process is enough.
  virtual std::filesystem::path awaited() const = 0;
  /// Shows the first thing that is wrong and gives it the focus; false when all is right.
  virtual bool showProblem() = 0;
  /// Shows what the engine refused at its field; false when it belongs to none.
  virtual bool showRefusal(const Error& error) = 0;
  /// The engine has started: tell the world, close.
  virtual void onStarted() = 0;
  /// False where nothing that is filled in could be started; the dialog says why.
  virtual bool canStart() const { return true; }
  /// How long a start may take before it counts as done; 0: as long as it takes.
  virtual int patienceMs() const { return 0; }

  void changeEvent(QEvent* event) override;
  void showEvent(QShowEvent* event) override;

 private:
  void onAnswer(int number, const Status& status);
  void setStarting(bool starting);

  EngineProgram& engine_;
  QString startText_;
  QWidget* content_ = nullptr;
  QVBoxLayout* body_ = nullptr;
  QPlainTextEdit* command_ = nullptr;
  MessageBar* banner_ = nullptr;
  QPushButton *copy_ = nullptr, *start_ = nullptr, *close_ = nullptr;
  bool isStarting_ = false;
  int starts_ = 0;      ///< so far: the number of the present one
  int startsTold_ = 0;  ///< the last for which `onStarted` was called
};

}  // namespace attelier::ui
