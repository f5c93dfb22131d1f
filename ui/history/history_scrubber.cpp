#include "ui/history/history_scrubber.h"

#include "widgets/base/icon.h"
#include "widgets/base/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QMouseEvent>
#include <QPainter>
#include <QSignalBlocker>
#include <QStyle>
#include <QStyleOptionSlider>
#include <QToolButton>

#include <algorithm>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {

namespace {

constexpr int kFilmMs = 80;      // between two pictures of the film
constexpr int kFilmSteps = 250;  // pictures at most: twenty seconds for any search

QString number(std::int64_t value) { return QLocale().toString(static_cast<qlonglong>(value)); }

}  // namespace

StepSlider::StepSlider(QWidget* parent) : QSlider(Qt::Horizontal, parent) {}

void StepSlider::setMarks(std::vector<std::int64_t> checkpoints, std::int64_t pinned) {
  checkpoints_ = std::move(checkpoints);
  pinned_ = pinned;
  update();
}

QSize StepSlider::sizeHint() const {
  return QSlider::sizeHint() + QSize(0, fontMetrics().height() / 2);
}

int StepSlider::positionOf(std::int64_t step) const {
  QStyleOptionSlider option;
  initStyleOption(&option);
  const QRect groove =
      style()->subControlRect(QStyle::CC_Slider, &option, QStyle::SC_SliderGroove, this);
  const int handle = style()->pixelMetric(QStyle::PM_SliderLength, &option, this);
  return groove.left() + handle / 2 +
         QStyle::sliderPositionFromValue(minimum(), maximum(), static_cast<int>(step),
                                         groove.width() - handle);
}

void StepSlider::paintEvent(QPaintEvent* event) {
  QSlider::paintEvent(event);
  if (maximum() <= minimum()) return;
  QPainter painter(this);
  const auto& theme = widgets::Theme::of(palette());
  const int length = fontMetrics().height() / 4;
  painter.setPen(QPen(theme.mutedText, 1));
  for (const auto step : checkpoints_) {
    const int x = positionOf(step);
    painter.drawLine(x, height() - length, x, height() - 1);
  }
  if (pinned_ >= minimum() && pinned_ <= maximum()) {
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme.accent);
    const int x = positionOf(pinned_);
    painter.drawPolygon(
        QPolygon({QPoint(x - length, 0), QPoint(x + length, 0), QPoint(x, length + 1)}));
  }
}

// A click goes where it points, instead of a page towards it.
void StepSlider::mousePressEvent(QMouseEvent* event) {
  if (event->button() == Qt::LeftButton) {
    const int left = positionOf(minimum()), right = positionOf(maximum());
    setValue(QStyle::sliderValueFromPosition(minimum(), maximum(),
                                             static_cast<int>(event->position().x()) - left,
                                             std::max(1, right - left)));
  }
  QSlider::mousePressEvent(event);
}

HistoryScrubber::HistoryScrubber(Workspace& workspace, QWidget* parent)
    : Pane(workspace, u"scrubber"_s, tr("Time"), parent),
      slider_(new StepSlider(this)),
      text_(new QLabel(this)),
      live_(new QToolButton(this)),
      film_(new QAction(widgets::icon(u"film"_s), tr("Play the search as a &film"), this)) {
  slider_->setAccessibleName(tr("Step that all panes show"));
  slider_->setToolTip(
      tr("Drag back through the search; it goes on meanwhile. Ticks are checkpoints."));
  text_->setAccessibleName(tr("Step shown"));
  film_->setObjectName(u"scrubber.film"_s);
  film_->setCheckable(true);
  film_->setShortcut(QKeySequence(u"Ctrl+Space"_s));
  film_->setToolTip(tr("From the first stored step to the last, in twenty seconds at most"));
  auto* play = new QToolButton(this);
  play->setDefaultAction(film_);
  live_->setIcon(widgets::icon(u"live"_s));
  live_->setText(tr("Live"));
  live_->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
  live_->setCheckable(true);
  live_->setToolTip(tr("Follow the last step (End)"));
  live_->setAccessibleName(tr("Live"));
  for (auto* button : {play, live_}) button->setFocusPolicy(Qt::StrongFocus);

  const int gap = fontMetrics().height() / 3;
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(2 * gap, gap, 2 * gap, gap);
  row->setSpacing(2 * gap);
  row->addWidget(play);
  row->addWidget(slider_, 1);
  row->addWidget(text_);
  row->addWidget(live_);
  setFocusProxy(slider_);

  connect(slider_, &QSlider::valueChanged, this, &HistoryScrubber::moveTo);
  connect(live_, &QToolButton::clicked, this, [this] { this->workspace().goLive(); });
  connect(film_, &QAction::toggled, this, [this](bool plays) {
    if (!plays) return play_.stop();
    const auto& run = shown().run;
    if (!run || !run->history || run->history->records.empty()) return film_->setChecked(false);
    this->workspace().goTo(run->history->records.front().step);
    play_.start(kFilmMs);
  });
  connect(&play_, &QTimer::timeout, this, &HistoryScrubber::playOn);
}

void HistoryScrubber::moveTo(int step) {
  const auto& run = shown().run;
  if (!run) return;
  step >= run->status.step ? workspace().goLive() : workspace().goTo(step);
}

void HistoryScrubber::playOn() {
  const auto& run = shown().run;
  const auto at = shown().choices.step;
  if (!run || !at || !run->history) return film_->setChecked(false);
  const std::int64_t stride = std::max<std::int64_t>(1, run->status.step / kFilmSteps);
  const std::int64_t next = *at + stride;
  if (next < run->status.step) return workspace().goTo(next);
  film_->setChecked(false);
  workspace().goLive();
}

void HistoryScrubber::present(const Shown& shown) {
  const RunView* view = shown.run.get();
  setEnabled(view != nullptr && view->status.step > 0);
  const QSignalBlocker quiet(slider_);
  const int last = view != nullptr ? static_cast<int>(view->status.step) : 0;
  slider_->setRange(0, std::max(last, 1));
  const bool isLive = !shown.choices.step.has_value();
  live_->setChecked(isLive);
  if (!slider_->isSliderDown())
    slider_->setValue(isLive ? last : static_cast<int>(*shown.choices.step));
  if (view == nullptr) return text_->clear();
  const int perEpoch = std::max(
      1, view->status.epoch > 0 ? static_cast<int>(view->status.step / view->status.epoch) : 20);
  slider_->setPageStep(perEpoch);
  const std::int64_t step = shown.step();
  text_->setText(tr("step %1 of %2").arg(number(std::max<std::int64_t>(step, 0)), number(last)));
  const auto& pinned = shown.choices.pinnedStep;
  if (checkpoints_ != view->checkpoints || pinned.has_value()) {
    checkpoints_ = view->checkpoints;
    std::vector<std::int64_t> steps;
    for (const auto& checkpoint : *view->checkpoints) steps.push_back(checkpoint.step);
    slider_->setMarks(std::move(steps), pinned && pinned->run.empty() ? pinned->step : -1);
  }
}

}  // namespace attelier::ui
