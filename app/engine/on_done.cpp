#include "app/engine/on_done.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace attelier::app {

void runOnDone(const std::string& command, const std::filesystem::path& run,
               const std::string& phase) {
  if (command.empty()) {
    return;
  }
  std::string folder = "ATTELIER_RUN=" + std::filesystem::absolute(run).string();
  std::string ended = "ATTELIER_PHASE=" + phase;
  std::vector<char*> environment;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    if (std::strncmp(*entry, "ATTELIER_RUN=", 13) != 0 &&
        std::strncmp(*entry, "ATTELIER_PHASE=", 15) != 0) {
      environment.push_back(*entry);
    }
  }
  environment.insert(environment.end(), {folder.data(), ended.data(), nullptr});
  std::string words[] = {"sh", "-c", command};
  char* arguments[] = {words[0].data(), words[1].data(), words[2].data(), nullptr};
  std::fflush(nullptr);
  pid_t child = -1;
  if (const int error =
          posix_spawn(&child, "/bin/sh", nullptr, nullptr, arguments, environment.data());
      error != 0) {
    std::fprintf(stderr, "--on-done: /bin/sh did not start: %s\n", std::strerror(error));
    return;
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) != 0) {
    std::fprintf(stderr, "--on-done: the command left with %d\n", WEXITSTATUS(status));
  } else if (WIFSIGNALED(status)) {
    std::fprintf(stderr, "--on-done: the command was ended by signal %d\n", WTERMSIG(status));
  }
}

}  // namespace attelier::app
