#pragma once

#include "ui/workspace/workspace.h"

namespace attelier::ui {

/// Questions about attention that only an engine can answer. Where none is alive one is started to
/// serve the run.
///
/// One question at a time: a newer one takes the place of the one that waits.
class EngineAsker : public QObject {
  Q_OBJECT

 public:
  explicit EngineAsker(Workspace& workspace, QObject* parent = nullptr);

  using Callback = std::function<void(const CommandResult&)>;
  /// Calls back once, unless it is cancelled before.
  void ask(run::CommandKind kind, const nlohmann::json& arguments, Callback callback);
  void cancel();

  bool isAsking() const { return isAsking_; }
  /// What is going on, for a person.
  QString sentence() const { return sentence_; }

 Q_SIGNALS:
  /// isAsking or sentence is new.
  void changed();

 private:
  void issue(run::CommandKind kind, const nlohmann::json& arguments, const Callback& callback);
  void set(bool isAsking, const QString& sentence);
  Status whyNot() const;

  Workspace& workspace_;
  int question_ = 0;  // answers to earlier ones are not heard
  bool isAsking_ = false;
  QString sentence_;
};

}  // namespace attelier::ui
