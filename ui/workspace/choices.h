#pragma once

#include "engine/space/attention_query.h"
#include "engine/space/derivation.h"
#include "widgets/base/colour_map.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace attelier::ui {

/// Range of values that the colours of a map span.
enum class MapRange { Clip, Frame, Fixed };

/// What is set side by side with the chosen node's map.
enum class CompareWith { Nothing, Node, PinnedStep };

/// How the two maps are laid out.
enum class CompareLayout { SideBySide, Wipe, Flip, Difference };

/// How attention is laid over a clip.
struct OverlayChoices {
  bool visible = true;
  double opacity = 0.7;
  widgets::ColourMap colourMap = widgets::ColourMap::Cividis;
  MapRange range = MapRange::Clip;
  double fixedMinimum = 0;  ///< of MapRange::Fixed, in multiples of uniform
  double fixedMaximum = 8;
  double gamma = 1;
  double hideBelow = 0;  ///< share of the range under which nothing is drawn
  bool contours = false;
  bool smooth = true;        ///< else the true token grid
  bool desaturated = false;  ///< the picture in grey
  bool tiles = false;        ///< all nodes side by side
  CompareWith compareWith = CompareWith::Nothing;
  int compareNode = -1;
  CompareLayout layout = CompareLayout::SideBySide;
  bool operator==(const OverlayChoices&) const = default;
};

/// A question about one position of a clip.
struct QueryChoice {
  space::AttentionPoint point;
  bool whoLooksHere = false;  ///< else: what this position attends to
  bool operator==(const QueryChoice& other) const {
    return point.frame == other.point.frame && point.y == other.point.y &&
           point.x == other.point.x && whoLooksHere == other.whoLooksHere;
  }
};

/// A step that other steps are compared with.
struct PinnedStep {
  std::filesystem::path run;  ///< empty: the run that is open
  std::int64_t step = 0;
  bool operator==(const PinnedStep&) const = default;
};

/// A design that was put aside to compare others with.
struct PinnedCell {
  std::string name;
  space::CellDesign cell;
  std::int64_t step = 0;
  int topNodes = 0;  ///< 0: not derived
  int topPredecessors = 0;
  bool operator==(const PinnedCell&) const = default;
};

/// An edge of the supergraph that is looked at closer; ends as in widgets::EdgePicture.
struct ChosenEdge {
  int from = -1;
  int to = -1;
  bool operator==(const ChosenEdge&) const = default;
};

/// What a person chose to see of a run. A value: undo keeps the one before.
struct Choices {
  std::optional<std::int64_t> step;  ///< the cursor of all panes; nothing: live
  std::int64_t place = 0;            ///< `places.id`; 0: the first
  std::int64_t probe = 0;            ///< `probes.id`; 0: the first
  int node = -1;                     ///< of the supergraph (or the cell of an evaluation); -1: none
  std::optional<ChosenEdge> edge;
  std::optional<QueryChoice> query;
  space::DerivationOptions derivation;
  std::optional<PinnedStep> pinnedStep;
  std::vector<PinnedCell> pinnedCells;
  double hideBelow = 0;         ///< edges of smaller weight are not drawn
  bool focusAncestors = false;  ///< only what feeds the chosen node is strong
  bool showDifference = false;  ///< weights against the pinned step
  OverlayChoices overlay;
  bool operator==(const Choices&) const = default;
};

}  // namespace attelier::ui
