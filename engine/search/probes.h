#pragma once

#include "engine/base/result.h"
#include "engine/clips/clip_source.h"
#include "engine/nn/replicas.h"
#include "engine/run/run_reader.h"
#include "engine/run/store.h"
#include "engine/search/run_configuration.h"
#include "engine/search/validation.h"
#include "engine/space/attention_query.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <stop_token>
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
                               const std::filesystem::path& file, std::int64_t step,
                               std::stop_token stop = {});

/// A video outside of the data set, to be looked at by a network of this configuration.
/// Threads: any; decodes in the caller's.
/// Errors: those of clips::loadVideo; InvalidArgument for a synthetic task; Unsupported where the
/// engine was built without video.
Result<LoadedClip> loadVideoClip(const RunConfiguration& configuration,
                                 const std::filesystem::path& file, std::stop_token stop = {});

/// A clip with the row that a run keeps of it. The row holds what the network saw as well, so that
/// the file may go.
struct NewProbe {
  LoadedClip clip;
  run::ProbeRow row;
};
/// Errors: as loadVideoClip.
Result<NewProbe> probeOfVideo(const RunConfiguration& configuration,
                              const std::filesystem::path& file, std::stop_token stop = {});

/// The clip of a probe that is none of the data set, from its row and pictures.
/// Errors: NotFound, Corrupt (not of this shape).
Result<LoadedClip> storedProbeClip(run::RunReader& reader, const run::ProbeRow& row,
                                   const clips::ClipShape& shape);

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

  /// Takes a clip that the run already has a row of.
  void take(LoadedClip clip, std::int64_t id);
  /// Adds a clip with its row. Returns its id. Errors: those of the store; InvalidArgument beyond
  /// 64 probes.
  Result<std::int64_t> add(LoadedClip clip, run::ProbeRow row);
  /// Adds a clip and records at once what the network attends to in it at this step.
  Result<std::int64_t> addRecorded(LoadedClip clip, run::ProbeRow row, nn::Replicas& replicas,
                                   std::int64_t step);
  Status remove(std::int64_t id, std::int64_t step);

  /// Records attention and predictions of every probe clip at a step. Returns ||y||/||x|| at each
  /// place, the mean over the clips.
  Result<std::vector<double>> record(nn::Replicas& replicas, std::int64_t step, bool attention);

  bool empty() const { return clips_.empty(); }

 private:
  /// Rows of what was seen in clip `index` of a pass; their probe is still to be set.
  Result<std::vector<run::AttentionRow>> attentionRows(const Attention& seen, std::int64_t index,
                                                       std::int64_t step) const;
  Status appendPrediction(const ClipPrediction& said, std::int64_t id, std::int64_t step);

  run::Store& store_;
  std::vector<std::int64_t> placeIds_;
  std::vector<LoadedClip> clips_;
  std::vector<std::int64_t> ids_;
};

}  // namespace attelier::search
