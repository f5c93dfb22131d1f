#include "ui/history/curves_pane.h"

#include "widgets/base/icon.h"
#include "widgets/plots/curve_plot.h"

#include <QAction>
#include <QComboBox>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QSlider>
#include <QToolButton>
#include <QVBoxLayout>

#include <cmath>
#include <map>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {

namespace {

constexpr int kSmoothings = 12;  // 0: none, then doubling memories: 2, 4, … 4096 steps

QString text(const std::string& value) { return QString::fromStdString(value); }

// "train/loss" and "select/loss" are looked at together; names without a split stand for
// themselves.
QString groupOf(const QString& name) {
  const QString first = name.section(u'/', 0, 0);
  const bool hasSplit = first == u"train"_s || first == u"select"_s || first == u"report"_s;
  if (!hasSplit) return first;
  const QString rest = name.section(u'/', 1);
  return rest == u"top1"_s || rest == u"top5"_s ? u"accuracy"_s : rest;
}

widgets::CurvePoints points(const std::shared_ptr<const run::MetricsView>& view,
                            std::size_t metric) {
  return {.owner = view,
          .stepsPerPoint = view->stepsPerPoint,
          .steps = view->steps,
          .times = view->times,
          .minimum = view->minimum[metric],
          .maximum = view->maximum[metric],
          .mean = view->mean[metric],
          .last = view->last[metric]};
}

std::size_t indexOf(const run::MetricsView& view, const std::string& name) {
  return static_cast<std::size_t>(std::find(view.names.begin(), view.names.end(), name) -
                                  view.names.begin());
}

struct Sparse {
  std::vector<std::int64_t> steps;
  std::vector<float> values;
  std::vector<double> times;
};

std::map<std::string, Sparse> byName(const std::vector<run::PointRow>& rows) {
  std::map<std::string, Sparse> all;
  for (const auto& row : rows) {
    Sparse& series = all[row.name];
    series.steps.push_back(row.step);
    series.values.push_back(static_cast<float>(row.value));
    series.times.push_back(row.time);
  }
  return all;
}

widgets::Curve sparseCurve(const QString& name, Sparse series) {
  widgets::Curve curve;
  curve.name = name;
  curve.isSparse = true;
  curve.points = widgets::CurvePoints::of(std::move(series.steps), std::move(series.values),
                                          std::move(series.times));
  return curve;
}

}  // namespace

