#pragma once

#include "engine/base/result.h"

#include <QObject>
#include <QProcess>
#include <QStringList>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <functional>
#include <memory>

namespace attelier::ui {

/// A question to the engine that is being answered; destroying it (or `cancel`) ends the process
/// and with it the callbacks.
class EngineQuestion : public QObject {
  Q_OBJECT
 public:
  ~EngineQuestion() override;
  void cancel();  ///< SIGTERM, SIGKILL after two seconds; no callback follows

 Q_SIGNALS:
  /// A line of standard error, as progress is printed there.
  void progressed(const QString& line);

 private:
  friend class EngineProgram;
  explicit EngineQuestion(QObject* parent);
  QProcess* process_ = nullptr;
};

/// `attelier-engine`: where it is, how it is asked and how it is started to go on by itself.
///
/// Threads: the window's; nothing waits.
class EngineProgram : public QObject {
  Q_OBJECT
 public:
  /// Looks beside the window's own program, then in PATH. `ATTELIER_ENGINE` names another.
  explicit EngineProgram(QObject* parent = nullptr);
  explicit EngineProgram(std::filesystem::path program, QObject* parent = nullptr);

  bool isFound() const { return !program_.isEmpty(); }
  QString program() const { return program_; }

  /// Runs a command that prints one JSON object (`--json` is added where `addJson`). The callback
  /// is called once with it, or with the error that it printed. The question belongs to `context`.
  EngineQuestion* ask(QStringList arguments, QObject* context,
                      std::function<void(const Result<nlohmann::json>&)> callback,
                      bool addJson = true);

  /// Starts a command that lives on when the window closes. `started` is called once: with nothing
  /// as soon as `folder` holds a run whose engine is alive (folder empty: as soon as the process
  /// is), or with what it printed when it ended before. A command that ends well without an engine
  /// seen counts as started.
  void startDetached(const QStringList& arguments, const std::filesystem::path& folder,
                     QObject* context, std::function<void(const Status&)> started);

  /// The command line as a person would type it: quoted for a POSIX shell.
  static QString commandLine(const QString& program, const QStringList& arguments);

 private:
  QString program_;
};

}  // namespace attelier::ui
