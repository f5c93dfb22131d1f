#pragma once

#include "ui/workspace/workspace.h"
#include "widgets/video/attention_frames.h"
#include "widgets/video/overlay.h"

#include <nlohmann/json_fwd.hpp>

namespace attelier::ui {

/// What an engine said about a node and a clip (`inspect`), checked.
struct EngineAnswer {
  std::int64_t step = 0;
  double uniform = 0;
  space::AttentionMap map;
  std::optional<space::AttentionMap> attendsTo;
  std::optional<space::AttentionMap> attendedBy;
};
/// Errors: Corrupt, for what no engine answers.
Result<EngineAnswer> engineAnswer(const nlohmann::json& json);

/// All that one clip with one map is made of.
struct MapRequest {
  std::shared_ptr<const ProbeClip> probe;
  std::shared_ptr<const NodeAttention> attention;  ///< null: nothing is stored
  std::shared_ptr<const EngineAnswer> answer;      ///< in place of what is stored; may be null
  widgets::TokenGrid place{1, 1, 1};               ///< the place's features: what `query` lies on
  std::optional<QueryChoice> query;
  QString node;  ///< its name
  bool operator==(const MapRequest&) const = default;
};

/// Pictures and map as one object. A question that the record can't answer gives the map of all
/// queries; without a record the pictures are alone. Threads: any.
widgets::AttentionFrames framesOf(const MapRequest& request);

/// "frames 5 to 6, row 2, column 3": a position as a person counts pictures.
QString placeText(const widgets::AttentionFrames& frames, const widgets::TokenGrid& grid,
                  const widgets::TokenPoint& at);

widgets::TokenGrid gridOf(const space::AttentionGrid& grid);
/// What a node's queries and its keys tell apart on the clip.
widgets::TokenGrid queryGridOf(const space::AttentionRecord& record);
widgets::TokenGrid keyGridOf(const space::AttentionRecord& record);

/// Who can answer a question about a position.
enum class Answers {
  Record,  ///< the window, from what is stored
  Engine,  ///< only the mean map was stored
  Nobody,  ///< a map-based node is not asked
};
Answers answersOf(const space::AttentionRecord& record);

/// The arguments of `inspect` for this question. `query` lies on the place's grid.
nlohmann::json inspectArguments(const NodeAttention& attention, const widgets::TokenGrid& place,
                                const QueryChoice& query);

/// What a person should know of a node before they read its map: what it does not tell apart, that
/// it can't be asked. Empty where there is nothing to say.
QString describeNode(const space::AttentionRecord& record);

/// "L2.dST", or "2 (dST)" for a node of a cell.
QString nodeName(const Shown& shown, int node, const NodeAttention* attention);

/// Nodes whose attention could be stored: those of the supergraph, or as many as a cell may have.
int nodeCount(const Shown& shown);

widgets::OverlayStyle styleOf(const OverlayChoices& choices);

/// Why the maps of this place mean nothing yet: the cell adds next to nothing to the features.
/// Empty where it does, or nobody measured.
QString whyMuted(const RunView& view, const Moment& moment);

}  // namespace attelier::ui
