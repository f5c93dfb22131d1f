# Preset engine-only: what the engine links besides LibTorch and the C and C++ runtimes goes into the binary, so that it
# runs on a GPU server where nothing is installed. Folders go on linking the usual target names.

find_library(SQLite3_LIBRARY NAMES libsqlite3.a REQUIRED)

# Debian has spdlog and fmt as shared libraries only; both can be used as headers.
find_package(fmt REQUIRED)
find_path(Spdlog_INCLUDE_DIR spdlog/spdlog.h REQUIRED)
foreach(target spdlog::spdlog spdlog::spdlog_header_only)
  add_library(${target} INTERFACE IMPORTED)
  target_include_directories(${target} INTERFACE "${Spdlog_INCLUDE_DIR}")
  target_compile_definitions(${target} INTERFACE SPDLOG_FMT_EXTERNAL)
  target_link_libraries(${target} INTERFACE fmt::fmt-header-only Threads::Threads)
endforeach()
