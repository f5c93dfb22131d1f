#include "engine/base/result.h"

namespace attelier {

std::string describe(const Error& error) {
  return error.where.empty() ? error.message : error.where + ": " + error.message;
}

const char* errorCodeName(ErrorCode code) {
  switch (code) {
    case ErrorCode::InvalidArgument:
      return "invalid_argument";
    case ErrorCode::NotFound:
      return "not_found";
    case ErrorCode::Corrupt:
      return "corrupt";
    case ErrorCode::Unsupported:
      return "unsupported";
    case ErrorCode::Busy:
      return "busy";
    case ErrorCode::Io:
      return "io";
    case ErrorCode::OutOfMemory:
      return "out_of_memory";
    case ErrorCode::NonFinite:
      return "non_finite";
    case ErrorCode::Interrupted:
      return "interrupted";
    case ErrorCode::Internal:
      return "internal";
  }
  return "internal";
}

}  // namespace attelier
