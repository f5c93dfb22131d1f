#pragma once

#include "ui/dialogs/engine_dialog.h"
#include "ui/dialogs/search_draft.h"

class QStackedWidget;
class QTabBar;

namespace attelier::ui {

class BudgetPage;
class DataPage;
class EngineQuestion;
class FieldForm;
class MessageBar;
class PlanQuestion;
class SpacePage;

/// Fills in a new search on three pages (data, search space, budget) and starts it. What time and
/// memory it would take is measured in the background while it is filled in.
///
/// Kept while the window lives: opened again it shows what was typed.
class NewSearchDialog : public EngineDialog {
  Q_OBJECT
 public:
  explicit NewSearchDialog(EngineProgram& engine, QWidget* parent = nullptr);
  ~NewSearchDialog() override;

  /// Fills in the configuration of a run: "new search from this one".
  void prefill(const nlohmann::json& configuration);
  /// Takes a folder or list of clips, as when one is dropped on the window.
  void setClips(const QString& path);
  /// Runs that the new one can wait for.
  void setKnownRuns(const QStringList& runs);
  /// Waits for this run to end.
  void setAfter(const QString& run);
  /// All as on the first opening.
  void reset();

  QStringList arguments() const override;
  SearchDraft draft() const;
  void setPage(int page);
  int page() const;
  const PlanQuestion& plan() const { return *plan_; }

 protected:
  std::filesystem::path awaited() const override;
  bool showProblem() override;
  bool showRefusal(const Error& error) override;
  void onStarted() override;
  void showEvent(QShowEvent* event) override;
  void hideEvent(QHideEvent* event) override;

 private:
  void onEdited();
  void onPreset();
  void markTabs();
  bool isRight() const;
  void showPlan();
  void askMachine();
  int pageOf(const FieldForm* form) const;
  QList<FieldForm*> forms() const;

  const RunSchema& schema_;
  QTabBar* tabs_ = nullptr;
  QStackedWidget* pages_ = nullptr;
  DataPage* data_ = nullptr;
  SpacePage* space_ = nullptr;
  BudgetPage* budget_ = nullptr;
  MessageBar* estimate_ = nullptr;
  QPushButton *back_ = nullptr, *next_ = nullptr;
  PlanQuestion* plan_ = nullptr;
  double memory_ = 0;  ///< of this machine. Units: bytes; 0 while unknown
  bool isMachineKnown_ = false;
};

}  // namespace attelier::ui
