#pragma once

#include <string>
#include <sys/types.h>

namespace attelier::app {

/// Keeps the machine awake while it lives, by `systemd-inhibit` where there is one; silent and
/// without effect where there is none.
///
/// The child reads a pipe that this process holds open, so it never outlives it, even when killed.
class Inhibitor {
 public:
  explicit Inhibitor(const std::string& why);
  ~Inhibitor();
  Inhibitor(const Inhibitor&) = delete;
  Inhibitor& operator=(const Inhibitor&) = delete;

 private:
  pid_t child_ = -1;
  int pipe_ = -1;
};

}  // namespace attelier::app
