#pragma once

#include "ui/workspace/run_view.h"

namespace attelier::ui {

/// The averaged weights of a row with their probabilities. Errors: Corrupt, for what no engine
/// writes (a kind that is unknown, lengths that do not fit, non-finite values).
Result<StepWeights> weightsOf(const run::WeightsRow& row, space::SinkGate gate);

/// derivation.sink_gate of a configuration.
space::SinkGate sinkGate(const nlohmann::json& configuration);

/// A stored picture decoded; null when it can't be (a stranger's file).
QImage pictureOf(const run::Bytes& bytes, const run::ProbeRow& probe);

bool sameProbes(const std::vector<run::ProbeRow>& a, const std::vector<run::ProbeRow>& b);
bool sameCells(const std::vector<run::CellRow>& a, const std::vector<run::CellRow>& b);
bool sameCheckpoints(const std::vector<run::CheckpointRow>& a,
                     const std::vector<run::CheckpointRow>& b);

}  // namespace attelier::ui
