#include "ui/history/resources_pane.h"

#include "widgets/base/icon.h"
#include "widgets/plots/curve_plot.h"

#include <QAction>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>

#include <algorithm>
#include <cmath>
#include <iterator>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {

namespace {

using Member = double run::ResourcesRow::*;

widgets::Curve curve(const std::vector<run::ResourcesRow>& rows, const QString& name, Member member,
                     double unit) {
  std::vector<std::int64_t> steps;
  std::vector<float> values;
  std::vector<double> times;
  bool isKnown = false;
  for (const auto& row : rows) {
    steps.push_back(row.step);
    times.push_back(row.time);
    values.push_back(static_cast<float>(row.*member / unit));
    isKnown = isKnown || !std::isnan(row.*member);
  }
  widgets::Curve made;
  made.name = name;
  if (isKnown)
    made.points = widgets::CurvePoints::of(std::move(steps), std::move(values), std::move(times));
  return made;
}

QList<widgets::Curve> knownOnly(QList<widgets::Curve> curves) {
  curves.removeIf([](const widgets::Curve& each) { return each.points.size() == 0; });
  return curves;
}

}  // namespace

ResourcesPane::ResourcesPane(Workspace& workspace, QWidget* parent)
    : Pane(workspace, u"resources"_s, tr("Resources"), parent),
      times_(new widgets::CurvePlot(this)),
      memories_(new widgets::CurvePlot(this)) {
  const int unit = fontMetrics().height();
  auto* grid = new QGridLayout;
  grid->setHorizontalSpacing(unit);
  grid->setVerticalSpacing(unit / 4);
  device_ = addFigure(grid, tr("Device"), tr("Where the engine computes"));
  memory_ = addFigure(grid, tr("Memory of the engine"),
                      tr("Resident memory of its process on this machine"));
  used_ = addFigure(grid, tr("GPU used"), tr("On the card, by all programs together"));
  reserved_ =
      addFigure(grid, tr("GPU reserved"), tr("What the allocator keeps ready, tensors included"));
  allocated_ = addFigure(grid, tr("GPU allocated"), tr("What its tensors hold"));
  peak_ = addFigure(grid, tr("GPU peak"), tr("The most that tensors have held"));
  step_ = addFigure(grid, tr("A step"), tr("Loading, forward and backward, optimiser, answers"));
  loading_ = addFigure(grid, tr("Waiting for clips"),
                       tr("Share of a step that the search waits for the loader"));
  watching_ = addFigure(
      grid, tr("View cost"),
      tr("Share of a step for attention records and answers to windows; the goal is 1 %"));
  heat_ = addFigure(grid, tr("GPU"), tr("Load, temperature, power"));
  grid->setRowStretch(grid->rowCount(), 1);
  times_->setTitle(tr("Milliseconds of a step"));
  times_->setValueLabel(tr("ms a step"));
  times_->setEmptyText(
      tr("Nothing measured yet: the first figures come after a second of training."));
  memories_->setTitle(tr("Memory"));
  memories_->setValueLabel(tr("MiB"));
  memories_->setEmptyText(tr("Nothing measured yet."));
  timesTable_ = new QAction(widgets::icon(u"table"_s), tr("Show &times as table"), this);
  timesTable_->setObjectName(u"resources.times_table"_s);
  memoriesTable_ = new QAction(widgets::icon(u"table"_s), tr("Show &memory as table"), this);
  memoriesTable_->setObjectName(u"resources.memory_table"_s);
  connect(timesTable_, &QAction::triggered, times_, &widgets::CurvePlot::showTable);
  connect(memoriesTable_, &QAction::triggered, memories_, &widgets::CurvePlot::showTable);
  for (auto* plot : {times_, memories_}) {
    connect(plot, &widgets::CurvePlot::stepChosen, this, [this](qint64 step) {
      const auto& run = shown().run;
      run&& step >= run->status.step ? this->workspace().goLive() : this->workspace().goTo(step);
    });
    connect(plot, &widgets::CurvePlot::liveRequested, this, [this] { this->workspace().goLive(); });
  }
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(unit / 2, unit / 4, unit / 4, unit / 4);
  row->addLayout(grid);
  row->addWidget(times_, 1);
  row->addWidget(memories_, 1);
}

