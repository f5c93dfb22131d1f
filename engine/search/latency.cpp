#include "engine/search/latency.h"

#include "engine/nn/cell.h"
#include "engine/nn/device.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/randn.h>

#include <algorithm>
#include <chrono>
#include <new>
#include <vector>

namespace attelier::search {

namespace {

constexpr int kWarmUp = 5;
constexpr int kRepeats = 20;

}  // namespace

Result<Latency> measureLatency(const space::CellDesign& cell, const space::Place& place,
                               const std::string& device) {
  nn::prepareDevices();
  ATTELIER_ASSIGN(const c10::Device chosen, nn::chooseDevice(device));
  nn::useSingleThreadedOperations();
  try {
    const at::NoGradGuard noGradients;
    nn::Cell module(cell, place.channels, {});
    module.to(chosen);
    module.eval();
    const at::Tensor clip = at::randn({1, place.channels, place.frames, place.height, place.width},
                                      at::TensorOptions().device(chosen))
                                .contiguous(at::MemoryFormat::ChannelsLast3d);
    std::vector<double> times;
    for (int i = 0; i < kWarmUp + kRepeats; ++i) {
      const auto start = std::chrono::steady_clock::now();
      const at::Tensor out = module.forward(clip);
      nn::synchroniseDevice(chosen);
      if (i >= kWarmUp) {
        times.push_back(
            std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start)
                .count());
      }
    }
    std::sort(times.begin(), times.end());
    const double median = 0.5 * (times[kRepeats / 2 - 1] + times[kRepeats / 2]);
    return Latency{
        .milliseconds = median, .repeats = kRepeats, .threads = 1, .device = chosen.str()};
  } catch (const std::bad_alloc&) {
    return fail(ErrorCode::OutOfMemory, "memory did not suffice for one clip at this place",
                place.name);
  } catch (const c10::Error& error) {
    return fail(ErrorCode::OutOfMemory, error.what_without_backtrace(), place.name);
  }
}

}  // namespace attelier::search
