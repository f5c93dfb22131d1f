#pragma once

#include "engine/run/run_lock.h"
#include "engine/run/run_reader.h"
#include "engine/space/attention_query.h"
#include "engine/space/connection_weights.h"

#include <QImage>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace attelier::ui {

/// A probe clip with its pictures decoded. A picture that could not be read is null.
struct ProbeClip {
  run::ProbeRow row;           ///< without its bytes
  std::vector<QImage> frames;  ///< Format_RGB32, at most 256 px
};

/// What a node attended to in a probe clip, with the step of the record (at or before the one asked
/// for).
struct NodeAttention {
  std::int64_t step = 0;
  std::int64_t place = 0;
  int node = 0;
  std::int64_t probe = 0;
  space::AttentionRecord record;
};

/// Connection weights of a place (or the shared ones) at a step: the exponential mean, from which
/// cells are derived.
struct StepWeights {
  std::int64_t step = 0;
  space::ConnectionWeights weights;
  space::ConnectionProbabilities probabilities;
};

/// Which attention records the panes want read beside the moment.
struct AttentionKey {
  int node = 0;
  std::int64_t probe = 0;              ///< 0: the chosen one
  std::optional<std::int64_t> step{};  ///< nothing: the moment's
  bool operator==(const AttentionKey&) const = default;
};

/// All that the panes show of one step, read in one go, so that no pane can be at another step.
struct Moment {
  std::int64_t step = 0;  ///< the step that was asked for, or the run's last
  bool live = true;
  run::PlaceRow place;  ///< the chosen place; id 0 where the run has none yet
  std::shared_ptr<const StepWeights> weights;  ///< at or before `step`; null for an evaluation
  std::shared_ptr<const ProbeClip> probe;      ///< the chosen probe clip; null without one
  std::vector<AttentionKey> wanted;
  /// Parallel to `wanted`; null where nothing is stored.
  std::vector<std::shared_ptr<const NodeAttention>> attention;
  std::vector<run::PredictionRow> probePredictions;  ///< of the probes, at or before `step`
  std::vector<run::PredictionRow>
      selectPredictions;  ///< of the last validation at or before `step`
  std::vector<run::PredictionRow> reportPredictions;  ///< empty while nobody has looked

  /// The record for this key, or null.
  std::shared_ptr<const NodeAttention> find(const AttentionKey& key) const;
};

/// The course of the connection weights of the chosen place, thinned to at most 2000 records.
struct WeightsHistory {
  std::int64_t place = 0;
  std::vector<StepWeights> records;  ///< by step
};

/// An evaluation below a search's folder: a cell retrained, a control, the plain backbone.
struct EvaluationView {
  std::filesystem::path path;
  run::RunInfo info;
  run::StatusRow status;
  std::vector<run::PointRow> points;
};

/// What one reading of a run folder gave. Immutable; parts that did not change are shared from one
/// view to the next, so comparing pointers tells what is new.
struct RunView {
  std::filesystem::path path;
  run::RunInfo info;
  bool isSnapshot = false;
  bool isWritable = false;  ///< commands, notes and engines can write in the folder
  run::StatusRow status;    ///< phase as a viewer shows it
  bool hasEngine = false;   ///< an engine holds the lock
  run::LockHolder holder;   ///< of it
  double heartbeatAge =
      0;               ///< seconds since the heartbeat was seen to move, on this machine's clock
  double stepAge = 0;  ///< seconds since the step was seen to move, on this machine's clock
  double stepsPerSecond = 0;  ///< over the last readings; 0 while unknown
  double medianStepSeconds = 0;
  std::shared_ptr<const nlohmann::json> configuration;  ///< effective: changes merged in
  std::shared_ptr<const std::vector<run::PlaceRow>> places;
  std::shared_ptr<const std::vector<run::LabelRow>> labels;
  std::shared_ptr<const std::vector<run::ClipRow>> dataset;
  std::shared_ptr<const std::vector<run::ProbeRow>> probes;  ///< without frames
  std::shared_ptr<const std::vector<run::CellRow>> cells;
  std::shared_ptr<const std::vector<run::CheckpointRow>> checkpoints;
  std::shared_ptr<const std::vector<run::EventRow>> events;  ///< the newest 10,000
  std::shared_ptr<const run::MetricsView> curves;       ///< the whole search, at most 8192 points
  std::shared_ptr<const run::MetricsView> finerCurves;  ///< of the range asked for; may be null
  std::shared_ptr<const std::vector<run::PointRow>> points;  ///< validations, health
  std::shared_ptr<const std::vector<run::ResourcesRow>> resources;
  std::shared_ptr<const WeightsHistory> history;
  std::shared_ptr<const std::vector<EvaluationView>> evaluations;
  std::shared_ptr<const Moment> moment;
  std::shared_ptr<const Moment> pinned;  ///< of the pinned step of this run; null without one
  std::string problem;  ///< why the last reading failed; what is here is then from before it

  /// Every pointer is set: an empty view has empty parts. The moment and history may be null.
  RunView();
};

/// True where a run's folder or snapshot is a search with a supergraph (not an evaluation).
bool isSearch(const RunView& view);

/// The last value of a point ("select/top1") at or before a step; nothing where there is none.
std::optional<double> pointAt(const RunView& view, const std::string& name, std::int64_t step);

/// Milliseconds of a step by all of its parts; 0 where nothing was measured.
double stepMilliseconds(const run::ResourcesRow& row);

/// Share of the last minute of training that went into attention records and answers to windows, 0
/// to 1; nothing while it is not known.
std::optional<double> viewCost(const std::vector<run::ResourcesRow>& rows);

}  // namespace attelier::ui
