#include "engine/search/optimiser.h"

#include <torch/types.h>

namespace attelier::search {

Optimiser::Optimiser(NamedTensors parameters, const OptimiserSettings& settings)
    : settings_(settings), groups_(2) {
  torch::NoGradGuard noGrad;
  groups_[0].weightDecay = settings.weightDecay;
  for (auto& [name, parameter] : parameters) {
    // Packed biases have several axes, so the name decides.
    Group& group = groups_[parameter.dim() >= 2 && !name.ends_with("bias") ? 0 : 1];
    group.names.push_back(name);
    group.parameters.push_back(parameter);
    group.first.push_back(torch::zeros_like(parameter));
    if (settings.kind == OptimiserKind::AdamW) {
      group.second.push_back(torch::zeros_like(parameter));
    }
  }
  const auto device =
      parameters.empty() ? torch::Device(torch::kCPU) : parameters[0].second.device();
  steps_ = torch::zeros({}, torch::TensorOptions().dtype(torch::kFloat32).device(device));
}

void Optimiser::step(double learningRate, const at::Tensor& guard) {
  torch::NoGradGuard noGrad;
  steps_.add_(1.0 - guard);
  for (Group& group : groups_) {
    update(group, learningRate, guard);
  }
}

void Optimiser::update(Group& group, double learningRate, const at::Tensor& guard) {
  std::vector<at::Tensor> parameters, gradients, first, second;
  for (size_t i = 0; i < group.parameters.size(); ++i) {
    const at::Tensor& gradient = group.parameters[i].grad();
    if (!gradient.defined()) {
      continue;
    }
    parameters.push_back(group.parameters[i]);
    gradients.push_back(gradient);
    first.push_back(group.first[i]);
    if (settings_.kind == OptimiserKind::AdamW) {
      second.push_back(group.second[i]);
    }
  }
  if (parameters.empty()) {
    return;
  }
  if (settings_.kind == OptimiserKind::AdamW) {
    const std::vector<at::Tensor> steps(parameters.size(), steps_);
    at::_fused_adamw_(parameters, gradients, first, second, {}, steps, learningRate,
                      settings_.momentum, settings_.beta2, group.weightDecay, 1e-8,
                      /*amsgrad=*/false, /*maximize=*/false, /*grad_scale=*/{}, guard);
  } else {
    // Momentum buffers start at zero, so that the first step needs no special case.
    at::_fused_sgd_(parameters, gradients, first, group.weightDecay, settings_.momentum,
                    learningRate, /*dampening=*/0.0, /*nesterov=*/settings_.momentum > 0.0,
                    /*maximize=*/false, /*is_first_step=*/false, /*grad_scale=*/{}, guard);
  }
}

void Optimiser::zeroGradients() {
  for (Group& group : groups_) {
    for (at::Tensor& parameter : group.parameters) {
      parameter.mutable_grad() = at::Tensor();
    }
  }
}

at::Tensor Optimiser::clipGradients(double limit) {
  torch::NoGradGuard noGrad;
  std::vector<at::Tensor> gradients;
  for (const Group& group : groups_) {
    for (const at::Tensor& parameter : group.parameters) {
      if (parameter.grad().defined()) {
        gradients.push_back(parameter.grad());
      }
    }
  }
  if (gradients.empty()) {
    return torch::zeros_like(steps_);
  }
  const at::Tensor norm = torch::stack(at::_foreach_norm(gradients)).norm().to(torch::kFloat32);
  if (limit > 0.0) {
    at::_foreach_mul_(gradients, (limit / (norm + 1e-6)).clamp_max(1.0));
  }
  return norm;
}

NamedTensors Optimiser::state() const {
  NamedTensors state{{"steps", steps_}};
  for (const Group& group : groups_) {
    for (size_t i = 0; i < group.names.size(); ++i) {
      state.emplace_back("first." + group.names[i], group.first[i]);
      if (settings_.kind == OptimiserKind::AdamW) {
        state.emplace_back("second." + group.names[i], group.second[i]);
      }
    }
  }
  return state;
}

}  // namespace attelier::search
