#pragma once

#include "engine/clips/clip_source.h"
#include "engine/clips/loader.h"
#include "engine/clips/sampling.h"

#include <memory>

namespace attelier::clips {

/// Video files as clips: decodes, samples, scales, crops and mirrors them; keeps decoded small
/// frames in memory as long as `cacheBytes` lasts, so that later epochs decode nothing.
///
/// Normalisation: mean 0.45, deviation 0.225 of 255 on each channel.
/// Errors: InvalidArgument names the field; NotFound when no clip is readable.
Result<std::shared_ptr<const ClipSource>> makeVideoSource(Dataset dataset,
                                                          const SamplingSettings& sampling,
                                                          std::size_t cacheBytes);

}  // namespace attelier::clips
