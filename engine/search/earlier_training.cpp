#include "engine/search/earlier_training.h"

#include "engine/run/run_reader.h"
#include "engine/search/evaluation.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <tuple>

namespace attelier::search {

namespace {

Result<std::optional<Score>> recordedScore(run::RunReader& reader, clips::Split split) {
  const std::string name = clips::splitName(split);
  Score score{.split = split, .predictions = {}};
  ATTELIER_ASSIGN(const auto predictions, reader.predictions(name));
  score.clips = std::ssize(predictions);
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

bool sameClips(const std::vector<run::ClipRow>& a, const std::vector<run::ClipRow>& b) {
  const auto identity = [](const run::ClipRow& row) {
    return std::tie(row.id, row.path, row.split, row.label, row.frames, row.bytes, row.mtime,
                    row.state);
  };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](const auto& x, const auto& y) { return identity(x) == identity(y); });
}

std::vector<std::filesystem::path> foldersIn(const std::filesystem::path& parent) {
  std::vector<std::filesystem::path> folders;
  std::error_code error;
  for (auto entry = std::filesystem::directory_iterator(parent, error);
       !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    if (entry->is_directory(error)) {
      folders.push_back(entry->path());
    }
  }
  std::sort(folders.begin(), folders.end());
  return folders;
}

/// The phase of a run, if it is a training of that identity.
std::optional<run::Phase> phaseIfSame(const std::filesystem::path& folder,
                                      const TrainingIdentity& identity) {
  const auto reader = run::RunReader::open(folder);
  if (!reader || (*reader)->info().schema > run::kSchema ||
      (*reader)->info().versions != versions()) {
    return std::nullopt;
  }
  const auto& parent = (*reader)->info().parent;
  if (parent.has_value() != identity.parent.has_value() ||
      (parent && parent->run != identity.parent->run)) {
    return std::nullopt;
  }
  // Read as settings, so that a field that is written otherwise, or missing, is still the same.
  const auto settings = (*reader)->effectiveConfiguration().and_then(
      [&](const nlohmann::json& json) { return runSettingsFromJson(json, folder.string()); });
  if (!settings || toJson(*settings) != toJson(identity.settings)) {
    return std::nullopt;
  }
  const auto status = (*reader)->status();
  const auto clips = (*reader)->dataset();
  if (!status || !clips || !sameClips(*clips, identity.clips)) {
    return std::nullopt;
  }
  const bool early = status->phase == run::Phase::Finished &&
                     status->step != identity.settings.configuration.training.steps;
  if (early || status->phase == run::Phase::Discarded) {
    return std::nullopt;
  }
  return status->phase;
}

}  // namespace

std::optional<EarlierTraining> earlierTraining(const std::filesystem::path& runs,
                                               const TrainingIdentity& identity) {
  std::optional<EarlierTraining> found;
  for (const auto& folder : foldersIn(runs)) {
    const auto phase = phaseIfSame(folder, identity);
    if (phase == run::Phase::Finished) {
      return EarlierTraining{.folder = folder, .phase = *phase};
    }
    if (phase && !found) {
      found = EarlierTraining{.folder = folder, .phase = *phase};
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
