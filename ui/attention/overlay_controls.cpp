#include "ui/attention/overlay_controls.h"

#include "ui/attention/overlay_popup.h"
#include "widgets/base/icon.h"
#include "widgets/video/colour_bar.h"

#include <QAbstractItemView>
#include <QComboBox>
#include <QSignalBlocker>
#include <QSlider>
#include <QToolBar>
#include <QToolButton>

#include <algorithm>
#include <cmath>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {

namespace {
constexpr double kOpacityStep = 0.1;
}

OverlayControls::OverlayControls(Workspace& workspace, QWidget* parent)
    : QObject(parent), workspace_(workspace) {
  visible_ = toggle(add("overlay", u"eye"_s, tr("Show the &Map"), Qt::Key_O),
                    &OverlayChoices::visible, tr("Show the map"));
  weaker_ = add("weaker", u"minus"_s, tr("&Weaker Map"), Qt::Key_Minus);
  stronger_ = add("stronger", u"plus"_s, tr("&Stronger Map"), Qt::Key_Equal);
  nextMap_ = add("nextMap", u"theme"_s, tr("Next &Colour Map"), Qt::Key_C);
  smooth_ = toggle(add("smooth", u"grid"_s, tr("&Smooth Instead of Tokens")),
                   &OverlayChoices::smooth, tr("Smooth map"));
  contours_ = toggle(add("contours", u"contour"_s, tr("C&ontours Instead of Colours")),
                     &OverlayChoices::contours, tr("Contours"));
  grey_ = toggle(add("grey", u"heat"_s, tr("Picture in &Grey")), &OverlayChoices::desaturated,
                 tr("Picture in grey"));
  more_ = add("more", u"settings"_s, tr("More About the &Overlay…"));
  const auto step = [this](double by) {
    change(tr("Opacity"), [by](OverlayChoices& choices) {
      choices.visible = true;
      choices.opacity = std::clamp(choices.opacity + by, 0.0, 1.0);
    });
  };
  connect(weaker_, &QAction::triggered, this, [step] { step(-kOpacityStep); });
  connect(stronger_, &QAction::triggered, this, [step] { step(kOpacityStep); });
  connect(nextMap_, &QAction::triggered, this, [this] {
    change(tr("Colour map"), [](OverlayChoices& choices) {
      const auto all = widgets::colourMaps();
      const auto at = all.indexOf(choices.colourMap);
      choices.colourMap = all[(at + 1) % all.size()];
    });
  });
  makeWidgets(parent);
}

QAction* OverlayControls::add(const char* name, const QString& icon, const QString& text,
                              const QKeySequence& key) {
  auto* action = new QAction(widgets::icon(icon), text, this);
  action->setObjectName(u"attention."_s + QString::fromLatin1(name));
  action->setShortcut(key);
  const QString plain = QString(text).remove(u'&').remove(u'…');
  //: an action and its key
  action->setToolTip(
      key.isEmpty() ? plain : tr("%1 (%2)").arg(plain, key.toString(QKeySequence::NativeText)));
  return action;
}

QAction* OverlayControls::toggle(QAction* action, bool OverlayChoices::*choice,
                                 const QString& what) {
  action->setCheckable(true);
  connect(action, &QAction::triggered, this, [this, choice, what](bool checked) {
    change(what, [choice, checked](OverlayChoices& choices) { choices.*choice = checked; });
  });
  return action;
}

void OverlayControls::change(const QString& what,
                             const std::function<void(OverlayChoices&)>& change) {
  workspace_.edit(what, [&change](Choices& choices) { change(choices.overlay); });
}

