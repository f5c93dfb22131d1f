#include "widgets/plots/curve.h"

#include <cmath>
#include <limits>

namespace attelier::widgets {

CurvePoints CurvePoints::of(std::vector<std::int64_t> steps, std::vector<float> values,
                            std::vector<double> times) {
  struct Arrays {
    std::vector<std::int64_t> steps;
    std::vector<float> values;
    std::vector<double> times;
  };
  const auto arrays =
      std::make_shared<const Arrays>(std::move(steps), std::move(values), std::move(times));
  CurvePoints points;
  points.owner = arrays;
  points.steps = arrays->steps;
  points.times = arrays->times;
  points.minimum = points.maximum = points.mean = points.last = arrays->values;
  return points;
}

bool CurvePoints::isSame(const CurvePoints& other) const {
  return owner == other.owner && steps.data() == other.steps.data() &&
         steps.size() == other.steps.size() && mean.data() == other.mean.data();
}

std::vector<CurvePoint> composed(const CurvePoints& whole, const CurvePoints& detail) {
  std::vector<CurvePoint> points;
  points.reserve(whole.size() + detail.size());
  const auto take = [&points](const CurvePoints& from, std::size_t i) {
    points.push_back({from.steps[i], from.stepsPerPoint,
                      from.times.empty() ? std::numeric_limits<double>::quiet_NaN() : from.times[i],
                      from.minimum[i], from.maximum[i], from.mean[i], from.last[i]});
  };
  if (detail.size() == 0 || detail.stepsPerPoint >= whole.stepsPerPoint) {
    for (std::size_t i = 0; i < whole.size(); ++i) take(whole, i);
    return points;
  }
  const std::int64_t begin = detail.steps.front();
  const std::int64_t end = detail.steps.back() + detail.stepsPerPoint;
  std::size_t i = 0;
  // A block that reaches into the detail would count its steps twice.
  for (; i < whole.size() && whole.steps[i] + whole.stepsPerPoint <= begin; ++i) take(whole, i);
  for (std::size_t k = 0; k < detail.size(); ++k) take(detail, k);
  for (; i < whole.size(); ++i) {
    if (whole.steps[i] >= end) take(whole, i);
  }
  return points;
}

std::vector<double> debiasedMean(std::span<const CurvePoint> points, double memorySteps) {
  std::vector<double> means(points.size(), std::numeric_limits<double>::quiet_NaN());
  double sum = 0;
  double weight = 0;
  std::int64_t before = 0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (std::isfinite(points[i].mean)) {
      const auto steps = static_cast<double>(points[i].step - before);
      const double past = weight > 0 ? std::exp(-steps / memorySteps) : 0;
      const auto count = static_cast<double>(points[i].count);
      sum = past * sum + count * static_cast<double>(points[i].mean);
      weight = past * weight + count;
      before = points[i].step;
    }
    if (weight > 0) means[i] = sum / weight;
  }
  return means;
}

}  // namespace attelier::widgets
