#pragma once

#include "engine/clips/clip_record.h"

#include <cstdint>
#include <string>
#include <vector>

namespace attelier::clips {

/// Moves about `share` of the training clips of each class into `target`, whole groups at a time; a
/// clip without a group is one of its own. No class loses its last group of training clips. The
/// draw comes from `seed` alone.
void carveSplit(std::vector<ClipRecord>& clips, Split target, double share, std::uint64_t seed);

/// One sentence for each group, or file, that is in two splits (after ten, their number).
std::vector<std::string> findLeaks(const std::vector<ClipRecord>& clips);

}  // namespace attelier::clips
