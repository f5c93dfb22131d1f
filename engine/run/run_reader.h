#pragma once

#include "engine/base/result.h"
#include "engine/run/rows.h"
#include "engine/run/run_folder.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace attelier::run {

struct ReaderOptions {
  std::filesystem::path cache;      ///< for the copy of last resort; default: XDG cache
  std::filesystem::path clipsRoot;  ///< found instead of RunInfo::dataRoot (`--clips-root`)
};

/// How the rows are reached: rule 10's order.
enum class ReadMode {
  Shared,     ///< run.db beside its journal, as an engine writes it
  Immutable,  ///< run.db alone; no engine, no journal
  Copy,       ///< a copy in the cache, because a journal could not be read where it is
};

/// Steps from `first` to `last`, both included.
struct StepRange {
  std::int64_t first = 0;
  std::int64_t last = INT64_MAX;
  bool operator==(const StepRange&) const = default;
};

/// A piece of the curves at one level of detail. `minimum`, … are [metric][point], in the order of
/// `names`.
struct MetricsView {
  std::int64_t stepsPerPoint = 1;  ///< 1 (every step), 128 or 16,384
  std::vector<std::string> names;
  std::vector<std::int64_t> steps;  ///< first step of each point
  std::vector<double> times;        ///< of the last step of each point
  std::vector<std::vector<float>> minimum, maximum, mean,
      last;  ///< all four equal when stepsPerPoint is 1
};

/// How much of `weights` or `attention` there is, without reading blobs.
struct RecordKey {
  std::int64_t step = 0;
  std::int64_t place = 0;
  int node = 0;
  std::int64_t probe = 0;
};

/// A viewer of a run: a run folder (with a living engine or without) or a snapshot file. Reading
/// changes nothing in the folder. Each call is one short read transaction; when
/// `status().generation` changes, read again. Threads: one at a time. Errors of every call: Io,
/// Corrupt (a blob or number that can't be).
class RunReader {
 public:
  /// Errors: NotFound, Corrupt, Unsupported (a newer schema that asks for a newer reader), Io.
  static Result<std::unique_ptr<RunReader>> open(const std::filesystem::path& folderOrSnapshot,
                                                 const ReaderOptions& options = {});
  ~RunReader();
  RunReader(const RunReader&) = delete;
  RunReader& operator=(const RunReader&) = delete;

  const RunInfo& info() const;
  bool isSnapshot() const;
  ReadMode mode() const;

  /// The stored row, its phase replaced by what a viewer shows (`phaseSeen`).
  Result<StatusRow> status();
  /// `run.json`'s configuration with all changes merged in.
  Result<nlohmann::json> effectiveConfiguration();
  Result<std::vector<ConfigChangeRow>> configChanges();

  Result<std::vector<std::string>> metricNames();
  /// The curves over a range at the finest level that has at most `maximumPoints` points. Empty
  /// `names`: all. Bands that are not complete yet are computed from what is stored.
  Result<MetricsView> metrics(StepRange range = {}, const std::vector<std::string>& names = {},
                              std::int64_t maximumPoints = 8192);
  /// First and last step of `metrics`; nothing when empty.
  Result<std::optional<StepRange>> metricsRange();

  /// Points of one name, or of all when empty, by step.
  Result<std::vector<PointRow>> points(const std::string& name = {}, StepRange range = {});
  Result<std::vector<PlaceRow>> places();

  /// Steps at which weights of a place are stored.
  Result<std::vector<std::int64_t>> weightSteps(std::int64_t place = kSharedPlace);
  /// The record at or before a step.
  Result<std::optional<WeightsRow>> weightsAt(std::int64_t step, std::int64_t place = kSharedPlace);
  /// A series, thinned to at most `maximumRecords` by equal strides; first and last stay.
  Result<std::vector<WeightsRow>> weights(std::int64_t place = kSharedPlace, StepRange range = {},
                                          std::int64_t maximumRecords = 2000);

  Result<std::vector<LabelRow>> labels();
  /// Clips with the root they are found under (empty for synthetic data).
  Result<std::vector<ClipRow>> dataset();
  /// Where clips are found: `clipsRoot` of the options, else what the run recorded.
  std::filesystem::path clipsRoot() const;
  /// The file of a clip under that root. Errors: Corrupt when the stored path leads out of the
  /// root.
  Result<std::filesystem::path> clipPath(const ClipRow& clip) const;

  /// Probes without their frames.
  Result<std::vector<ProbeRow>> probes();
  /// One stored picture; as frame -1 - n what the network saw of frame n (ProbeRow::seen).
  /// Errors: NotFound (a snapshot without frames, a wrong index).
  Result<Bytes> probeFrame(std::int64_t probe, std::int64_t frame);

  /// Steps at which attention is stored for a probe (any node, any place).
  Result<std::vector<std::int64_t>> attentionSteps(std::int64_t probe);
  /// The record of a node at or before a step.
  Result<std::optional<AttentionRow>> attentionAt(std::int64_t step, std::int64_t place, int node,
                                                  std::int64_t probe);
  /// Which records there are at exactly this step.
  Result<std::vector<RecordKey>> attentionKeys(std::int64_t step);

  /// Predictions of a source at or before a step: those of the last step that has any.
  Result<std::vector<PredictionRow>> predictions(const std::string& source,
                                                 std::int64_t step = INT64_MAX);
  Result<std::vector<ResourcesRow>> resources(StepRange range = {},
                                              std::int64_t maximumRecords = 2000);
  Result<std::vector<CheckpointRow>> checkpoints();
  /// Events with an id greater than `afterId`, at most `limit`, oldest first.
  Result<std::vector<EventRow>> events(std::int64_t afterId = 0, std::int64_t limit = 10'000);
  Result<std::vector<CellRow>> cells();

  /// Folders of evaluations whose parent is this run. Empty for a snapshot.
  std::vector<std::filesystem::path> evaluations() const;

  /// The folder, to verify checkpoints with; nothing for a snapshot.
  std::optional<RunFolder> folder() const;

 private:
  RunReader();
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace attelier::run
