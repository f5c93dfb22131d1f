#pragma once

#include <tl/expected.hpp>

#include <string>
#include <utility>

namespace attelier {

/// What kind of failure an Error is; decides the exit code of a command.
enum class ErrorCode {
  InvalidArgument,  ///< a value a person gave is wrong: type, range, name
  NotFound,         ///< a file, folder, row or name that should be there is not
  Corrupt,          ///< a file is there but not what it should be
  Unsupported,      ///< a newer schema, a codec or device that is not there
  Busy,             ///< another engine holds the run
  Io,               ///< the system refused: permissions, disk full
  OutOfMemory,      ///< memory of host or device did not suffice
  NonFinite,        ///< a loss or weight is NaN or infinite
  Interrupted,      ///< a person or a signal stopped it
  Internal,         ///< our own mistake
};

/// An expected failure: what happened and what to do next, and the path or field it is about.
struct Error {
  ErrorCode code = ErrorCode::Internal;
  std::string message;  ///< one sentence for a person, says what to do next
  std::string where;    ///< path or field, may be empty
};

/// "where: message", or the message alone.
std::string describe(const Error& error);

/// Lower-case name of a code, as printed with --json ("invalid_argument").
const char* errorCodeName(ErrorCode code);

template <typename T>
using Result = tl::expected<T, Error>;
using Status = Result<void>;

inline tl::unexpected<Error> fail(ErrorCode code, std::string message, std::string where = {}) {
  return tl::unexpected<Error>(Error{code, std::move(message), std::move(where)});
}

}  // namespace attelier

#define ATTELIER_CONCAT_INNER(a, b) a##b
#define ATTELIER_CONCAT(a, b) ATTELIER_CONCAT_INNER(a, b)

/// Returns the error of a Status out of the calling function.
#define ATTELIER_CHECKED(expression)                                       \
  do {                                                                     \
    if (auto attelierStatus = (expression); !attelierStatus.has_value()) { \
      return tl::unexpected(std::move(attelierStatus).error());            \
    }                                                                      \
  } while (false)

/// `ATTELIER_ASSIGN(auto x, f());` declares x from a Result or returns its error.
#define ATTELIER_ASSIGN(declaration, expression) \
  ATTELIER_ASSIGN_INNER(ATTELIER_CONCAT(attelierResult, __LINE__), declaration, expression)
#define ATTELIER_ASSIGN_INNER(result, declaration, expression) \
  auto result = (expression);                                  \
  if (!result.has_value()) {                                   \
    return tl::unexpected(std::move(result).error());          \
  }                                                            \
  declaration = std::move(*result)
