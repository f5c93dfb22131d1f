#pragma once

#include "engine/space/derivation.h"
#include "ui/workspace/run_view.h"
#include "ui/workspace/window_state.h"
#include "widgets/base/data_table.h"

#include <QString>

#include <cstdint>
#include <vector>

namespace attelier::ui {

/// What a person should know about a search, with where to look.
struct HealthAlarm {
  enum class Kind {
    Collapse,   ///< one node, or one type of operation, has nearly all of the sink
    Undecided,  ///< late, and the sink is still almost uniform
    NearTie,    ///< the choice that would flip first is a toss-up
    Churn,      ///< the derived cell keeps changing
    Settled     ///< the derived cell has long been the same: the search was over
  };
  Kind kind = Kind::NearTie;
  Severity severity = Severity::Warning;  ///< Warning, Information or Good
  QString sentence;
  std::int64_t step = 0;   ///< where to look
  std::vector<int> nodes;  ///< of the supergraph, the most important first
  bool operator==(const HealthAlarm&) const = default;
};

/// The course of a search over its stored steps.
///
/// Shape: all vectors of numbers are as long as `steps`.
struct SearchHealth {
  std::vector<std::int64_t> steps;
  std::vector<float> sinkEntropy;   ///< relative to uniform, 0 to 1
  std::vector<float> levelEntropy;  ///< as above, mean over nodes; 1 for one level
  std::vector<float> margin;        ///< of the derived cell; NaN where nothing was dropped
  std::vector<float> changes;       ///< how often the derived cell has changed so far
  std::vector<HealthAlarm> alarms;  ///< the worst first

  /// A row for each stored step.
  widgets::DataTable table() const;
};

/// How the cells are derived, and how long the search is to be.
struct HealthOptions {
  space::DerivationOptions derivation;
  space::OperationSettings settings;
  std::int64_t stepsPlanned = 0;  ///< 0: not known; then the search counts as begun
  bool operator==(const HealthOptions&) const = default;
};

/// Derives the cell of each stored step and says what stands out. Pure.
///
/// Threads: any; takes tens of milliseconds for 2000 records.
SearchHealth searchHealth(const WeightsHistory& history, const HealthOptions& options);

}  // namespace attelier::ui
