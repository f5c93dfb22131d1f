#include "app/engine/signals.h"

#include <csignal>
#include <poll.h>
#include <unistd.h>

namespace attelier::app {

namespace {

constexpr int kInterruptedExit = 130;
volatile std::sig_atomic_t signalsSeen = 0;

extern "C" void onSignal(int /*signal*/) {
  if (signalsSeen != 0) {
    _exit(kInterruptedExit);
  }
  signalsSeen = 1;
}

}  // namespace

void catchSignals() {
  struct sigaction action {};
  action.sa_handler = onSignal;
  sigemptyset(&action.sa_mask);
  // System calls of the store and the decoders go on; poll() is interrupted all the same.
  action.sa_flags = SA_RESTART;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

bool interrupted() { return signalsSeen != 0; }

void waitOrSignal(std::chrono::milliseconds time) {
  if (!interrupted()) {
    poll(nullptr, 0, static_cast<int>(time.count()));
  }
}

}  // namespace attelier::app
