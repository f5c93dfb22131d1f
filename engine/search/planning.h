#pragma once

#include "engine/base/result.h"
#include "engine/search/run_configuration.h"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <functional>
#include <string>

namespace attelier::search {

/// What a search would take, from trial steps on its own clips. Nothing is written.
struct SearchEstimate {
  std::int64_t steps = 0;
  std::int64_t trainClips = 0, selectClips = 0, reportClips = 0;
  double startSeconds = 0.0;       ///< until clips and network are there
  double stepSeconds = 0.0;        ///< a training step
  double validationSeconds = 0.0;  ///< one look at the select split
  double totalSeconds = 0.0;
  std::int64_t hostBytes = 0;    ///< peak resident memory, decoded clips included
  std::int64_t deviceBytes = 0;  ///< peak on the accelerator; 0 on the CPU
  std::string device;
};

/// How far an estimate is: `stage` is "clips" (looked at), "batches" (loaded) or "steps".
using PlanProgress =
    std::function<void(const std::string& stage, std::int64_t done, std::int64_t of)>;

/// Errors: as createSession; OutOfMemory names the batch that would fit.
Result<SearchEstimate> planSearch(const RunConfiguration& configuration,
                                  const PlanProgress& progress = {});

nlohmann::json toJson(const SearchEstimate& estimate);

}  // namespace attelier::search
