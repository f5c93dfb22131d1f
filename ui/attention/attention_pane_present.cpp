// What AttentionPane shows of a run; what a person can do stands in attention_pane.cpp.
#include "ui/attention/attention_pane.h"
#include "ui/attention/comparison_controls.h"
#include "ui/attention/engine_asker.h"
#include "ui/attention/notice_row.h"
#include "ui/attention/overlay_controls.h"
#include "ui/attention/overlay_saver.h"
#include "widgets/video/clip_player.h"
#include "widgets/video/colour_bar.h"
#include "widgets/video/frame_strip.h"
#include "widgets/video/node_tiles.h"
#include "widgets/video/temporal_bar.h"

#include <QComboBox>
#include <QLocale>
#include <QStackedWidget>

#include <algorithm>
#include <cmath>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {

namespace {

/// Colours spread over less than this show differences that hardly matter.
constexpr double kNearlyUniform = 0.05;

widgets::Comparison comparisonOf(CompareLayout layout) {
  switch (layout) {
    case CompareLayout::SideBySide:
      return widgets::Comparison::SideBySide;
    case CompareLayout::Wipe:
      return widgets::Comparison::Wipe;
    case CompareLayout::Flip:
      return widgets::Comparison::Flip;
    case CompareLayout::Difference:
      return widgets::Comparison::Difference;
  }
  return widgets::Comparison::None;
}

QString labelName(const RunView& run, std::int64_t label) {
  for (const auto& row : *run.labels) {
    if (row.id == label) return QString::fromStdString(row.name);
  }
  return {};
}

bool isUsed(const run::ProbeRow& probe, std::int64_t step) {
  return probe.removedStep < 0 || probe.removedStep > step;
}

/// "labelled waving, said to be still (83 %)".
QString verdictText(const RunView& run, const Moment& moment) {
  if (!moment.probe) return {};
  const QString label = labelName(run, moment.probe->row.label);
  for (const auto& said : moment.probePredictions) {
    if (said.clip != moment.probe->row.id || said.top[0] < 0) continue;
    return AttentionPane::tr("labelled %1, the network says %2 (%3 %)")
        .arg(label, labelName(run, said.top[0]),
             QLocale().toString(100.0 * said.probability[0], 'f', 0));
  }
  return label.isEmpty() ? QString() : AttentionPane::tr("labelled %1").arg(label);
}

}  // namespace

AttentionPane::Question AttentionPane::question() const {
  const Moment* moment = shown().moment();
  Question question{.node = shown().choices.node,
                    .place = moment != nullptr ? moment->place.id : 0,
                    .probe = moment != nullptr && moment->probe ? moment->probe->row.id : 0,
                    .step = shown().choices.step,
                    .query = shown().choices.query};
  return question;
}

MapRequest AttentionPane::requestOf(const Moment& moment, int node) const {
  MapRequest request;
  request.probe = moment.probe;
  request.attention = moment.find({.node = node});
  const run::PlaceRow& place = moment.place;
  request.place = {std::max(1, place.frames), std::max(1, place.height), std::max(1, place.width)};
  if (request.attention && answersOf(request.attention->record) != Answers::Nobody)
    request.query = shown().choices.query;
  request.node = nodeName(shown(), node, request.attention.get());
  return request;
}

std::optional<MapRequest> AttentionPane::otherRequest() const {
  const OverlayChoices& overlay = shown().choices.overlay;
  const Moment* moment = shown().moment();
  if (moment == nullptr) return std::nullopt;
  if (overlay.compareWith == CompareWith::Node && overlay.compareNode >= 0)
    return requestOf(*moment, overlay.compareNode);
  if (overlay.compareWith == CompareWith::PinnedStep && shown().pinned) {
    MapRequest request = requestOf(*shown().pinned, shown().choices.node);
    //: a node and a step of a run
    request.node = tr("%1, %2").arg(request.node, shown().pinnedName);
    return request;
  }
  return std::nullopt;
}

QStringList AttentionPane::nodeNames() const {
  const Moment* moment = shown().moment();
  QStringList names;
  for (int node = 0; node < nodeCount(shown()); ++node) {
    const auto attention = moment->find({.node = node});
    names << (moment->weights || attention ? nodeName(shown(), node, attention.get()) : QString());
  }
  return names;
}

