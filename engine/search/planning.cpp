#include "engine/search/planning.h"

#include "engine/nn/device.h"
#include "engine/search/learner.h"
#include "engine/search/recorded_clips.h"
#include "engine/search/run_session.h"
#include "engine/search/validation.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <sys/resource.h>

namespace attelier::search {

namespace {

using Clock = std::chrono::steady_clock;
constexpr std::size_t kTrialBatches = 16;
constexpr std::size_t kWarmUpSteps = 4;
constexpr std::size_t kTrialSteps = 8;
constexpr double kLongestTrial = 20.0;  // seconds

double secondsSince(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

std::int64_t peakResidentBytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::int64_t>(usage.ru_maxrss) * 1024;
}

}  // namespace

Result<SearchEstimate> planSearch(const RunConfiguration& configuration,
                                  const PlanProgress& progress) {
  const auto start = Clock::now();
  const auto say = [&progress](const char* stage, std::size_t done, std::size_t of) {
    if (progress) {
      progress(stage, static_cast<std::int64_t>(done), static_cast<std::int64_t>(of));
    }
  };
  SearchEstimate estimate;
  clips::Dataset dataset;
  ATTELIER_ASSIGN(const auto source,
                  openForTraining(configuration, dataset, {}, [&say](auto done, auto of) {
                    say("clips", static_cast<std::size_t>(done), static_cast<std::size_t>(of));
                  }));
  ATTELIER_CHECKED(requireLabels(*source, configuration.dataset.clips));
  estimate.trainClips = source->clipCount(clips::Split::Train);
  estimate.selectClips = source->clipCount(clips::Split::Select);
  estimate.reportClips = source->clipCount(clips::Split::Report);
  estimate.steps = plannedSteps(configuration.training, estimate.trainClips);
  ATTELIER_ASSIGN(auto learner, makeLearner({.configuration = configuration, .trained = {}},
                                            *source, estimate.steps));
  estimate.device = learner->device().str();
  estimate.startSeconds = secondsSince(start);
  const auto opened = Clock::now();
  nn::resetPeakMemory(learner->device());
  // Clips first, steps after them: together they would share the cores, as they do in the first
  // epoch of a search only.
  std::vector<clips::Batch> batches;
  {
    clips::Loader loader(source, configuration.loader,
                         {.split = clips::Split::Train,
                          .mode = clips::LoadMode::Train,
                          .batchSize = configuration.training.batch,
                          .seed = static_cast<std::uint64_t>(configuration.training.seed),
                          .startPosition = 0,
                          .limit = 0});
    do {
      ATTELIER_ASSIGN(auto batch, loader.next());
      batches.push_back(std::move(*batch));
      say("batches", batches.size(), kTrialBatches);
    } while (batches.size() < kTrialBatches && secondsSince(opened) < kLongestTrial / 4);
  }
  const double perClip = secondsSince(opened) / static_cast<double>(batches.size()) /
                         static_cast<double>(configuration.training.batch);
  // The first steps allocate and tune; what a search repeats is the median of the later ones.
  std::vector<double> steps;
  while (steps.size() < kWarmUpSteps + kTrialSteps &&
         (steps.size() < 3 || secondsSince(opened) < kLongestTrial)) {
    const auto stepStart = Clock::now();
    const at::Tensor scalars = learner->step(batches[steps.size() % batches.size()]);
    nn::synchroniseDevice(learner->device());
    steps.push_back(secondsSince(stepStart));
    say("steps", steps.size(), kWarmUpSteps + kTrialSteps);
  }
  steps.erase(steps.begin(), steps.begin() + std::min<long>(std::ssize(steps) - 1, kWarmUpSteps));
  std::sort(steps.begin(), steps.end());
  estimate.stepSeconds = steps[steps.size() / 2];
  if (estimate.selectClips > 0) {
    const auto looked =
        std::min<std::int64_t>(estimate.selectClips, 4 * configuration.training.batch);
    // Twice: the first look decodes.
    for (int look = 0; look < 2; ++look) {
      const auto lookStart = Clock::now();
      ATTELIER_ASSIGN(const Score score, validate(learner->replicas(), source, configuration.loader,
                                                  {.split = clips::Split::Select,
                                                   .batch = configuration.training.batch,
                                                   .limit = looked}));
      estimate.validationSeconds = secondsSince(lookStart) *
                                   static_cast<double>(estimate.selectClips) /
                                   static_cast<double>(std::max<std::int64_t>(1, score.clips));
    }
  }
  // A clip that stays decoded is loaded once, any other at each visit. On the CPU loaders and steps
  // share the cores, so what loading takes alone comes on top; beside an accelerator it hides.
  const clips::KeptClips kept = source->keptClips();
  const double share =
      kept.all > 0 ? std::min(1.0, static_cast<double>(kept.limit) / static_cast<double>(kept.all))
                   : 0.0;
  const auto visits = static_cast<double>(estimate.steps * configuration.training.batch);
  const double once = std::min(visits, static_cast<double>(estimate.trainClips)) +
                      static_cast<double>(estimate.selectClips);
  const double loading = perClip * (share * once + (1.0 - share) * visits);
  const double stepping = estimate.stepSeconds * static_cast<double>(estimate.steps);
  const double training =
      learner->device().is_cpu() ? loading + stepping : std::max(loading, stepping);
  const std::int64_t lookedAt = configuration.watch.validationClips;
  const std::int64_t interval =
      stepsBetweenValidations(configuration, estimate.steps, estimate.trainClips);
  const double onTheWay =
      static_cast<double>((estimate.steps - 1) / interval) *
      (lookedAt > 0 && lookedAt < estimate.selectClips
           ? static_cast<double>(lookedAt) / static_cast<double>(estimate.selectClips)
           : 1.0);
  estimate.totalSeconds =
      estimate.startSeconds + training + estimate.validationSeconds * (1.0 + onTheWay);
  estimate.hostBytes =
      peakResidentBytes() + std::max<std::int64_t>(0, std::min(kept.limit, kept.all) - kept.now);
  estimate.deviceBytes = nn::deviceMemory(learner->device()).allocatedPeak;
  return estimate;
}

nlohmann::json toJson(const SearchEstimate& estimate) {
  return {{"steps", estimate.steps},
          {"train_clips", estimate.trainClips},
          {"select_clips", estimate.selectClips},
          {"report_clips", estimate.reportClips},
          {"start_seconds", estimate.startSeconds},
          {"step_seconds", estimate.stepSeconds},
          {"validation_seconds", estimate.validationSeconds},
          {"total_seconds", estimate.totalSeconds},
          {"host_bytes", estimate.hostBytes},
          {"device_bytes", estimate.deviceBytes},
          {"device", estimate.device}};
}

}  // namespace attelier::search
