#include "ui/history/resources_pane.h"

#include "widgets/plots/curve_plot.h"

#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>

#include <cmath>

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
  allocated_ = addFigure(grid, tr("GPU allocated"), tr("What its tensors hold"));
  reserved_ =
      addFigure(grid, tr("GPU reserved"), tr("What the allocator keeps ready, tensors included"));
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
  for (auto* plot : {times_, memories_}) {
    connect(plot, &widgets::CurvePlot::stepChosen, this,
            [this](qint64 step) { this->workspace().goTo(step); });
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
  grid->addWidget(label, row, 0);
  grid->addWidget(value, row, 1);
  return value;
}

void ResourcesPane::present(const Shown& shown) {
  for (auto* plot : {times_, memories_})
    plot->setCurrentStep(shown.step(), !shown.choices.step.has_value());
  const auto rows = shown.run ? shown.run->resources : nullptr;
  if (rows == presented_ && rows) return;
  presented_ = rows;
  const QLocale locale;
  const QString none = tr("–");
  const auto bytes = [&](double value) {
    return std::isnan(value) ? none : locale.formattedDataSize(static_cast<qint64>(value));
  };
  device_->setText(shown.run ? QString::fromStdString(shown.run->status.device) : none);
  const run::ResourcesRow last = rows && !rows->empty() ? rows->back() : run::ResourcesRow{};
  memory_->setText(bytes(last.hostBytes));
  allocated_->setText(bytes(last.deviceAllocated));
  reserved_->setText(bytes(last.deviceReserved));
  peak_->setText(bytes(last.devicePeak));
  const double step = stepMilliseconds(last);
  const auto share = [&](double part) {
    return step > 0 && !std::isnan(part)
               ? tr("%1 %").arg(locale.toString(100 * part / step, 'f', 1))
               : none;
  };
  step_->setText(step > 0 ? tr("%1 ms").arg(locale.toString(step, 'f', step < 10 ? 1 : 0)) : none);
  loading_->setText(share(last.loadMs));
  const auto cost = rows ? viewCost(*rows) : std::nullopt;
  watching_->setText(cost ? tr("%1 %").arg(locale.toString(100 * *cost, 'f', 2)) : none);
  QStringList heat;
  if (!std::isnan(last.gpuUtilisation))
    heat << tr("%1 %").arg(locale.toString(last.gpuUtilisation, 'f', 0));
  if (!std::isnan(last.gpuTemperature))
    heat << tr("%1 °C").arg(locale.toString(last.gpuTemperature, 'f', 0));
  if (!std::isnan(last.gpuPower)) heat << tr("%1 W").arg(locale.toString(last.gpuPower, 'f', 0));
  heat_->setText(heat.isEmpty() ? none : heat.join(u" · "_s));
  if (!rows) {
    times_->setCurves({});
    memories_->setCurves({});
    return;
  }
  constexpr double kMiB = 1 << 20;
  times_->setCurves(knownOnly({curve(*rows, tr("load"), &run::ResourcesRow::loadMs, 1),
                               curve(*rows, tr("forward"), &run::ResourcesRow::forwardMs, 1),
                               curve(*rows, tr("backward"), &run::ResourcesRow::backwardMs, 1),
                               curve(*rows, tr("optimiser"), &run::ResourcesRow::optimiserMs, 1),
                               curve(*rows, tr("answers"), &run::ResourcesRow::answersMs, 1)}));
  memories_->setCurves(
      knownOnly({curve(*rows, tr("engine"), &run::ResourcesRow::hostBytes, kMiB),
                 curve(*rows, tr("GPU allocated"), &run::ResourcesRow::deviceAllocated, kMiB),
                 curve(*rows, tr("GPU reserved"), &run::ResourcesRow::deviceReserved, kMiB),
                 curve(*rows, tr("GPU peak"), &run::ResourcesRow::devicePeak, kMiB)}));
}

}  // namespace attelier::ui
