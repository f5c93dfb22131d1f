#pragma once

#include "engine/base/result.h"
#include "engine/clips/loader.h"
#include "engine/nn/replicas.h"
#include "engine/search/optimiser.h"
#include "engine/search/run_configuration.h"
#include "engine/space/connection_weights.h"

#include <c10/core/Device.h>

#include <memory>
#include <string>
#include <vector>

namespace attelier::search {

/// The scalars of a step, in the order of `stepScalarNames`.
enum class StepScalar {
  Loss,
  Accuracy,
  GradientNorm,
  ConnectionGradientNorm,
  LearningRate,
  ConnectionLearningRate,
  Guard,  ///< 1 from the first step on whose loss or gradients were not finite
  Count
};
const std::vector<std::string>& stepScalarNames();

/// Part of the training that a step belongs to: "warm-up" (connection weights frozen), "joint",
/// "sharpening"; "training" where there are no connection weights.
std::string stageAt(const RunConfiguration& configuration, bool searches, std::int64_t step,
                    std::int64_t stepsPlanned);

/// Seconds that the parts of the last step took.
struct StepTimes {
  double gradients = 0.0;  ///< forward and backward
  double optimiser = 0.0;
};

/// A network that learns: weights and connection weights together, on the same batches.
///
/// Everything random comes from (seed, step), so a learner restored at step s goes on exactly as
/// the one that was saved. A step with a non-finite loss or gradient changes no weight, nor does
/// any after it. Threads: one caller at a time. Source: AttentionNAS (Wang et al., ECCV 2020) 3:
/// joint gradient descent, no second split; the optimisers are ours (papers.md 1.3 [P]).
class Learner {
 public:
  /// Errors: InvalidArgument (backbone, places), OutOfMemory.
  static Result<std::unique_ptr<Learner>> create(const RunConfiguration& configuration,
                                                 const nn::NetworkSpec& spec,
                                                 std::int64_t stepsPlanned,
                                                 const c10::Device& device);

  /// One training step. Shape: [StepScalar::Count] float32 on the device; reading it waits for it.
  at::Tensor step(const clips::Batch& batch);

  std::int64_t steps() const { return steps_; }
  std::int64_t stepsPlanned() const { return stepsPlanned_; }
  void setStepsPlanned(std::int64_t steps) { stepsPlanned_ = steps; }

  /// Steps of the first plan: where warm-up ends and connection weights begin to move. Extending a
  /// run moves only the end of the learning rate's fall.
  std::int64_t firstPlan() const { return firstPlan_; }
  void setFirstPlan(std::int64_t steps) { firstPlan_ = steps; }

  std::string stage() const;
  const StepTimes& times() const { return times_; }

  nn::Replicas& replicas() { return *replicas_; }
  nn::Network& network() { return replicas_->network(); }
  const c10::Device& device() const { return device_; }

  /// Connection weights now and their exponential mean, from which cells are derived: one if
  /// shared, else one a place; empty without a supergraph.
  std::vector<space::ConnectionWeights> weights() const;
  std::vector<space::ConnectionWeights> meanWeights() const;

  /// Every tensor that a checkpoint holds; the tensors are the live ones.
  NamedTensors state() const;
  /// Errors: Corrupt for a missing, unknown or misshapen name; nothing is changed then.
  Status restore(const NamedTensors& state, std::int64_t steps);

 private:
  Learner() = default;
  at::Tensor entropyPenalty(nn::Network& network) const;
  void updateMeans();
  double learningRate() const;
  double connectionLearningRate() const;

  RunConfiguration configuration_;
  c10::Device device_ = c10::Device(c10::DeviceType::CPU);
  std::shared_ptr<nn::Network> network_;
  std::unique_ptr<nn::Replicas> replicas_;
  std::unique_ptr<Optimiser> optimiser_, connections_;
  std::vector<at::Tensor> means_;  ///< level, sink and activation logits of each architecture
  at::Tensor guard_;
  std::int64_t steps_ = 0, stepsPlanned_ = 0, firstPlan_ = 0;
  StepTimes times_;
};

/// Copies named tensors into others of the same names and shapes.
/// Errors: Corrupt for a missing, unknown or misshapen name; nothing is changed then.
Status copyState(const NamedTensors& from, const NamedTensors& to, const std::string& where);

}  // namespace attelier::search
