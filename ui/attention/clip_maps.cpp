#include "ui/attention/clip_maps.h"

#include "widgets/video/colour_bar.h"

#include <QCoreApplication>
#include <QLocale>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <limits>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {

namespace {

/// Below this share of the features what the cell adds is lost in rounding.
constexpr double kLeastContribution = 1e-3;
constexpr int kMostCellNodes = 32;
constexpr std::int64_t kMostPositions = std::int64_t{1} << 24;

QString translated(const char* text) {
  return QCoreApplication::translate("attelier::ui::ClipMaps", text);
}

space::AttentionPoint pointOf(const widgets::TokenPoint& at) { return {at.t, at.y, at.x}; }

widgets::TokenPoint tokenOf(const space::AttentionPoint& at) {
  return {static_cast<int>(at.frame), static_cast<int>(at.y), static_cast<int>(at.x)};
}

QList<QImage> picturesOf(const ProbeClip& probe) {
  QList<QImage> pictures;
  for (const QImage& frame : probe.frames) {
    if (!frame.isNull()) {
      pictures << frame;
      continue;
    }
    QImage missing(std::max(1, probe.row.width), std::max(1, probe.row.height),
                   QImage::Format_RGB32);
    missing.fill(Qt::gray);
    pictures << missing;
  }
  return pictures;
}

void takeMap(widgets::AttentionFrames& frames, space::AttentionMap map) {
  frames.grid = gridOf(map.grid);
  frames.values = std::move(map.values);
}

Result<space::AttentionMap> mapOf(const nlohmann::json& json, const char* name) {
  const auto found = json.find(name);
  if (found == json.end() || !found->is_object())
    return fail(ErrorCode::Corrupt, "the engine's answer has no map", name);
  space::AttentionMap map;
  try {
    map.grid = found->at("grid").get<space::AttentionGrid>();
    map.values = found->at("values").get<std::vector<float>>();
  } catch (const nlohmann::json::exception&) {
    return fail(ErrorCode::Corrupt, "the engine's answer is of another form", name);
  }
  std::int64_t positions = 1;
  for (const std::int64_t axis : map.grid) {
    if (axis < 1 || axis > kMostPositions / positions)
      return fail(ErrorCode::Corrupt, "the engine's answer has an impossible grid", name);
    positions *= axis;
  }
  if (static_cast<std::size_t>(positions) != map.values.size())
    return fail(ErrorCode::Corrupt, "the engine's answer does not fill its grid", name);
  return map;
}

/// The answer to a question; nothing where there is none.
std::optional<space::AttentionMap> answerTo(const MapRequest& request, const QueryChoice& query) {
  if (request.answer) {
    return query.whoLooksHere ? request.answer->attendedBy : request.answer->attendsTo;
  }
  if (!request.attention) return std::nullopt;
  const space::AttentionRecord& record = request.attention->record;
  const auto on = [&](const widgets::TokenGrid& grid) {
    return pointOf(widgets::converted(tokenOf(query.point), request.place, grid));
  };
  auto map = query.whoLooksHere ? space::attentionToKey(record, on(keyGridOf(record)))
                                : space::attentionOfQuery(record, on(queryGridOf(record)));
  if (!map) return std::nullopt;
  return std::move(*map);
}

QString labelOf(const MapRequest& request, const widgets::AttentionFrames& frames) {
  if (frames.asked) {
    const QString place = placeText(frames, frames.askedGrid, *frames.asked);
    return frames.asksWhoLooks
               ? translated(QT_TRANSLATE_NOOP("attelier::ui::ClipMaps", "%1: who looks at %2"))
                     .arg(request.node, place)
               : translated(QT_TRANSLATE_NOOP("attelier::ui::ClipMaps", "%1: what %2 attends to"))
                     .arg(request.node, place);
  }
  if (!frames.hasMap() || !request.attention) return request.node;
  return request.attention->record.kind.type == space::OperationType::MapBased
             ? translated(
                   QT_TRANSLATE_NOOP("attelier::ui::ClipMaps", "%1: the weight of each place"))
                   .arg(request.node)
             : translated(QT_TRANSLATE_NOOP("attelier::ui::ClipMaps",
                                            "%1: what all places attend to on average"))
                   .arg(request.node);
}

}  // namespace

