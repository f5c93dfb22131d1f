#pragma once

#include "engine/clips/clip_source.h"
#include "engine/clips/loader.h"
#include "engine/clips/sampling.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <stop_token>

namespace attelier::clips {

/// Video files as clips: decodes, samples, scales, crops and mirrors them; keeps decoded small
/// frames in memory as long as `cacheBytes` lasts, so that later epochs decode nothing.
///
/// Normalisation: mean 0.45, deviation 0.225 of 255 on each channel.
/// Errors: InvalidArgument names the field; NotFound when no clip is readable.
Result<std::shared_ptr<const ClipSource>> makeVideoSource(Dataset dataset,
                                                          const SamplingSettings& sampling,
                                                          std::size_t cacheBytes);

/// A video outside of any data set as the network sees a clip that it looks at: its middle frames,
/// the centre of the picture.
/// Shape: rgb (T, H, W, 3) of the settings. Threads: any; decodes in the caller's.
/// Errors: NotFound; InvalidArgument when it has fewer than T frames; Corrupt; Interrupted by
/// `stop`.
Result<ClipInfo> loadVideo(const std::filesystem::path& path, const SamplingSettings& sampling,
                           std::span<std::uint8_t> rgb, std::stop_token stop = {});

}  // namespace attelier::clips
