#include "ui/workspace/run_view.h"

#include <algorithm>
#include <cmath>

namespace attelier::ui {

namespace {

template <typename T>
std::shared_ptr<const T> emptyPart() {
  return std::make_shared<const T>();
}

}  // namespace

RunView::RunView()
    : configuration(std::make_shared<const nlohmann::json>(nlohmann::json::object())),
      places(emptyPart<std::vector<run::PlaceRow>>()),
      labels(emptyPart<std::vector<run::LabelRow>>()),
      dataset(emptyPart<std::vector<run::ClipRow>>()),
      probes(emptyPart<std::vector<run::ProbeRow>>()),
      cells(emptyPart<std::vector<run::CellRow>>()),
      checkpoints(emptyPart<std::vector<run::CheckpointRow>>()),
      events(emptyPart<std::vector<run::EventRow>>()),
      curves(emptyPart<run::MetricsView>()),
      points(emptyPart<std::vector<run::PointRow>>()),
      resources(emptyPart<std::vector<run::ResourcesRow>>()),
      evaluations(emptyPart<std::vector<EvaluationView>>()) {}

std::shared_ptr<const NodeAttention> Moment::find(const AttentionKey& key) const {
  for (std::size_t i = 0; i < wanted.size() && i < attention.size(); ++i) {
    if (wanted[i] == key) return attention[i];
  }
  return nullptr;
}

bool isSearch(const RunView& view) { return view.info.kind == run::RunKind::Search; }

std::optional<double> pointAt(const RunView& view, const std::string& name, std::int64_t step) {
  const auto& points = *view.points;
  for (auto point = points.rbegin(); point != points.rend(); ++point) {
    if (point->step <= step && point->name == name) return point->value;
  }
  return std::nullopt;
}

double stepMilliseconds(const run::ResourcesRow& row) {
  double sum = 0;
  for (const double part :
       {row.loadMs, row.forwardMs, row.backwardMs, row.optimiserMs, row.answersMs}) {
    if (!std::isnan(part)) sum += part;
  }
  return sum;
}

std::optional<double> viewCost(const std::vector<run::ResourcesRow>& rows) {
  constexpr std::size_t kRows = 60;  // one a second at first
  double answers = 0, steps = 0;
  for (std::size_t i = rows.size() > kRows ? rows.size() - kRows : 0; i < rows.size(); ++i) {
    // The rows around a validation and the last one hold no training step.
    const bool hasStep = rows[i].backwardMs > 0 || rows[i].forwardMs > 0;
    if (!hasStep || std::isnan(rows[i].answersMs)) continue;
    answers += rows[i].answersMs;
    steps += stepMilliseconds(rows[i]);
  }
  if (steps <= 0) return std::nullopt;
  return answers / steps;
}

}  // namespace attelier::ui
