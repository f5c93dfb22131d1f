#pragma once

#include "engine/base/result.h"
#include "engine/nn/replicas.h"
#include "engine/run/run_reader.h"
#include "engine/search/probes.h"
#include "engine/search/run_session.h"
#include "engine/space/attention_query.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <filesystem>
#include <limits>
#include <optional>
#include <string>

namespace attelier::search {

/// What is asked of a clip, place and node.
struct InspectionRequest {
  std::string place;  ///< name; empty: the first
  std::string node;   ///< "L2.dT" of a supergraph, an index of a cell
  std::optional<std::int64_t> probe;
  std::optional<std::int64_t> clip;  ///< id in the data set
  std::filesystem::path video;       ///< a file outside of the data set
  std::optional<space::AttentionPoint> query;
  std::int64_t step = std::numeric_limits<std::int64_t>::max();  ///< at or before
};

/// Errors: InvalidArgument, naming the key.
Result<InspectionRequest> inspectionFromJson(const nlohmann::json& arguments);

/// Index of a node by its name. Errors: InvalidArgument, with the nearest known name.
Result<int> nodeIndex(const RunSettings& settings, const std::string& name);

/// What a record says: the map, and for a query of a dot-product node what it attends to and who
/// attends to it. Units: attention weights; "uniform" is what each would be without preference.
Result<nlohmann::json> answerFrom(const space::AttentionRecord& record,
                                  const std::optional<space::AttentionPoint>& query);

/// Answers from stored rows; nothing where they do not suffice.
Result<std::optional<nlohmann::json>> inspectStored(run::RunReader& reader,
                                                    const RunSettings& settings,
                                                    const InspectionRequest& request);

/// Answers by running a clip through a network.
Result<nlohmann::json> inspectByModel(nn::Replicas& replicas, const RunSettings& settings,
                                      const LoadedClip& clip, const InspectionRequest& request);

/// A run's network at the checkpoint nearest to a step, for questions that rows do not answer.
struct RestoredModel {
  RunSettings settings;
  std::shared_ptr<const clips::ClipSource> source;
  clips::Dataset dataset;
  std::unique_ptr<Learner> learner;
  std::int64_t step = 0;
};

/// Writes nothing and takes no lock.
/// Errors: NotFound (no checkpoint), Corrupt, those of recordedClips.
Result<RestoredModel> restoreModel(run::RunReader& reader, std::int64_t step,
                                   const std::string& device = {});

/// The clip that a request names: of the data set or a video file.
Result<LoadedClip> requestedClip(const RunSettings& settings, const clips::ClipSource& source,
                                 run::RunReader* reader, const InspectionRequest& request);

}  // namespace attelier::search
