#pragma once

#include "ui/dialogs/cell_choices.h"
#include "ui/dialogs/engine_dialog.h"
#include "ui/dialogs/run_schema.h"

#include <memory>
#include <vector>

class QComboBox;
class QLabel;

namespace attelier::ui {

class FieldForm;
class MessageBar;
class PathBox;

/// Trains a cell with fresh weights beside controls, and says what that costs: each training looks
/// at the report split.
class EvaluateDialog : public EngineDialog {
  Q_OBJECT
 public:
  explicit EvaluateDialog(EngineProgram& engine, QWidget* parent = nullptr);
  ~EvaluateDialog() override;

  /// The run and what is chosen of it. What a person has filled in stays where the run is the same.
  void setShown(const Shown& shown);
  /// Chooses the cell kept in the run under this id.
  void chooseCell(std::int64_t id);

  QStringList arguments() const override;

 protected:
  std::filesystem::path awaited() const override;
  bool canStart() const override { return shown_.run != nullptr; }
  bool showProblem() override;
  bool showRefusal(const Error& error) override;
  void onStarted() override;
  int patienceMs() const override;

 private:
  void onEdited();
  void showChoices(bool keepChoice);
  Result<CellChoice> chosen() const;
  int trainings() const;
  void remarkOnControls(bool takesControls);
  void showCost();

  const RunSchema& schema_;
  RunSchema own_;
  Shown shown_;
  std::vector<CellChoice> choices_;
  QComboBox* cell_ = nullptr;
  MessageBar *cellNote_ = nullptr, *cost_ = nullptr;
  QLabel* typedLabel_ = nullptr;
  PathBox* typed_ = nullptr;
  FieldForm *ownForm_ = nullptr, *form_ = nullptr;
};

}  // namespace attelier::ui