QLabel* ResourcesPane::addFigure(QGridLayout* grid, const QString& name,
                                 const QString& explanation) {
  const int row = grid->rowCount();
  auto* label = new QLabel(name, this);
  auto* value = new QLabel(this);
  QPalette muted = label->palette();
  muted.setColor(QPalette::WindowText, muted.color(QPalette::PlaceholderText));
  label->setPalette(muted);
  for (auto* each : {label, value}) each->setToolTip(explanation);
  value->setAccessibleName(name);
  value->setTextInteractionFlags(Qt::TextSelectableByMouse);
  value->setFocusPolicy(Qt::NoFocus);
  grid->addWidget(label, row, 0);
  grid->addWidget(value, row, 1);
  return value;
}

QList<QAction*> ResourcesPane::paneActions() const { return {timesTable_, memoriesTable_}; }

void ResourcesPane::present(const Shown& shown) {
  for (auto* plot : {times_, memories_}) {
    plot->setCurrentStep(shown.step(), !shown.choices.step.has_value());
  }
  const auto rows = shown.run ? shown.run->resources : nullptr;
  const bool isOther = rows != presented_ || !rows;
  if (isOther || shown.step() != figuresOf_) presentFigures(shown);
  if (!isOther) return;
  presented_ = rows;
  constexpr double kMiB = 1 << 20;
  QList<widgets::Curve> times, memories;
  if (rows) {
    using Row = run::ResourcesRow;
    times = {curve(*rows, tr("load"), &Row::loadMs, 1),
             curve(*rows, tr("forward"), &Row::forwardMs, 1),
             curve(*rows, tr("backward"), &Row::backwardMs, 1),
             curve(*rows, tr("optimiser"), &Row::optimiserMs, 1),
             curve(*rows, tr("store"), &Row::storeMs, 1),
             curve(*rows, tr("answers"), &Row::answersMs, 1)};
    memories = {curve(*rows, tr("engine"), &Row::hostBytes, kMiB),
                curve(*rows, tr("GPU used"), &Row::deviceUsed, kMiB),
                curve(*rows, tr("GPU reserved"), &Row::deviceReserved, kMiB),
                curve(*rows, tr("GPU allocated"), &Row::deviceAllocated, kMiB),
                curve(*rows, tr("GPU peak"), &Row::devicePeak, kMiB)};
  }
  times_->setCurves(knownOnly(times));
  memories_->setCurves(knownOnly(memories));
}

void ResourcesPane::presentFigures(const Shown& shown) {
  figuresOf_ = shown.step();
  const QLocale locale;
  const QString none = tr("–");
  const auto& rows = shown.run ? *shown.run->resources : std::vector<run::ResourcesRow>();
  const auto next = std::upper_bound(
      rows.begin(), rows.end(), shown.step(),
      [](std::int64_t step, const run::ResourcesRow& row) { return step < row.step; });
  const run::ResourcesRow at = next != rows.begin() ? *std::prev(next) : run::ResourcesRow{};
  const auto bytes = [&](double value) {
    return std::isnan(value) ? none : locale.formattedDataSize(static_cast<qint64>(value));
  };
  device_->setText(shown.run && !shown.run->status.device.empty()
                       ? QString::fromStdString(shown.run->status.device)
                       : none);
  memory_->setText(bytes(at.hostBytes));
  used_->setText(bytes(at.deviceUsed));
  reserved_->setText(bytes(at.deviceReserved));
  allocated_->setText(bytes(at.deviceAllocated));
  peak_->setText(bytes(at.devicePeak));
  const double step = stepMilliseconds(at);
  const auto percent = [&](double share, int digits) {
    return tr("%1 %").arg(locale.toString(100 * share, 'f', digits));
  };
  step_->setText(step > 0 ? tr("%1 ms").arg(locale.toString(step, 'f', step < 10 ? 1 : 0)) : none);
  loading_->setText(step > 0 && !std::isnan(at.loadMs) ? percent(at.loadMs / step, 1) : none);
  const bool isLast = next == rows.end();
  const auto cost = isLast ? viewCost(rows) : viewCost({rows.begin(), next});
  watching_->setText(cost ? percent(*cost, 2) : none);
  QStringList heat;
  const auto add = [&](const QString& text, double value) {
    if (!std::isnan(value)) heat << text.arg(locale.toString(value, 'f', 0));
  };
  add(tr("%1 %"), at.gpuUtilisation);
  add(tr("%1 °C"), at.gpuTemperature);
  add(tr("%1 W"), at.gpuPower);
  heat_->setText(heat.isEmpty() ? none : heat.join(u" · "_s));
}

}  // namespace attelier::ui
