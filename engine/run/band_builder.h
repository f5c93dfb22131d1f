#pragma once

#include "engine/run/rows.h"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

/// Not for other folders.
namespace attelier::run::detail {

inline constexpr std::int64_t kFineSpan = 128;
inline constexpr std::int64_t kCoarseSpan = 16'384;

/// First step of the block of `span` steps that holds a step; blocks are 1…span, span+1…2·span, …
constexpr std::int64_t firstStepOfBlock(std::int64_t step, std::int64_t span) {
  return (step - 1) / span * span + 1;
}

/// Gathers rows that come in rising order of steps into blocks.
class BandBuilder {
 public:
  explicit BandBuilder(std::int64_t span) : span_(span) {}

  /// Takes a row and gives the bands it completes: that of the block before, when steps were left
  /// out at its end, and that of its own block, when it is the block's last step.
  std::vector<BandRow> add(std::int64_t step, double time, std::span<const float> values);

  /// The block so far, if it has rows.
  std::optional<BandRow> partial() const;

  void clear();

 private:
  struct Sum {
    float minimum = kAbsentFloat, maximum = kAbsentFloat, last = kAbsentFloat;
    double sum = 0;
    std::int64_t count = 0;
  };

  std::int64_t span_;
  std::int64_t firstStep_ = 0;
  std::int64_t count_ = 0;
  double time_ = 0;
  std::vector<Sum> sums_;
};

/// Blob of a band: minimum, maximum, mean, last of each metric, one metric after the other.
std::vector<float> packBand(const BandRow& band);

/// Errors are thrown as std::runtime_error: a blob of no multiple of four floats.
BandRow unpackBand(std::int64_t firstStep, std::int64_t count, double time,
                   std::span<const float> data);

}  // namespace attelier::run::detail
