#include "ui/attention/overlay_popup.h"

#include <QCheckBox>
#include <QDoubleSpinBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QSlider>

#include <cmath>

namespace attelier::ui {

namespace {

/// The slider's middle is a gamma of 1, its ends are 1/4 and 4.
constexpr int kGammaSteps = 20;
double gammaOf(int position) { return std::exp2(2.0 * position / kGammaSteps); }
int positionOf(double gamma) {
  return static_cast<int>(std::lround(std::log2(gamma) / 2.0 * kGammaSteps));
}

template <typename Widget, typename Value>
void set(Widget* widget, Value value) {
  const QSignalBlocker blocker(widget);
  widget->setValue(value);
}

}  // namespace

OverlayPopup::OverlayPopup(QWidget* parent)
    : QFrame(parent, Qt::Popup),
      gamma_(new QSlider(Qt::Horizontal)),
      hideBelow_(new QSlider(Qt::Horizontal)),
      minimum_(new QDoubleSpinBox),
      maximum_(new QDoubleSpinBox),
      grey_(new QCheckBox(tr("Picture in &grey"))) {
  setFrameShape(QFrame::StyledPanel);
  setAccessibleName(tr("More about the overlay"));
  setObjectName(QStringLiteral("overlayPopup"));
  gamma_->setRange(-kGammaSteps, kGammaSteps);
  gamma_->setAccessibleName(tr("Gamma"));
  gamma_->setToolTip(tr("Left lifts weak attention, right leaves only the strong"));
  hideBelow_->setRange(0, 100);
  hideBelow_->setAccessibleName(tr("Hide below"));
  hideBelow_->setToolTip(
      tr("The picture alone where the weight is less than this share of the "
         "range"));
  for (auto* box : {minimum_, maximum_}) {
    box->setRange(-1000, 10'000);
    box->setDecimals(2);
    box->setStepType(QAbstractSpinBox::AdaptiveDecimalStepType);
    //: behind a number, a multiple of uniform attention
    box->setSuffix(tr("× uniform"));
  }
  minimum_->setAccessibleName(tr("Least weight of a fixed range"));
  maximum_->setAccessibleName(tr("Greatest weight of a fixed range"));
  auto* range = new QWidget;
  auto* rangeRow = new QHBoxLayout(range);
  rangeRow->setContentsMargins(0, 0, 0, 0);
  rangeRow->addWidget(minimum_);
  rangeRow->addWidget(new QLabel(tr("to")));
  rangeRow->addWidget(maximum_);
  auto* form = new QFormLayout(this);
  form->addRow(tr("Ga&mma"), gamma_);
  form->addRow(tr("&Hide below"), hideBelow_);
  form->addRow(tr("Fixed &range"), range);
  form->addRow(grey_);
  static_cast<QLabel*>(form->labelForField(range))->setBuddy(minimum_);

  connect(gamma_, &QSlider::valueChanged, this,
          [this](int position) { Q_EMIT gammaChosen(gammaOf(position)); });
  connect(hideBelow_, &QSlider::valueChanged, this,
          [this](int percent) { Q_EMIT hideBelowChosen(percent / 100.0); });
  for (auto* box : {minimum_, maximum_}) {
    connect(box, &QDoubleSpinBox::valueChanged, this,
            [this] { Q_EMIT fixedRangeChosen(minimum_->value(), maximum_->value()); });
  }
  connect(grey_, &QCheckBox::toggled, this, &OverlayPopup::desaturatedChosen);
}

void OverlayPopup::present(const OverlayChoices& choices) {
  set(gamma_, positionOf(choices.gamma));
  set(hideBelow_, static_cast<int>(std::lround(100 * choices.hideBelow)));
  set(minimum_, choices.fixedMinimum);
  set(maximum_, choices.fixedMaximum);
  const QSignalBlocker blocker(grey_);
  grey_->setChecked(choices.desaturated);
}

void OverlayPopup::openBelow(const QWidget* button) {
  adjustSize();
  move(button->mapToGlobal(QPoint(0, button->height())));
  show();
  gamma_->setFocus(Qt::PopupFocusReason);
}

}  // namespace attelier::ui
