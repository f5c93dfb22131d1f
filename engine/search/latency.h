#pragma once

#include "engine/base/result.h"
#include "engine/space/cell_design.h"
#include "engine/space/place.h"

#include <string>

namespace attelier::search {

/// How long a cell takes for one clip at a place, forward only, by itself.
struct Latency {
  double milliseconds = 0.0;  ///< median of `repeats`
  int repeats = 0;
  int threads = 1;  ///< that computed
  std::string device;
};

/// Measures a cell with fresh weights on one clip of noise: the median of 20 passes after 5 that
/// warm up, on one thread of the CPU or on the accelerator.
/// Errors: those of chooseDevice; OutOfMemory.
Result<Latency> measureLatency(const space::CellDesign& cell, const space::Place& place,
                               const std::string& device = "auto");

}  // namespace attelier::search
