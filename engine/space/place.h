#pragma once

#include "engine/base/fields.h"

#include <string>

namespace attelier::space {

/// Grid of features at which a cell is inserted, of one sample.
///
/// Shape: (channels, frames, height, width).
struct Place {
  std::string name;
  int channels = 32;
  int frames = 8;
  int height = 4;
  int width = 4;

  int tokens() const { return frames * height * width; }
  bool operator==(const Place&) const = default;
};

/// Fields of a Place.
const Fields<Place>& placeFields();

}  // namespace attelier::space