QString placeText(const widgets::AttentionFrames& frames, const widgets::TokenGrid& grid,
                  const widgets::TokenPoint& at) {
  const QLocale locale;
  const int first = widgets::firstPicture(frames, grid, at.t);
  const int last = widgets::firstPicture(frames, grid, at.t + 1) - 1;
  const QString frame =
      last > first ? translated(QT_TRANSLATE_NOOP("attelier::ui::ClipMaps", "frames %1 to %2"))
                         .arg(locale.toString(first + 1), locale.toString(last + 1))
                   : translated(QT_TRANSLATE_NOOP("attelier::ui::ClipMaps", "frame %1"))
                         .arg(locale.toString(first + 1));
  if (grid[1] * grid[2] == 1) return frame;
  const QString row = locale.toString(at.y + 1), column = locale.toString(at.x + 1);
  if (grid[0] == 1) {
    return translated(QT_TRANSLATE_NOOP("attelier::ui::ClipMaps", "row %1, column %2"))
        .arg(row, column);
  }
  return translated(QT_TRANSLATE_NOOP("attelier::ui::ClipMaps", "%1, row %2, column %3"))
      .arg(frame, row, column);
}

widgets::TokenGrid gridOf(const space::AttentionGrid& grid) {
  return {static_cast<int>(grid[0]), static_cast<int>(grid[1]), static_cast<int>(grid[2])};
}

widgets::TokenGrid queryGridOf(const space::AttentionRecord& record) {
  widgets::TokenGrid grid{};
  for (std::size_t axis = 0; axis < 3; ++axis)
    grid[axis] = static_cast<int>(record.groupGrid[axis] * record.queryGrid[axis]);
  return grid;
}

widgets::TokenGrid keyGridOf(const space::AttentionRecord& record) {
  widgets::TokenGrid grid{};
  for (std::size_t axis = 0; axis < 3; ++axis)
    grid[axis] = static_cast<int>(record.groupGrid[axis] * record.keyGrid[axis]);
  return grid;
}

Answers answersOf(const space::AttentionRecord& record) {
  if (record.kind.type == space::OperationType::MapBased) return Answers::Nobody;
  return record.payload == space::AttentionPayload::Map ? Answers::Engine : Answers::Record;
}

Result<EngineAnswer> engineAnswer(const nlohmann::json& json) {
  if (!json.is_object()) return fail(ErrorCode::Corrupt, "the engine's answer is no object");
  EngineAnswer answer;
  ATTELIER_ASSIGN(answer.map, mapOf(json, "map"));
  if (json.contains("attends_to")) {
    ATTELIER_ASSIGN(answer.attendsTo, mapOf(json, "attends_to"));
  }
  if (json.contains("attended_by")) {
    ATTELIER_ASSIGN(answer.attendedBy, mapOf(json, "attended_by"));
  }
  const auto number = [&](const char* name) {
    const auto found = json.find(name);
    return found != json.end() && found->is_number() ? found->get<double>() : 0.0;
  };
  answer.uniform = number("uniform");
  answer.step = static_cast<std::int64_t>(number("step"));
  return answer;
}

nlohmann::json inspectArguments(const NodeAttention& attention, const widgets::TokenGrid& place,
                                const QueryChoice& query) {
  const auto at = widgets::converted(
      tokenOf(query.point), place,
      query.whoLooksHere ? keyGridOf(attention.record) : queryGridOf(attention.record));
  return {{"place", attention.place},
          {"node", attention.node},
          {"probe", attention.probe},
          {"step", attention.step},
          {"query", {at.t, at.y, at.x}}};
}

