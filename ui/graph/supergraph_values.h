#pragma once

#include "ui/workspace/workspace.h"
#include "widgets/graph/supergraph_picture.h"

#include <QString>

#include <vector>

namespace attelier::ui {

/// Weight after softmax of an edge (ends as in widgets::EdgePicture); 1 for one from the input.
double edgeWeight(const space::ConnectionProbabilities& weights, int from, int to);

/// Weights to measure movement against: a twentieth of the planned steps ago, or the first stored.
struct Earlier {
  const StepWeights* weights = nullptr;  ///< null where nothing earlier is stored
  std::int64_t steps = 0;                ///< how long ago
};
Earlier earlierWeights(const Shown& shown);

/// The supergraph at the shown step; empty where no weights are stored.
///
/// Edges in this order: from the input, level weights, sink weights, each as in
/// space::ConnectionProbabilities.
widgets::SupergraphPicture supergraphPicture(const Shown& shown);

/// The recent course of an edge's weight up to the shown step, oldest first, at most 120 values.
std::vector<float> weightCourse(const Shown& shown, int from, int to);

/// One sentence about what moves: "the sink now prefers L2.dT (0.31)".
QString movementCaption(const Shown& shown);

/// "100 steps".
QString stepsText(std::int64_t steps);

}  // namespace attelier::ui
