#include "engine/base/half.h"

#include <bit>

namespace attelier {

std::uint16_t halfFromFloat(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  const auto sign = static_cast<std::uint16_t>((bits >> 16) & 0x8000U);
  const std::uint32_t magnitude = bits & 0x7FFFFFFFU;
  constexpr std::uint32_t kInfinity = 0x7F800000U;
  constexpr std::uint32_t kOverflow = 0x477FF000U;  // 65520, the first that rounds to infinity
  constexpr std::uint32_t kSmallestNormal = 0x38800000U;  // 2^-14
  if (magnitude > kInfinity) return sign | 0x7E00U;
  if (magnitude >= kOverflow) return sign | 0x7C00U;
  if (magnitude < kSmallestNormal) {
    // Adding 0.5 lines the mantissa up with 2^-24, the step of subnormal halves, and rounds it.
    const float shifted = std::bit_cast<float>(magnitude) + 0.5F;
    const std::uint32_t steps = std::bit_cast<std::uint32_t>(shifted) - 0x3F000000U;
    return static_cast<std::uint16_t>(sign | steps);
  }
  const std::uint32_t rebased = magnitude - 0x38000000U;  // exponent bias 127 to 15
  const std::uint32_t rounded = rebased + 0x0FFFU + ((rebased >> 13) & 1U);
  return static_cast<std::uint16_t>(sign | (rounded >> 13));
}

float floatFromHalf(std::uint16_t half) {
  const std::uint32_t sign = (half & 0x8000U) << 16;
  const std::uint32_t magnitude = half & 0x7FFFU;
  if (magnitude >= 0x7C00U)
    return std::bit_cast<float>(sign | 0x7F800000U | ((magnitude & 0x3FFU) << 13));
  if (magnitude < 0x0400U) {
    const float value = static_cast<float>(magnitude) * 0x1.0p-24F;
    return std::bit_cast<float>(sign | std::bit_cast<std::uint32_t>(value));
  }
  return std::bit_cast<float>(sign | ((magnitude << 13) + 0x38000000U));
}

}  // namespace attelier
