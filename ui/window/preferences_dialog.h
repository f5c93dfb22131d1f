#pragma once

#include "ui/window/preferences.h"

#include <QDialog>

class QCheckBox;
class QComboBox;
class QGridLayout;
class QSpinBox;

namespace attelier::ui {

/// The preferences, each with a line of explanation. Every edit is stored and told at once; the
/// dialog is not modal.
class PreferencesDialog : public QDialog {
  Q_OBJECT
 public:
  explicit PreferencesDialog(QWidget* parent = nullptr);

  const Preferences& preferences() const { return preferences_; }
  /// Shows what was set elsewhere (a theme by its shortcut); nothing is told.
  void setPreferences(const Preferences& preferences);

 Q_SIGNALS:
  void changed(const attelier::ui::Preferences& preferences);

 protected:
  void changeEvent(QEvent* event) override;

 private:
  void fit();
  void addRow(QGridLayout* grid, const QString& label, QWidget* field, const QString& explanation);
  void addRow(QGridLayout* grid, QCheckBox* field, const QString& explanation);
  void display(const Preferences& preferences);
  void take();

  QWidget* content_;
  Preferences preferences_;
  bool isShowing_ = false;
  QComboBox* theme_;
  QComboBox* fontSize_;
  QComboBox* language_;
  QCheckBox* reducedMotion_;
  QComboBox* colourMap_;
  QSpinBox* readings_;
  QCheckBox* notify_;
};

}  // namespace attelier::ui
