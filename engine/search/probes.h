#pragma once

#include "engine/base/result.h"
#include "engine/clips/clip_source.h"
#include "engine/nn/replicas.h"
#include "engine/run/store.h"
#include "engine/search/validation.h"
#include "engine/space/attention_query.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace attelier::search {

/// A clip as the network sees it without augmentation, ready to be looked at.
struct LoadedClip {
  std::int64_t clipId = -1;
  int label = -1;
  clips::View view;
  clips::ClipShape shape;
  std::vector<std::uint8_t> rgb;  ///< Shape: (T, H, W, 3)
};

/// Loads one clip of a source. Errors: those of the source.
Result<LoadedClip> loadClip(const clips::ClipSource& source, clips::Split split,
                            std::int64_t index);

/// Clips for probing: of the select split (train, where that is empty), the classes in turn.
std::vector<std::int64_t> chooseProbeClips(const clips::ClipSource& source, int count);

/// The row that stores a clip's pictures, those of the real frames where there is a file.
/// `file` is empty for a synthetic clip.
Result<run::ProbeRow> probeRow(const LoadedClip& clip, const clips::ClipRecord& record,
                               const std::filesystem::path& file, std::int64_t step);

/// What one node attended to in clip `index` of a captured pass, as the run folder stores it.
/// Source: papers.md 1.2 for the quantities; q and k or A, whichever is smaller.
space::AttentionRecord attentionRecord(const nn::NodeCapture& capture, std::int64_t index);

/// What a network attends to and says in some clips, with frozen statistics.
struct Attention {
  std::vector<nn::PlaceCapture> places;
  std::vector<ClipPrediction> predictions;
};

/// Shape: clips of one shape. Nothing of the training is touched.
Attention attend(nn::Replicas& replicas, const std::vector<LoadedClip>& clips);

/// The probe clips of a run and how they are recorded.
///
/// Threads: those of the learner whose network it looks through.
class Probes {
 public:
  /// `placeIds` are the run's ids of the network's places.
  Probes(run::Store& store, std::vector<std::int64_t> placeIds)
      : store_(store), placeIds_(std::move(placeIds)) {}

  /// Takes a clip that the run already has a row of (`id` >= 0), or adds its row.
  /// Errors: those of the store.
  Status add(LoadedClip clip, run::ProbeRow row, std::int64_t id = -1);
  Status remove(std::int64_t id, std::int64_t step);

  /// Records attention and predictions of every probe clip at a step. Returns ||y||/||x|| at each
  /// place, the mean over the clips.
  Result<std::vector<double>> record(nn::Replicas& replicas, std::int64_t step, bool attention);

  bool empty() const { return clips_.empty(); }

 private:
  run::Store& store_;
  std::vector<std::int64_t> placeIds_;
  std::vector<LoadedClip> clips_;
  std::vector<std::int64_t> ids_;
};

}  // namespace attelier::search
