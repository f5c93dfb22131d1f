#pragma once

#include <QString>

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace attelier::widgets {

/// Points of one curve, each of one step or of a block of steps: views of memory that `owner` keeps
/// alive, so that giving them to a plot copies nothing.
///
/// Shape: all spans are of one length; `times` may be empty, `minimum` … `last` may be the same
/// memory. NaN is no value.
struct CurvePoints {
  std::shared_ptr<const void> owner;
  std::int64_t stepsPerPoint = 1;
  std::span<const std::int64_t> steps;  ///< rising; the first step of each point
  std::span<const double> times;        ///< of each point's last step, seconds since 1970 UTC
  std::span<const float> minimum, maximum, mean, last;

  /// Owns what it is given: for points that are not in an array of somebody's.
  static CurvePoints of(std::vector<std::int64_t> steps, std::vector<float> values,
                        std::vector<double> times = {});
  std::size_t size() const { return steps.size(); }
  /// True where both view the same memory.
  bool isSame(const CurvePoints& other) const;
};

/// A named series. Names are unique in a plot and say the split ("select/top1").
struct Curve {
  QString name{};
  CurvePoints points{};   ///< the whole course
  CurvePoints detail{};   ///< finer points of a part of it; may be empty
  bool isSparse = false;  ///< drawn as markers: validations
  int colour = -1;        ///< of Theme::series, beyond its end with dashes; -1: by order
  double startTime = 0;   ///< what relative time counts from; 0: the first time of the plot
};

/// A point as it is drawn.
struct CurvePoint {
  std::int64_t step = 0;  ///< the first one
  std::int64_t count = 1;
  double time = 0;  ///< NaN where not known
  float minimum = 0, maximum = 0, mean = 0, last = 0;
};

/// The whole course with the part that `detail` covers taken from `detail`.
std::vector<CurvePoint> composed(const CurvePoints& whole, const CurvePoints& detail);

/// Exponential mean of the points' means with a memory of so many steps, without the pull of a
/// first value: a constant stays constant, and how finely the points are cut does not matter. NaN
/// where nothing is known yet; NaN and infinite points do not count.
///
/// Source: Kingma and Ba, "Adam", ICLR 2015, section 3 (the debiasing), with the weight of the past
/// exp(-steps/memory) so that unequal blocks are treated alike.
std::vector<double> debiasedMean(std::span<const CurvePoint> points, double memorySteps);

}  // namespace attelier::widgets
