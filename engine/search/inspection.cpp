#include "engine/search/inspection.h"

#include "engine/base/nearest_name.h"
#include "engine/nn/device.h"
#include "engine/run/checkpoint.h"
#include "engine/search/checkpoint_state.h"
#include "engine/search/network_spec.h"
#include "engine/search/recorded_clips.h"

#include <algorithm>

namespace attelier::search {

namespace {

nlohmann::json mapJson(const space::AttentionMap& map) {
  return {{"grid", map.grid}, {"values", map.values}};
}

std::vector<std::string> placeNames(const std::vector<run::PlaceRow>& places) {
  std::vector<std::string> names;
  for (const run::PlaceRow& place : places) {
    names.push_back(place.name);
  }
  return names;
}

Result<size_t> placeIndex(const std::vector<std::string>& names, const std::string& name) {
  if (names.empty()) {
    return fail(ErrorCode::NotFound,
                "the run has no cell in it: the plain backbone attends to nothing");
  }
  if (name.empty()) {
    return size_t{0};
  }
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) {
    return fail(ErrorCode::InvalidArgument, unknownNameMessage("place", name, names), "place");
  }
  return static_cast<size_t>(found - names.begin());
}

}  // namespace

Result<InspectionRequest> inspectionFromJson(const nlohmann::json& arguments) {
  InspectionRequest request;
  std::string key;
  try {
    for (const auto& [name, value] : arguments.items()) {
      key = name;
      if (name == "place") {
        request.place = value.get<std::string>();
      } else if (name == "node") {
        request.node =
            value.is_number() ? std::to_string(value.get<int>()) : value.get<std::string>();
      } else if (name == "probe") {
        request.probe = value.get<std::int64_t>();
      } else if (name == "clip") {
        request.clip = value.get<std::int64_t>();
      } else if (name == "step") {
        request.step = value.get<std::int64_t>();
      } else if (name == "query") {
        const auto point = value.get<std::array<std::int64_t, 3>>();
        request.query = space::AttentionPoint{.frame = point[0], .y = point[1], .x = point[2]};
      } else {
        return fail(ErrorCode::InvalidArgument,
                    unknownNameMessage("argument", name,
                                       std::vector<std::string>{"place", "node", "probe", "clip",
                                                                "step", "query"}),
                    "inspect");
      }
    }
  } catch (const nlohmann::json::exception&) {
    return fail(ErrorCode::InvalidArgument, "the value has the wrong type", "inspect." + key);
  }
  return request;
}

Result<int> nodeIndex(const RunSettings& settings, const std::string& name) {
  if (std::holds_alternative<std::monostate>(settings.trained)) {
    ATTELIER_ASSIGN(const nn::SupergraphSettings supergraph, supergraphOf(settings.configuration));
    for (int node = 0; node < supergraph.shape.nodes(); ++node) {
      if (name == std::to_string(node)) {  // as the rows of `attention` count
        return node;
      }
    }
    return space::nodeFromName(supergraph.shape, name, "node");
  }
  const auto* cell = std::get_if<space::CellDesign>(&settings.trained);
  const int nodes = cell == nullptr ? 0 : static_cast<int>(cell->nodes.size());
  for (int node = 0; node < nodes; ++node) {
    if (name == std::to_string(node)) {
      return node;
    }
  }
  return fail(
      ErrorCode::InvalidArgument,
      "unknown node '" + name + "'; this run's cell has nodes 0 to " + std::to_string(nodes - 1),
      "node");
}

Result<nlohmann::json> answerFrom(const space::AttentionRecord& record,
                                  const std::optional<space::AttentionPoint>& query) {
  nlohmann::json answer;
  answer["kind"] = space::shortName(record.kind);
  answer["map"] = mapJson(space::attentionMap(record));
  answer["uniform"] = 1.0 / static_cast<double>(std::max<std::int64_t>(1, record.keyPositions()));
  if (query && record.kind.type == space::OperationType::DotProduct) {
    ATTELIER_ASSIGN(const space::AttentionMap row, space::attentionOfQuery(record, *query));
    ATTELIER_ASSIGN(const space::AttentionMap column, space::attentionToKey(record, *query));
    answer["query"] = {query->frame, query->y, query->x};
    answer["attends_to"] = mapJson(row);
    answer["attended_by"] = mapJson(column);
  } else if (query) {
    answer["note"] = "a map-based node weighs each position by itself; there is no query";
  }
  return answer;
}

