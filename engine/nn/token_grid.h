#pragma once

#include <cstdint>

namespace attelier::nn {

/// The tokens of a batch of feature maps: `clips` samples of frames x height x width positions.
struct TokenGrid {
  int64_t clips = 0;
  int64_t frames = 0;
  int64_t height = 0;
  int64_t width = 0;

  int64_t pixels() const { return height * width; }
  int64_t tokens() const { return frames * height * width; }
  int64_t rows() const { return clips * tokens(); }
};

}  // namespace attelier::nn
