#include "engine/base/log.h"

#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <memory>
#include <mutex>
#include <vector>

namespace attelier {
namespace {

spdlog::level::level_enum severity(LogLevel level) {
  switch (level) {
    case LogLevel::Debug:
      return spdlog::level::debug;
    case LogLevel::Information:
      return spdlog::level::info;
    case LogLevel::Warning:
      return spdlog::level::warn;
    case LogLevel::Error:
      return spdlog::level::err;
    case LogLevel::Off:
      break;
  }
  return spdlog::level::off;
}

spdlog::sink_ptr consoleSink(LogLevel level) {
  auto sink = std::make_shared<spdlog::sinks::stderr_color_sink_mt>();
  sink->set_level(severity(level));
  sink->set_pattern("%^%l%$: %v");
  return sink;
}

std::shared_ptr<spdlog::logger> makeLogger(std::vector<spdlog::sink_ptr> sinks) {
  auto logger = std::make_shared<spdlog::logger>("attelier", sinks.begin(), sinks.end());
  logger->set_level(spdlog::level::debug);
  logger->flush_on(spdlog::level::warn);
  return logger;
}

// A logger of our own, so that a library that uses spdlog too does not share our settings.
struct Current {
  std::mutex mutex;
  std::shared_ptr<spdlog::logger> logger = makeLogger({consoleSink(LogLevel::Warning)});
};

Current& current() {
  static Current state;
  return state;
}

}  // namespace

Status startLogging(const LogOptions& options) {
  std::vector<spdlog::sink_ptr> sinks{consoleSink(options.console)};
  Status status;
  if (!options.filePath.empty()) {
    try {
      auto sink = std::make_shared<spdlog::sinks::basic_file_sink_mt>(options.filePath.string());
      sink->set_level(severity(options.file));
      sink->set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %l %v");
      sinks.push_back(std::move(sink));
    } catch (const spdlog::spdlog_ex& error) {
      status = fail(ErrorCode::Io, "cannot open the log file", options.filePath.string());
    }
  }
  auto logger = makeLogger(std::move(sinks));
  const std::lock_guard lock(current().mutex);
  current().logger = std::move(logger);
  return status;
}

void logMessage(LogLevel level, std::string_view message) {
  std::shared_ptr<spdlog::logger> logger;
  {
    const std::lock_guard lock(current().mutex);
    logger = current().logger;
  }
  logger->log(severity(level), spdlog::string_view_t(message.data(), message.size()));
}

}  // namespace attelier
