#pragma once

#include "engine/base/result.h"

#include <c10/core/Device.h>

#include <cstdint>
#include <string>

namespace attelier::nn {

/// What the process can compute on, found once.
struct DeviceReport {
  bool acceleratorLibrary = false;  ///< libtorch_cuda.so was found and loaded
  int accelerators = 0;             ///< devices that can be used
  std::string acceleratorName;      ///< of the first one
  std::string reason;  ///< why there is none, a sentence for a person; empty if there is
  std::string torchVersion;
  std::string cpuCapability;  ///< instruction set LibTorch picked, as "AVX512"
  int cores = 1;
  bool reproducibleMkl = false;  ///< MKL_CBWR is set: equal bits on other processors as well
};

/// Memory of an accelerator; zeros on the CPU. Units: bytes.
struct DeviceMemory {
  int64_t allocated = 0;
  int64_t allocatedPeak = 0;
  int64_t reserved = 0;
  int64_t reservedPeak = 0;
};

/// Loads LibTorch's CUDA library where it is and says what was found. Call before the first tensor.
/// Freed memory then stays with the process, so its resident memory never falls: every step needs
/// the same blocks again.
/// Threads: any; the work is done once.
const DeviceReport& prepareDevices();

/// "auto" | "cpu" | "cuda" | "cuda:1" → a device that can be used.
/// Errors: InvalidArgument for another word; Unsupported where it is not there (says why).
Result<c10::Device> chooseDevice(const std::string& name);

DeviceMemory deviceMemory(const c10::Device& device);
void resetPeakMemory(const c10::Device& device);

/// Waits until the device has done everything asked of it; nothing on the CPU.
void synchroniseDevice(const c10::Device& device);

/// Sets LibTorch's own threads to 1 (Replicas brings the threads).
void useSingleThreadedOperations();

}  // namespace attelier::nn
