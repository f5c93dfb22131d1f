#include "engine/search/validation.h"

#include "engine/nn/replicas.h"

#include <torch/types.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace attelier::search {

std::vector<ClipPrediction> predictionsOf(const at::Tensor& logits,
                                          const std::vector<std::int64_t>& labels,
                                          const std::vector<std::int64_t>& clipIds) {
  const at::Tensor logProbabilities = logits.to(at::kCPU, at::kFloat).log_softmax(1);
  const std::int64_t kept = std::min<std::int64_t>(5, logits.size(1));
  const auto [best, order] = logProbabilities.topk(kept, 1);
  const auto value = best.accessor<float, 2>();
  const auto index = order.accessor<std::int64_t, 2>();
  const auto all = logProbabilities.accessor<float, 2>();
  std::vector<ClipPrediction> predictions(labels.size());
  for (size_t i = 0; i < labels.size(); ++i) {
    ClipPrediction& prediction = predictions[i];
    const auto row = static_cast<std::int64_t>(i);
    prediction.clip = clipIds[i];
    prediction.label = labels[i];
    for (std::int64_t k = 0; k < kept; ++k) {
      prediction.top[static_cast<size_t>(k)] = static_cast<std::int32_t>(index[row][k]);
      prediction.probability[static_cast<size_t>(k)] = std::exp(value[row][k]);
    }
    prediction.loss =
        labels[i] < 0 ? std::numeric_limits<float>::quiet_NaN() : -all[row][labels[i]];
  }
  return predictions;
}

Result<Score> validate(nn::Replicas& replicas,
                       const std::shared_ptr<const clips::ClipSource>& source,
                       const clips::LoaderSettings& loading, const ValidationPlan& plan,
                       const std::function<bool()>& between) {
  if (source->clipCount(plan.split) == 0) {
    return fail(ErrorCode::InvalidArgument, std::string("there is no clip in the split '") +
                                                clips::splitName(plan.split) + "'");
  }
  clips::Loader loader(source, loading,
                       {.split = plan.split,
                        .mode = clips::LoadMode::Once,
                        .batchSize = plan.batch,
                        .seed = 0,
                        .startPosition = 0,
                        .limit = plan.limit});
  const bool wasTraining = replicas.network().is_training();
  replicas.network().eval();
  const c10::Device device = replicas.network().parameters().front().device();
  Score score{.split = plan.split, .predictions = {}};
  Status status;
  while (true) {
    auto next = loader.next();
    if (!next) {
      status = tl::unexpected(next.error());
      break;
    }
    if (!next->has_value()) {
      break;
    }
    const clips::Batch& batch = **next;
    const at::Tensor rgb =
        torch::from_blob(
            const_cast<std::uint8_t*>(batch.rgb.data()),
            {batch.size(), batch.shape.frames, batch.shape.height, batch.shape.width, 3}, at::kByte)
            .to(device);
    const at::Tensor logits = replicas.forward(rgb);
    for (ClipPrediction& prediction : predictionsOf(logits, batch.labels, batch.clipIds)) {
      score.predictions.push_back(prediction);
    }
    if (between && !between()) {
      status = fail(ErrorCode::Interrupted, "the validation was stopped");
      break;
    }
  }
  replicas.network().train(wasTraining);
  ATTELIER_CHECKED(std::move(status));

  for (const ClipPrediction& prediction : score.predictions) {
    if (prediction.label < 0) {
      continue;
    }
    const auto found = std::find(prediction.top.begin(), prediction.top.end(), prediction.label);
    score.clips += 1;
    score.top1 += found == prediction.top.begin() ? 1.0 : 0.0;
    score.top5 += found != prediction.top.end() ? 1.0 : 0.0;
    score.loss += static_cast<double>(prediction.loss);
  }
  const double count = static_cast<double>(std::max<std::int64_t>(score.clips, 1));
  score.top1 /= count;
  score.top5 /= count;
  score.loss /= count;
  return score;
}

}  // namespace attelier::search
