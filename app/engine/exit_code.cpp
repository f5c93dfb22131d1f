#include "app/engine/exit_code.h"

namespace attelier::app {

int exitCode(ErrorCode code) {
  switch (code) {
    case ErrorCode::InvalidArgument:
      return 2;
    case ErrorCode::NotFound:
      return 3;
    case ErrorCode::Corrupt:
      return 4;
    case ErrorCode::Unsupported:
      return 5;
    case ErrorCode::Busy:
      return 6;
    case ErrorCode::Io:
      return 7;
    case ErrorCode::OutOfMemory:
      return 8;
    case ErrorCode::NonFinite:
      return 9;
    case ErrorCode::Interrupted:
      return 130;
    case ErrorCode::Internal:
      break;
  }
  return 1;
}

const char* exitCodeHelp() {
  return "Exit codes: 0 done, 1 an error of the program, 2 bad input or usage, 3 something is not "
         "there, 4 a damaged file, 5 unsupported, 6 another engine holds the run, 7 the system "
         "refused (disk, permissions), 8 out of memory, 9 a loss or weight was not finite, 130 "
         "interrupted.";
}

}  // namespace attelier::app
