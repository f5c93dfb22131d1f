#pragma once

namespace attelier::app {

/// Lets every other program of the desktop go first: a lower priority, also of the session where
/// the kernel groups by session, and threads of LibTorch that sleep while they wait.
///
/// The last is read when the program loads, so where OMP_WAIT_POLICY is not set the program starts
/// once more, with these arguments. Call it before any thread is made. What the system refuses is
/// left as it is.
void giveWay(char** arguments);

}  // namespace attelier::app
