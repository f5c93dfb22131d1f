#pragma once

#include <cstdint>

namespace attelier {

/// The nearest IEEE 754 half, ties to even; beyond 65504 infinity. NaN stays NaN.
std::uint16_t halfFromFloat(float value);

/// The value of an IEEE 754 half, exactly.
float floatFromHalf(std::uint16_t half);

}  // namespace attelier
