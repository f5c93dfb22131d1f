#include "app/engine/inhibitor.h"

#include <cerrno>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace attelier::app {

Inhibitor::Inhibitor(const std::string& why) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) {
    return;
  }
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_adddup2(&files, ends[0], STDIN_FILENO);
  posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  // A session of its own: Ctrl-C on our terminal is not for it, and it can ask nobody a password.
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID);

  std::string words[] = {"systemd-inhibit", "--what=idle:sleep", "--who=Attelier",
                         "--why=" + why,    "--mode=block",      "cat"};
  char* arguments[std::size(words) + 1] = {};
  for (size_t i = 0; i < std::size(words); ++i) {
    arguments[i] = words[i].data();
  }
  const int error =
      posix_spawnp(&child_, "systemd-inhibit", &files, &attributes, arguments, environ);
  posix_spawn_file_actions_destroy(&files);
  posix_spawnattr_destroy(&attributes);
  close(ends[0]);
  if (error != 0) {
    child_ = -1;
    close(ends[1]);
    return;
  }
  pipe_ = ends[1];
}

Inhibitor::~Inhibitor() {
  if (child_ < 0) {
    return;
  }
  close(pipe_);
  while (waitpid(child_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

}  // namespace attelier::app
