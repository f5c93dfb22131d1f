#include "ui/history/curves_pane.h"

#include "ui/history/curve_series.h"
#include "ui/history/run_course.h"
#include "widgets/base/icon.h"
#include "widgets/plots/curve_plot.h"

#include <QAction>
#include <QComboBox>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QProgressBar>
#include <QSettings>
#include <QSignalBlocker>
#include <QSlider>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <array>
#include <cmath>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {

namespace {

constexpr int kSmoothings = 14;  // 0: none, then doubling memories: 2, 4, … 16,384 steps
constexpr int kUsualSmoothing = 4;
// New points of a run that goes on are drawn at most so often, and less often the more there are:
// drawing 25,000 points takes 10 ms, and the window may take 2 % of the machine.
constexpr qint64 kLeastPauseMs = 200;
constexpr std::size_t kPointsAMs = 30;

double memoryOf(int value) { return value == 0 ? 0 : std::pow(2, value); }

QString pathText(const std::filesystem::path& path) {
  return QString::fromStdString(path.string());
}

}  // namespace

CurvesPane::CurvesPane(Workspace& workspace, QWidget* parent)
    : Pane(workspace, u"curves"_s, tr("Curves"), parent),
      plot_(new widgets::CurvePlot(this)),
      logX_(new QAction(tr("Logarithmic &steps"), this)),
      logY_(new QAction(tr("Logarithmic &values"), this)),
      follow_(new QAction(widgets::icon(u"live"_s), tr("&Follow new points"), this)),
      csv_(new QAction(widgets::icon(u"save"_s), tr("Save &all points as CSV…"), this)) {
  plot_->setTitle(tr("Curves"));
  plot_->setEmptyText(tr("No step has been finished yet."));
  const std::array<std::pair<QAction*, QString>, 4> names{
      std::pair{logX_, u"curves.log_x"_s}, std::pair{logY_, u"curves.log_y"_s},
      std::pair{follow_, u"curves.follow"_s}, std::pair{csv_, u"curves.csv"_s}};
  for (const auto& [action, name] : names) action->setObjectName(name);
  logX_->setCheckable(true);
  logY_->setCheckable(true);
  logX_->setIconText(tr("log x"));
  logY_->setIconText(tr("log y"));
  follow_->setToolTip(tr("Show the whole course again and follow it; zooming stops that"));
  follow_->setEnabled(false);
  csv_->setToolTip(tr("Every stored step and every validation, not only what is drawn"));

  const int gap = fontMetrics().height() / 4;
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(gap, gap, gap, gap);
  column->setSpacing(gap);
  column->addWidget(makeBar());
  column->addWidget(plot_, 1);
  column->addWidget(makeProgress());
  setFocusProxy(plot_);
  later_.setSingleShot(true);

  connect(&later_, &QTimer::timeout, this, &CurvesPane::draw);
  connect(logX_, &QAction::toggled, this, [this](bool isLog) {
    QSettings().setValue(u"curves/log_x"_s, isLog);
    plot_->setLogX(isLog);
  });
  connect(logY_, &QAction::toggled, this, [this](bool isLog) {
    QSettings().setValue(u"curves/log_y"_s, isLog);
    plot_->setLogY(isLog);
  });
  connect(follow_, &QAction::triggered, plot_, &widgets::CurvePlot::followLive);
  connect(csv_, &QAction::triggered, this, &CurvesPane::askForFile);
  connect(plot_, &widgets::CurvePlot::followsLiveChanged, this, [this](bool follows) {
    follow_->setEnabled(!follows);
    if (follows) this->workspace().wantCurves(std::nullopt);
  });
  connect(plot_, &widgets::CurvePlot::rangeChanged, this, &CurvesPane::wantDetail);
  connect(plot_, &widgets::CurvePlot::stepChosen, this, [this](qint64 step) {
    const auto& run = shown().run;
    run&& step >= run->status.step ? this->workspace().goLive() : this->workspace().goTo(step);
  });
  connect(plot_, &widgets::CurvePlot::liveRequested, this, [this] { this->workspace().goLive(); });
  connect(plot_, &widgets::CurvePlot::hiddenCurvesChanged, this,
          [this] { QSettings().setValue(u"curves/hidden"_s, plot_->hiddenCurves()); });
  restoreChoices();
}

CurvesPane::~CurvesPane() = default;

