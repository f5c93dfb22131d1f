#pragma once

#include "engine/base/fields.h"

#include <cstdint>
#include <span>

namespace attelier::search {

/// Which update rule a set of weights is trained by.
enum class OptimiserKind { AdamW, Sgd };
enum class LearningRateSchedule { Cosine, Constant };
enum class Precision { Float32, Mixed };

std::span<const EnumName<OptimiserKind>> enumNames(OptimiserKind);
std::span<const EnumName<LearningRateSchedule>> enumNames(LearningRateSchedule);
std::span<const EnumName<Precision>> enumNames(Precision);

/// How the weights of the network are trained.
///
/// Source: papers.md 1.3 and 1.6; the paper's own values are not known. Defaults are our choice.
struct TrainingSettings {
  std::int64_t steps = 0;  ///< 0: from `epochs`
  double epochs = 30.0;
  int batch = 16;
  OptimiserKind optimiser = OptimiserKind::AdamW;
  double learningRate = 2e-3;
  double momentum = 0.9;
  double weightDecay = 0.05;
  double warmupShare = 0.1;
  LearningRateSchedule schedule = LearningRateSchedule::Cosine;
  double gradientClip = 5.0;  ///< 0: none
  double labelSmoothing = 0.0;
  Precision precision = Precision::Float32;
  std::int64_t seed = 1;
};

/// How the connection weights are trained beside the network, on the same batches.
///
/// Source: papers.md 1.3 (joint training, no second split); Adam .1 with beta1 .5 is measured in
/// tasks.md 5.
struct ConnectionSettings {
  bool sameOptimiser = false;  ///< one optimiser for both, as preset `paper` has it
  double learningRate = 0.1;
  double momentum = 0.5;
  double frozenShare = 0.1;
  double meanShare = 0.1;
  double entropyPenalty = 0.0;
  double sharpenFrom = 1.0;     ///< 1: never
  double sharpenPenalty = 0.0;  ///< weight of the entropy that is reached at the last step
};

/// What is written while a run trains, and how often.
struct WatchSettings {
  double validationEpochs = 0.0;     ///< 0: ten times over the run
  std::int64_t validationClips = 0;  ///< 0: the whole select split
  int probeClips = 4;
  double weightsPerSecond = 10.0;
  double attentionPerSecond = 1.0;
  std::int64_t weightsBudget = 20'000;
  std::int64_t attentionBudgetMb = 512;
  double checkpointSeconds = 60.0;
  std::int64_t checkpointSteps = 0;  ///< 0: by time only
};

/// Where and with how many threads the engine computes.
struct ComputeSettings {
  std::string device = "auto";
  int threads = 0;  ///< 0: one a core
};

const Fields<TrainingSettings>& trainingFields();
const Fields<ConnectionSettings>& connectionFields();
const Fields<WatchSettings>& watchFields();
const Fields<ComputeSettings>& computeFields();

}  // namespace attelier::search