void AttentionPane::wantRecords() {
  const Shown& now = shown();
  const Moment* moment = now.moment();
  std::vector<AttentionKey> keys;
  if (moment != nullptr && isVisible()) {
    const OverlayChoices& overlay = now.choices.overlay;
    // Which nodes a cell has is known from what is stored of them.
    if (overlay.tiles || !moment->weights) {
      for (int node = 0; node < nodeCount(now); ++node) keys.push_back({.node = node});
    } else if (overlay.compareWith == CompareWith::Node && overlay.compareNode >= 0) {
      keys.push_back({.node = overlay.compareNode});
    }
  }
  workspace().wantAttention(this, std::move(keys));
}

void AttentionPane::preselect() {
  const Moment* moment = shown().moment();
  if (moment == nullptr || moment->weights || shown().choices.node >= 0) return;
  int best = -1;
  for (const auto& attention : moment->attention) {
    if (!attention) continue;
    const bool isDot = attention->record.kind.type == space::OperationType::DotProduct;
    if (best < 0) best = attention->node;
    if (!isDot) continue;
    best = attention->node;
    break;
  }
  if (best >= 0) workspace().look([best](Choices& choices) { choices.node = best; });
}

void AttentionPane::present(const Shown& now) {
  overlay_->present(now.choices.overlay);
  presentProbes();
  wantRecords();
  const Moment* moment = now.moment();
  request_ = moment != nullptr ? requestOf(*moment, now.choices.node) : MapRequest();
  if (answer_ && answered_ == question()) request_.answer = answer_;
  other_ = otherRequest();
  if (other_ && now.choices.overlay.compareWith == CompareWith::PinnedStep && moment != nullptr)
    request_.node = tr("%1, step %2").arg(request_.node, QLocale().toString(moment->step));
  tileRequests_.clear();
  tileNodes_.clear();
  if (now.choices.overlay.tiles && moment != nullptr) {
    for (int node = 0; node < nodeCount(now); ++node) {
      const MapRequest request = requestOf(*moment, node);
      if (!moment->weights && !request.attention) continue;
      tileRequests_ << request;
      tileNodes_.push_back(node);
    }
  }
  QList<MapRequest> wanted{request_};
  if (other_) wanted << *other_;
  maker_->want(wanted + tileRequests_);
  comparison_->present(now, nodeNames());
  clear_->setEnabled(now.choices.query.has_value());
  const bool needsEngine = request_.attention && request_.query &&
                           answersOf(request_.attention->record) == Answers::Engine &&
                           !request_.answer && refused_ != question();
  if (needsEngine && !asker_->isAsking()) askEngine();
  presentMaps();
  preselect();
  if (awaited_ == 0 || moment == nullptr) return;
  const auto& probes = *now.run->probes;
  if (std::any_of(probes.begin(), probes.end(),
                  [this](const run::ProbeRow& probe) { return probe.id == awaited_; })) {
    chooseProbe(awaited_);
  }
}

void AttentionPane::presentProbes() {
  const Shown& now = shown();
  const Moment* moment = now.moment();
  QStringList names;
  QList<qlonglong> ids;
  if (moment != nullptr) {
    for (const auto& probe : *now.run->probes) {
      if (!isUsed(probe, moment->step)) continue;
      names << QString::fromStdString(probe.name);
      ids << probe.id;
    }
  }
  bool isSame = probes_->count() == names.size();
  for (int i = 0; isSame && i < names.size(); ++i)
    isSame = probes_->itemText(i) == names[i] && probes_->itemData(i).toLongLong() == ids[i];
  if (!isSame) {
    probes_->clear();
    for (int i = 0; i < names.size(); ++i) probes_->addItem(names[i], ids[i]);
  }
  probes_->setEnabled(!names.isEmpty());
  if (moment != nullptr && moment->probe)
    probes_->setCurrentIndex(probes_->findData(qlonglong{moment->probe->row.id}));
}

