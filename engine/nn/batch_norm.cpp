#include "engine/nn/batch_norm.h"

#include "engine/base/contracts.h"
#include "engine/nn/precision.h"
#include "engine/nn/row_kernels.h"
#include "engine/nn/shard.h"

#include <torch/autograd.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

namespace attelier::nn {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

constexpr uint64_t kForwardTag = 0x6e6f726d;
constexpr uint64_t kBackwardTag = 0x6772616e;

struct Pass {
  at::Tensor runningMean;
  at::Tensor runningVar;
  bool training;
  bool relu;
  double momentum;
};

// Narrow rows leave vector registers half empty: fold several rows into one.
int64_t foldOf(int64_t rows, int64_t channels) {
  int64_t fold = 1;
  while (rows % (2 * fold) == 0 && 2 * fold * channels <= 128) fold *= 2;
  return fold;
}

template <typename T>
std::vector<T> repeated(const double* values, int64_t channels, int64_t fold) {
  std::vector<T> out(static_cast<size_t>(channels * fold));
  for (int64_t i = 0; i < channels * fold; ++i) {
    out[static_cast<size_t>(i)] = static_cast<T>(values[i % channels]);
  }
  return out;
}

// Count, mean and sum of squared deviations of every (group, channel).
struct Moments {
  double count = 0;
  std::vector<double> mean;
  std::vector<double> m2;

