#include "engine/run/band_builder.h"

#include <cmath>
#include <stdexcept>

namespace attelier::run::detail {

std::vector<BandRow> BandBuilder::add(std::int64_t step, double time,
                                      std::span<const float> values) {
  std::vector<BandRow> complete;
  const std::int64_t firstStep = firstStepOfBlock(step, span_);
  if (count_ > 0 && firstStep != firstStep_) {
    complete.push_back(*partial());
    clear();
  }
  firstStep_ = firstStep;
  time_ = time;
  ++count_;
  if (sums_.size() < values.size()) {
    sums_.resize(values.size());
  }
  for (std::size_t i = 0; i < values.size(); ++i) {
    const float value = values[i];
    if (std::isnan(value)) {
      continue;
    }
    Sum& sum = sums_[i];
    sum.minimum = std::fmin(sum.minimum, value);  // fmin and fmax leave a NaN out
    sum.maximum = std::fmax(sum.maximum, value);
    sum.last = value;
    sum.sum += value;
    ++sum.count;
  }
  if (step == firstStep + span_ - 1) {
    complete.push_back(*partial());
    clear();
  }
  return complete;
}

std::optional<BandRow> BandBuilder::partial() const {
  if (count_ == 0) {
    return std::nullopt;
  }
  BandRow band{firstStep_, count_, time_, {}, {}, {}, {}};
  for (const Sum& sum : sums_) {
    band.minimum.push_back(sum.minimum);
    band.maximum.push_back(sum.maximum);
    band.mean.push_back(sum.count == 0
                            ? kAbsentFloat
                            : static_cast<float>(sum.sum / static_cast<double>(sum.count)));
    band.last.push_back(sum.last);
  }
  return band;
}

void BandBuilder::clear() {
  count_ = 0;
  sums_.clear();
}

std::vector<float> packBand(const BandRow& band) {
  std::vector<float> data;
  data.reserve(4 * band.last.size());
  for (std::size_t i = 0; i < band.last.size(); ++i) {
    data.insert(data.end(), {band.minimum[i], band.maximum[i], band.mean[i], band.last[i]});
  }
  return data;
}

BandRow unpackBand(std::int64_t firstStep, std::int64_t count, double time,
                   std::span<const float> data) {
  if (data.size() % 4 != 0) {
    throw std::runtime_error("the band at step " + std::to_string(firstStep) + " has " +
                             std::to_string(data.size()) + " numbers, no multiple of four");
  }
  BandRow band{firstStep, count, time, {}, {}, {}, {}};
  for (std::size_t i = 0; i < data.size(); i += 4) {
    band.minimum.push_back(data[i]);
    band.maximum.push_back(data[i + 1]);
    band.mean.push_back(data[i + 2]);
    band.last.push_back(data[i + 3]);
  }
  return band;
}

}  // namespace attelier::run::detail
