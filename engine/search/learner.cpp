#include "engine/search/learner.h"

#include <ATen/autocast_mode.h>
#include <ATen/core/Reduction.h>
#include <ATen/ops/cross_entropy_loss.h>
#include <torch/autograd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numbers>
#include <unordered_map>

namespace attelier::search {

namespace {

using Clock = std::chrono::steady_clock;

double secondsSince(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// Mixed precision inside a scope. The weights cast to bfloat16 go with it: the next step has
/// others.
class Autocast {
 public:
  explicit Autocast(bool on, const c10::Device& device) : on_(on), type_(device.type()) {
    if (on_) {
      at::autocast::set_autocast_dtype(type_, at::kBFloat16);
      at::autocast::set_autocast_enabled(type_, true);
    }
  }
  ~Autocast() {
    if (on_) {
      at::autocast::clear_cache();
      at::autocast::set_autocast_enabled(type_, false);
    }
  }
  Autocast(const Autocast&) = delete;
  Autocast& operator=(const Autocast&) = delete;

 private:
  bool on_;
  c10::DeviceType type_;
};

at::Tensor entropyOf(const at::Tensor& probabilities) {
  return -(probabilities * probabilities.clamp_min(1e-12).log()).sum();
}

std::vector<at::Tensor> logitsOf(const nn::ArchitectureWeights& weights) {
  return {weights.levelLogits, weights.sinkLogits, weights.activationLogits};
}

std::vector<float> values(const at::Tensor& logits) {
  if (!logits.defined()) {
    return {};
  }
  const at::Tensor plain = logits.detach().to(at::kCPU, at::kFloat).contiguous();
  return {plain.data_ptr<float>(), plain.data_ptr<float>() + plain.numel()};
}

}  // namespace

const std::vector<std::string>& stepScalarNames() {
  static const std::vector<std::string> kNames = {
      "train/loss",          "train/accuracy",
      "train/gradient_norm", "train/connection_gradient_norm",
      "train/learning_rate", "train/connection_learning_rate",
      "train/guard"};
  return kNames;
}

std::string stageAt(const RunConfiguration& configuration, bool searches, std::int64_t step,
                    std::int64_t stepsPlanned) {
  const auto planned = static_cast<double>(stepsPlanned);
  const auto at = static_cast<double>(step);
  if (!searches) {
    return "training";
  }
  if (at < configuration.connections.frozenShare * planned) {
    return "warm-up";
  }
  const bool sharpens =
      configuration.connections.sharpenFrom < 1.0 && configuration.connections.sharpenPenalty > 0.0;
  return sharpens && at >= configuration.connections.sharpenFrom * planned ? "sharpening" : "joint";
}

Result<std::unique_ptr<Learner>> Learner::create(const RunConfiguration& configuration,
                                                 const nn::NetworkSpec& spec,
                                                 std::int64_t stepsPlanned,
                                                 const c10::Device& device) {
  std::unique_ptr<Learner> learner(new Learner());
  learner->configuration_ = configuration;
  learner->device_ = device;
  learner->stepsPlanned_ = stepsPlanned;
  learner->firstPlan_ = stepsPlanned;
  const auto seed = static_cast<std::uint64_t>(configuration.training.seed);
  ATTELIER_ASSIGN(learner->network_, nn::Network::create(spec, seed));
  learner->network_->to(device);
  learner->replicas_ =
      std::make_unique<nn::Replicas>(learner->network_, configuration.compute.threads);

  const TrainingSettings& training = configuration.training;
  OptimiserSettings weights{.kind = training.optimiser,
                            .momentum = training.momentum,
                            .beta2 = 0.999,
                            .weightDecay = training.weightDecay};
  OptimiserSettings connections{.kind = OptimiserKind::AdamW,
                                .momentum = configuration.connections.momentum,
                                .beta2 = 0.999,
                                .weightDecay = 0.0};
  if (configuration.connections.sameOptimiser) {
    connections = weights;
    connections.weightDecay = 0.0;
  }
  const std::vector<at::Tensor> architecture = learner->network_->architectureParameters();
  const auto isArchitecture = [&architecture](const at::Tensor& parameter) {
    return std::any_of(architecture.begin(), architecture.end(),
                       [&](const at::Tensor& other) { return other.is_same(parameter); });
  };
  NamedTensors networkParameters, connectionParameters;
  for (const auto& item : learner->network_->named_parameters()) {
    auto& target = isArchitecture(item.value()) ? connectionParameters : networkParameters;
    target.emplace_back(item.key(), item.value());
  }
  learner->optimiser_ = std::make_unique<Optimiser>(networkParameters, weights);
  learner->connections_ = std::make_unique<Optimiser>(connectionParameters, connections);
  for (const auto& weightsOfPlace : learner->network_->architectures()) {
    for (const at::Tensor& logits : logitsOf(*weightsOfPlace)) {
      learner->means_.push_back(logits.defined() ? logits.detach().clone() : at::Tensor());
    }
  }
  learner->guard_ = torch::zeros({}, torch::TensorOptions().dtype(at::kFloat).device(device));
  return learner;
}

double Learner::learningRate() const {
  const TrainingSettings& training = configuration_.training;
  const auto planned = static_cast<double>(std::max<std::int64_t>(stepsPlanned_, 1));
  const auto at = static_cast<double>(steps_);
  const double warmup = std::floor(training.warmupShare * static_cast<double>(firstPlan_));
  if (at < warmup) {
    return training.learningRate * (at + 1.0) / warmup;
  }
  if (training.schedule == LearningRateSchedule::Constant) {
    return training.learningRate;
  }
  const double progress = std::min(1.0, (at - warmup) / std::max(1.0, planned - warmup));
  return training.learningRate * 0.5 * (1.0 + std::cos(std::numbers::pi * progress));
}

double Learner::connectionLearningRate() const {
  if (stage() == "warm-up" || stage() == "training") {
    return 0.0;
  }
  return configuration_.connections.sameOptimiser ? learningRate()
                                                  : configuration_.connections.learningRate;
}

std::string Learner::stage() const {
  return stageAt(configuration_, !network_->architectures().empty(), steps_, firstPlan_);
}

at::Tensor Learner::entropyPenalty(nn::Network& network) const {
  const ConnectionSettings& settings = configuration_.connections;
  double weight = settings.entropyPenalty;
  if (stage() == "sharpening") {
    const auto planned = static_cast<double>(firstPlan_);
    const double start = settings.sharpenFrom * planned;
    weight += settings.sharpenPenalty *
              std::min(1.0, (static_cast<double>(steps_) - start) / std::max(1.0, planned - start));
  }
  if (weight == 0.0 || network.architectures().empty()) {
    return {};
  }
  at::Tensor entropy;
  for (const auto& weights : network.architectures()) {
    at::Tensor sum = entropyOf(weights->sink());
    for (int level = 1; level < weights->shape().levels; ++level) {
      sum = sum + entropyOf(weights->incoming(level, /*scaled=*/false)) /
                      static_cast<double>(weights->shape().kinds.size());
    }
    entropy = entropy.defined() ? entropy + sum : sum;
  }
  return weight * entropy;
}

at::Tensor Learner::step(const clips::Batch& batch) {
  network_->train();
  network_->setDropoutKey(static_cast<std::uint64_t>(configuration_.training.seed) * 0x9E3779B9U +
                          static_cast<std::uint64_t>(steps_));
  const auto shape = batch.shape;
  const at::Tensor rgb =
      torch::from_blob(const_cast<std::uint8_t*>(batch.rgb.data()),
                       {batch.size(), shape.frames, shape.height, shape.width, 3}, at::kByte)
          .to(device_);
  const at::Tensor labels =
      torch::from_blob(const_cast<std::int64_t*>(batch.labels.data()), {batch.size()}, at::kLong)
          .to(device_);

  const auto start = Clock::now();
  optimiser_->zeroGradients();
  connections_->zeroGradients();
  const double smoothing = configuration_.training.labelSmoothing;
  nn::Replicas::Outcome outcome;
  {
    const Autocast mixed(configuration_.training.precision == Precision::Mixed, device_);
    outcome = replicas_->forwardBackward(
        rgb, labels,
        [&](nn::Network& replica, const at::Tensor& logits, const at::Tensor& shardLabels,
            const nn::Shard& shard) {
          const at::Tensor scores = logits.to(at::promote_types(at::kFloat, logits.scalar_type()));
          at::Tensor loss =
              at::cross_entropy_loss(scores, shardLabels, /*weight=*/{}, at::Reduction::Sum,
                                     /*ignore_index=*/-100, smoothing) /
              static_cast<double>(shard.total);
          if (shard.index == 0) {
            if (const at::Tensor penalty = entropyPenalty(replica); penalty.defined()) {
              loss = loss + penalty;
            }
          }
          return loss;
        });
  }
  times_.gradients = secondsSince(start);

  const auto updateStart = Clock::now();
  torch::NoGradGuard noGrad;
  const double rate = learningRate();
  const double connectionRate = connectionLearningRate();
  const at::Tensor norm = optimiser_->clipGradients(configuration_.training.gradientClip);
  const at::Tensor connectionNorm = connections_->clipGradients(0.0);
  const at::Tensor loss = outcome.loss.to(at::kFloat);
  const at::Tensor finite =
      torch::isfinite(loss) & torch::isfinite(norm) & torch::isfinite(connectionNorm);
  guard_ = torch::maximum(guard_, finite.logical_not().to(at::kFloat));
  optimiser_->step(rate, guard_);
  if (connectionRate > 0.0) {
    connections_->step(connectionRate, guard_);
  }
  updateMeans();
  const at::Tensor accuracy = outcome.logits.argmax(1).eq(labels).to(at::kFloat).mean();
  const auto options = torch::TensorOptions().dtype(at::kFloat).device(device_);
  const at::Tensor scalars = torch::stack(
      {loss, accuracy, norm.to(at::kFloat), connectionNorm.to(at::kFloat),
       torch::full({}, rate, options), torch::full({}, connectionRate, options), guard_});
  ++steps_;
  times_.optimiser = secondsSince(updateStart);
  return scalars;
}

void Learner::updateMeans() {
  if (means_.empty()) {
    return;
  }
  const auto planned = static_cast<double>(firstPlan_);
  const double timeConstant = std::max(1.0, configuration_.connections.meanShare * planned);
  const double moving = static_cast<double>(steps_) + 1.0 -
                        std::ceil(configuration_.connections.frozenShare * planned);
  // Until the time constant is reached this is the plain mean, so the frozen start has no share.
  const double weight = moving <= 1.0 ? 1.0 : 1.0 / std::min(moving, timeConstant);
  size_t index = 0;
  for (const auto& weights : network_->architectures()) {
    for (const at::Tensor& logits : logitsOf(*weights)) {
      at::Tensor& mean = means_[index++];
      if (mean.defined()) {
        mean.lerp_(logits, weight);
      }
    }
  }
}

std::vector<space::ConnectionWeights> Learner::weights() const {
  std::vector<space::ConnectionWeights> all;
  for (const auto& weights : network_->architectures()) {
    all.push_back(nn::toConnectionWeights(*weights));
  }
  return all;
}

std::vector<space::ConnectionWeights> Learner::meanWeights() const {
  std::vector<space::ConnectionWeights> all = weights();
  for (size_t place = 0; place < all.size(); ++place) {
    all[place].levelLogits = values(means_[3 * place]);
    all[place].sinkLogits = values(means_[3 * place + 1]);
    all[place].activationLogits = values(means_[3 * place + 2]);
  }
  return all;
}

NamedTensors Learner::state() const {
  NamedTensors all;
  const auto add = [&all](const std::string& prefix, const NamedTensors& tensors) {
    for (const auto& [name, tensor] : tensors) {
      all.emplace_back(prefix + name, tensor);
    }
  };
  add("network.", nn::namedState(*network_));
  add("optimiser.", optimiser_->state());
  add("connections.", connections_->state());
  for (size_t i = 0; i < means_.size(); ++i) {
    if (means_[i].defined()) {
      all.emplace_back("mean." + std::to_string(i), means_[i]);
    }
  }
  return all;
}

Status Learner::restore(const NamedTensors& state, std::int64_t steps) {
  ATTELIER_CHECKED(copyState(state, this->state(), "checkpoint"));
  steps_ = steps;
  guard_.zero_();
  return {};
}

Status copyState(const NamedTensors& from, const NamedTensors& to, const std::string& where) {
  torch::NoGradGuard noGrad;
  std::unordered_map<std::string, at::Tensor> sources(from.begin(), from.end());
  for (const auto& [name, target] : to) {
    const auto source = sources.find(name);
    if (source == sources.end()) {
      return fail(ErrorCode::Corrupt, "the tensor '" + name + "' is missing", where);
    }
    if (source->second.sizes() != target.sizes()) {
      return fail(ErrorCode::Corrupt, "the tensor '" + name + "' has another shape", where);
    }
  }
  if (sources.size() != to.size()) {
    return fail(ErrorCode::Corrupt,
                "it holds " + std::to_string(sources.size()) + " tensors instead of " +
                    std::to_string(to.size()) + "; it belongs to another network",
                where);
  }
  for (const auto& [name, target] : to) {
    target.copy_(sources.at(name));
  }
  return {};
}

}  // namespace attelier::search
