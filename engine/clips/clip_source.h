#pragma once

#include "engine/base/result.h"
#include "engine/clips/clip_record.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace attelier::clips {

/// Size of a loaded clip.
struct ClipShape {
  int frames = 8;
  int height = 32;
  int width = 32;
  /// Bytes of one clip as RGB8.
  std::size_t bytes() const {
    return static_cast<std::size_t>(frames) * static_cast<std::size_t>(height) *
           static_cast<std::size_t>(width) * 3;
  }
  bool operator==(const ClipShape&) const = default;
};

/// The network's input is (value - mean) / deviation, by channel R, G, B. Units: grey levels
/// 0..255.
struct Normalisation {
  std::array<float, 3> mean{};
  std::array<float, 3> deviation{};
};

/// What the network saw of a clip: which frames and which part of the picture.
struct View {
  std::vector<std::int64_t>
      frames;                   ///< frame numbers in the file, repeated where the clip is short
  std::vector<double> timesMs;  ///< time stamp of each
  int sourceWidth = 0;          ///< of the upright picture; Units: pixels
  int sourceHeight = 0;
  double cropX = 0.0;  ///< the crop in pixels of the upright picture, before mirroring
  double cropY = 0.0;
  double cropWidth = 0.0;
  double cropHeight = 0.0;
  bool flipped = false;  ///< mirrored left to right after the crop
};

/// Names one loading of one clip; equal requests give equal pixels.
struct ClipRequest {
  Split split = Split::Train;
  std::int64_t index = 0;  ///< 0 .. clipCount(split)-1
  bool augment = false;    ///< random frames, crop, flip, jitter; else the centre of everything
  std::uint64_t seed = 0;  ///< the draws come from (seed, epoch, position) alone
  std::int64_t epoch = 0;
  std::int64_t position = 0;
};

/// What came with the pixels of a loaded clip.
struct ClipInfo {
  std::int64_t clipId = 0;
  int label = -1;  ///< after a mirroring that swaps labels
  View view;
};

/// Memory of clips that are kept decoded. Units: bytes; zeros where none are kept.
struct KeptClips {
  std::int64_t all = 0;    ///< what all of train and select would take
  std::int64_t now = 0;    ///< what is kept at this moment
  std::int64_t limit = 0;  ///< what may be kept
};

/// Clips that can be loaded: video files, or a synthetic task made from a seed.
///
/// Threads: every const member may be called from any thread at once.
class ClipSource {
 public:
  virtual ~ClipSource() = default;

  virtual const std::vector<std::string>& labels() const = 0;
  virtual ClipShape shape() const = 0;
  virtual Normalisation normalisation() const = 0;

  /// Number of loadable clips of a split.
  virtual std::int64_t clipCount(Split split) const = 0;
  /// The record of a clip; ids are unique over all splits.
  virtual ClipRecord record(Split split, std::int64_t index) const = 0;
  /// Where the clip with this id is: split and index.
  virtual std::optional<std::pair<Split, std::int64_t>> find(std::int64_t clipId) const = 0;
  /// False where clips are independent draws already, so that an epoch needs no shuffling.
  virtual bool shuffled() const = 0;

  /// Fills `rgb` with a clip. Shape: (T, H, W, 3) RGB8, rgb.size() == shape().bytes().
  /// Errors: Corrupt, NotFound or Io when the file cannot be decoded (any more).
  virtual Result<ClipInfo> load(const ClipRequest& request, std::span<std::uint8_t> rgb) const = 0;

  virtual KeptClips keptClips() const { return {}; }

  /// One sentence for logs ("match, 12,800/2,000/2,000 clips of 8x32x32").
  virtual std::string description() const = 0;
};

}  // namespace attelier::clips
