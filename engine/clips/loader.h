#pragma once

#include "engine/base/result.h"
#include "engine/clips/clip_source.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace attelier {
template <typename Config>
class Fields;
}

namespace attelier::clips {

/// Clips that are ready for the network, one after another in memory.
struct Batch {
  std::int64_t firstPosition = 0;  ///< position of the first clip in the stream
  std::int64_t epoch = 0;          ///< epoch of that position
  ClipShape shape;
  std::vector<std::uint8_t> rgb;      ///< Shape: (N, T, H, W, 3)
  std::vector<std::int64_t> labels;   ///< N, -1 without a label
  std::vector<std::int64_t> clipIds;  ///< N
  std::vector<View> views;            ///< N
  int size() const { return static_cast<int>(labels.size()); }
};

/// How clips are loaded: none of it changes which pixels come out, but `balanced`.
struct LoaderSettings {
  int threads = 0;       ///< decoder threads; 0: one less than cores, at least 1, at most 8
  int queueBatches = 3;  ///< batches in the making or waiting; a full queue stops the threads
  std::int64_t cacheMib = 1024;  ///< memory for decoded small frames (video sources)
  bool balanced = false;         ///< train: each class equally often, clips of a class in turn
};
const Fields<LoaderSettings>& loaderFields();

enum class LoadMode {
  Train,  ///< endless; epoch permutation from (seed, epoch); augmented; a bad clip is replaced by
          ///< the next
  Once,   ///< one pass in order; the centre of everything; the last batch may be smaller; bad clips
          ///< are left out
};

/// Which stream a Loader delivers.
struct LoadPlan {
  Split split = Split::Train;
  LoadMode mode = LoadMode::Train;
  int batchSize = 16;
  std::uint64_t seed = 0;
  std::int64_t startPosition = 0;  ///< in clips: step * batchSize resumes after `step` steps
  std::int64_t limit = 0;          ///< Once: at most so many clips; 0: all
};

/// A clip that could not be loaded when its turn came.
struct BadClip {
  std::int64_t clipId = 0;
  std::int64_t position = 0;
  Error error;
};

/// Delivers the batches of a stream in order while threads prepare the next ones.
///
/// Position p of a training stream is clip p mod n of epoch p / n (n clips in the split), so
/// batches cross epochs and every clip comes once an epoch. What is delivered depends on the plan
/// and the source alone, never on the threads. Threads: next() from one thread; the threads end
/// with the object or when a stop is requested.
class Loader {
 public:
  /// Precondition: the split has at least one clip and the batch size is positive.
  Loader(std::shared_ptr<const ClipSource> source, const LoaderSettings& settings,
         const LoadPlan& plan);
  ~Loader();
  Loader(const Loader&) = delete;
  Loader& operator=(const Loader&) = delete;

  /// The next batch; empty at the end of a stream that has one.
  /// Errors: Interrupted by `stop`; Corrupt when no clip of the split can be loaded any more.
  Result<std::optional<Batch>> next(std::stop_token stop = {});

  /// Position of the first clip that next() has not delivered: what a checkpoint stores.
  std::int64_t position() const;
  /// Time that next() waited since the start. Units: seconds.
  double waitSeconds() const;
  /// The bad clips met since the last call, each clip once a stream.
  std::vector<BadClip> takeBadClips();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Order of the clips of an epoch: a permutation of 0..clipCount-1 drawn from (seed, epoch).
std::vector<std::int64_t> epochOrder(std::int64_t clipCount, std::uint64_t seed,
                                     std::int64_t epoch);

/// Order of an epoch in which classes take turns; a class with fewer clips repeats them. As long as
/// `labels`.
std::vector<std::int64_t> balancedOrder(const std::vector<int>& labels, std::uint64_t seed,
                                        std::int64_t epoch);

}  // namespace attelier::clips
