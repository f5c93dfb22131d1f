#include "engine/nn/device.h"

#include <ATen/Context.h>
#include <ATen/DeviceAccelerator.h>
#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <torch/headeronly/version.h>

#include <cstdlib>
#include <dlfcn.h>
#include <exception>
#include <filesystem>
#include <limits>
#include <malloc.h>
#include <mutex>
#include <thread>

namespace attelier::nn {
namespace {

// The folder of libtorch_cpu.so, which this process has loaded.
std::filesystem::path torchFolder() {
  Dl_info info{};
  void* symbol = dlsym(RTLD_DEFAULT, "_ZN2at13globalContextEv");
  if (symbol == nullptr || dladdr(symbol, &info) == 0 || info.dli_fname == nullptr) return {};
  return std::filesystem::path(info.dli_fname).parent_path();
}

// Without this glibc gives large blocks back to the system at every step, and the page faults of
// several threads wait for each other.
void keepFreedMemory() {
#ifdef __GLIBC__
  mallopt(M_MMAP_THRESHOLD, 1 << 30);
  mallopt(M_TRIM_THRESHOLD, std::numeric_limits<int>::max());
#endif
}

DeviceReport look() {
  DeviceReport report;
  report.torchVersion = TORCH_VERSION;
  report.cores = static_cast<int>(std::thread::hardware_concurrency());
  report.reproducibleMkl = std::getenv("MKL_CBWR") != nullptr;
  const std::filesystem::path library = torchFolder() / "libtorch_cuda.so";
  std::error_code ignored;
  if (!std::filesystem::exists(library, ignored)) {
    report.reason = "this LibTorch has no CUDA library beside it, so everything runs on the CPU";
  } else if (dlopen(library.c_str(), RTLD_NOW | RTLD_GLOBAL) == nullptr) {
    const char* why = dlerror();
    report.reason = std::string("LibTorch's CUDA library does not load: ") +
                    (why != nullptr ? why : "unknown reason");
  } else {
    report.acceleratorLibrary = true;
    try {
      if (at::hasCUDA()) report.accelerators = static_cast<int>(at::accelerator::deviceCount());
      if (report.accelerators == 0) {
        report.reason = "the CUDA library is there, but no device: is the NVIDIA driver installed?";
      }
    } catch (const std::exception& error) {
      report.reason = std::string("the CUDA devices cannot be used: ") + error.what();
    }
  }
  report.cpuCapability = at::get_cpu_capability();
  return report;
}

}  // namespace

const DeviceReport& prepareDevices() {
  static const DeviceReport report = [] {
    keepFreedMemory();
    return look();
  }();
  return report;
}

Result<c10::Device> chooseDevice(const std::string& name) {
  const DeviceReport& report = prepareDevices();
  if (name == "cpu") return c10::Device(c10::kCPU);
  if (name == "auto") {
    return report.accelerators > 0 ? c10::Device(c10::kCUDA, 0) : c10::Device(c10::kCPU);
  }
  if (name == "cuda" || name.rfind("cuda:", 0) == 0) {
    int index = 0;
    if (name != "cuda") {
      const std::string digits = name.substr(5);
      if (digits.empty() || digits.size() > 3 ||
          digits.find_first_not_of("0123456789") != std::string::npos) {
        return fail(ErrorCode::InvalidArgument, "write a CUDA device as cuda or cuda:0", "device");
      }
      index = std::stoi(digits);
    }
    if (index >= report.accelerators) {
      return fail(ErrorCode::Unsupported,
                  report.accelerators == 0
                      ? "there is no CUDA device: " + report.reason
                      : "there are only " + std::to_string(report.accelerators) + " CUDA devices",
                  "device");
    }
    return c10::Device(c10::kCUDA, static_cast<c10::DeviceIndex>(index));
  }
  return fail(ErrorCode::InvalidArgument,
              "unknown device \"" + name + "\"; choose auto, cpu, cuda or cuda:N", "device");
}

DeviceMemory deviceMemory(const c10::Device& device) {
  if (device.is_cpu()) return {};
  const auto stats = at::accelerator::getDeviceStats(device.index());
  const auto& allocated = stats.allocated_bytes[0];
  const auto& reserved = stats.reserved_bytes[0];
  return {allocated.current, allocated.peak, reserved.current, reserved.peak};
}

void resetPeakMemory(const c10::Device& device) {
  if (!device.is_cpu()) at::accelerator::resetPeakStats(device.index());
}

void synchroniseDevice(const c10::Device& device) {
  if (!device.is_cpu()) at::accelerator::synchronizeDevice(device.index());
}

void useSingleThreadedOperations() { at::set_num_threads(1); }

}  // namespace attelier::nn
