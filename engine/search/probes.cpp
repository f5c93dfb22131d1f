#include "engine/search/probes.h"

#ifdef ATTELIER_WITH_VIDEO
#include "engine/clips/video/pictures.h"
#include "engine/clips/video/video_source.h"
#endif

#include <torch/types.h>

#include <algorithm>
#include <map>

namespace attelier::search {

namespace {

constexpr size_t kMostProbes = 64;
constexpr std::int64_t kMostEntries = std::int64_t{1} << 24;  // of A at a time

std::vector<float> plain(const at::Tensor& tensor, std::int64_t index) {
  if (!tensor.defined()) {
    return {};
  }
  const at::Tensor one = tensor.select(0, index).to(at::kCPU, at::kFloat).contiguous();
  return {one.const_data_ptr<float>(), one.const_data_ptr<float>() + one.numel()};
}

/// The mean over queries of A, from q and k: what encodeAttention would else do number by number.
/// Shape: [1, G, M].
at::Tensor meanAttention(const nn::NodeCapture& capture, std::int64_t index) {
  const auto weight = [&capture](space::Activation activation) {
    return capture.activationWeights[static_cast<size_t>(activation)];
  };
  const at::Tensor queries = capture.queries.select(0, index).to(at::kFloat);
  const at::Tensor keys = capture.keys.select(0, index).to(at::kFloat);
  const std::int64_t n = queries.size(1);
  const std::int64_t block =
      std::max<std::int64_t>(1, kMostEntries / (keys.size(0) * keys.size(1)));
  at::Tensor sum = torch::zeros({keys.size(0), keys.size(1)}, keys.options());
  for (std::int64_t first = 0; first < n; first += block) {
    const std::int64_t rows = std::min(block, n - first);
    const at::Tensor logits =
        capture.scale * at::matmul(queries.narrow(1, first, rows), keys.transpose(1, 2));
    at::Tensor a = torch::zeros_like(logits);
    if (weight(space::Activation::None) != 0.0) {
      a.add_(logits, weight(space::Activation::None));
    }
    if (weight(space::Activation::Relu) != 0.0) {
      a.add_(logits.relu(), weight(space::Activation::Relu));
    }
    if (weight(space::Activation::Sigmoid) != 0.0) {
      a.add_(logits.sigmoid(), weight(space::Activation::Sigmoid));
    }
    if (capture.dividedByKeys) {
      a.div_(static_cast<double>(keys.size(1)));
    }
    if (weight(space::Activation::Softmax) != 0.0) {
      const at::Tensor rest = capture.normaliser.select(0, index).narrow(1, first, rows);
      a.add_((logits - rest.to(at::kFloat).unsqueeze(-1)).clamp_max(0.0).exp_(),
             weight(space::Activation::Softmax));
    }
    sum.add_(a.sum(1));
  }
  return (sum / static_cast<double>(n)).unsqueeze(0);
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
                               const std::filesystem::path& file, std::int64_t step,
                               std::stop_token stop) {
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
    ATTELIER_ASSIGN(const auto frames, clips::probeFrames(file, clip.view, std::move(stop)));
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
  static_cast<void>(stop);
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

Result<LoadedClip> loadVideoClip(const RunConfiguration& configuration,
                                 const std::filesystem::path& file, std::stop_token stop) {
  if (configuration.isSynthetic()) {
    return fail(ErrorCode::InvalidArgument,
                "the run was trained on a synthetic task; a video has nothing to do with it",
                file.string());
  }
#ifdef ATTELIER_WITH_VIDEO
  const clips::SamplingSettings& sampling = configuration.sampling;
  LoadedClip clip;
  clip.shape = {.frames = sampling.frames, .height = sampling.height, .width = sampling.width};
  clip.rgb.resize(clip.shape.bytes());
  ATTELIER_ASSIGN(clips::ClipInfo info,
                  clips::loadVideo(file, sampling, clip.rgb, std::move(stop)));
  clip.view = std::move(info.view);
  return clip;
#else
  static_cast<void>(stop);
  return fail(ErrorCode::Unsupported, "this engine was built without video", file.string());
#endif
}

Result<NewProbe> probeOfVideo(const RunConfiguration& configuration,
                              const std::filesystem::path& file, std::stop_token stop) {
  NewProbe probe;
  ATTELIER_ASSIGN(probe.clip, loadVideoClip(configuration, file, stop));
  clips::ClipRecord record;
  record.path = file.filename().string();
  ATTELIER_ASSIGN(probe.row, probeRow(probe.clip, record, file, 0, std::move(stop)));
  const size_t frameBytes = probe.clip.rgb.size() / static_cast<size_t>(probe.clip.shape.frames);
  for (int frame = 0; frame < probe.clip.shape.frames; ++frame) {
    probe.row.seen.push_back(
        bytesOf(probe.clip.rgb.data() + static_cast<size_t>(frame) * frameBytes, frameBytes));
  }
  return probe;
}

Result<LoadedClip> storedProbeClip(run::RunReader& reader, const run::ProbeRow& row,
                                   const clips::ClipShape& shape) {
  LoadedClip clip;
  clip.label = static_cast<int>(row.label);
  clip.shape = shape;
  const size_t frameBytes = shape.bytes() / static_cast<size_t>(shape.frames);
  for (int frame = 0; frame < shape.frames; ++frame) {
    ATTELIER_ASSIGN(const run::Bytes seen, reader.probeFrame(row.id, -1 - frame));
    if (seen.size() != frameBytes) {
      return fail(ErrorCode::Corrupt, "what the network saw of it has another size", row.name);
    }
    const auto* first = reinterpret_cast<const std::uint8_t*>(seen.data());
    clip.rgb.insert(clip.rgb.end(), first, first + seen.size());
  }
  return clip;
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
  record.map = plain(meanAttention(capture, index), 0);
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

void Probes::take(LoadedClip clip, std::int64_t id) {
  clips_.push_back(std::move(clip));
  ids_.push_back(id);
}

Result<std::int64_t> Probes::add(LoadedClip clip, run::ProbeRow row) {
  if (clips_.size() >= kMostProbes) {
    return fail(
        ErrorCode::InvalidArgument,
        "the run has " + std::to_string(kMostProbes) + " probe clips already; remove one first",
        "probe");
  }
  ATTELIER_ASSIGN(const std::int64_t id, store_.addProbe(std::move(row)));
  take(std::move(clip), id);
  return id;
}

Result<std::int64_t> Probes::addRecorded(LoadedClip clip, run::ProbeRow row, nn::Replicas& replicas,
                                         std::int64_t step) {
  const Attention seen = attend(replicas, {clip});
  ATTELIER_ASSIGN(auto rows, attentionRows(seen, 0, step));
  ATTELIER_ASSIGN(const std::int64_t id, add(std::move(clip), std::move(row)));
  for (run::AttentionRow& attention : rows) {
    attention.probe = id;
    ATTELIER_CHECKED(store_.append(std::move(attention)));
  }
  ATTELIER_CHECKED(appendPrediction(seen.predictions.front(), id, step));
  return id;
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

Result<std::vector<run::AttentionRow>> Probes::attentionRows(const Attention& seen,
                                                             std::int64_t index,
                                                             std::int64_t step) const {
  std::vector<run::AttentionRow> rows;
  for (size_t place = 0; place < seen.places.size(); ++place) {
    for (const nn::NodeCapture& node : seen.places[place].nodes) {
      const auto encoded = space::encodeAttention(attentionRecord(node, index));
      if (!encoded) {
        return fail(ErrorCode::NonFinite,
                    encoded.error().message + " (step " + std::to_string(step) +
                        "); search again with a lower --learning-rate or a --gradient-clip",
                    "training.learning_rate");
      }
      rows.push_back({.step = step,
                      .place = placeIds_[place],
                      .node = node.node,
                      .probe = -1,
                      .data = bytesOf(reinterpret_cast<const std::uint8_t*>(encoded->data()),
                                      encoded->size())});
    }
  }
  return rows;
}

Status Probes::appendPrediction(const ClipPrediction& said, std::int64_t id, std::int64_t step) {
  run::PredictionRow row;
  row.step = step;
  row.source = "probe";
  row.clip = id;
  row.label = said.label;
  row.top = said.top;
  row.probability = said.probability;
  row.loss = said.loss;
  return store_.append(row);
}

Result<std::vector<double>> Probes::record(nn::Replicas& replicas, std::int64_t step,
                                           bool attention) {
  const Attention seen = attend(replicas, clips_);
  std::vector<double> contributions;
  for (const nn::PlaceCapture& place : seen.places) {
    contributions.push_back(place.contribution());
  }
  for (size_t clip = 0; clip < clips_.size(); ++clip) {
    if (attention) {
      ATTELIER_ASSIGN(auto rows, attentionRows(seen, static_cast<std::int64_t>(clip), step));
      for (run::AttentionRow& row : rows) {
        row.probe = ids_[clip];
        ATTELIER_CHECKED(store_.append(std::move(row)));
      }
    }
    ATTELIER_CHECKED(appendPrediction(seen.predictions[clip], ids_[clip], step));
  }
  return contributions;
}

}  // namespace attelier::search
