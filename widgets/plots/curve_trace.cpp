#include "widgets/plots/curve_trace.h"

#include "widgets/plots/step_axis.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace attelier::widgets {

QColor CurveLook::colourIn(const Theme& theme) const {
  return theme.series[static_cast<std::size_t>(colour) % theme.series.size()];
}

Qt::PenStyle CurveLook::dash() const {
  constexpr std::array kDashes{Qt::SolidLine, Qt::DashLine, Qt::DotLine};
  const std::size_t round = static_cast<std::size_t>(colour) / Theme::light().series.size();
  return kDashes[round % kDashes.size()];
}

bool CurveTrace::setCurve(const Curve& curve) {
  const bool isNew = !curve.points.isSame(curve_.points) || !curve.detail.isSame(curve_.detail);
  const bool isOther = curve.isSparse != curve_.isSparse || curve.startTime != curve_.startTime;
  curve_ = curve;
  if (isNew) points_ = composed(curve.points, curve.detail);
  return isNew || isOther;
}

void CurveTrace::place(const StepAxis& axis, bool isLogY, double memory) {
  xs_.resize(points_.size());
  clamped_.clear();
  hasBand_ = false;
  smoothed_ =
      memory > 0 && !curve_.isSparse ? debiasedMean(points_, memory) : std::vector<double>();
  std::size_t missing = 0;
  for (std::size_t i = 0; i < points_.size(); ++i) {
    const CurvePoint& point = points_[i];
    xs_[i] = axis.xOf(point, curve_.startTime);
    // A clock that was set back must not break the order.
    if (i > 0) xs_[i] = std::max(xs_[i], xs_[i - 1]);
    hasBand_ |= point.count > 1;
    if (std::isnan(point.mean)) {
      ++missing;
      const bool isFirst = i == 0 || !std::isnan(points_[i - 1].mean);
      if (isFirst) clamped_.push_back({xs_[i], Edge::Nowhere});
    } else if (std::isinf(point.maximum) && point.maximum > 0) {
      clamped_.push_back({xs_[i], Edge::Top});
    } else if (std::isinf(point.minimum) || (isLogY && point.minimum <= 0)) {
      clamped_.push_back({xs_[i], Edge::Bottom});
    }
  }
  // What is mostly missing was never measured at those steps.
  if (2 * missing > points_.size()) {
    std::erase_if(clamped_, [](const Clamped& one) { return one.edge == Edge::Nowhere; });
  }
}

std::optional<std::size_t> CurveTrace::nearest(double x) const {
  if (xs_.empty()) return std::nullopt;
  const auto next = std::lower_bound(xs_.begin(), xs_.end(), x);
  if (next == xs_.begin()) return 0;
  const auto i = static_cast<std::size_t>(next - xs_.begin());
  if (next == xs_.end()) return i - 1;
  return x - xs_[i - 1] < xs_[i] - x ? i - 1 : i;
}

std::optional<QCPRange> CurveTrace::xRange() const {
  if (xs_.empty()) return std::nullopt;
  return QCPRange(xs_.front(), xs_.back());
}

std::optional<QCPRange> CurveTrace::valueRange(const QCPRange& within, bool isLogY) const {
  double least = std::numeric_limits<double>::infinity();
  double most = -least;
  const auto begin = std::lower_bound(xs_.begin(), xs_.end(), within.lower) - xs_.begin();
  const auto end = std::upper_bound(xs_.begin(), xs_.end(), within.upper) - xs_.begin();
  const auto take = [&](float value) {
    if (!std::isfinite(value) || (isLogY && value <= 0)) return;
    least = std::min(least, static_cast<double>(value));
    most = std::max(most, static_cast<double>(value));
  };
  for (auto i = begin; i < end; ++i) {
    const CurvePoint& point = points_[static_cast<std::size_t>(i)];
    take(point.minimum);
    take(point.mean);
    take(point.maximum);
  }
  if (least > most) return std::nullopt;
  return QCPRange(least, most);
}

}  // namespace attelier::widgets
