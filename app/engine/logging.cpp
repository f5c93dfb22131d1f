#include "app/engine/logging.h"

#include "engine/base/fields.h"
#include "engine/base/log.h"

namespace attelier::app {

namespace {

constexpr EnumName<LogLevel> kLevels[] = {{LogLevel::Debug, "debug"},
                                          {LogLevel::Information, "information"},
                                          {LogLevel::Warning, "warning"},
                                          {LogLevel::Error, "error"},
                                          {LogLevel::Off, "off"}};

LogLevel consoleLevel = LogLevel::Warning;

}  // namespace

std::string logLevelNames() {
  std::string names;
  for (const auto& level : kLevels) {
    names += std::string(names.empty() ? "" : "|") + level.name;
  }
  return names;
}

Status startConsoleLog(const std::string& level) {
  std::vector<std::string> names;
  for (const auto& known : kLevels) {
    if (level == known.name) {
      consoleLevel = known.value;
      return startLogging({.console = consoleLevel, .file = LogLevel::Debug, .filePath = {}});
    }
    names.emplace_back(known.name);
  }
  return fail(ErrorCode::InvalidArgument, unknownNameMessage("level", level, names), "--log-level");
}

void logInto(const std::filesystem::path& run) {
  const Status logging = startLogging(
      {.console = consoleLevel, .file = LogLevel::Debug, .filePath = run / "engine.log"});
  if (!logging) {
    logWarning(describe(logging.error()));
  }
}

}  // namespace attelier::app
