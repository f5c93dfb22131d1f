#pragma once

#include "ui/attention/overlay_saver.h"

#include <QDialog>

class QCheckBox;
class QComboBox;
class QDialogButtonBox;
class QDoubleSpinBox;
class QLabel;
class QLineEdit;
class QSpinBox;

namespace attelier::ui {

/// Asks what of a clip with its maps is to be saved, and where.
class SaveMapsDialog : public QDialog {
  Q_OBJECT

 public:
  /// `film` holds what is shown; `hasEngine` whether films can be made.
  SaveMapsDialog(OverlayFilm film, bool hasEngine, QWidget* parent);

  OverlayFilm film() const;

 private:
  OverlayFilm::Kind kind() const;
  void browse();
  void present();
  void proposePath();

  OverlayFilm film_;
  bool hasEngine_;
  QString proposed_;
  QComboBox* kind_;
  QSpinBox* first_;
  QSpinBox* last_;
  QComboBox* width_;
  QCheckBox* legend_;
  QDoubleSpinBox* fps_;
  QLineEdit* path_;
  QLabel* note_;
  QDialogButtonBox* buttons_;
};

}  // namespace attelier::ui
