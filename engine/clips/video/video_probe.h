#pragma once

#include "engine/clips/dataset.h"

#include <filesystem>
#include <string>

namespace attelier::clips {

/// What a file is, by its content: how many frames, how large, and if it is not usable why not.
///
/// With `countFrames` it is decoded to its end and the count is exact; else the header's count is
/// used where it has one. Damaged: the decoder reported errors, or the container ends before its
/// own header says.
ClipProbe probeVideo(const std::filesystem::path& path, bool countFrames);

/// The prober that openDataset() wants.
ClipProber videoProber(bool countFrames);

/// openDataset() with the prober that `settings.countFrames` asks for.
Result<Dataset> openVideoDataset(const DatasetSettings& settings, std::stop_token stop = {},
                                 const ScanProgress& progress = {});

}  // namespace attelier::clips
