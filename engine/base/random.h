#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <numbers>
#include <utility>
#include <vector>

namespace attelier {

/// A small random stream that is the same on every machine and compiler: SplitMix64 whose state is
/// mixed from a seed and any number of stream numbers, so that Random(seed, epoch, position) needs
/// no shared state.
///
/// The distributions are our own, as those of the standard library differ between implementations.
/// Threads: one object is one thread's; two objects share nothing.
/// Source: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.
class Random {
 public:
  using result_type = std::uint64_t;

  template <typename... Streams>
  explicit Random(std::uint64_t seed, Streams... streams) : state_(mix(seed + kStep)) {
    // Multiplied first, as the order of the streams must count.
    ((state_ = mix(state_ * kOdd + mix(static_cast<std::uint64_t>(streams) + kStep))), ...);
  }

  /// 64 random bits; with min and max, a UniformRandomBitGenerator.
  std::uint64_t operator()() {
    state_ += kStep;
    return mix(state_);
  }
  static constexpr std::uint64_t min() { return 0; }
  static constexpr std::uint64_t max() { return ~std::uint64_t{0}; }

  /// Uniform in [0, 1), 53 bits.
  double uniform() { return static_cast<double>((*this)() >> 11) * 0x1.0p-53; }
  /// Uniform in [low, high).
  double uniform(double low, double high) { return low + (high - low) * uniform(); }

  /// Uniform in 0..count-1, without bias (Lemire's rejection); 0 when count is 0.
  std::uint64_t below(std::uint64_t count) {
    if (count == 0) {
      return 0;
    }
    // Not multiplication by 128 bits: __int128 is not standard C++.
    const std::uint64_t limit = max() - max() % count;
    std::uint64_t value = (*this)();
    while (value >= limit) {
      value = (*this)();
    }
    return value % count;
  }
  /// Uniform in first..last, both included.
  std::int64_t integer(std::int64_t first, std::int64_t last) {
    return first + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(last - first) + 1));
  }
  bool chance(double probability) { return uniform() < probability; }

  /// Normal with mean 0 and deviation 1 (Box-Muller; both values of a pair are used).
  double normal() {
    if (hasSpare_) {
      hasSpare_ = false;
      return spare_;
    }
    const double radius = std::sqrt(-2.0 * std::log(1.0 - uniform()));
    const double angle = 2.0 * std::numbers::pi * uniform();
    spare_ = radius * std::sin(angle);
    hasSpare_ = true;
    return radius * std::cos(angle);
  }
  double normal(double mean, double deviation) { return mean + deviation * normal(); }

  /// Fisher-Yates from the back.
  template <typename Range>
  void shuffle(Range& range) {
    for (std::size_t left = std::size(range); left > 1; --left) {
      using std::swap;
      swap(range[left - 1], range[static_cast<std::size_t>(below(left))]);
    }
  }

  /// `count` different numbers of 0..from-1, in random order.
  std::vector<int> choose(int from, int count) {
    std::vector<int> all(static_cast<std::size_t>(from));
    for (int i = 0; i < from; ++i) {
      all[static_cast<std::size_t>(i)] = i;
    }
    shuffle(all);
    all.resize(static_cast<std::size_t>(std::min(count, from)));
    return all;
  }

 private:
  static constexpr std::uint64_t kStep = 0x9E3779B97F4A7C15ULL;
  static constexpr std::uint64_t kOdd = 0xD1342543DE82EF95ULL;
  static constexpr std::uint64_t mix(std::uint64_t z) {
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
  }

  std::uint64_t state_;
  double spare_ = 0.0;
  bool hasSpare_ = false;
};

}  // namespace attelier
