#pragma once

namespace attelier::app {

/// The program `attelier`: options, look, the open run, the window. Returns the exit code.
///
/// A second start of the same user hands its paths to the first and leaves.
int startWindow(int argc, char** argv);

}  // namespace attelier::app
