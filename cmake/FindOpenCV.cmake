# OpenCV by component: opencv_core, opencv_imgproc, ... as imported targets, from headers and libraries alone.
#
#   find_package(OpenCV REQUIRED COMPONENTS core imgproc imgcodecs videoio)
#
# Debian ships OpenCVConfig.cmake only in libopencv-dev, which brings every module with VTK, MPI and Qt 5; the
# packages of single modules suffice (docs/decisions/0001-opencv-by-component.md). CMAKE_PREFIX_PATH finds an
# OpenCV that lies elsewhere.

find_path(OpenCV_INCLUDE_DIR opencv2/core/version.hpp PATH_SUFFIXES opencv4 include/opencv4)
if(OpenCV_INCLUDE_DIR)
  file(STRINGS "${OpenCV_INCLUDE_DIR}/opencv2/core/version.hpp" _versionLines
       REGEX "#define CV_VERSION_(MAJOR|MINOR|REVISION) ")
  string(REGEX REPLACE "[^0-9]*([0-9]+)[^0-9]+([0-9]+)[^0-9]+([0-9]+).*" "\\1.\\2.\\3" OpenCV_VERSION
                       "${_versionLines}")
endif()

set(_libraries "")
foreach(_component IN LISTS OpenCV_FIND_COMPONENTS)
  find_library(OpenCV_${_component}_LIBRARY opencv_${_component})
  mark_as_advanced(OpenCV_${_component}_LIBRARY)
  list(APPEND _libraries OpenCV_${_component}_LIBRARY)
  if(OpenCV_${_component}_LIBRARY)
    set(OpenCV_${_component}_FOUND TRUE)
  endif()
endforeach()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(
  OpenCV
  REQUIRED_VARS OpenCV_INCLUDE_DIR ${_libraries}
  VERSION_VAR OpenCV_VERSION
  HANDLE_COMPONENTS
  REASON_FAILURE_MESSAGE "./run.sh installs the packages, cmake/packages.txt lists them")

if(OpenCV_FOUND)
  foreach(_component IN LISTS OpenCV_FIND_COMPONENTS)
    if(NOT TARGET opencv_${_component})
      add_library(opencv_${_component} SHARED IMPORTED)
      set_target_properties(
        opencv_${_component}
        PROPERTIES IMPORTED_LOCATION "${OpenCV_${_component}_LIBRARY}" INTERFACE_INCLUDE_DIRECTORIES "${OpenCV_INCLUDE_DIR}")
    endif()
  endforeach()
endif()