QWidget* CurvesPane::makeBar() {
  auto* bar = new QWidget(this);
  group_ = new QComboBox(bar);
  group_->setObjectName(u"group"_s);
  group_->setAccessibleName(tr("Metric"));
  group_->setToolTip(tr("Metric; each curve names its split"));
  group_->setSizeAdjustPolicy(QComboBox::AdjustToContents);
  axis_ = new QComboBox(bar);
  axis_->setObjectName(u"axis"_s);
  axis_->setAccessibleName(tr("Horizontal axis"));
  axis_->addItems({tr("step"), tr("epoch"), tr("wall time"), tr("time since start")});
  smoothing_ = new QSlider(Qt::Horizontal, bar);
  smoothing_->setObjectName(u"smoothing"_s);
  smoothing_->setAccessibleName(tr("Smoothing"));
  smoothing_->setRange(0, kSmoothings);
  smoothing_->setPageStep(2);
  smoothing_->setMaximumWidth(fontMetrics().averageCharWidth() * 16);
  smoothing_->setToolTip(tr("Memory of the smoothed line; raw values stay drawn behind it"));
  memory_ = new QLabel(bar);
  memory_->setAccessibleName(tr("Memory of the smoothed line"));
  // So that the bar does not move with the digits.
  memory_->setMinimumWidth(
      fontMetrics().horizontalAdvance(tr("%n step(s)", nullptr, 1 << kSmoothings)));
  auto* label = new QLabel(tr("S&moothing"), bar);
  label->setBuddy(smoothing_);

  auto* row = new QHBoxLayout(bar);
  row->setContentsMargins(0, 0, 0, 0);
  for (QWidget* part : std::initializer_list<QWidget*>{group_, axis_, label, smoothing_, memory_}) {
    row->addWidget(part);
  }
  row->addStretch(1);
  for (auto* action : {logX_, logY_, follow_, csv_}) {
    auto* button = new QToolButton(bar);
    button->setDefaultAction(action);
    button->setFocusPolicy(Qt::StrongFocus);
    button->setAccessibleName(QString(action->text()).remove(u'&'));
    row->addWidget(button);
  }
  connect(group_, &QComboBox::activated, this, [this] { chooseGroup(group_->currentText()); });
  connect(axis_, &QComboBox::currentIndexChanged, this, &CurvesPane::chooseAxis);
  connect(smoothing_, &QSlider::valueChanged, this, &CurvesPane::chooseSmoothing);
  return bar;
}

QWidget* CurvesPane::makeProgress() {
  progress_ = new QWidget(this);
  progressBar_ = new QProgressBar(progress_);
  progressBar_->setAccessibleName(tr("Points written"));
  progressBar_->setFormat(tr("Writing all points: %p %"));
  auto* cancel = new QToolButton(progress_);
  cancel->setObjectName(u"cancel_points"_s);
  cancel->setText(tr("Cancel"));
  cancel->setFocusPolicy(Qt::StrongFocus);
  connect(cancel, &QToolButton::clicked, this, [this] {
    if (file_) file_->cancel();
  });
  auto* row = new QHBoxLayout(progress_);
  row->setContentsMargins(0, 0, 0, 0);
  row->addWidget(progressBar_, 1);
  row->addWidget(cancel);
  progress_->hide();
  return progress_;
}

void CurvesPane::restoreChoices() {
  const QSettings settings;
  axis_->setCurrentIndex(std::clamp(settings.value(u"curves/axis"_s, 0).toInt(), 0, 3));
  const int smoothing = settings.value(u"curves/smoothing"_s, kUsualSmoothing).toInt();
  smoothing_->setValue(std::clamp(smoothing, 0, kSmoothings));
  chooseSmoothing(smoothing_->value());
  logX_->setChecked(settings.value(u"curves/log_x"_s, false).toBool());
  logY_->setChecked(settings.value(u"curves/log_y"_s, false).toBool());
  drawn_.group = settings.value(u"curves/group"_s).toString();
  isChosen_ = !drawn_.group.isEmpty();
  plot_->setHiddenCurves(settings.value(u"curves/hidden"_s).toStringList());
}

QList<QAction*> CurvesPane::paneActions() const {
  return QList<QAction*>{logX_, logY_, follow_, csv_} + plot_->actions();
}

void CurvesPane::chooseAxis(int index) {
  QSettings().setValue(u"curves/axis"_s, index);
  const auto axis = static_cast<widgets::CurveAxis>(index);
  plot_->setXAxis(axis);
  logX_->setEnabled(axis != widgets::CurveAxis::WallTime);
  logX_->setToolTip(logX_->isEnabled() ? tr("Logarithmic steps")
                                       : tr("Wall time has no logarithm: it has no beginning"));
}

void CurvesPane::chooseSmoothing(int value) {
  QSettings().setValue(u"curves/smoothing"_s, value);
  plot_->setSmoothing(memoryOf(value));
  memory_->setText(value == 0 ? tr("none")
                              : tr("%n step(s)", nullptr, static_cast<int>(memoryOf(value))));
}

