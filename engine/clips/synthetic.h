#pragma once

#include "engine/clips/clip_source.h"

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace attelier {
template <typename Config>
class Fields;
}

namespace attelier::clips {

/// Which planted question a synthetic clip asks.
enum class SyntheticTask {
  When,   ///< the frame under the green lamp counts
  Where,  ///< the block that frame 0 points at counts
  Meet,   ///< that block in the green frames
  Match,  ///< the glyph in the hue of the plaque
};
const char* syntheticTaskName(SyntheticTask task);

/// Difficulty of a synthetic task. `lit` and `items` 0: the task's own (1, 3, 1 or 2, 3 and 1, 6,
/// 6, 4).
struct SyntheticSettings {
  SyntheticTask task = SyntheticTask::Match;
  int lit = 0;              ///< frames that count; `meet` 0: 1 or 2, equally likely
  int items = 0;            ///< glyphs a frame
  double noise = 14.0;      ///< deviation added to every value; Units: grey levels
  double amplitude = 16.0;  ///< of the background; Units: grey levels
  int barWidth = 16;        ///< of lamp and plaque; Units: pixels
  std::int64_t trainClips = 12800;
  std::int64_t selectClips = 2000;
  std::int64_t reportClips = 2000;
};
const Fields<SyntheticSettings>& syntheticFields();

constexpr int kSyntheticFrames = 8;
constexpr int kSyntheticSize = 32;
constexpr int kSyntheticBlocks =
    12;  ///< glyph blocks; block b is at token row 1 + b / 4, column b mod 4
constexpr int kSyntheticClasses = 4;  ///< ring, cross, plus, triangle

/// One glyph of one frame.
struct SyntheticGlyph {
  int frame = 0;
  int block = 0;  ///< 0..11
  int shape = 0;  ///< 0..3
  int hue = -1;   ///< `match`: red, green, blue, yellow; else -1
  bool counts = false;
};

/// What was planted in a clip: the ground truth that attention is measured against.
struct SyntheticTruth {
  int label = 0;
  int pointedBlock = -1;                        ///< `where`, `meet`
  int hue = -1;                                 ///< `match`: the hue asked for
  int barX = -1;                                ///< left edge of lamp or plaque; -1 without one
  std::array<bool, kSyntheticFrames> counts{};  ///< frames that count
  std::array<bool, kSyntheticFrames> green{};   ///< lamp colour, where there is a lamp
  std::vector<SyntheticGlyph> glyphs;
};

/// Draws clip `index` of a split: its truth and, where `rgb` is not empty, its pixels.
/// Shape: rgb is (8, 32, 32, 3). The draws come from (seed, split, index) alone.
/// Source: tasks.md 1 and 2; where a value is drawn per channel the order of the draws is ours.
SyntheticTruth drawSyntheticClip(const SyntheticSettings& settings, std::uint64_t seed, Split split,
                                 std::int64_t index, std::span<std::uint8_t> rgb);

/// A synthetic task as clips: no file is needed, train clip i is stream position i modulo
/// `trainClips`.
class SyntheticSource final : public ClipSource {
 public:
  /// Errors: InvalidArgument names the field that does not fit the task.
  static Result<std::shared_ptr<const SyntheticSource>> create(const SyntheticSettings& settings,
                                                               std::uint64_t seed);

  const std::vector<std::string>& labels() const override;
  ClipShape shape() const override;
  /// (value - 100) / 60.
  Normalisation normalisation() const override;
  std::int64_t clipCount(Split split) const override;
  ClipRecord record(Split split, std::int64_t index) const override;
  std::optional<std::pair<Split, std::int64_t>> find(std::int64_t clipId) const override;
  bool shuffled() const override { return false; }
  Result<ClipInfo> load(const ClipRequest& request, std::span<std::uint8_t> rgb) const override;
  std::string description() const override;

  /// The ground truth of a clip.
  SyntheticTruth truth(Split split, std::int64_t index) const;
  const SyntheticSettings& settings() const { return settings_; }

 private:
  SyntheticSource(const SyntheticSettings& settings, std::uint64_t seed);
  SyntheticSettings settings_;
  std::uint64_t seed_;
};

}  // namespace attelier::clips
