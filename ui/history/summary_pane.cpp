#include "ui/history/summary_pane.h"

#include "engine/space/cell_design.h"
#include "engine/space/cost.h"
#include "widgets/base/icon.h"
#include "widgets/plots/small_chart.h"

#include <QAction>
#include <QLabel>
#include <QLocale>
#include <QVBoxLayout>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <tuple>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {

namespace {

// The accuracies that evaluations of one cell (or control) ended with.
struct CellScores {
  std::vector<double> top1;
  std::int64_t flops = -1;
};

double mean(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

// FLOPs at all places of the run; -1 where the evaluation names no cell that can be read.
std::int64_t flopsOf(const EvaluationView& evaluation, const std::vector<run::PlaceRow>& places) {
  const auto& configuration = evaluation.info.configuration;
  const auto cell = configuration.find("cell");
  if (cell == configuration.end()) return -1;
  if (cell->is_null()) return 0;  // the plain backbone
  const auto design = space::cellFromJson(*cell, "cell");
  if (!design) return -1;
  std::int64_t flops = 0;
  for (const auto& place : places) {
    flops += space::cost(*design, {.name = place.name,
                                   .channels = place.channels,
                                   .frames = place.frames,
                                   .height = place.height,
                                   .width = place.width})
                 .flops;
  }
  return flops;
}

std::optional<double> reportTop1(const EvaluationView& evaluation) {
  for (auto point = evaluation.points.rbegin(); point != evaluation.points.rend(); ++point) {
    if (point->name == "report/top1") return point->value;
  }
  return std::nullopt;
}

}  // namespace

SummaryPane::SummaryPane(Workspace& workspace, QWidget* parent)
    : Pane(workspace, u"summary"_s, tr("Summary"), parent),
      result_(new QLabel(this)),
      kinds_(new widgets::SmallChart(this)),
      accuracy_(new widgets::SmallChart(this)),
      cost_(new widgets::SmallChart(this)) {
  result_->setWordWrap(true);
  result_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  result_->setFocusPolicy(Qt::NoFocus);
  result_->setAccessibleName(tr("Result"));
  kinds_->setTitle(tr("Share of the sink by operation"));
  accuracy_->setTitle(tr("Accuracy of cells"));
  cost_->setTitle(tr("Accuracy against FLOPs"));
  const std::array<std::tuple<widgets::SmallChart*, QString, QString>, 3> tables{
      std::tuple{kinds_, u"summary.kinds_table"_s, tr("Show &operations as table")},
      std::tuple{accuracy_, u"summary.accuracy_table"_s, tr("Show &accuracy as table")},
      std::tuple{cost_, u"summary.cost_table"_s, tr("Show &cost as table")}};
  for (const auto& [chart, name, text] : tables) {
    auto* action = new QAction(widgets::icon(u"table"_s), text, this);
    action->setObjectName(name);
    connect(action, &QAction::triggered, chart, &widgets::SmallChart::showTable);
    tables_ << action;
  }
  const int unit = fontMetrics().height();
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(unit / 2, unit / 2, unit / 2, unit / 2);
  column->addWidget(result_);
  for (auto* chart : {kinds_, accuracy_, cost_}) {
    chart->setMaximumHeight(16 * unit);
    column->addWidget(chart, 1);
  }
  column->addStretch();
}

void SummaryPane::present(const Shown& shown) {
  const Moment* moment = shown.moment();
  const auto weights = moment != nullptr ? moment->weights : nullptr;
  if (weights != presentedWeights_) {
    presentedWeights_ = weights;
    QList<widgets::ChartBar> bars;
    if (weights) {
      const auto health = space::weightHealth(weights->probabilities);
      const auto& kinds = weights->probabilities.shape.kinds;
      for (std::size_t i = 0; i < kinds.size() && i < health.shareOfKind.size(); ++i) {
        bars << widgets::ChartBar{
            .label = QString::fromLatin1(space::shortName(kinds[i])),
            .value = health.shareOfKind[i],
            .colour = kinds[i].type == space::OperationType::MapBased ? 1 : 0};
      }
    }
    kinds_->setBars(tr("share of the sink's weight"), bars);
  }
  if (!shown.run) {
    result_->clear();
    return;
  }
  const auto select = pointAt(*shown.run, "select/top1", shown.step());
  const auto report = pointAt(*shown.run, "report/top1", shown.step());
  QStringList lines;
  const QLocale locale;
  if (select) lines << tr("select top-1 %1").arg(locale.toString(*select, 'f', 3));
  if (report) lines << tr("report top-1 %1").arg(locale.toString(*report, 'f', 3));
  const QString text = lines.isEmpty() ? tr("No validation yet.") : lines.join(u" · "_s);
  if (result_->text() != text) result_->setText(text);
  if (shown.run->evaluations != presentedEvaluations_) {
    presentedEvaluations_ = shown.run->evaluations;
    presentCells(*shown.run);
  }
}

void SummaryPane::presentCells(const RunView& view) {
  std::map<std::string, CellScores> byCell;
  for (const auto& evaluation : *view.evaluations) {
    const auto score = reportTop1(evaluation);
    if (!score) continue;
    CellScores& scores =
        byCell[evaluation.info.parent ? evaluation.info.parent->cell : std::string()];
    scores.top1.push_back(*score);
    scores.flops = flopsOf(evaluation, *view.places);
  }
  QList<widgets::ChartBar> bars;
  QList<widgets::ChartPoint> points;
  int colour = 0;
  for (const auto& [name, scores] : byCell) {
    const auto [least, most] = std::minmax_element(scores.top1.begin(), scores.top1.end());
    widgets::ChartBar bar{
        .label = QString::fromStdString(name), .value = mean(scores.top1), .colour = colour};
    if (scores.top1.size() > 1) {
      bar.low = *least;
      bar.high = *most;
    }
    bars << bar;
    if (scores.flops >= 0) {
      points << widgets::ChartPoint{.label = bar.label,
                                    .x = static_cast<double>(scores.flops) / 1e6,
                                    .y = bar.value,
                                    .low = bar.low,
                                    .high = bar.high,
                                    .colour = colour};
    }
    ++colour;
  }
  accuracy_->setVisible(!bars.isEmpty());
  cost_->setVisible(!points.isEmpty());
  accuracy_->setBars(tr("report top-1, evaluated"), bars);
  cost_->setPoints(tr("MFLOPs of the cell"), tr("report top-1"), points);
}

}  // namespace attelier::ui
