#include "ui/workspace/run_view.h"

#include <algorithm>

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

}  // namespace attelier::ui
