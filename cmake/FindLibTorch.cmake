# LibTorch as an imported target. The wheel's own TorchConfig.cmake asks for a CUDA toolkit and stops, so the
# target is defined here. One binary serves CPU and GPU: it links c10 and torch_cpu only; the engine loads
# libtorch_cuda.so at start where it is (engine/nn/device.cpp).
#
# LIBTORCH_PREFIX (cache or environment): a folder that holds include/ and lib/ (an official archive, or the
# torch/ folder of an installed wheel). Default: what cmake/get-libtorch.sh put into the user's cache.

set(LIBTORCH_PREFIX "" CACHE PATH "Folder of LibTorch: include/ and lib/; empty for the one in the user's cache")
set(_prefix "${LIBTORCH_PREFIX}")
if(NOT _prefix)
  execute_process(COMMAND "${CMAKE_CURRENT_LIST_DIR}/get-libtorch.sh" --print-prefix
                  OUTPUT_VARIABLE _prefix OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
endif()

# Not cached: another prefix, or another pin, counts at the next configuration.
set(LibTorch_VERSION "")
foreach(_pair "INCLUDE_DIR:include" "CPU_LIBRARY:lib/libtorch_cpu.so" "C10_LIBRARY:lib/libc10.so")
  string(REPLACE ":" ";" _pair "${_pair}")
  list(GET _pair 0 _name)
  list(GET _pair 1 _path)
  set(LibTorch_${_name} "LibTorch_${_name}-NOTFOUND")
  if(EXISTS "${_prefix}/${_path}")
    set(LibTorch_${_name} "${_prefix}/${_path}")
  endif()
endforeach()
if(EXISTS "${_prefix}/include/torch/headeronly/version.h")
  file(STRINGS "${_prefix}/include/torch/headeronly/version.h" _versionLines
       REGEX "TORCH_VERSION_(MAJOR|MINOR|PATCH) [0-9]")
  string(REGEX REPLACE "[^0-9]*([0-9]+)[^0-9]+([0-9]+)[^0-9]+([0-9]+).*" "\\1.\\2.\\3" LibTorch_VERSION
                       "${_versionLines}")
endif()

# The one pin is in libtorch-cpu.txt; no other version is supported.
file(STRINGS "${CMAKE_CURRENT_LIST_DIR}/libtorch-cpu.txt" _pin REGEX "^torch==")
string(REGEX REPLACE "^torch==([0-9.]+).*" "\\1" LibTorch_FIND_VERSION "${_pin}")
set(LibTorch_FIND_VERSION_EXACT TRUE)
set(LibTorch_FIND_VERSION_COUNT 3)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(
  LibTorch
  REQUIRED_VARS LibTorch_CPU_LIBRARY LibTorch_C10_LIBRARY LibTorch_INCLUDE_DIR
  VERSION_VAR LibTorch_VERSION
  REASON_FAILURE_MESSAGE
    "looked in '${_prefix}'. Run cmake/get-libtorch.sh, or set LIBTORCH_PREFIX to LibTorch ${LibTorch_FIND_VERSION}")

if(LibTorch_FOUND AND NOT TARGET LibTorch::LibTorch)
  add_library(LibTorch::LibTorch INTERFACE IMPORTED GLOBAL)
  target_include_directories(LibTorch::LibTorch SYSTEM INTERFACE
                             "${LibTorch_INCLUDE_DIR}" "${LibTorch_INCLUDE_DIR}/torch/csrc/api/include")
  target_link_libraries(LibTorch::LibTorch INTERFACE "${LibTorch_CPU_LIBRARY}" "${LibTorch_C10_LIBRARY}")
endif()
