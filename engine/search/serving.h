#pragma once

#include "engine/base/result.h"

#include <chrono>
#include <filesystem>
#include <functional>
#include <string>

namespace attelier::search {

/// How a run that nobody trains is served to viewers.
struct ServingPlan {
  std::filesystem::path run;
  std::filesystem::path clipsRoot;
  std::string device;
  std::chrono::seconds idleLimit{300};
};

/// Answers the commands of viewers from the checkpoint nearest to the asked step, until nobody has
/// asked for a while, a command says leave, or `interrupted`. No phase is changed, but a run whose
/// engine was killed is marked interrupted, since its lock is now held.
/// Returns how many commands were answered.
/// Errors: Busy (an engine trains it), Io (read-only), NotFound (no checkpoint).
Result<int> serve(const ServingPlan& plan, const std::function<bool()>& interrupted);

/// Asks an engine that only serves the run to leave, and waits for its lock.
/// Errors: Busy when the run trains, or the server does not leave in time.
Status askServerToLeave(const std::filesystem::path& run);

}  // namespace attelier::search
