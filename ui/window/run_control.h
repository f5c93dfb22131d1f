#pragma once

#include "ui/window/actions.h"
#include "ui/workspace/workspace.h"

#include <QObject>

namespace attelier::ui {

/// The actions that command a run: which are legal now (the phase table of engine/run/phase.h) and
/// what they do.
///
/// A command goes to the engine that holds the run; where none does, one is started (`resume`).
class RunControl : public QObject {
  Q_OBJECT
 public:
  RunControl(Workspace& workspace, Actions& actions, QWidget* window);

  /// Starts a search that lives on by itself and opens its folder.
  void start(const QStringList& arguments, const std::filesystem::path& folder);
  void startDemo();

  /// Error, configuration and versions of the open run as text.
  QString report() const;

 Q_SIGNALS:
  void said(const QString& sentence);

 private:
  void allowActions();
  void issue(run::CommandKind kind, const nlohmann::json& arguments, const QString& done);
  void resume();
  void pin();
  void endEngine();

  Workspace& workspace_;
  Actions& actions_;
  QWidget* window_;
};

}  // namespace attelier::ui
