#pragma once

#include <source_location>
#include <stdexcept>
#include <string>

namespace attelier {

/// A broken contract of ours (not bad input): thrown, caught at the top of each thread.
class ContractViolation : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

inline void expects(bool holds, const char* what,
                    std::source_location at = std::source_location::current()) {
  if (!holds) {
    throw ContractViolation(std::string(at.file_name()) + ":" + std::to_string(at.line()) + ": " +
                            what);
  }
}

}  // namespace attelier
