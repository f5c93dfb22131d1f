#include "ui/workspace/row_values.h"
#include "ui/workspace/run_reading.h"

#include <algorithm>

namespace attelier::ui {

namespace {

constexpr std::size_t kAttentionKept = 96;
constexpr std::size_t kProbesKept = 16;
constexpr std::size_t kFramesShown = 512;

}  // namespace

std::int64_t RunReading::weightsPlace(std::int64_t place) const {
  const auto space = view_.configuration->find("space");
  const bool isShared = space == view_.configuration->end() || !space->is_object() ||
                        space->value("share_weights", true);
  if (isShared) return run::kSharedPlace;
  return place != 0 || view_.places->empty() ? place : view_.places->front().id;
}

std::int64_t RunReading::chosenProbe(std::int64_t probe, std::int64_t step) const {
  if (probe != 0) return probe;
  for (const auto& row : *view_.probes) {
    if (row.removedStep < 0 || row.removedStep > step) return row.id;
  }
  return 0;
}

Result<std::shared_ptr<const StepWeights>> RunReading::weights(std::int64_t step,
                                                               std::int64_t place) {
  ATTELIER_ASSIGN(const auto row, reader_->weightsAt(step, place));
  if (!row) return nullptr;
  if (view_.moment && view_.moment->weights && view_.moment->weights->step == row->step &&
      weightsPlace(wanted_.place) == place && row->place == momentPlace_) {
    return view_.moment->weights;
  }
  ATTELIER_ASSIGN(auto result, weightsOf(*row, sinkGate(*view_.configuration)));
  momentPlace_ = place;
  return std::make_shared<const StepWeights>(std::move(result));
}

Result<std::shared_ptr<const ProbeClip>> RunReading::probeClip(std::int64_t id) {
  if (const auto found = probeClips_.find(id); found != probeClips_.end()) return found->second;
  const auto row = std::find_if(view_.probes->begin(), view_.probes->end(),
                                [id](const run::ProbeRow& probe) { return probe.id == id; });
  if (row == view_.probes->end()) return nullptr;
  ProbeClip clip{.row = *row, .frames = {}};
  const std::size_t frames = std::min(row->times.size(), kFramesShown);
  for (std::size_t frame = 0; frame < frames; ++frame) {
    const auto bytes = reader_->probeFrame(id, static_cast<std::int64_t>(frame));
    clip.frames.push_back(bytes ? pictureOf(*bytes, *row) : QImage());
  }
  if (probeClips_.size() >= kProbesKept) probeClips_.erase(probeClips_.begin());
  return probeClips_[id] = std::make_shared<const ProbeClip>(std::move(clip));
}

Result<std::shared_ptr<const NodeAttention>> RunReading::attention(std::int64_t step,
                                                                   std::int64_t place, int node,
                                                                   std::int64_t probe) {
  auto& steps = attentionSteps_[probe];
  ATTELIER_CHECKED(
      inTurn("attention of " + std::to_string(probe), steps.empty(), 0.2, [&]() -> Status {
        ATTELIER_ASSIGN(steps, reader_->attentionSteps(probe));
        return {};
      }));
  const auto after = std::upper_bound(steps.begin(), steps.end(), step);
  if (after == steps.begin()) return nullptr;
  const std::int64_t recordStep = *std::prev(after);
  const auto isIt = [&](const std::shared_ptr<const NodeAttention>& cached) {
    return cached->step == recordStep && cached->place == place && cached->node == node &&
           cached->probe == probe;
  };
  if (const auto found = std::find_if(attentionCache_.begin(), attentionCache_.end(), isIt);
      found != attentionCache_.end()) {
    attentionCache_.splice(attentionCache_.begin(), attentionCache_, found);
    return attentionCache_.front();
  }
  ATTELIER_ASSIGN(const auto row, reader_->attentionAt(recordStep, place, node, probe));
  if (!row) return nullptr;
  ATTELIER_ASSIGN(auto record, space::decodeAttention(
                                   row->data, "attention of step " + std::to_string(row->step)));
  attentionCache_.push_front(std::make_shared<const NodeAttention>(
      NodeAttention{row->step, place, node, probe, std::move(record)}));
  if (attentionCache_.size() > kAttentionKept) attentionCache_.pop_back();
  return attentionCache_.front();
}

Result<std::shared_ptr<const Moment>> RunReading::moment(const Wanted& wanted, std::int64_t step,
                                                         bool live) {
  Moment moment{.step = step,
                .live = live,
                .place = {},
                .weights = {},
                .probe = {},
                .wanted = wanted.attention,
                .attention = {},
                .probePredictions = {},
                .selectPredictions = {},
                .reportPredictions = {}};
  const auto& places = *view_.places;
  const auto place = std::find_if(places.begin(), places.end(), [&](const run::PlaceRow& row) {
    return wanted.place == 0 || row.id == wanted.place;
  });
  if (place != places.end()) moment.place = *place;
  if (isSearch(view_)) {
    ATTELIER_ASSIGN(moment.weights, weights(step, weightsPlace(wanted.place)));
  }
  const std::int64_t probe = chosenProbe(wanted.probe, step);
  ATTELIER_ASSIGN(moment.probe, probeClip(probe));
  for (const auto& key : wanted.attention) {
    auto record = attention(key.step.value_or(step), moment.place.id, key.node,
                            key.probe != 0 ? key.probe : probe);
    // One damaged record must not take the others away.
    moment.attention.push_back(record ? *record : nullptr);
    if (!record) view_.problem = describe(record.error());
  }
  for (const auto& [source, rows] : {std::pair{"probe", &moment.probePredictions},
                                     std::pair{"select", &moment.selectPredictions},
                                     std::pair{"report", &moment.reportPredictions}}) {
    ATTELIER_CHECKED(predictions(source, step, live, *rows));
  }
  return std::make_shared<const Moment>(std::move(moment));
}

Status RunReading::predictions(const char* source, std::int64_t step, bool live,
                               std::vector<run::PredictionRow>& rows) {
  Predictions& cached = predictions_[source];
  const bool isStill = cached.live == live && (live || cached.step == step);
  if (!(isStill && cached.readAt == view_.status.step)) {
    ATTELIER_CHECKED(inTurn(source, !isStill, 0.5, [&]() -> Status {
      ATTELIER_ASSIGN(cached.rows, reader_->predictions(source, live ? INT64_MAX : step));
      cached.live = live;
      cached.step = step;
      cached.readAt = view_.status.step;
      return {};
    }));
  }
  rows = cached.rows;
  return {};
}

}  // namespace attelier::ui
