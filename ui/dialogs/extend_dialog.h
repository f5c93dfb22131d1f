#pragma once

#include "ui/dialogs/engine_dialog.h"
#include "ui/dialogs/run_schema.h"
#include "ui/workspace/run_view.h"

#include <memory>

namespace attelier::ui {

class FieldForm;
class MessageBar;

/// Takes a run up again: an interrupted or failed one from its last checkpoint, as it was or with
/// changes; a finished one with more steps. Says what is safe.
class ExtendDialog : public EngineDialog {
  Q_OBJECT
 public:
  explicit ExtendDialog(EngineProgram& engine, QWidget* parent = nullptr);
  ~ExtendDialog() override;

  /// What a person has filled in stays where the run is the same.
  void setRun(const std::shared_ptr<const RunView>& run);

  QStringList arguments() const override;

 protected:
  std::filesystem::path awaited() const override;
  bool canStart() const override;
  bool showProblem() override;
  bool showRefusal(const Error& error) override;
  void onStarted() override;

 private:
  void onEdited();
  Status checkSteps(const nlohmann::json& steps) const;
  void describe();

  RunSchema own_;
  std::shared_ptr<const RunView> run_;
  MessageBar *state_ = nullptr, *safe_ = nullptr, *outcome_ = nullptr;
  FieldForm* form_ = nullptr;
};

}  // namespace attelier::ui