void AttentionPane::presentMaps() {
  const OverlayChoices& overlay = shown().choices.overlay;
  const QString nothing = emptyText();
  empty_->setText(nothing);
  stack_->setCurrentWidget(!nothing.isEmpty() ? static_cast<QWidget*>(empty_)
                           : overlay.tiles    ? static_cast<QWidget*>(tiles_)
                                              : static_cast<QWidget*>(canvas_));
  for (QWidget* part : std::initializer_list<QWidget*>{strip_, temporal_, colours_, readOut_})
    part->setVisible(nothing.isEmpty());
  // What is being made takes the place of what is seen when it is whole.
  if (const auto frames = maker_->find(request_); frames && (!other_ || maker_->find(*other_))) {
    player_->setTimes(frames->times);
    if (plays_ && isVisible()) player_->play();
    canvas_->setFrames(frames);
    canvas_->setOther(other_ ? maker_->find(*other_) : nullptr);
    canvas_->setComparison(other_ ? comparisonOf(overlay.layout) : widgets::Comparison::None);
    canvas_->setMarksStrongest(frames->asked && !frames->asksWhoLooks);
  }
  const Moment* moment = shown().moment();
  canvas_->setOverlay(styleOf(overlay));
  canvas_->setMuted(moment != nullptr ? whyMuted(*shown().run, *moment) : QString());
  canvas_->setAskable(request_.attention &&
                      answersOf(request_.attention->record) != Answers::Nobody);
  const bool isDifference = canvas_->comparison() == widgets::Comparison::Difference;
  const auto seen = canvas_->shownFrames();
  strip_->setFrames(seen);
  strip_->setOverlay(canvas_->shownOverlay());
  colours_->setFrames(seen);
  colours_->setOverlay(canvas_->shownOverlay());
  temporal_->setFrames(isDifference ? maker_->find(request_) : seen);
  if (overlay.tiles) presentTiles();
  presentFrame(player_->frame());
  presentWords();
  presentNotice();
}

void AttentionPane::presentTiles() {
  QList<widgets::NodeTile> tiles;
  int current = -1;
  for (int i = 0; i < tileRequests_.size(); ++i) {
    const MapRequest& request = tileRequests_[i];
    if (tileNodes_[static_cast<std::size_t>(i)] == shown().choices.node) current = i;
    const auto frames = maker_->find(request);
    if (!frames && !request.attention) continue;
    tiles << widgets::NodeTile{
        request.node, request.attention ? frames : nullptr,
        request.attention ? describeNode(request.attention->record) : tr("Nothing is stored.")};
  }
  if (tiles.size() != tileRequests_.size()) return;  // not all are made yet
  tiles_->setTiles(tiles);
  tiles_->setCurrent(current);
  tiles_->setOverlay(styleOf(shown().choices.overlay));
}

void AttentionPane::presentFrame(int frame) {
  canvas_->setFrame(frame);
  strip_->setFrame(frame);
  temporal_->setFrame(frame);
  colours_->setFrame(frame);
  tiles_->setFrame(frame);
  const auto frames = canvas_->shownFrames();
  if (!frames || frames->pictures.isEmpty()) {
    time_->clear();
    return;
  }
  const QLocale locale;
  const auto at = static_cast<std::size_t>(frame);
  const QString number =
      tr("frame %1 of %2").arg(locale.toString(frame + 1), locale.toString(frames->frameCount()));
  const bool hasTime = at < frames->times.size() && std::isfinite(frames->times[at]);
  time_->setText(hasTime ? tr("%1, %2 s").arg(number, locale.toString(frames->times[at], 'f', 2))
                         : number);
}