  void merge(double otherCount, const double* otherMean, const double* otherM2) {
    const double total = count + otherCount;
    if (otherCount == 0) return;
    for (size_t i = 0; i < mean.size(); ++i) {
      const double d = otherMean[i] - mean[i];
      mean[i] += d * otherCount / total;
      m2[i] += otherM2[i] + d * d * count * otherCount / total;
    }
    count = total;
  }
};

template <typename T>
void momentsOfGroup(const T* x, int64_t rows, int64_t channels, double* mean, double* m2) {
  const int64_t fold = foldOf(rows, channels);
  const int64_t width = channels * fold;
  std::vector<double> wideMean(static_cast<size_t>(width));
  std::vector<double> wideM2(static_cast<size_t>(width));
  kernels::columnMoments(x, rows / fold, width, wideMean.data(), wideM2.data());
  const auto part = static_cast<double>(rows / fold);
  for (int64_t c = 0; c < channels; ++c) {
    Moments folded{0, {0}, {0}};
    for (int64_t f = 0; f < fold; ++f) {
      const auto at = static_cast<size_t>(f * channels + c);
      folded.merge(part, &wideMean[at], &wideM2[at]);
    }
    mean[c] = folded.mean[0];
    m2[c] = folded.m2[0];
  }
}

Moments exchangeMoments(Moments mine) {
  ShardContext& context = shardContext();
  if (context.exchange == nullptr) return mine;
  const size_t size = mine.mean.size();
  std::vector<double> sent(2 * size + 1);
  sent[0] = mine.count;
  std::copy(mine.mean.begin(), mine.mean.end(), sent.begin() + 1);
  std::copy(mine.m2.begin(), mine.m2.end(), sent.begin() + 1 + static_cast<int64_t>(size));
  Moments all{0, std::vector<double>(size, 0.0), std::vector<double>(size, 0.0)};
  context.exchange->exchange(context.index, kForwardTag, sent,
                             [&](int, std::span<const double> part) {
                               all.merge(part[0], part.data() + 1, part.data() + 1 + size);
                             });
  return all;
}

void exchangeSums(std::vector<double>& sums) {
  ShardContext& context = shardContext();
  if (context.exchange == nullptr) return;
  const std::vector<double> mine = sums;
  std::fill(sums.begin(), sums.end(), 0.0);
  context.exchange->exchange(context.index, kBackwardTag, mine,
                             [&](int, std::span<const double> part) {
                               for (size_t i = 0; i < sums.size(); ++i) sums[i] += part[i];
                             });
}

std::vector<double> toDoubles(const at::Tensor& t) {
  const at::Tensor d = t.detach().to(at::kCPU, at::kDouble).contiguous();
  return {d.const_data_ptr<double>(), d.const_data_ptr<double>() + d.numel()};
}

at::Tensor fromDoubles(const double* values, at::IntArrayRef shape, const at::TensorOptions& like) {
  return at::from_blob(const_cast<double*>(values), shape, at::kDouble).clone().to(like);
}

void updateRunning(const Pass& pass, const Moments& all) {
  if (shardContext().index != 0) return;
  at::NoGradGuard guard;
  const auto options = pass.runningMean.options();
  const at::Tensor mean = fromDoubles(all.mean.data(), pass.runningMean.sizes(), options);
  const at::Tensor var = fromDoubles(all.m2.data(), pass.runningVar.sizes(), options)
                             .div_(std::max(1.0, all.count - 1));
  pass.runningMean.mul_(1 - pass.momentum).add_(mean, pass.momentum);
  pass.runningVar.mul_(1 - pass.momentum).add_(var, pass.momentum);
}

// The parts are [G_p, M, C]; groups count through them.
struct Parts {
  std::vector<at::Tensor> x;
  int64_t groups = 0;
  int64_t rows = 0;
  int64_t channels = 0;
};

Parts partsOf(const at::Tensor& a, const at::Tensor& b) {
  Parts parts;
  for (const at::Tensor& t : {a, b}) {
    if (!t.defined()) continue;
    parts.x.push_back(t.contiguous());
    parts.groups += t.size(0);
    parts.rows = t.size(1);
    parts.channels = t.size(2);
  }
  return parts;
}

template <typename T>
void normaliseRows(const Parts& parts, const double* mean, const double* rstd,
                   const std::vector<double>& gamma, const std::vector<double>& delta,
                   const at::Tensor& residual, bool relu, at::Tensor& out) {
  const int64_t channels = parts.channels;
  const int64_t fold = foldOf(parts.rows, channels);
  const int64_t size = parts.rows * channels;
  std::vector<double> scale(static_cast<size_t>(channels));
  std::vector<double> shift(static_cast<size_t>(channels));
  int64_t group = 0;
  for (const at::Tensor& x : parts.x) {
    for (int64_t g = 0; g < x.size(0); ++g, ++group) {
      for (int64_t c = 0; c < channels; ++c) {
        const auto at = static_cast<size_t>(c);
        const double s = rstd[group * channels + c] * (gamma.empty() ? 1.0 : gamma[at]);
        scale[at] = s;
        shift[at] = (delta.empty() ? 0.0 : delta[at]) - mean[group * channels + c] * s;
      }
      const std::vector<T> wideScale = repeated<T>(scale.data(), channels, fold);
      const std::vector<T> wideShift = repeated<T>(shift.data(), channels, fold);
      kernels::scaleRows(x.const_data_ptr<T>() + g * size,
                         residual.defined() ? residual.const_data_ptr<T>() + group * size : nullptr,
                         wideScale.data(), wideShift.data(), relu,
                         out.mutable_data_ptr<T>() + group * size, parts.rows / fold,
                         channels * fold);
    }
  }
}

class NormFunction : public torch::autograd::Function<NormFunction> {
 public:
  // LibTorch's Function takes an absent tensor as an empty optional only.
  using Maybe = std::optional<at::Tensor>;
  static at::Tensor forward(AutogradContext* context, const Maybe& maybeA, const Maybe& maybeB,
                            const Maybe& maybeGamma, const Maybe& maybeDelta,
                            const Maybe& maybeResidual, const Pass& pass) {
    const at::Tensor a = maybeA.value_or(at::Tensor());
    const at::Tensor b = maybeB.value_or(at::Tensor());
    const at::Tensor gamma = maybeGamma.value_or(at::Tensor());
    const at::Tensor delta = maybeDelta.value_or(at::Tensor());
    const at::Tensor residual = maybeResidual.value_or(at::Tensor());
    const Parts parts = partsOf(a, b);
    const auto size = static_cast<size_t>(parts.groups * parts.channels);
    const at::Tensor& like = parts.x.front();
    Moments all{0, std::vector<double>(size), std::vector<double>(size)};
    std::vector<double> rstd(size);
    if (pass.training) {
      measure(parts, all);
      all = exchangeMoments(std::move(all));
      updateRunning(pass, all);
      for (size_t i = 0; i < size; ++i) {
        rstd[i] = 1.0 / std::sqrt(all.m2[i] / all.count + BatchNorm::kEpsilon);
      }
    } else {
      all.mean = toDoubles(pass.runningMean);
      all.count = 1;
      const std::vector<double> var = toDoubles(pass.runningVar);
      for (size_t i = 0; i < size; ++i) rstd[i] = 1.0 / std::sqrt(var[i] + BatchNorm::kEpsilon);
    }

    at::Tensor out = at::empty({parts.groups, parts.rows, parts.channels}, like.options());
    const at::Tensor add = residual.defined() ? residual.contiguous() : residual;
    const std::vector<double> scale = gamma.defined() ? toDoubles(gamma) : std::vector<double>{};
    const std::vector<double> shift = delta.defined() ? toDoubles(delta) : std::vector<double>{};
    AT_DISPATCH_FLOATING_TYPES(like.scalar_type(), "normalise", [&] {
      normaliseRows<scalar_t>(parts, all.mean.data(), rstd.data(), scale, shift, add, pass.relu,
                              out);
    });

    context->save_for_backward({parts.x[0], parts.x.size() > 1 ? parts.x[1] : at::Tensor(), gamma,
                                pass.relu ? out : at::Tensor(), at::tensor(all.mean, at::kDouble),
                                at::tensor(rstd, at::kDouble)});
    context->saved_data["hasA"] = a.defined();
    context->saved_data["hasResidual"] = residual.defined();
    context->saved_data["training"] = pass.training;
    context->saved_data["count"] = all.count;
    return out;
  }

