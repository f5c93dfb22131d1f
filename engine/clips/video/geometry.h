#pragma once

#include "engine/base/random.h"
#include "engine/clips/clip_source.h"
#include "engine/clips/sampling.h"
#include "engine/clips/video/decode.h"

#include <cstdint>
#include <span>

namespace attelier::clips {

/// The part of every frame of a clip that is used, and what is done to it. Units: pixels of the
/// decoded frames.
struct CropPlan {
  int x = 0;
  int y = 0;
  int width = 0;
  int height = 0;
  bool flipped = false;
  double brightness = 1.0;
  double contrast = 1.0;
  double saturation = 1.0;
};

/// Short side that frames are scaled to before the crop.
int storedShortSide(const SamplingSettings& settings);

/// Where to crop frames of this size: the centre, or by `random` as the settings say. `mayFlip` as
/// the label allows.
CropPlan planCrop(int width, int height, const SamplingSettings& settings, bool mayFlip,
                  Random* random);

/// One frame, cropped, scaled to the clip's size, mirrored and jittered.
/// Shape: frame (H, W, 3) of the decoded size, out (height, width, 3).
void applyCrop(const DecodedFrames& frames, std::size_t frame, const CropPlan& plan,
               const ClipShape& shape, std::span<std::uint8_t> out);

}  // namespace attelier::clips
