#pragma once

#include "ui/workspace/choices.h"

#include <QFrame>

class QCheckBox;
class QDoubleSpinBox;
class QSlider;

namespace attelier::ui {

/// The rarer settings of an overlay, in a frame below its button.
class OverlayPopup : public QFrame {
  Q_OBJECT

 public:
  explicit OverlayPopup(QWidget* parent);

  void present(const OverlayChoices& choices);
  void openBelow(const QWidget* button);

 Q_SIGNALS:
  void gammaChosen(double gamma);
  void hideBelowChosen(double share);
  /// In multiples of uniform.
  void fixedRangeChosen(double minimum, double maximum);
  void desaturatedChosen(bool desaturated);

 private:
  QSlider* gamma_;
  QSlider* hideBelow_;
  QDoubleSpinBox* minimum_;
  QDoubleSpinBox* maximum_;
  QCheckBox* grey_;
};

}  // namespace attelier::ui
