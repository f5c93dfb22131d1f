#pragma once

#include "engine/base/result.h"

#include <filesystem>
#include <string_view>

namespace attelier {

enum class LogLevel { Debug, Information, Warning, Error, Off };

/// Where messages for people and for later diagnosis go.
struct LogOptions {
  LogLevel console = LogLevel::Warning;  ///< least severity on standard error
  LogLevel file = LogLevel::Debug;       ///< least severity in the file
  std::filesystem::path filePath;        ///< appended to; empty for no file
};

/// Sends messages to standard error and, where named, to a file; may be called again to change it.
///
/// Until it is called, warnings and errors go to standard error.
/// Errors: Io when the file cannot be opened; the console is then set up all the same.
Status startLogging(const LogOptions& options);

/// Writes one line. Threads: any.
void logMessage(LogLevel level, std::string_view message);

inline void logDebug(std::string_view message) { logMessage(LogLevel::Debug, message); }
inline void logInformation(std::string_view message) { logMessage(LogLevel::Information, message); }
inline void logWarning(std::string_view message) { logMessage(LogLevel::Warning, message); }
inline void logError(std::string_view message) { logMessage(LogLevel::Error, message); }

}  // namespace attelier
