#pragma once

#include "engine/base/result.h"
#include "engine/clips/loader.h"

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

namespace at {
class Tensor;
}
namespace attelier::nn {
class Replicas;
}

namespace attelier::search {

/// What the network said of one clip.
struct ClipPrediction {
  std::int64_t clip = -1;
  std::int64_t label = -1;
  std::array<std::int32_t, 5> top{-1, -1, -1, -1, -1};  ///< best first
  std::array<float, 5> probability{};
  float loss = 0.0F;
};

/// Accuracy of a network on a split. Units: shares in 0..1; loss is the mean cross-entropy.
struct Score {
  clips::Split split = clips::Split::Select;
  std::int64_t clips = 0;
  double top1 = 0.0;
  double top5 = 0.0;
  double loss = 0.0;
  std::vector<ClipPrediction> predictions;
};

/// What the network says of clips whose scores are these.
/// Shape: logits [N, classes]; labels and ids N. Without a label the loss is NaN.
std::vector<ClipPrediction> predictionsOf(const at::Tensor& logits,
                                          const std::vector<std::int64_t>& labels,
                                          const std::vector<std::int64_t>& clipIds);

/// How a split is looked at.
struct ValidationPlan {
  clips::Split split = clips::Split::Select;
  int batch = 32;
  std::int64_t limit = 0;  ///< clips; 0: all
};

/// Scores a split with frozen statistics; no weight, statistic or random stream of the training is
/// touched, so that looking never changes it.
///
/// `between` is called after each batch; it ends the look early by returning false (Interrupted).
/// Errors: Interrupted; those of the loader; InvalidArgument when the split has no clips.
Result<Score> validate(nn::Replicas& replicas,
                       const std::shared_ptr<const clips::ClipSource>& source,
                       const clips::LoaderSettings& loading, const ValidationPlan& plan,
                       const std::function<bool()>& between = {});

}  // namespace attelier::search