void AttentionPane::presentWords() {
  const auto frames = canvas_->shownFrames();
  const Moment* moment = shown().moment();
  if (!frames || moment == nullptr) {
    sentence_->setWhole({});
    readOut_->clear();
    return;
  }
  const auto b = other_ ? maker_->find(*other_) : nullptr;
  const bool isPair = b && (canvas_->comparison() == widgets::Comparison::SideBySide ||
                            canvas_->comparison() == widgets::Comparison::Wipe);
  QStringList parts{isPair ? tr("%1, beside %2").arg(frames->label, b->name) : frames->label};
  if (frames->step >= 0) {
    const QString step = QLocale().toString(qlonglong{frames->step});
    parts << (request_.answer ? tr("asked at step %1").arg(step) : tr("step %1").arg(step));
  }
  if (const QString verdict = verdictText(*shown().run, *moment); !verdict.isEmpty())
    parts << verdict;
  //: between parts of a line
  sentence_->setWhole(parts.join(tr(" · ")));
  QStringList hints;
  const widgets::ValueRange range = widgets::valueRange(*frames, 0, {});
  if (frames->uniform > 0 && frames->hasMap() && frames->grid != widgets::TokenGrid{1, 1, 1} &&
      canvas_->comparison() != widgets::Comparison::Difference) {
    const double spread = (range.high - range.low) / frames->uniform;
    if (spread < kNearlyUniform) {
      hints << tr("Nearly uniform: the weights differ by %1 % of uniform.")
                   .arg(QLocale().toString(100 * spread, 'g', 2));
    }
  }
  if (shown().choices.overlay.tiles) {
    hints << tr(
        "Each map has a range of its own. Click a node to choose it; H returns to it alone.");
  } else if (request_.attention) {
    if (const QString node = describeNode(request_.attention->record); !node.isEmpty())
      hints << node;
    if (answersOf(request_.attention->record) != Answers::Nobody && !shown().choices.query)
      hints << tr("Click a place to see what it attends to, Shift+click to see who looks there.");
  }
  readOut_->setText(hints.join(u' '));
  readOut_->setToolTip(readOut_->text());
}

void AttentionPane::presentReading(const widgets::Reading& reading) {
  const auto frames = canvas_->shownFrames();
  if (!frames) return;
  const QLocale locale;
  const auto weight = [&](double value, double uniform) {
    const QString number = locale.toString(value, 'g', 5);
    return uniform > 0 ? tr("%1 (%2 × uniform)").arg(number, widgets::valueText(value / uniform))
                       : number;
  };
  const QString value = weight(reading.value, reading.uniform);
  const QString place = placeText(*frames, frames->grid, reading.at);
  const bool isDifference = canvas_->comparison() == widgets::Comparison::Difference;
  QString text = tr("%1: %2").arg(place, isDifference ? tr("A minus B %1").arg(value) : value);
  if (reading.other) {
    const QString other = weight(*reading.other, reading.otherUniform);
    text = reading.side == 0 ? tr("%1: A %2, B %3").arg(place, value, other)
                             : tr("%1: A %2, B %3").arg(place, other, value);
  }
  readOut_->setText(text);
  colours_->setMarked(reading.value);
}

void AttentionPane::presentNotice() {
  if (saver_->isSaving()) return;  // its progress is told as it comes
  if (asker_->isAsking()) {
    notice_->tell(asker_->sentence(), 0, 0, tr("Cancel"), [this] {
      refused_ = question();
      asker_->cancel();
    });
    return;
  }
  if (awaited_ != 0) {
    notice_->tell(tr("Reading the clip…"), 0, 0, tr("Cancel"), [this] {
      awaited_ = 0;
      presentNotice();
    });
    return;
  }
  if (!said_.isEmpty()) {
    notice_->tell(said_, 0, -1, tr("Close"), [this] { say({}); });
    return;
  }
  const Moment* moment = shown().moment();
  const bool isMissing = moment != nullptr && moment->probe && shown().choices.node >= 0 &&
                         !request_.attention && !request_.answer &&
                         moment->find({.node = shown().choices.node}) == nullptr;
  if (isMissing) {
    const QString text = tr("Nothing is stored of %1 for this clip up to step %2.")
                             .arg(request_.node, QLocale().toString(qlonglong{moment->step}));
    notice_->tell(text, 0, -1, tr("Ask the engine"), [this] { askEngine(); });
    return;
  }
  if (other_ && !other_->attention) {
    notice_->tell(tr("Nothing is stored of %1 to compare with.").arg(other_->node), 0, -1, {}, {});
    return;
  }
  notice_->clear();
}

QString AttentionPane::emptyText() const {
  const Moment* moment = shown().moment();
  if (moment == nullptr) return tr("No clip is shown while no run is open.");
  if (shown().run->places->empty() && shown().run->status.step > 0)
    return tr("This run trains the plain backbone: it has no cell and no attention to look at.");
  if (!moment->probe) {
    return tr(
        "This run has no probe clip. Mark a clip with the star in the list of clips, and its "
        "attention is recorded from then on.");
  }
  return {};
}

}  // namespace attelier::ui