void OverlayControls::makeWidgets(QWidget* parent) {
  opacity_ = new QSlider(Qt::Horizontal, parent);
  opacity_->setObjectName(u"opacity"_s);
  opacity_->setRange(0, 100);
  opacity_->setPageStep(10);
  opacity_->setFixedWidth(parent->fontMetrics().horizontalAdvance(u'0') * 10);
  opacity_->setAccessibleName(tr("Opacity of the map"));
  opacity_->setToolTip(tr("Opacity of the map (- and =)"));
  connect(opacity_, &QSlider::valueChanged, this, [this](int percent) {
    change(tr("Opacity"),
           [percent](OverlayChoices& choices) { choices.opacity = percent / 100.0; });
  });

  map_ = new QComboBox(parent);
  map_->setObjectName(u"colourMap"_s);
  map_->setAccessibleName(tr("Colour map"));
  map_->setToolTip(tr("Colour map (C for the next)"));
  for (const auto map : widgets::colourMaps()) map_->addItem(widgets::colourMapName(map));
  map_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
  map_->setMinimumContentsLength(7);
  map_->view()->setMinimumWidth(map_->view()->sizeHintForColumn(0) +
                                2 * parent->fontMetrics().height());
  connect(map_, &QComboBox::activated, this, [this](int index) {
    change(tr("Colour map"),
           [index](OverlayChoices& choices) { choices.colourMap = widgets::colourMaps()[index]; });
  });

  range_ = new QComboBox(parent);
  range_->setObjectName(u"range"_s);
  range_->setAccessibleName(tr("Range of the colours"));
  range_->setToolTip(
      tr("Which weights the colours span. Per frame flickers: frames can't be compared then"));
  for (const auto& [range, normalisation] :
       {std::pair{MapRange::Clip, widgets::Normalisation::Clip},
        std::pair{MapRange::Frame, widgets::Normalisation::Frame},
        std::pair{MapRange::Fixed, widgets::Normalisation::Fixed}}) {
    range_->addItem(widgets::normalisationName(normalisation), static_cast<int>(range));
  }
  connect(range_, &QComboBox::activated, this, [this] {
    const auto range = static_cast<MapRange>(range_->currentData().toInt());
    change(tr("Range of the colours"), [range](OverlayChoices& choices) { choices.range = range; });
  });

  popup_ = new OverlayPopup(parent);
  moreButton_ = new QToolButton(parent);
  moreButton_->setDefaultAction(more_);
  connect(more_, &QAction::triggered, this,
          [this, parent] { popup_->openBelow(moreButton_->isVisible() ? moreButton_ : parent); });
  connect(popup_, &OverlayPopup::gammaChosen, this, [this](double gamma) {
    change(tr("Gamma"), [gamma](OverlayChoices& choices) { choices.gamma = gamma; });
  });
  connect(popup_, &OverlayPopup::hideBelowChosen, this, [this](double share) {
    change(tr("Hide weak attention"),
           [share](OverlayChoices& choices) { choices.hideBelow = share; });
  });
  connect(popup_, &OverlayPopup::fixedRangeChosen, this, [this](double minimum, double maximum) {
    change(tr("Range of the colours"), [minimum, maximum](OverlayChoices& choices) {
      choices.range = MapRange::Fixed;
      choices.fixedMinimum = minimum;
      choices.fixedMaximum = maximum;
    });
  });
  connect(popup_, &OverlayPopup::desaturatedChosen, this, [this](bool desaturated) {
    change(tr("Picture in grey"),
           [desaturated](OverlayChoices& choices) { choices.desaturated = desaturated; });
  });
}

QList<QAction*> OverlayControls::actions() const {
  return {visible_, weaker_, stronger_, nextMap_, smooth_, contours_, grey_, more_};
}

void OverlayControls::addTo(QToolBar* bar) {
  bar->addAction(visible_);
  bar->addWidget(opacity_);
  bar->addWidget(map_);
  bar->addWidget(range_);
  bar->addAction(smooth_);
  bar->addAction(contours_);
  bar->addWidget(moreButton_);
}

void OverlayControls::present(const OverlayChoices& choices) {
  visible_->setChecked(choices.visible);
  smooth_->setChecked(choices.smooth);
  contours_->setChecked(choices.contours);
  grey_->setChecked(choices.desaturated);
  {
    const QSignalBlocker blocker(opacity_);
    opacity_->setValue(static_cast<int>(std::lround(100 * choices.opacity)));
  }
  map_->setCurrentIndex(static_cast<int>(widgets::colourMaps().indexOf(choices.colourMap)));
  range_->setCurrentIndex(range_->findData(static_cast<int>(choices.range)));
  popup_->present(choices);
  // A control that has no effect is off and says why.
  const bool isDifference =
      choices.compareWith != CompareWith::Nothing && choices.layout == CompareLayout::Difference;
  const bool hasColours = choices.visible && !choices.contours;
  opacity_->setEnabled(hasColours);
  map_->setEnabled(hasColours && !isDifference);
  map_->setToolTip(isDifference ? tr("Differences have colours of their own")
                                : tr("Colour map (C for the next)"));
  nextMap_->setEnabled(map_->isEnabled());
  contours_->setEnabled(choices.visible && !isDifference);
  smooth_->setEnabled(choices.visible);
  range_->setEnabled(choices.visible);
}

}  // namespace attelier::ui
