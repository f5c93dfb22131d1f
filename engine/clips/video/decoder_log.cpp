#include "engine/clips/video/decoder_log.h"

#include <opencv2/core/utility.hpp>
#include <opencv2/core/utils/logger.hpp>

#include <atomic>
#include <cstdarg>
#include <cstdlib>
#include <dlfcn.h>
#include <mutex>

namespace attelier::clips {
namespace {

constexpr int kFfmpegError = 16;  // AV_LOG_ERROR; lower is worse

std::atomic<std::int64_t> errors{0};

void countError(void* /*context*/, int level, const char* /*format*/, va_list /*arguments*/) {
  if (level <= kFfmpegError) {
    errors.fetch_add(1, std::memory_order_relaxed);
  }
}

}  // namespace

void silenceDecoders() {
  static std::once_flag once;
  std::call_once(once, [] {
    cv::setNumThreads(1);
    cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
    // OpenCV brings FFmpeg into the process but no way to hear it. Looking the function up at run
    // time needs no headers or libraries of FFmpeg; where it is not found, FFmpeg is told to be
    // quiet and errors go uncounted.
    using Callback = void (*)(void*, int, const char*, va_list);
    using SetCallback = void (*)(Callback);
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): what dlsym gives
    const auto setCallback =
        reinterpret_cast<SetCallback>(dlsym(RTLD_DEFAULT, "av_log_set_callback"));
    if (setCallback != nullptr) {
      setCallback(countError);
    } else {
      setenv("OPENCV_FFMPEG_LOGLEVEL", "-8",
             0);  // NOLINT(concurrency-mt-unsafe): before any thread
    }
  });
}

std::int64_t decoderErrorCount() { return errors.load(std::memory_order_relaxed); }

}  // namespace attelier::clips
