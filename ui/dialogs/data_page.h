#pragma once

#include "ui/dialogs/clips_report.h"
#include "ui/dialogs/run_schema.h"

#include <QTimer>
#include <QWidget>

#include <memory>

class QComboBox;
class QRadioButton;

namespace attelier::ui {

class ClipsScan;
class ClipsSummary;
class EngineProgram;
class FieldForm;
class MessageBar;

/// First page of a new search: what is looked at. A synthetic task, or clips that the engine has a
/// look at while one goes on.
class DataPage : public QWidget {
  Q_OBJECT
 public:
  DataPage(const RunSchema& schema, EngineProgram& engine, QWidget* parent = nullptr);
  ~DataPage() override;

  bool isSynthetic() const;
  std::string preset() const;
  /// Fields of the chosen source that differ; those of the other source are kept and not named.
  nlohmann::json changes() const;
  /// Task, folder or list: what a run is named after.
  QString source() const;

  void setBase(const nlohmann::json& configuration);
  /// Shows a configuration; `preset` empty: no preset.
  void fill(const nlohmann::json& configuration, const std::string& preset);
  void setClips(const QString& path);

  /// The forms that count now.
  QList<FieldForm*> forms() const;
  /// Why the data can't be used although each field is right; empty when it can.
  QString problem() const;
  void rememberClips();

 Q_SIGNALS:
  void edited();
  void presetChanged();
  void marked();  ///< a field was found wrong by looking at the clips

 private:
  void chooseSource();
  void describeTask();
  void lookSoon();
  void look();

  const RunSchema& schema_;
  QComboBox* preset_ = nullptr;
  MessageBar* presetNote_ = nullptr;
  QRadioButton *synthetic_ = nullptr, *clips_ = nullptr;
  FieldForm *taskForm_ = nullptr, *clipsForm_ = nullptr, *samplingForm_ = nullptr;
  ClipsSummary* summary_ = nullptr;
  ClipsScan* scan_ = nullptr;
  QTimer lookTimer_;
  QStringList looked_;  ///< words of the scan that is shown
  std::shared_ptr<const ClipsReport> report_;
  bool isPresetChosen_ = false;  ///< by a person
};

}  // namespace attelier::ui
