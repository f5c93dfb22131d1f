#pragma once

#include "engine/run/phase.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

/// One plain struct for each table of `run.db`. docs/run-folder.md has every column, unit and blob
/// layout. Times are seconds since 1970 (UTC). Steps count finished optimiser steps: the first is
/// 1, 0 is before training.
namespace attelier::run {

inline constexpr double kAbsent = std::numeric_limits<double>::quiet_NaN();
inline constexpr float kAbsentFloat = std::numeric_limits<float>::quiet_NaN();

using Bytes = std::vector<std::byte>;

struct StatusRow {
  Phase phase = Phase::Preparing;
  std::string stage;  ///< "warm-up", "joint", "sharpening", "validating" or empty
  std::int64_t step = 0;
  std::int64_t epoch = 0;
  std::int64_t stepsPlanned = 0;
  std::int64_t generation = 1;  ///< raised at each resume that deleted rows: read everything again
  double heartbeat = 0;         ///< written once a second by the store thread while an engine lives
  double stepTime = 0;          ///< when the last step ended
  std::int64_t pid = 0;
  std::string host;
  std::string device;
  std::string message;
};

/// A change made at a resume or an extension. The effective configuration is run.json plus these,
/// in order.
struct ConfigChangeRow {
  std::int64_t step = 0;
  double time = 0;
  std::string patch;  ///< JSON merge patch (RFC 7396) of `configuration`
  std::string reason;
};

/// A step's scalars in the order of Store::metric(); names that were added later are missing at the
/// end.
struct MetricsRow {
  std::int64_t step = 0;
  double time = 0;
  std::vector<float> values;  ///< NaN where absent
};

struct PointRow {
  std::int64_t step = 0;
  std::string name;  ///< names its split: "select/top1"
  double value = 0;
  double time = 0;
};

/// An insertion place. Ids are given by the store and never used again.
struct PlaceRow {
  std::int64_t id = 0;
  std::string name;
  int channels = 0, frames = 0, height = 0, width = 0;
};

inline constexpr std::int64_t kSharedPlace =
    0;  ///< `weights.place` of weights shared by all places

/// Connection weights of a place at a step. Both blobs: level logits (levels-1, kinds to, kinds
/// from), then sink logits (levels, kinds), then activation logits (levels, kinds, 4) when
/// `activations`.
struct WeightsRow {
  std::int64_t step = 0;
  std::int64_t place = kSharedPlace;
  int levels = 0;
  int kinds = 0;
  bool activations = false;
  std::vector<float> raw;
  std::vector<float> mean;  ///< exponential mean: what both programs derive from
  std::string kindNames;    ///< comma-separated short names of the kinds, "mS,mT,mST,dS,dT,dST"

  std::size_t expectedSize() const;  ///< length of raw and of mean for these numbers
};

struct LabelRow {
  std::int64_t id = 0;
  std::string name;
};

/// A clip of the data set, readable or not.
struct ClipRow {
  std::int64_t id = 0;
  std::string path;   ///< relative to the recorded root
  std::string split;  ///< "train", "select", "report"
  std::int64_t label = -1;
  std::int64_t frames = 0;
  double fps = 0;
  int width = 0, height = 0;
  std::int64_t bytes = 0;
  double mtime = 0;
  std::string state;   ///< "ok", "short", "damaged", "unreadable"
  std::string reason;  ///< why, when not "ok"
};

/// A clip whose attention is recorded, with the pictures to lay it on.
struct ProbeRow {
  std::int64_t id = 0;
  std::int64_t clip = -1;  ///< of `dataset`, or -1
  std::string name;
  std::string encoding;       ///< "jpeg", or "rgb" (H,W,3 bytes) up to 64 px
  int width = 0, height = 0;  ///< of the stored pictures, at most 256 px
  std::vector<double> times;  ///< seconds in the clip, one a frame
  float cropX = 0, cropY = 0, cropWidth = 1,
        cropHeight = 1;  ///< what the network saw, fractions of the picture
  bool flipped = false;
  std::int64_t label = -1;
  std::int64_t addedStep = 0;
  std::int64_t removedStep = -1;
  std::vector<Bytes> frames;
  /// What the network saw of each, RGB (H,W,3) of the run's clips; only where `clip` is -1.
  std::vector<Bytes> seen;
};

/// Attention of one node for one probe at one step: enough to answer any question about it.
struct AttentionRow {
  std::int64_t step = 0;
  std::int64_t place = 0;
  int node = 0;  ///< level·kinds + kind
  std::int64_t probe = 0;
  Bytes data;  ///< what space::encodeAttention writes; docs/run-folder.md has the layout
};

struct PredictionRow {
  std::int64_t step = 0;
  std::string source;      ///< "select", "report" or "probe"
  std::int64_t clip = -1;  ///< id in `dataset`; of `probes` when source is "probe"
  std::int64_t label = -1;
  std::array<std::int32_t, 5> top{-1, -1, -1, -1,
                                  -1};  ///< label ids, best first, -1 beyond the classes
  std::array<float, 5> probability{};
  float loss = kAbsentFloat;
};

/// Memory in bytes, times in milliseconds a step; NaN where the machine can't say.
struct ResourcesRow {
  std::int64_t step = 0;
  double time = 0;
  double hostBytes = kAbsent;  ///< resident memory of the engine
  double deviceAllocated = kAbsent, deviceReserved = kAbsent, devicePeak = kAbsent,
         deviceUsed = kAbsent;
  double loadMs = kAbsent, forwardMs = kAbsent, backwardMs = kAbsent, optimiserMs = kAbsent,
         storeMs = kAbsent, answersMs = kAbsent;
  double gpuUtilisation = kAbsent;  ///< percent
  double gpuTemperature = kAbsent;  ///< degrees Celsius
  double gpuPower = kAbsent;        ///< watts
};

struct CheckpointRow {
  std::int64_t step = 0;
  double time = 0;
  std::string file;  ///< in checkpoints/, no folder
  std::int64_t bytes = 0;
  std::string sha256;  ///< 64 lower-case hexadecimal digits
  std::string reason;  ///< "interval", "pause", "leave", "finish", "asked", …
  bool pinned = false;
  double validation = kAbsent;  ///< greater is better; decides which is best
};

enum class EventLevel { Info, Warning, Error };

struct EventRow {
  std::int64_t id = 0;  ///< given by the store
  double time = 0;
  std::int64_t step = 0;
  EventLevel level = EventLevel::Info;
  std::string kind;  ///< "phase", "checkpoint", "failure", "cell", "log", "resume", "store", …
  std::string text;
};

/// A named design.
struct CellRow {
  std::int64_t id = 0;  ///< given by the store, never used again
  std::string name;
  std::string design;  ///< JSON of a CellDesign
  std::string origin;  ///< "derived", "drawn", "random", "file: …"
  std::int64_t step = 0;
  std::string cost;  ///< JSON, may be empty
  double latencyMs = kAbsent;
  double time = 0;
  bool removed = false;
};

/// Minimum, maximum, mean and last of each metric over a block of steps; vectors in the order of
/// the names.
struct BandRow {
  std::int64_t firstStep = 0;
  std::int64_t count = 0;                           ///< rows in the block
  double time = 0;                                  ///< of the last row
  std::vector<float> minimum, maximum, mean, last;  ///< NaN rows do not count
};

}  // namespace attelier::run