widgets::AttentionFrames framesOf(const MapRequest& request) {
  widgets::AttentionFrames frames;
  if (!request.probe) return frames;
  const run::ProbeRow& row = request.probe->row;
  frames.pictures = picturesOf(*request.probe);
  frames.times = row.times;
  // Where the times of pictures are not known their usual distance is taken.
  frames.times.resize(static_cast<std::size_t>(frames.pictures.size()),
                      std::numeric_limits<double>::quiet_NaN());
  const QRectF crop(double{row.cropX}, double{row.cropY}, double{row.cropWidth},
                    double{row.cropHeight});
  // A stranger's crop may lie anywhere.
  const QRectF inside = crop.intersected({0, 0, 1, 1});
  frames.crop = inside.width() > 0.01 && inside.height() > 0.01 ? inside : QRectF(0, 0, 1, 1);
  frames.flipped = row.flipped;
  frames.askGrid = request.place;
  if (request.attention) {
    const space::AttentionRecord& record = request.attention->record;
    frames.step = request.attention->step;
    const bool isSoftmax =
        record.activationWeights[static_cast<std::size_t>(space::Activation::Softmax)] >= 0.5;
    if (record.kind.type == space::OperationType::DotProduct && isSoftmax)
      frames.uniform = 1.0 / static_cast<double>(std::max<std::int64_t>(1, record.keyPositions()));
  }
  if (request.answer) {
    frames.step = request.answer->step;
    frames.uniform = request.answer->uniform;
  }
  if (request.query && request.attention) {
    const auto& record = request.attention->record;
    if (auto map = answerTo(request, *request.query)) {
      takeMap(frames, std::move(*map));
      frames.asksWhoLooks = request.query->whoLooksHere;
      frames.askedGrid = frames.asksWhoLooks ? keyGridOf(record) : queryGridOf(record);
      frames.asked =
          widgets::converted(tokenOf(request.query->point), request.place, frames.askedGrid);
    }
  }
  if (!frames.asked) {
    if (request.answer) {
      takeMap(frames, request.answer->map);
    } else if (request.attention) {
      takeMap(frames, space::attentionMap(request.attention->record));
    }
  }
  frames.name = request.node;
  frames.label = labelOf(request, frames);
  return frames;
}

QString describeNode(const space::AttentionRecord& record) {
  const bool isMap = record.kind.type == space::OperationType::MapBased;
  const widgets::TokenGrid grid = isMap ? queryGridOf(record) : keyGridOf(record);
  QStringList sentences;
  if (grid[0] == 1) {
    sentences << translated(
        QT_TRANSLATE_NOOP("attelier::ui::ClipMaps",
                          "This node does not tell frames apart: one map for the whole clip."));
  } else if (grid[1] * grid[2] == 1) {
    sentences << translated(
        QT_TRANSLATE_NOOP("attelier::ui::ClipMaps",
                          "This node does not tell places apart: one weight for each frame."));
  }
  if (isMap) {
    sentences << translated(
        QT_TRANSLATE_NOOP("attelier::ui::ClipMaps",
                          "It weighs each position by itself, so there is no place to ask about."));
  }
  return sentences.join(u' ');
}

QString nodeName(const Shown& shown, int node, const NodeAttention* attention) {
  const Moment* moment = shown.moment();
  if (moment != nullptr && moment->weights) {
    const auto& shape = moment->weights->probabilities.shape;
    if (node >= 0 && node < shape.nodes())
      return QString::fromStdString(space::nodeName(shape, node));
  }
  const QString number = QLocale().toString(node);
  if (attention == nullptr)
    return translated(QT_TRANSLATE_NOOP("attelier::ui::ClipMaps", "node %1")).arg(number);
  //: number of a node and the short name of its kind
  return translated(QT_TRANSLATE_NOOP("attelier::ui::ClipMaps", "%1 (%2)"))
      .arg(number, QString::fromLatin1(space::shortName(attention->record.kind)));
}

int nodeCount(const Shown& shown) {
  const Moment* moment = shown.moment();
  if (moment == nullptr) return 0;
  return moment->weights ? moment->weights->probabilities.shape.nodes() : kMostCellNodes;
}

widgets::OverlayStyle styleOf(const OverlayChoices& choices) {
  widgets::OverlayStyle style;
  style.shown = choices.visible;
  style.opacity = choices.opacity;
  style.map = choices.colourMap;
  style.normalisation = choices.range == MapRange::Frame   ? widgets::Normalisation::Frame
                        : choices.range == MapRange::Fixed ? widgets::Normalisation::Fixed
                                                           : widgets::Normalisation::Clip;
  style.fixedLow = choices.fixedMinimum;
  style.fixedHigh = choices.fixedMaximum;
  style.fixedInUniform = true;
  style.gamma = choices.gamma;
  style.hideBelow = choices.hideBelow;
  style.contours = choices.contours;
  style.smooth = choices.smooth;
  style.greyPicture = choices.desaturated;
  return style;
}

QString whyMuted(const RunView& view, const Moment& moment) {
  const auto contribution = pointAt(view, "contribution/" + moment.place.name, moment.step);
  if (!contribution || !(*contribution < kLeastContribution)) return {};
  return translated(QT_TRANSLATE_NOOP("attelier::ui::ClipMaps",
                                      "The cell contributes nothing yet (‖y‖/‖x‖ = %1): whatever "
                                      "its nodes attend to has no effect on the answer."))
      .arg(widgets::valueText(*contribution));
}

}  // namespace attelier::ui
