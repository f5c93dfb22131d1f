#pragma once

#include <cstdint>

namespace attelier::clips {

/// Keeps OpenCV and FFmpeg from printing, and OpenCV to the calling thread: clips are decoded side
/// by side, so threads inside one would only get in their way. Called before anything is opened,
/// any number of times.
void silenceDecoders();

/// Errors that FFmpeg reported in this process so far, from any of its threads; stays 0 where it
/// cannot be asked.
std::int64_t decoderErrorCount();

}  // namespace attelier::clips
