# LibTorch as an imported target. The wheel's own TorchConfig.cmake asks for a CUDA toolkit and stops, so the
# target is defined here. One binary serves CPU and GPU: it links c10 and torch_cpu only; the engine loads
# libtorch_cuda.so at start where it is (engine/nn/device.cpp).
#
# LIBTORCH_PREFIX (cache or environment): a folder that holds include/ and lib/ (an official archive, or the
# torch/ folder of an installed wheel). Default: what cmake/get-libtorch.sh put into the user's cache.

if(NOT LIBTORCH_PREFIX)
  if(DEFINED ENV{LIBTORCH_PREFIX})
    set(LIBTORCH_PREFIX "$ENV{LIBTORCH_PREFIX}")
  else()
    execute_process(COMMAND "${CMAKE_CURRENT_LIST_DIR}/get-libtorch.sh" --print-prefix
                    OUTPUT_VARIABLE LIBTORCH_PREFIX OUTPUT_STRIP_TRAILING_WHITESPACE)
  endif()
endif()
set(LIBTORCH_PREFIX "${LIBTORCH_PREFIX}" CACHE PATH "Folder of LibTorch: include/ and lib/")

find_path(LibTorch_INCLUDE_DIR torch/headeronly/version.h PATHS "${LIBTORCH_PREFIX}/include" NO_DEFAULT_PATH)
find_library(LibTorch_CPU_LIBRARY torch_cpu PATHS "${LIBTORCH_PREFIX}/lib" NO_DEFAULT_PATH)
find_library(LibTorch_C10_LIBRARY c10 PATHS "${LIBTORCH_PREFIX}/lib" NO_DEFAULT_PATH)
if(LibTorch_INCLUDE_DIR)
  file(STRINGS "${LibTorch_INCLUDE_DIR}/torch/headeronly/version.h" _versionLines
       REGEX "TORCH_VERSION_(MAJOR|MINOR|PATCH) [0-9]")
  string(REGEX REPLACE "[^0-9]*([0-9]+)[^0-9]+([0-9]+)[^0-9]+([0-9]+).*" "\\1.\\2.\\3" LibTorch_VERSION "${_versionLines}")
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(
  LibTorch
  REQUIRED_VARS LibTorch_CPU_LIBRARY LibTorch_C10_LIBRARY LibTorch_INCLUDE_DIR
  VERSION_VAR LibTorch_VERSION
  REASON_FAILURE_MESSAGE "run cmake/get-libtorch.sh, or set LIBTORCH_PREFIX to LibTorch 2.11")

if(LibTorch_FOUND AND NOT TARGET LibTorch::LibTorch)
  add_library(LibTorch::LibTorch INTERFACE IMPORTED)
  target_include_directories(LibTorch::LibTorch SYSTEM INTERFACE
                             "${LibTorch_INCLUDE_DIR}" "${LibTorch_INCLUDE_DIR}/torch/csrc/api/include")
  target_link_libraries(LibTorch::LibTorch INTERFACE "${LibTorch_CPU_LIBRARY}" "${LibTorch_C10_LIBRARY}")
endif()
