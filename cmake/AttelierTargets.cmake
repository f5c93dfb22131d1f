# How a library, a program and a test of this project are declared.
#
#   attelier_library(base SOURCES a.cpp PUBLIC lib ... PRIVATE lib ...)   -> attelier_base, Attelier::base
#   attelier_program(attelier-engine SOURCES main.cpp LINKS lib ...)      -> attelier-engine
#   attelier_test(base SOURCES a_test.cpp LINKS lib ... LABELS unit)      -> attelier_base_test, one binary a library
#
# Headers are included from the top of the tree: #include "engine/base/result.h".

find_package(Threads REQUIRED)

add_library(attelier_common INTERFACE)
target_include_directories(attelier_common INTERFACE "${CMAKE_SOURCE_DIR}")
target_compile_options(attelier_common INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor
                                                 -Woverloaded-virtual -Wimplicit-fallthrough)
# GCC 12 at -O3 suspects std::string itself (GCC bug 105651).
target_compile_options(attelier_common INTERFACE $<$<CONFIG:Release>:-Wno-restrict>)
# RUNPATH, so that LD_LIBRARY_PATH can name another LibTorch for the same binary.
target_link_options(attelier_common INTERFACE -Wl,--enable-new-dtags)
if(ATTELIER_WARNINGS_AS_ERRORS)
  target_compile_options(attelier_common INTERFACE -Werror)
endif()
if(ATTELIER_SANITIZE)
  target_compile_options(attelier_common INTERFACE -fsanitize=${ATTELIER_SANITIZE} -fno-sanitize-recover=all
                                                   -fno-omit-frame-pointer)
  target_link_options(attelier_common INTERFACE -fsanitize=${ATTELIER_SANITIZE})
endif()
if(ATTELIER_SANITIZE)
  # GCC 12's sanitizers stop where the kernel places memory too randomly.
  execute_process(COMMAND setarch -R true RESULT_VARIABLE _setarchFailed OUTPUT_QUIET ERROR_QUIET)
  if(NOT _setarchFailed)
    set(CMAKE_CROSSCOMPILING_EMULATOR setarch -R)
  endif()
endif()

function(attelier_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;PUBLIC;PRIVATE")
  add_library(attelier_${name} STATIC ${arg_SOURCES})
  add_library(Attelier::${name} ALIAS attelier_${name})
  target_link_libraries(attelier_${name} PUBLIC ${arg_PUBLIC} PRIVATE attelier_common ${arg_PRIVATE})
  target_include_directories(attelier_${name} PUBLIC "${CMAKE_SOURCE_DIR}")
endfunction()

# A library of the window: Qt without its keywords, which LibTorch and the standard library use as names.
function(attelier_qt_library name)
  attelier_library(${name} ${ARGN})
  set_target_properties(attelier_${name} PROPERTIES AUTOMOC ON)
  target_compile_definitions(attelier_${name} PUBLIC QT_NO_KEYWORDS QT_NO_FOREACH QT_NO_CAST_FROM_ASCII)
endfunction()

function(attelier_program name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LINKS")
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE attelier_common ${arg_LINKS})
endfunction()

# Tests of the window: a QApplication without a screen, and no warning of Qt that was not announced.
function(attelier_qt_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LINKS;LABELS")
  include(GoogleTest)
  add_executable(attelier_${name}_test ${arg_SOURCES})
  set_target_properties(attelier_${name}_test PROPERTIES AUTOMOC ON)
  target_link_libraries(attelier_${name}_test PRIVATE attelier_common ${arg_LINKS} Attelier::qt_test_main GTest::gmock
                                                      Qt6::Test)
  gtest_discover_tests(attelier_${name}_test TEST_PREFIX "${name}/" DISCOVERY_MODE PRE_TEST
                       PROPERTIES LABELS "ui;${arg_LABELS}" TIMEOUT 300 ENVIRONMENT "QT_QPA_PLATFORM=offscreen")
endfunction()

function(attelier_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LINKS;LABELS")
  find_package(GTest REQUIRED)
  include(GoogleTest)
  add_executable(attelier_${name}_test ${arg_SOURCES})
  target_link_libraries(attelier_${name}_test PRIVATE attelier_common ${arg_LINKS} GTest::gmock
                                                      GTest::gtest_main)
  gtest_discover_tests(attelier_${name}_test TEST_PREFIX "${name}/" DISCOVERY_MODE PRE_TEST
                       PROPERTIES LABELS "${arg_LABELS}" TIMEOUT 600)
endfunction()
