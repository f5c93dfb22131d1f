#pragma once

#include "ui/workspace/workspace.h"

#include <QString>

#include <optional>

namespace attelier::ui {

/// Where an edge stands among those it competes with.
struct EdgeStanding {
  double weight = 0;  ///< after softmax
  double logit = 0;
  int rank = 0;  ///< from 1, among `of`
  int of = 0;
  bool isKept = false;
  /// Difference to the nearest weight on the other side of the choice: positive, how far a kept
  /// edge is above the strongest dropped; negative, how far a dropped one is below the weakest
  /// kept. Nothing where nothing was chosen.
  std::optional<double> margin;
  int rival = -1;  ///< node whose edge that is
};

/// Standing of a weighted edge (ends as in widgets::EdgePicture); nothing for one from the input.
std::optional<EdgeStanding> standingOf(const Shown& shown, int from, int to);

/// Why a node is part of the derived cell, or not.
QString whyNode(const Shown& shown, int node);

/// Why an edge is part of the derived cell, or not.
QString whyEdge(const Shown& shown, int from, int to);

}  // namespace attelier::ui