  static variable_list backward(AutogradContext* context, const variable_list& grads) {
    const variable_list saved = context->get_saved_variables();
    const Parts parts = partsOf(saved[0], saved[1]);
    const at::Tensor& gamma = saved[2];
    const at::Tensor& out = saved[3];
    const at::Tensor dy = grads[0].contiguous();
    const std::vector<double> mean = toDoubles(saved[4]);
    const std::vector<double> rstd = toDoubles(saved[5]);
    const auto size = static_cast<size_t>(parts.groups * parts.channels);
    const auto channels = static_cast<size_t>(parts.channels);
    const bool training = context->saved_data["training"].toBool();
    const double count = context->saved_data["count"].toDouble();
    const bool affine = gamma.defined();

    // sums[i]: of dy; sums[size + i]: of dy (x - mean)
    std::vector<double> sums(2 * size, 0.0);
    if (training || affine) sumGradients(parts, dy, out, mean, sums);
    at::Tensor dGamma;
    at::Tensor dDelta;
    if (affine) {
      std::vector<double> local(2 * channels, 0.0);
      for (size_t i = 0; i < size; ++i) {
        local[i % channels] += sums[size + i] * rstd[i];
        local[channels + i % channels] += sums[i];
      }
      dGamma = fromDoubles(local.data(), gamma.sizes(), gamma.options());
      dDelta = fromDoubles(local.data() + channels, gamma.sizes(), gamma.options());
    }
    if (training) exchangeSums(sums);

    const std::vector<double> scale = affine ? toDoubles(gamma) : std::vector<double>(channels, 1);
    std::vector<double> k(3 * size, 0.0);
    for (size_t i = 0; i < size; ++i) {
      const double s = scale[i % channels] * rstd[i];
      k[i] = s;
      if (training) {
        k[size + i] = -s * rstd[i] * rstd[i] * sums[size + i] / count;
        k[2 * size + i] = -s * sums[i] / count;
      }
    }
    variable_list dx = inputGradients(parts, dy, out, mean, k);
    const bool hasA = context->saved_data["hasA"].toBool();
    at::Tensor da = hasA ? dx[0] : at::Tensor();
    at::Tensor db = hasA ? (dx.size() > 1 ? dx[1] : at::Tensor()) : dx[0];
    return {da,
            db,
            dGamma,
            dDelta,
            context->saved_data["hasResidual"].toBool() ? dy : at::Tensor(),
            at::Tensor()};
  }