CurvesPane::CurvesPane(Workspace& workspace, QWidget* parent)
    : Pane(workspace, u"curves"_s, tr("Curves"), parent),
      plot_(new widgets::CurvePlot(this)),
      group_(new QComboBox(this)),
      axis_(new QComboBox(this)),
      smoothing_(new QSlider(Qt::Horizontal, this)),
      logX_(new QAction(tr("Logarithmic &steps"), this)),
      logY_(new QAction(tr("Logarithmic &values"), this)),
      follow_(new QAction(widgets::icon(u"live"_s), tr("&Follow new points"), this)),
      csv_(new QAction(widgets::icon(u"save"_s), tr("Save &all points as CSV…"), this)) {
  plot_->setTitle(tr("Curves"));
  plot_->setEmptyText(tr("No step has been finished yet."));
  group_->setAccessibleName(tr("Metric"));
  group_->setToolTip(tr("Metric; each curve names its split"));
  axis_->setAccessibleName(tr("Horizontal axis"));
  axis_->addItems({tr("step"), tr("epoch"), tr("wall time"), tr("time since start")});
  smoothing_->setAccessibleName(tr("Smoothing"));
  smoothing_->setRange(0, kSmoothings);
  smoothing_->setMaximumWidth(fontMetrics().averageCharWidth() * 16);
  smoothing_->setToolTip(tr("Memory of the smoothed line; raw values stay drawn behind it"));
  const std::pair<QAction*, const char*> names[] = {{logX_, "curves.log_x"},
                                                    {logY_, "curves.log_y"},
                                                    {follow_, "curves.follow"},
                                                    {csv_, "curves.csv"}};
  for (const auto& [action, name] : names) action->setObjectName(QString::fromLatin1(name));
  logX_->setCheckable(true);
  logY_->setCheckable(true);
  follow_->setToolTip(tr("Show the whole course again and follow it; zooming stops that"));

  auto* smoothingLabel = new QLabel(tr("S&moothing"), this);
  smoothingLabel->setBuddy(smoothing_);
  auto* bar = new QHBoxLayout;
  bar->addWidget(group_);
  bar->addWidget(axis_);
  bar->addWidget(smoothingLabel);
  bar->addWidget(smoothing_);
  bar->addStretch(1);
  for (auto* action : {logX_, logY_, follow_, csv_}) {
    auto* button = new QToolButton(this);
    button->setDefaultAction(action);
    button->setFocusPolicy(Qt::StrongFocus);
    if (action == logX_) button->setText(tr("log x"));
    if (action == logY_) button->setText(tr("log y"));
    bar->addWidget(button);
  }
  const int gap = fontMetrics().height() / 4;
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(gap, gap, gap, gap);
  column->setSpacing(gap);
  column->addLayout(bar);
  column->addWidget(plot_, 1);
  setFocusProxy(plot_);

  connect(group_, &QComboBox::activated, this, [this] { chooseGroup(group_->currentText()); });
  connect(axis_, &QComboBox::currentIndexChanged, this,
          [this](int index) { plot_->setXAxis(static_cast<widgets::CurveAxis>(index)); });
  connect(smoothing_, &QSlider::valueChanged, this,
          [this](int value) { plot_->setSmoothing(value == 0 ? 0 : std::pow(2, value)); });
  connect(logX_, &QAction::toggled, plot_, &widgets::CurvePlot::setLogX);
  connect(logY_, &QAction::toggled, plot_, &widgets::CurvePlot::setLogY);
  connect(follow_, &QAction::triggered, plot_, &widgets::CurvePlot::followLive);
  connect(csv_, &QAction::triggered, this, &CurvesPane::savePoints);
  connect(plot_, &widgets::CurvePlot::followsLiveChanged, this, [this](bool follows) {
    follow_->setEnabled(!follows);
    if (follows) this->workspace().wantCurves(std::nullopt);
  });
  follow_->setEnabled(false);
  connect(plot_, &widgets::CurvePlot::rangeChanged, this, [this](qint64 first, qint64 last) {
    if (!plot_->followsLive())
      this->workspace().wantCurves(run::StepRange{std::max<qint64>(first, 1), last});
  });
  connect(plot_, &widgets::CurvePlot::stepChosen, this, [this](qint64 step) {
    const auto& run = shown().run;
    run&& step >= run->status.step ? this->workspace().goLive() : this->workspace().goTo(step);
  });
  connect(plot_, &widgets::CurvePlot::liveRequested, this, [this] { this->workspace().goLive(); });
  smoothing_->setValue(4);
}

CurvesPane::~CurvesPane() = default;

QList<QAction*> CurvesPane::paneActions() const { return {logX_, logY_, follow_, csv_}; }

QString CurvesPane::emptyText() const { return {}; }

void CurvesPane::present(const Shown& shown) {
  plot_->setCurrentStep(shown.step(), !shown.choices.step.has_value());
  const RunView* view = shown.run.get();
  if (view == nullptr) {
    plot_->setCurves({});
    curves_.reset();
    return;
  }
  const bool isSame = curves_ == view->curves && finer_ == view->finerCurves &&
                      points_ == view->points && evaluations_ == view->evaluations &&
                      checkpoints_ == view->checkpoints;
  if (isSame) return;
  curves_ = view->curves;
  finer_ = view->finerCurves;
  points_ = view->points;
  evaluations_ = view->evaluations;
  checkpoints_ = view->checkpoints;
  fillGroups(*view);
  draw(*view);
}

void CurvesPane::fillGroups(const RunView& view) {
  QStringList groups;
  const auto add = [&](const std::string& name) {
    const QString group = groupOf(text(name));
    if (!groups.contains(group)) groups << group;
  };
  for (const auto& name : view.curves->names) add(name);
  for (const auto& [name, series] : byName(*view.points)) add(name);
  if (groups == groups_) return;
  groups_ = groups;
  const QSignalBlocker quiet(group_);
  group_->clear();
  group_->addItems(groups);
  // Metrics come one after the other; until a person chooses, accuracy is what a search is about.
  if (!isChosen_ || !groups.contains(chosen_)) {
    chosen_ = groups.contains(u"accuracy"_s) ? u"accuracy"_s : groups.value(0);
  }
  group_->setCurrentText(chosen_);
}

