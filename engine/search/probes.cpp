#include "engine/search/probes.h"

#ifdef ATTELIER_WITH_VIDEO
#include "engine/clips/video/pictures.h"
#endif

#include <torch/types.h>

#include <algorithm>
#include <map>

namespace attelier::search {

namespace {

std::vector<float> plain(const at::Tensor& tensor, std::int64_t index) {
  if (!tensor.defined()) {
    return {};
  }
  const at::Tensor one = tensor.select(0, index).to(at::kCPU, at::kFloat).contiguous();
  return {one.const_data_ptr<float>(), one.const_data_ptr<float>() + one.numel()};
}

run::Bytes bytesOf(const std::uint8_t* data, size_t size) {
  const auto* first = reinterpret_cast<const std::byte*>(data);
  return {first, first + size};
}

}  // namespace

Result<LoadedClip> loadClip(const clips::ClipSource& source, clips::Split split,
                            std::int64_t index) {
  LoadedClip clip;
  clip.shape = source.shape();
  clip.rgb.resize(clip.shape.bytes());
  clips::ClipRequest request;
  request.split = split;
  request.index = index;
  ATTELIER_ASSIGN(clips::ClipInfo info, source.load(request, clip.rgb));
  clip.clipId = info.clipId;
  clip.label = info.label;
  clip.view = std::move(info.view);
  return clip;
}

std::vector<std::int64_t> chooseProbeClips(const clips::ClipSource& source, int count) {
  const clips::Split split =
      source.clipCount(clips::Split::Select) > 0 ? clips::Split::Select : clips::Split::Train;
  std::map<int, std::vector<std::int64_t>> byLabel;
  const std::int64_t looked = std::min<std::int64_t>(source.clipCount(split), 4096);
  for (std::int64_t index = 0; index < looked; ++index) {
    const clips::ClipRecord record = source.record(split, index);
    byLabel[record.label].push_back(record.id);
  }
  std::vector<std::int64_t> chosen;
  for (size_t turn = 0; static_cast<int>(chosen.size()) < count; ++turn) {
    const size_t before = chosen.size();
    for (const auto& [label, ids] : byLabel) {
      if (turn < ids.size() && static_cast<int>(chosen.size()) < count) {
        chosen.push_back(ids[turn]);
      }
    }
    if (chosen.size() == before) {
      break;
    }
  }
  return chosen;
}

Result<run::ProbeRow> probeRow(const LoadedClip& clip, const clips::ClipRecord& record,
                               const std::filesystem::path& file, std::int64_t step) {
  run::ProbeRow row;
  row.clip = clip.clipId;
  row.name = record.path.empty() ? "clip " + std::to_string(record.id) : record.path;
  row.label = clip.label;
  row.addedStep = step;
  row.flipped = clip.view.flipped;
  for (const double time : clip.view.timesMs) {
    row.times.push_back(time / 1000.0);
  }
  if (clip.view.sourceWidth > 0 && clip.view.sourceHeight > 0) {
    row.cropX = static_cast<float>(clip.view.cropX / clip.view.sourceWidth);
    row.cropY = static_cast<float>(clip.view.cropY / clip.view.sourceHeight);
    row.cropWidth = static_cast<float>(clip.view.cropWidth / clip.view.sourceWidth);
    row.cropHeight = static_cast<float>(clip.view.cropHeight / clip.view.sourceHeight);
  }
#ifdef ATTELIER_WITH_VIDEO
  if (!file.empty()) {
    ATTELIER_ASSIGN(const auto frames, clips::probeFrames(file, clip.view));
    row.encoding = "jpeg";
    for (const clips::ProbeFrame& frame : frames) {
      row.width = frame.width;
      row.height = frame.height;
      row.frames.push_back(bytesOf(frame.jpeg.data(), frame.jpeg.size()));
    }
    return row;
  }
#else
  static_cast<void>(file);
#endif
  row.encoding = "rgb";
  row.width = clip.shape.width;
  row.height = clip.shape.height;
  const size_t frameBytes = clip.rgb.size() / static_cast<size_t>(clip.shape.frames);
  for (int frame = 0; frame < clip.shape.frames; ++frame) {
    row.frames.push_back(
        bytesOf(clip.rgb.data() + static_cast<size_t>(frame) * frameBytes, frameBytes));
  }
  return row;
}

space::AttentionRecord attentionRecord(const nn::NodeCapture& capture, std::int64_t index) {
  space::AttentionRecord record;
  record.kind = capture.kind;
  record.groupGrid = capture.groupGrid;
  record.queryGrid = capture.queryGrid;
  record.keyGrid = capture.keyGrid;
  record.scale = capture.scale;
  record.dividedByKeys = capture.dividedByKeys;
  record.activationWeights = capture.activationWeights;
  if (capture.map.defined()) {
    record.payload = space::AttentionPayload::Map;
    record.map = plain(capture.map, index);
    return record;
  }
  const std::int64_t matrix = record.queryPositions() * record.keyPositions();
  const std::int64_t features = capture.queries.size(-1);
  const std::int64_t queryKey = (record.queryPositions() + record.keyPositions()) * features;
  if (capture.attention.defined() && matrix <= queryKey) {
    record.payload = space::AttentionPayload::Matrix;
    record.matrix = plain(capture.attention, index);
    return record;
  }
  record.payload = space::AttentionPayload::QueryKey;
  record.features = features;
  record.queries = plain(capture.queries, index);
  record.keys = plain(capture.keys, index);
  record.normaliser = plain(capture.normaliser, index);
  return record;
}

Attention attend(nn::Replicas& replicas, const std::vector<LoadedClip>& clips) {
  nn::Network& network = replicas.network();
  const bool wasTraining = network.is_training();
  network.eval();
  network.setCapture({.attention = true, .contribution = true});
  std::vector<at::Tensor> frames;
  std::vector<std::int64_t> labels, ids;
  for (const LoadedClip& clip : clips) {
    frames.push_back(torch::from_blob(const_cast<std::uint8_t*>(clip.rgb.data()),
                                      {clip.shape.frames, clip.shape.height, clip.shape.width, 3},
                                      at::kByte));
    labels.push_back(clip.label);
    ids.push_back(clip.clipId);
  }
  const at::Tensor logits =
      replicas.forward(torch::stack(frames).to(network.parameters().front().device()));
  Attention attention{.places = replicas.takeCaptures(),
                      .predictions = predictionsOf(logits, labels, ids)};
  network.setCapture({});
  network.train(wasTraining);
  return attention;
}

Status Probes::add(LoadedClip clip, run::ProbeRow row, std::int64_t id) {
  if (id < 0) {
    ATTELIER_ASSIGN(id, store_.addProbe(std::move(row)));
  }
  clips_.push_back(std::move(clip));
  ids_.push_back(id);
  return {};
}

Status Probes::remove(std::int64_t id, std::int64_t step) {
  const auto found = std::find(ids_.begin(), ids_.end(), id);
  if (found == ids_.end()) {
    return fail(ErrorCode::NotFound, "there is no probe " + std::to_string(id));
  }
  clips_.erase(clips_.begin() + (found - ids_.begin()));
  ids_.erase(found);
  return store_.removeProbe(id, step);
}

Result<std::vector<double>> Probes::record(nn::Replicas& replicas, std::int64_t step,
                                           bool attention) {
  const Attention seen = attend(replicas, clips_);
  std::vector<double> contributions;
  for (size_t place = 0; place < seen.places.size(); ++place) {
    contributions.push_back(seen.places[place].contribution());
    if (!attention) {
      continue;
    }
    for (const nn::NodeCapture& node : seen.places[place].nodes) {
      for (size_t clip = 0; clip < clips_.size(); ++clip) {
        const auto encoded =
            space::encodeAttention(attentionRecord(node, static_cast<std::int64_t>(clip)));
        if (!encoded) {
          return fail(ErrorCode::NonFinite,
                      encoded.error().message + " (step " + std::to_string(step) +
                          "); search again with a lower --learning-rate or a --gradient-clip",
                      "training.learning_rate");
        }
        ATTELIER_CHECKED(store_.append(run::AttentionRow{
            .step = step,
            .place = placeIds_[place],
            .node = node.node,
            .probe = ids_[clip],
            .data =
                bytesOf(reinterpret_cast<const std::uint8_t*>(encoded->data()), encoded->size())}));
      }
    }
  }
  for (size_t clip = 0; clip < clips_.size(); ++clip) {
    const ClipPrediction& said = seen.predictions[clip];
    run::PredictionRow row;
    row.step = step;
    row.source = "probe";
    row.clip = ids_[clip];
    row.label = said.label;
    row.top = said.top;
    row.probability = said.probability;
    row.loss = said.loss;
    ATTELIER_CHECKED(store_.append(row));
  }
  return contributions;
}

}  // namespace attelier::search