 private:
  static void measure(const Parts& parts, Moments& all) {
    all.count = static_cast<double>(parts.rows);
    int64_t group = 0;
    for (const at::Tensor& x : parts.x) {
      for (int64_t g = 0; g < x.size(0); ++g, ++group) {
        AT_DISPATCH_FLOATING_TYPES(x.scalar_type(), "moments", [&] {
          momentsOfGroup(x.const_data_ptr<scalar_t>() + g * parts.rows * parts.channels, parts.rows,
                         parts.channels, &all.mean[size_t(group * parts.channels)],
                         &all.m2[size_t(group * parts.channels)]);
        });
      }
    }
  }

  static void sumGradients(const Parts& parts, const at::Tensor& dy, const at::Tensor& out,
                           const std::vector<double>& mean, std::vector<double>& sums) {
    const int64_t channels = parts.channels;
    const auto size = sums.size() / 2;
    int64_t group = 0;
    for (const at::Tensor& x : parts.x) {
      for (int64_t g = 0; g < x.size(0); ++g, ++group) {
        AT_DISPATCH_FLOATING_TYPES(x.scalar_type(), "norm_gradient_sums", [&] {
          const int64_t fold = foldOf(parts.rows, channels);
          const int64_t width = fold * channels;
          const int64_t from = parts.rows * channels;
          const auto wideMean = repeated<scalar_t>(&mean[size_t(group * channels)], channels, fold);
          std::vector<double> wide(static_cast<size_t>(2 * width));
          kernels::gradientSums(
              dy.const_data_ptr<scalar_t>() + group * from, x.const_data_ptr<scalar_t>() + g * from,
              out.defined() ? out.const_data_ptr<scalar_t>() + group * from : nullptr,
              wideMean.data(), wide.data(), wide.data() + width, parts.rows / fold, width);
          for (int64_t i = 0; i < width; ++i) {
            const auto at = static_cast<size_t>(group * channels + i % channels);
            sums[at] += wide[static_cast<size_t>(i)];
            sums[size + at] += wide[static_cast<size_t>(width + i)];
          }
        });
      }
    }
  }

