#include "tests/support/search_run.h"

#include "engine/space/attention_extent.h"
#include "engine/space/derivation.h"

#include <algorithm>
#include <cmath>

namespace attelier::testing {

namespace {

constexpr int kTokens = SearchRun::kFrames * SearchRun::kHeight * SearchRun::kWidth;

nlohmann::json configuration() {
  return {{"space", {{"levels", SearchRun::kLevels}, {"share_weights", true}}},
          {"derivation", {{"top_nodes", 2}, {"top_predecessors", 1}}},
          {"operations", nlohmann::json::object()},
          {"training", {{"steps", 100}, {"batch", 8}}}};
}

run::ProbeRow probeRow() {
  run::ProbeRow row;
  row.clip = 1;
  row.name = "waving/clip-1";
  row.encoding = "rgb";
  row.width = SearchRun::kPictureWidth;
  row.height = SearchRun::kPictureHeight;
  row.label = 1;
  for (int frame = 0; frame < SearchRun::kPictures; ++frame) {
    row.times.push_back(frame / 10.0);
    run::Bytes picture(
        static_cast<std::size_t>(SearchRun::kPictureWidth * SearchRun::kPictureHeight) * 3);
    for (std::size_t i = 0; i < picture.size(); ++i) {
      picture[i] = static_cast<std::byte>(i % 3 == 0 ? 30 * frame : 90);
    }
    row.frames.push_back(std::move(picture));
  }
  return row;
}

// A node's record: the map with one planted token, or q and k that give each query the planted key.
space::AttentionRecord record(std::int64_t step, int node) {
  const auto shape = SearchRun::shape();
  const auto kind = shape.kindOf(node);
  space::AttentionRecord record;
  record.kind = kind;
  using space::Dimension;
  record.queryGrid =
      kind.dimension == Dimension::Spatial
          ? space::AttentionGrid{1, SearchRun::kHeight, SearchRun::kWidth}
      : kind.dimension == Dimension::Temporal
          ? space::AttentionGrid{SearchRun::kFrames, 1, 1}
          : space::AttentionGrid{SearchRun::kFrames, SearchRun::kHeight, SearchRun::kWidth};
  record.keyGrid = record.queryGrid;
  const auto positions = static_cast<std::size_t>(record.queryPositions());
  const auto planted = static_cast<std::size_t>(SearchRun::plantedToken(step, node)) % positions;
  if (kind.type == space::OperationType::MapBased) {
    record.payload = space::AttentionPayload::Map;
    record.activationWeights = space::oneHot(space::Activation::Sigmoid);
    record.map.assign(positions, 0.25F);
    record.map[planted] = 0.75F;
    return record;
  }
  record.payload = space::AttentionPayload::Matrix;
  record.matrix.assign(positions * positions, 0.5F / static_cast<float>(positions - 1));
  for (std::size_t query = 0; query < positions; ++query)
    record.matrix[query * positions + planted] = 0.5F;
  return record;
}

}  // namespace

space::SupergraphShape SearchRun::shape() { return {.levels = kLevels}; }

std::int64_t SearchRun::plantedToken(std::int64_t step, int node) {
  return (step / 10 + node) % kTokens;
}

space::ConnectionWeights SearchRun::weightsAt(std::int64_t step, std::int64_t stepsPlanned) {
  auto weights = space::ConnectionWeights::uniform(shape(), false);
  const float progress =
      static_cast<float>(step) / static_cast<float>(std::max<std::int64_t>(stepsPlanned, 1));
  weights.sinkLogits[0] = 1;
  weights.sinkLogits[4] = 2 * progress;
  weights.sinkLogits[10] = 0.5F;
  for (std::size_t i = 0; i < weights.levelLogits.size(); ++i) {
    weights.levelLogits[i] = progress * static_cast<float>((i * 7) % 5) / 5;
  }
  return weights;
}

Result<std::unique_ptr<SearchRun>> SearchRun::create(const std::filesystem::path& path,
                                                     std::int64_t stepsPlanned) {
  std::unique_ptr<SearchRun> run(new SearchRun);
  run->stepsPlanned_ = stepsPlanned;
  run::RunInfo info;
  info.configuration = configuration();
  info.seed = 7;
  info.commandLine = {"attelier-engine", "search", "--preset", "tasks"};
  ATTELIER_ASSIGN(auto folder, run::RunFolder::create(path, info));
  run->folder_ = std::make_unique<run::RunFolder>(std::move(folder));
  ATTELIER_ASSIGN(auto lock, run::RunLock::acquire(run->folder_->lockFile()));
  run->lock_ = std::make_unique<run::RunLock>(std::move(lock));
  ATTELIER_ASSIGN(run->store_, run::Store::open(*run->folder_, *run->lock_));
  run::Store& store = *run->store_;
  ATTELIER_CHECKED(store.setLabels({{0, "still"}, {1, "waving"}}));
  std::vector<run::ClipRow> clips(3);
  clips[0].path = "waving/clip-1.mp4";
  clips[0].split = "train";
  clips[0].label = 1;
  clips[1].path = "still/clip-2.mp4";
  clips[1].split = "select";
  clips[1].label = 0;
  clips[2].path = "still/broken.mp4";
  clips[2].split = "train";
  clips[2].label = 0;
  clips[2].reason = "no video stream";
  for (std::size_t i = 0; i < clips.size(); ++i) {
    clips[i].id = static_cast<std::int64_t>(i) + 1;
    clips[i].state = clips[i].reason.empty() ? "ok" : "unreadable";
    if (!clips[i].reason.empty()) continue;
    clips[i].frames = 80;
    clips[i].fps = 10;
    clips[i].width = 96;
    clips[i].height = 64;
  }
  ATTELIER_CHECKED(store.setDataset(std::move(clips)));
  ATTELIER_ASSIGN(
      run->place_,
      store.addPlace(
          {.name = "cell", .channels = 16, .frames = kFrames, .height = kHeight, .width = kWidth}));
  ATTELIER_ASSIGN(run->probe_, store.addProbe(probeRow()));
  run::StatusUpdate update;
  update.phase = run::Phase::Running;
  update.stage = "joint";
  update.stepsPlanned = stepsPlanned;
  update.device = "cpu";
  ATTELIER_CHECKED(store.setStatus(update));
  ATTELIER_CHECKED(store.flush());
  return run;
}

Status SearchRun::appendAttention(std::int64_t step) {
  const auto graph = shape();
  for (int node = 0; node < graph.nodes(); ++node) {
    ATTELIER_ASSIGN(const std::string bytes, space::encodeAttention(record(step, node)));
    const auto* first = reinterpret_cast<const std::byte*>(bytes.data());
    ATTELIER_CHECKED(store_->append(run::AttentionRow{.step = step,
                                                      .place = place_,
                                                      .node = node,
                                                      .probe = probe_,
                                                      .data = {first, first + bytes.size()}}));
  }
  return store_->append(
      run::PointRow{.step = step, .name = "contribution/cell", .value = 0.2, .time = run::now()});
}

Status SearchRun::goTo(std::int64_t last) {
  const std::size_t loss = store_->metric("train/loss");
  const std::size_t accuracy = store_->metric("train/accuracy");
  for (std::int64_t step = step_ + 1; step <= last; ++step) {
    run::MetricsRow row{.step = step, .time = 1e9 + 0.1 * static_cast<double>(step), .values = {}};
    row.values.resize(2);
    row.values[loss] = 2.0F / static_cast<float>(step);
    row.values[accuracy] = 1.0F - 1.0F / static_cast<float>(step);
    ATTELIER_CHECKED(store_->append(std::move(row)));
    const auto weights = weightsAt(step, stepsPlanned_);
    run::WeightsRow stored{.step = step,
                           .place = run::kSharedPlace,
                           .levels = kLevels,
                           .kinds = 6,
                           .activations = false,
                           .raw = weights.levelLogits,
                           .mean = {},
                           .kindNames = "mS,mT,mST,dS,dT,dST"};
    stored.raw.insert(stored.raw.end(), weights.sinkLogits.begin(), weights.sinkLogits.end());
    stored.mean = stored.raw;
    ATTELIER_CHECKED(store_->append(std::move(stored)));
    if (step % 10 == 0) {
      ATTELIER_CHECKED(appendAttention(step));
      ATTELIER_CHECKED(
          store_->append(run::PointRow{.step = step,
                                       .name = "select/top1",
                                       .value = 1.0 - 5.0 / static_cast<double>(step + 5),
                                       .time = row.time}));
      for (const std::int64_t clip : {1, 2}) {
        run::PredictionRow prediction{.step = step,
                                      .source = "select",
                                      .clip = clip,
                                      .label = clip == 1 ? 1 : 0,
                                      .top = {clip == 1 ? 1 : (step < 50 ? 1 : 0), 0, -1, -1, -1},
                                      .probability = {0.8F, 0.2F},
                                      .loss = 0.3F};
        ATTELIER_CHECKED(store_->append(std::move(prediction)));
      }
    }
  }
  step_ = last;
  run::StatusUpdate update;
  update.step = last;
  update.epoch = last / 20;
  ATTELIER_CHECKED(store_->setStatus(update));
  return store_->flush();
}

Status SearchRun::setPhase(run::Phase phase, const std::string& message) {
  run::StatusUpdate update;
  update.phase = phase;
  update.message = message;
  ATTELIER_CHECKED(store_->setStatus(update));
  return store_->flush();
}

Status SearchRun::end(run::Phase phase, const std::string& message) {
  ATTELIER_CHECKED(setPhase(phase, message));
  ATTELIER_CHECKED(store_->finish());
  kill();
  return {};
}

void SearchRun::kill() {
  store_.reset();
  lock_.reset();
}

}  // namespace attelier::testing