void CurvesPane::chooseGroup(const QString& group) {
  isChosen_ = true;
  QSettings().setValue(u"curves/group"_s, group);
  drawn_ = {};
  drawn_.group = group;
  plot_->followLive();
  draw();
}

// As much again on each side, so that panning finds it there.
void CurvesPane::wantDetail(qint64 first, qint64 last) {
  if (plot_->followsLive()) return;
  const qint64 margin = std::max<qint64>(1, (last - first) / 2);
  workspace().wantCurves(run::StepRange{std::max<qint64>(first - margin, 1), last + margin});
}

void CurvesPane::present(const Shown& shown) {
  plot_->setCurrentStep(shown.step(), !shown.choices.step.has_value());
  csv_->setEnabled(shown.run != nullptr && file_ == nullptr);
  if (!shown.run) {
    plot_->setCurves({});
    run_.clear();
    return;
  }
  if (shown.run->path != run_) {
    run_ = shown.run->path;
    plot_->followLive();
    sinceDrawn_.invalidate();
  }
  drawSoon();
}

void CurvesPane::drawSoon() {
  if (later_.isActive()) return;
  const std::size_t points = drawn_.curves ? drawn_.curves->steps.size() : 0;
  const qint64 pause = kLeastPauseMs + static_cast<qint64>(3 * points / kPointsAMs);
  // What a person asked for is not kept waiting: another run, a zoom, a pin.
  const auto& run = shown().run;
  const bool isAsked = drawn_.finer != run->finerCurves ||
                       drawn_.pinned != shown().choices.pinnedStep || !sinceDrawn_.isValid();
  if (isAsked || sinceDrawn_.hasExpired(pause)) return draw();
  later_.start(static_cast<int>(pause - sinceDrawn_.elapsed()) + 1);
}

void CurvesPane::draw() {
  later_.stop();
  const auto& view = shown().run;
  if (!view) return;
  fillGroups(*view);
  const Source source{.curves = view->curves,
                      .finer = view->finerCurves,
                      .points = view->points,
                      .evaluations = view->evaluations,
                      .checkpoints = view->checkpoints,
                      .events = view->events,
                      .pinned = shown().choices.pinnedStep,
                      .group = drawn_.group};
  if (source == drawn_) return;
  drawn_ = source;
  sinceDrawn_.start();
  plot_->setStepsPerEpoch(stepsPerEpoch(*view));
  plot_->setValueLabel(drawn_.group);
  plot_->setMarks(curveMarks(*view, shown().choices));
  plot_->setCurves(curvesOf(*view, drawn_.group));
}

void CurvesPane::fillGroups(const RunView& view) {
  QStringList groups = curveGroups(view);
  if (groups != groups_) {
    groups_ = std::move(groups);
    const QSignalBlocker quiet(group_);
    group_->clear();
    group_->addItems(groups_);
  }
  // Metrics come one after the other; until a person chooses, accuracy is what a search is about.
  const bool isThere = groups_.contains(drawn_.group);
  if (!isThere || !isChosen_) {
    drawn_.group = groups_.contains(u"accuracy"_s) ? u"accuracy"_s : groups_.value(0);
  }
  group_->setCurrentText(drawn_.group);
}

void CurvesPane::askForFile() {
  if (!shown().run) return;
  auto* dialog = new QFileDialog(this, tr("Save all points as CSV"));
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->setAcceptMode(QFileDialog::AcceptSave);
  dialog->setDefaultSuffix(u"csv"_s);
  dialog->setNameFilter(u"CSV (*.csv)"_s);
  dialog->selectFile(pathText(shown().run->path.stem()) + u".csv"_s);
  connect(dialog, &QFileDialog::fileSelected, this, &CurvesPane::writePoints);
  dialog->open();
}

void CurvesPane::writePoints(const QString& path) {
  if (!shown().run || file_) return;
  file_ = std::make_unique<PointsFile>(shown().run->path, path.toStdString());
  csv_->setEnabled(false);
  progressBar_->setValue(0);
  progress_->show();
  connect(file_.get(), &PointsFile::progressed, progressBar_, &QProgressBar::setValue);
  connect(file_.get(), &PointsFile::ended, this, [this, path](const QString& problem) {
    file_.release()->deleteLater();
    progress_->hide();
    csv_->setEnabled(shown().run != nullptr);
    Q_EMIT this->workspace().said(problem.isEmpty() ? tr("All points are in %1.").arg(path)
                                                    : problem);
  });
}

}  // namespace attelier::ui
