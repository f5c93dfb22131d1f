#pragma once

#include "ui/dialogs/run_schema.h"
#include "ui/dialogs/search_draft.h"

#include <QWidget>

namespace attelier::ui {

class FieldForm;

/// Third page of a new search: how long, where, and what the run is called.
class BudgetPage : public QWidget {
  Q_OBJECT
 public:
  explicit BudgetPage(const RunSchema& schema, QWidget* parent = nullptr);
  ~BudgetPage() override;

  FieldForm* form() const { return form_; }            ///< of the configuration: often used
  FieldForm* moreForm() const { return moreForm_; }    ///< of the configuration: the rest
  FieldForm* placeForm() const { return placeForm_; }  ///< name, folder, seeds, after, on done

  /// Proposes a name after a task or a folder of clips, free in the chosen folder.
  void proposeName(const QString& source);
  /// Writes folder, seeds and what is waited for into a draft.
  void writeTo(SearchDraft& draft) const;
  /// Runs that can be waited for.
  void setKnownRuns(const QStringList& runs);
  void setAfter(const QString& run);
  /// What `doctor --json` says of this machine.
  void setMachine(const nlohmann::json& doctor);

 Q_SIGNALS:
  void edited();

 private:
  QString parentFolder() const;
  void checkDevice();

  RunSchema own_;
  FieldForm *form_ = nullptr, *placeForm_ = nullptr, *moreForm_ = nullptr;
  QString source_, noAccelerator_;
  int cores_ = 0;
};

}  // namespace attelier::ui
