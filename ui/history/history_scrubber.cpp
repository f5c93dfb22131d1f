#include "ui/history/history_scrubber.h"

#include "ui/history/run_course.h"
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
#include <cmath>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {

namespace {

constexpr int kFilmMs = 80;               // between two pictures of the film
constexpr double kLeastTickDistance = 4;  // pixels between ticks of epochs
constexpr int kFilmSteps = 250;           // pictures at most: twenty seconds for any search

QString number(std::int64_t value) { return QLocale().toString(static_cast<qlonglong>(value)); }

}  // namespace

StepSlider::StepSlider(QWidget* parent) : QSlider(Qt::Horizontal, parent) {}

void StepSlider::setMarks(Marks marks) {
  if (marks == marks_) return;
  marks_ = std::move(marks);
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
  const auto tick = [&](std::int64_t step, int size) {
    const int x = positionOf(step);
    painter.drawLine(x, height() - size, x, height() - 1);
  };
  const double epochs = marks_.epoch > 0 ? maximum() / marks_.epoch : 0;
  if (epochs > 0 && width() / epochs >= kLeastTickDistance) {
    painter.setPen(QPen(theme.border, 1));
    for (int epoch = 1; epoch <= epochs; ++epoch) {
      tick(std::llround(epoch * marks_.epoch), length / 2);
    }
  }
  painter.setPen(QPen(theme.text, 1));
  for (const auto step : marks_.checkpoints) tick(step, length + 1);
  painter.setPen(QPen(theme.mutedText, 1, Qt::DotLine));
  for (const auto step : marks_.stages) tick(step, height());
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setPen(Qt::NoPen);
  painter.setBrush(theme.accent);
  for (const auto step : marks_.pinned) {
    if (step < minimum() || step > maximum()) continue;
    const int x = positionOf(step);
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
      tr("Drag back through the search; it goes on meanwhile. Long ticks are checkpoints, short "
         "ones epochs, dotted lines stages, flags pinned steps."));
  text_->setAccessibleName(tr("Step shown"));
  film_->setObjectName(u"scrubber.film"_s);
  film_->setCheckable(true);
  film_->setShortcut(QKeySequence(u"Ctrl+Space"_s));
  film_->setToolTip(tr("From the first stored step to the last, in twenty seconds at most"));
  auto* play = new QToolButton(this);
  play->setDefaultAction(film_);
  live_->setObjectName(u"live"_s);
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
  const bool hasFilm = view != nullptr && view->history && !view->history->records.empty();
  film_->setEnabled(hasFilm);
  film_->setToolTip(hasFilm
                        ? tr("From the first stored step to the last, in twenty seconds at most")
                        : tr("A film needs stored weights: a search has them, an evaluation not"));
  const QSignalBlocker quiet(slider_);
  const int last = view != nullptr ? static_cast<int>(view->status.step) : 0;
  slider_->setRange(0, std::max(last, 1));
  const bool isLive = !shown.choices.step.has_value();
  live_->setChecked(isLive);
  if (!slider_->isSliderDown()) {
    slider_->setValue(isLive ? last : static_cast<int>(*shown.choices.step));
  }
  if (view == nullptr) {
    slider_->setMarks({});
    return text_->clear();
  }
  findEpoch(*view);
  slider_->setPageStep(std::max(1, epoch_ > 0 ? static_cast<int>(epoch_) : last / 20));
  const std::int64_t step = std::max<std::int64_t>(shown.step(), 0);
  text_->setText(epoch_ > 0
                     ? tr("step %1 of %2 · epoch %3")
                           .arg(number(step), number(last),
                                QLocale().toString(static_cast<double>(step) / epoch_, 'f', 1))
                     : tr("step %1 of %2").arg(number(step), number(last)));
  presentMarks(*view, shown.choices);
}

void HistoryScrubber::findEpoch(const RunView& view) {
  const bool isKnown =
      epoch_ > 0 && dataset_ == view.dataset && configuration_ == view.configuration;
  if (isKnown && !view.dataset->empty()) return;
  dataset_ = view.dataset;
  configuration_ = view.configuration;
  epoch_ = stepsPerEpoch(view);
}

void HistoryScrubber::presentMarks(const RunView& view, const Choices& choices) {
  StepSlider::Marks marks;
  marks.epoch = epoch_;
  for (const auto& checkpoint : *view.checkpoints) marks.checkpoints.push_back(checkpoint.step);
  for (const auto& stage : stageStarts(view)) marks.stages.push_back(stage.step);
  marks.pinned = pinnedSteps(view, choices);
  slider_->setMarks(std::move(marks));
}

}  // namespace attelier::ui
