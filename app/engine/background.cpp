#include "app/engine/background.h"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sys/resource.h>
#include <unistd.h>

namespace attelier::app {

namespace {

constexpr int kNice = 5;

/// False where a shell or terminal shares the session: its programs would be slowed down as well.
bool hasSessionOfItsOwn() {
  const pid_t leader = getsid(0);
  return leader == getpid() || (leader > 0 && kill(leader, 0) != 0 && errno == ESRCH);
}

}  // namespace

void giveWay(char** arguments) {
  if (std::getenv("OMP_WAIT_POLICY") == nullptr) {
    setenv("OMP_WAIT_POLICY", "passive", 1);
    // By its own name, which is what lists of processes show.
    std::error_code error;
    const auto program = std::filesystem::read_symlink("/proc/self/exe", error);
    if (!error) {
      execv(program.c_str(), arguments);
    }
  }
  if (getpriority(PRIO_PROCESS, 0) < kNice) {
    setpriority(PRIO_PROCESS, 0, kNice);
  }
  if (hasSessionOfItsOwn()) {
    std::ofstream("/proc/self/autogroup") << kNice;
  }
}

}  // namespace attelier::app
