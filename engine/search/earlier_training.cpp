#include "engine/search/earlier_training.h"

#include "engine/run/run_reader.h"
#include "engine/search/evaluation.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <vector>

namespace attelier::search {

namespace {

Result<std::optional<Score>> recordedScore(run::RunReader& reader, clips::Split split) {
  const std::string name = clips::splitName(split);
  Score score{.split = split, .predictions = {}};
  bool found = false;
  for (const auto& [what, value] :
       {std::pair{"/top1", &score.top1}, std::pair{"/top5", &score.top5},
        std::pair{"/loss", &score.loss}}) {
    ATTELIER_ASSIGN(const auto points, reader.points(name + what));
    found = found || !points.empty();
    if (!points.empty()) {
      *value = points.back().value;
    }
  }
  return found ? std::optional(score) : std::nullopt;
}

}  // namespace

std::optional<EarlierTraining> earlierTraining(const std::filesystem::path& runs,
                                               const RunSettings& settings) {
  const nlohmann::json wanted = toJson(settings);
  std::optional<EarlierTraining> found;
  std::vector<std::filesystem::path> folders;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(runs, error)) {
    folders.push_back(entry.path());
  }
  std::sort(folders.begin(), folders.end());
  for (const auto& folder : folders) {
    const auto reader = run::RunReader::open(folder);
    if (!reader) {
      continue;
    }
    const auto configuration = (*reader)->effectiveConfiguration();
    const auto status = (*reader)->status();
    if (!configuration || *configuration != wanted || !status ||
        status->phase == run::Phase::Discarded) {
      continue;
    }
    const bool finished = status->phase == run::Phase::Finished;
    if (finished && status->step != settings.configuration.training.steps) {
      continue;  // finished early by hand
    }
    if (finished || !found) {
      found = EarlierTraining{.folder = folder, .phase = status->phase};
    }
    if (finished) {
      break;
    }
  }
  return found;
}

Result<RunOutcome> recordedOutcome(const std::filesystem::path& run) {
  ATTELIER_ASSIGN(auto reader, run::RunReader::open(run));
  ATTELIER_ASSIGN(const run::StatusRow status, reader->status());
  RunOutcome outcome;
  outcome.phase = status.phase;
  outcome.step = status.step;
  outcome.trainingSeconds = trainingSeconds(*reader);
  ATTELIER_ASSIGN(outcome.select, recordedScore(*reader, clips::Split::Select));
  ATTELIER_ASSIGN(outcome.report, recordedScore(*reader, clips::Split::Report));
  return outcome;
}

}  // namespace attelier::search
