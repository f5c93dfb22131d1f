#include "widgets/plots/step_axis.h"

#include "widgets/plots/plot_style.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QLocale>

#include <algorithm>
#include <cmath>

using namespace Qt::Literals::StringLiterals;

namespace attelier::widgets {

namespace {

constexpr double kDay = 86'400;

struct Words {
  Q_DECLARE_TR_FUNCTIONS(attelier::widgets::CurvePlot)
};

/// Value of `to` where `from` is `at`; beyond the ends along the nearest piece.
template <typename From, typename To>
double interpolated(const std::vector<From>& from, const std::vector<To>& to, double at) {
  if (from.size() < 2) return from.empty() ? 0 : static_cast<double>(to.front());
  auto next = std::upper_bound(from.begin(), from.end(), at, [](double value, const From& element) {
    return value < static_cast<double>(element);
  });
  next = std::clamp(next, from.begin() + 1, from.end() - 1);
  const auto i = static_cast<std::size_t>(next - from.begin());
  const double length = static_cast<double>(from[i]) - static_cast<double>(from[i - 1]);
  const double share = length > 0 ? (at - static_cast<double>(from[i - 1])) / length : 0;
  return std::lerp(static_cast<double>(to[i - 1]), static_cast<double>(to[i]), share);
}

}  // namespace

void StepAxis::setTimeline(std::span<const CurvePoint> points) {
  steps_.clear();
  times_.clear();
  for (const auto& point : points) {
    if (!std::isfinite(point.time)) continue;
    // A pause may be followed by a clock that was set back.
    if (!times_.empty() && point.time < times_.back()) continue;
    steps_.push_back(point.step + point.count - 1);
    times_.push_back(point.time);
  }
}

std::optional<double> StepAxis::timeOf(std::int64_t step) const {
  if (times_.empty()) return std::nullopt;
  return interpolated(steps_, times_, static_cast<double>(step));
}

double StepAxis::clamped(double x) const {
  if (!drawsLog()) return x;
  switch (kind) {
    case CurveAxis::Epoch:
      return std::max(x, 0.5 / std::max(1., stepsPerEpoch));
    default:
      return std::max(x, 0.5);
  }
}

double StepAxis::xOf(const CurvePoint& point, double startTime) const {
  const auto middle = static_cast<double>(point.step) + 0.5 * static_cast<double>(point.count - 1);
  switch (kind) {
    case CurveAxis::Epoch:
      return clamped(middle / std::max(1., stepsPerEpoch));
    case CurveAxis::WallTime:
    case CurveAxis::RelativeTime: {
      const double time = std::isfinite(point.time) ? point.time : timeOf(point.step).value_or(0);
      if (kind == CurveAxis::WallTime) return time;
      return clamped(time - (startTime > 0 ? startTime : start()));
    }
    default:
      return clamped(middle);
  }
}

double StepAxis::xOfStep(std::int64_t step) const {
  return xOf({.step = step, .time = timeOf(step).value_or(0)}, 0);
}

std::int64_t StepAxis::stepAt(double x) const {
  switch (kind) {
    case CurveAxis::Epoch:
      return std::llround(x * std::max(1., stepsPerEpoch));
    case CurveAxis::WallTime:
      return std::llround(interpolated(times_, steps_, x));
    case CurveAxis::RelativeTime:
      return std::llround(interpolated(times_, steps_, x + start()));
    default:
      return std::llround(x);
  }
}

QSharedPointer<QCPAxisTicker> StepAxis::ticker(double span) const {
  if (drawsLog()) {
    auto log = QSharedPointer<QCPAxisTickerLog>::create();
    log->setLogBase(10);
    log->setSubTickCount(8);
    return log;
  }
  switch (kind) {
    case CurveAxis::Epoch:
      return QSharedPointer<QCPAxisTicker>::create();
    case CurveAxis::WallTime: {
      auto dates = QSharedPointer<QCPAxisTickerDateTime>::create();
      dates->setDateTimeFormat(span > 3 * kDay   ? u"d MMM"_s
                               : span > kDay / 2 ? u"d MMM HH:mm"_s
                               : span > 600      ? u"HH:mm"_s
                                                 : u"HH:mm:ss"_s);
      return dates;
    }
    case CurveAxis::RelativeTime: {
      auto times = QSharedPointer<QCPAxisTickerTime>::create();
      times->setTimeFormat(span > 3 * kDay ? Words::tr("%d d %h h")
                           : span > 600    ? u"%h:%m"_s
                                           : u"%h:%m:%s"_s);
      return times;
    }
    default:
      return QSharedPointer<WholeTicker>::create();
  }
}

QString StepAxis::label() const {
  switch (kind) {
    case CurveAxis::Epoch:
      return Words::tr("epoch");
    case CurveAxis::WallTime:
      return Words::tr("time of day");
    case CurveAxis::RelativeTime:
      return Words::tr("time since start");
    default:
      return Words::tr("step");
  }
}

QString StepAxis::describe(std::int64_t step) const {
  const QLocale locale;
  QStringList parts{Words::tr("Step %1").arg(locale.toString(static_cast<qlonglong>(step)))};
  if (stepsPerEpoch > 0) {
    const double epoch = static_cast<double>(step) / stepsPerEpoch;
    parts << Words::tr("epoch %1").arg(locale.toString(epoch, 'f', 1));
  }
  if (const auto time = timeOf(step)) {
    const auto at = QDateTime::fromMSecsSinceEpoch(std::llround(*time * 1000));
    parts << locale.toString(
        at, times_.back() - times_.front() > kDay / 2 ? u"d MMM HH:mm"_s : u"HH:mm:ss"_s);
  }
  return parts.join(u" · "_s);
}

}  // namespace attelier::widgets