Result<std::optional<nlohmann::json>> inspectStored(run::RunReader& reader,
                                                    const RunSettings& settings,
                                                    const InspectionRequest& request) {
  if (!request.video.empty()) {
    return std::nullopt;
  }
  ATTELIER_ASSIGN(const auto probes, reader.probes());
  const auto probe = std::find_if(probes.begin(), probes.end(), [&](const run::ProbeRow& row) {
    return request.probe ? row.id == *request.probe : request.clip && row.clip == *request.clip;
  });
  if (probe == probes.end()) {
    if (request.probe) {
      return fail(ErrorCode::NotFound, "there is no probe " + std::to_string(*request.probe),
                  "probe");
    }
    return std::nullopt;
  }
  ATTELIER_ASSIGN(const auto places, reader.places());
  ATTELIER_ASSIGN(const size_t place, placeIndex(placeNames(places), request.place));
  ATTELIER_ASSIGN(const int node, nodeIndex(settings, request.node));
  ATTELIER_ASSIGN(const auto row,
                  reader.attentionAt(request.step, places[place].id, node, probe->id));
  if (!row) {
    return std::nullopt;
  }
  ATTELIER_ASSIGN(
      const space::AttentionRecord record,
      space::decodeAttention(row->data, "attention of step " + std::to_string(row->step)));
  auto answer = answerFrom(record, request.query);
  if (!answer) {
    if (answer.error().code == ErrorCode::Unsupported) {
      return std::nullopt;
    }
    return tl::unexpected(answer.error());
  }
  (*answer)["source"] = "stored";
  (*answer)["step"] = row->step;
  (*answer)["place"] = places[place].name;
  (*answer)["node"] = request.node;
  (*answer)["probe"] = probe->id;
  return *answer;
}

Result<nlohmann::json> inspectByModel(nn::Replicas& replicas, const RunSettings& settings,
                                      const LoadedClip& clip, const InspectionRequest& request) {
  std::vector<std::string> names;
  for (const space::Place& place : replicas.network().places()) {
    names.push_back(place.name);
  }
  ATTELIER_ASSIGN(const size_t place, placeIndex(names, request.place));
  ATTELIER_ASSIGN(const int index, nodeIndex(settings, request.node));
  const Attention seen = attend(replicas, {clip});
  const auto& nodes = seen.places.at(place).nodes;
  const auto node = std::find_if(nodes.begin(), nodes.end(),
                                 [index](const nn::NodeCapture& one) { return one.node == index; });
  if (node == nodes.end()) {
    return fail(ErrorCode::NotFound, "the network kept nothing of this node", request.node);
  }
  ATTELIER_ASSIGN(nlohmann::json answer, answerFrom(attentionRecord(*node, 0), request.query));
  answer["source"] = "model";
  answer["place"] = names[place];
  answer["node"] = request.node;
  answer["contribution"] = seen.places.at(place).contribution();
  answer["prediction"] = {{"top", seen.predictions[0].top},
                          {"probability", seen.predictions[0].probability}};
  return answer;
}

Result<RestoredModel> restoreModel(run::RunReader& reader, std::int64_t step,
                                   const std::string& device) {
  const auto folder = reader.folder();
  if (!folder) {
    return fail(ErrorCode::Unsupported,
                "a snapshot holds no checkpoint; only stored attention can be asked of it");
  }
  RestoredModel model;
  ATTELIER_ASSIGN(const auto configuration, reader.effectiveConfiguration());
  ATTELIER_ASSIGN(model.settings, runSettingsFromJson(configuration, folder->runJson().string()));
  if (!device.empty()) {
    model.settings.configuration.compute.device = device;
  }
  ATTELIER_ASSIGN(auto rows, reader.checkpoints());
  ATTELIER_ASSIGN(const auto checkpoint, run::nearestCheckpoint(*folder, std::move(rows), step));
  if (!checkpoint) {
    return fail(ErrorCode::NotFound, "the run has no checkpoint yet", folder->path().string());
  }
  ATTELIER_ASSIGN(model.source,
                  recordedClips(reader, model.settings.configuration, &model.dataset));
  ATTELIER_ASSIGN(model.learner, makeLearner(model.settings, *model.source,
                                             std::max<std::int64_t>(
                                                 1, model.settings.configuration.training.steps)));
  ATTELIER_ASSIGN(const CheckpointState state, readCheckpointState(checkpoint->path));
  ATTELIER_ASSIGN(const Progress progress,
                  progressFromJson(state.progress, checkpoint->path.string()));
  ATTELIER_CHECKED(model.learner->restore(state.tensors, progress.step));
  model.step = progress.step;
  return model;
}

Result<LoadedClip> requestedClip(const RunSettings& settings, const clips::ClipSource& source,
                                 run::RunReader* reader, const InspectionRequest& request) {
  if (!request.video.empty()) {
    return loadVideoClip(settings.configuration, request.video);
  }
  std::optional<std::int64_t> id = request.clip;
  if (!id && request.probe && reader != nullptr) {
    ATTELIER_ASSIGN(const auto probes, reader->probes());
    for (const run::ProbeRow& probe : probes) {
      if (probe.id == *request.probe) {
        if (probe.clip < 0) {
          return storedProbeClip(*reader, probe, source.shape());
        }
        id = probe.clip;
      }
    }
  }
  if (!id) {
    return fail(ErrorCode::InvalidArgument, "name a clip: --probe N, --clip N or --video FILE",
                "clip");
  }
  const auto at = source.find(*id);
  if (!at) {
    return fail(ErrorCode::NotFound, "the data set has no readable clip " + std::to_string(*id),
                "clip");
  }
  return loadClip(source, at->first, at->second);
}

}  // namespace attelier::search