void CurvesPane::chooseGroup(const QString& group) {
  isChosen_ = true;
  chosen_ = group;
  plot_->setValueLabel(group);
  if (shown().run) draw(*shown().run);
}

void CurvesPane::draw(const RunView& view) {
  QList<widgets::Curve> curves;
  for (std::size_t metric = 0; metric < view.curves->names.size(); ++metric) {
    const std::string& name = view.curves->names[metric];
    if (groupOf(text(name)) != chosen_) continue;
    widgets::Curve curve;
    curve.name = text(name);
    curve.points = points(view.curves, metric);
    if (view.finerCurves) {
      const std::size_t finer = indexOf(*view.finerCurves, name);
      if (finer < view.finerCurves->names.size()) curve.detail = points(view.finerCurves, finer);
    }
    curves << curve;
  }
  for (auto& [name, series] : byName(*view.points)) {
    if (groupOf(text(name)) == chosen_) curves << sparseCurve(text(name), std::move(series));
  }
  // Evaluations beside the search: cell, random cells and plain backbone on one axis.
  for (const auto& evaluation : *view.evaluations) {
    const QString label = evaluation.info.parent ? text(evaluation.info.parent->cell)
                                                 : text(evaluation.path.stem().string());
    for (auto& [name, series] : byName(evaluation.points)) {
      if (groupOf(text(name)) != chosen_) continue;
      QString full = tr("%1: %2").arg(label, text(name));
      for (int i = 2;
           std::any_of(curves.begin(), curves.end(), [&](const auto& c) { return c.name == full; });
           ++i) {
        full = tr("%1 (%2): %3").arg(label).arg(i).arg(text(name));
      }
      curves << sparseCurve(full, std::move(series));
    }
  }
  QList<widgets::StepMark> marks;
  for (const auto& checkpoint : *view.checkpoints) {
    marks << widgets::StepMark{.step = checkpoint.step,
                               .kind = widgets::StepMark::Kind::Checkpoint,
                               .text = tr("checkpoint: %1").arg(text(checkpoint.reason))};
  }
  for (const auto& event : *view.events) {
    if (event.kind == "failure") {
      marks << widgets::StepMark{
          .step = event.step, .kind = widgets::StepMark::Kind::Failure, .text = text(event.text)};
    }
  }
  if (view.status.epoch > 0) {
    plot_->setStepsPerEpoch(static_cast<double>(view.status.step) /
                            static_cast<double>(view.status.epoch));
  }
  plot_->setValueLabel(chosen_);
  plot_->setMarks(marks);
  plot_->setCurves(curves);
}

void CurvesPane::savePoints() {
  const auto& run = shown().run;
  if (!run) return;
  auto* dialog = new QFileDialog(this, tr("Save all points as CSV"));
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->setAcceptMode(QFileDialog::AcceptSave);
  dialog->setDefaultSuffix(u"csv"_s);
  dialog->setNameFilter(u"CSV (*.csv)"_s);
  dialog->selectFile(text(run->path.stem().string()) + u".csv"_s);
  connect(dialog, &QFileDialog::fileSelected, this, [this, path = run->path](const QString& file) {
    file_ = std::make_unique<PointsFile>(path, file.toStdString());
    csv_->setEnabled(false);
    connect(file_.get(), &PointsFile::progressed, this, [this](int percent) {
      Q_EMIT this->workspace().said(tr("Writing the points: %1 %").arg(percent));
    });
    connect(file_.get(), &PointsFile::ended, this, [this, file](const QString& problem) {
      csv_->setEnabled(true);
      Q_EMIT this->workspace().said(problem.isEmpty() ? tr("All points are in %1.").arg(file)
                                                      : problem);
    });
  });
  dialog->open();
}

}  // namespace attelier::ui