  // dx = k0 dy + k1 (x - mean) + k2
  static variable_list inputGradients(const Parts& parts, const at::Tensor& dy,
                                      const at::Tensor& out, const std::vector<double>& mean,
                                      const std::vector<double>& k) {
    const int64_t channels = parts.channels;
    const int64_t size = parts.groups * channels;
    variable_list result;
    int64_t group = 0;
    for (const at::Tensor& x : parts.x) {
      const int64_t groups = x.size(0);
      at::Tensor dx = at::empty_like(x);
      for (int64_t g = 0; g < groups; ++g, ++group) {
        AT_DISPATCH_FLOATING_TYPES(x.scalar_type(), "norm_gradient", [&] {
          const int64_t fold = foldOf(parts.rows, channels);
          const int64_t from = parts.rows * channels;
          const auto wide = [&](const double* values) {
            return repeated<scalar_t>(values + group * channels, channels, fold);
          };
          const auto a = wide(k.data());
          const auto b = wide(k.data() + size);
          const auto c = wide(k.data() + 2 * size);
          const auto m = wide(mean.data());
          kernels::gradientRows(
              dy.const_data_ptr<scalar_t>() + group * from, x.const_data_ptr<scalar_t>() + g * from,
              out.defined() ? out.const_data_ptr<scalar_t>() + group * from : nullptr, a.data(),
              b.data(), c.data(), m.data(), dx.mutable_data_ptr<scalar_t>() + g * from,
              parts.rows / fold, fold * channels);
        });
      }
      result.push_back(dx);
    }
    return result;
  }
};

std::optional<at::Tensor> maybe(const at::Tensor& t) {
  return t.defined() ? std::optional<at::Tensor>(t) : std::nullopt;
}

// LibTorch's batch norm, group by group: nothing of it passes through the host. It reads rows of
// any type beside float32 statistics and parameters, and keeps no copy of them but in their type.
at::Tensor normaliseByLibTorch(const at::Tensor& a, const at::Tensor& b, const at::Tensor& gamma,
                               const at::Tensor& delta, const at::Tensor& residual,
                               const Pass& pass) {
  std::vector<at::Tensor> groups;
  for (const at::Tensor& part : {a, b}) {
    if (!part.defined()) continue;
    for (const at::Tensor& rows : part.unbind(0)) {
      const auto group = static_cast<int64_t>(groups.size());
      groups.push_back(at::batch_norm(
          rows, maybe(gamma), maybe(delta), pass.runningMean.select(0, group),
          pass.runningVar.select(0, group), pass.training, pass.momentum, BatchNorm::kEpsilon,
          /*cudnn_enabled=*/false));
    }
  }
  at::Tensor y = groups.size() == 1 ? groups.front().unsqueeze(0) : at::stack(groups);
  if (residual.defined()) y = y + residual.to(y.scalar_type());
  return pass.relu ? y.relu() : y;
}

}  // namespace

BatchNorm::BatchNorm(int groups, int channels, bool affine, double scale) {
  if (affine) {
    expects(groups == 1, "an affine batch norm has one group");
    gamma = register_parameter("gamma", at::full({channels}, scale));
    delta = register_parameter("delta", at::zeros({channels}));
  }
  runningMean = register_buffer("running_mean", at::zeros({groups, channels}));
  runningVar = register_buffer("running_var", at::ones({groups, channels}));
}

double BatchNorm::nextMomentum() {
  if (averaged_ < 0) return kMomentum;
  return 1.0 / static_cast<double>(++averaged_);
}

at::Tensor BatchNorm::forward(const at::Tensor& x, bool relu, const at::Tensor& residual) {
  expects(!(relu && residual.defined()), "batch norm takes a ReLU or a residual, not both");
  if (x.dim() == 3) return normalise(x, {}, relu, residual);
  const at::Tensor add = residual.defined() ? residual.unsqueeze(0) : residual;
  return normalise(x.unsqueeze(0), {}, relu, add).squeeze(0);
}

at::Tensor BatchNorm::forwardJoined(const at::Tensor& a, const at::Tensor& b) {
  return normalise(a, b, false, {});
}

at::Tensor BatchNorm::normalise(const at::Tensor& a, const at::Tensor& b, bool relu,
                                const at::Tensor& residual) {
  const Pass pass{runningMean, runningVar, is_training(), relu,
                  is_training() ? nextMomentum() : 0.0};
  const at::Tensor& like = a.defined() ? a : b;
  const bool kernels = hasRowKernels(like);
  if (!kernels && shardContext().exchange == nullptr) {
    return normaliseByLibTorch(a, b, gamma, delta, residual, pass);
  }
  // Shards are threads of the CPU. Between them statistics are exchanged, which LibTorch's cannot.
  const auto input = [&](const at::Tensor& t) {
    return maybe(kernels || !t.defined() ? t : widened(t));
  };
  const at::Tensor y =
      NormFunction::apply(input(a), input(b), maybe(gamma), maybe(delta), input(residual), pass);
  return y.to(like.scalar_type());
}

}  // namespace attelier::nn
