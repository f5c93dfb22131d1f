#include "engine/base/half.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

namespace attelier {
namespace {

// The value of a half by its definition.
double defined(std::uint16_t half) {
  const double sign = (half & 0x8000) != 0 ? -1 : 1;
  const int exponent = (half >> 10) & 31;
  const int mantissa = half & 1023;
  if (exponent == 31) return mantissa != 0 ? std::nan("") : sign * INFINITY;
  if (exponent == 0) return sign * std::ldexp(mantissa, -24);
  return sign * std::ldexp(1024 + mantissa, exponent - 25);
}

TEST(Half, EveryHalfIsItsDefinitionAndComesBack) {
  for (int bits = 0; bits < 65536; ++bits) {
    const auto half = static_cast<std::uint16_t>(bits);
    const double expected = defined(half);
    const float value = floatFromHalf(half);
    if (std::isnan(expected)) {
      ASSERT_TRUE(std::isnan(value) && std::isnan(floatFromHalf(halfFromFloat(value))));
    } else {
      ASSERT_EQ(value, expected) << bits;
      ASSERT_EQ(halfFromFloat(value), half) << bits;
    }
  }
}

TEST(Half, RoundsToTheNearestAndTiesToEven) {
  for (int bits = 0; bits < 0x7BFF; ++bits) {
    const double low = defined(static_cast<std::uint16_t>(bits));
    const double high = defined(static_cast<std::uint16_t>(bits + 1));
    const auto middle = static_cast<float>((low + high) / 2);
    const int even = bits % 2 == 0 ? bits : bits + 1;
    ASSERT_EQ(halfFromFloat(middle), even) << bits;
    ASSERT_EQ(halfFromFloat(std::nextafter(middle, 0.0F)), bits) << bits;
    ASSERT_EQ(halfFromFloat(std::nextafter(middle, 1e9F)), bits + 1) << bits;
    ASSERT_EQ(halfFromFloat(-middle), even | 0x8000) << bits;
  }
}

TEST(Half, TooLargeBecomesInfinity) {
  EXPECT_EQ(halfFromFloat(65519.0F), 0x7BFF);
  EXPECT_EQ(halfFromFloat(65520.0F), 0x7C00);
  EXPECT_EQ(halfFromFloat(-1e30F), 0xFC00);
}

}  // namespace
}  // namespace attelier
