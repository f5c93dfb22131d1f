#include "ui/attention/attention_pane.h"

#include "ui/attention/comparison_controls.h"
#include "ui/attention/engine_asker.h"
#include "ui/attention/notice_row.h"
#include "ui/attention/overlay_controls.h"
#include "ui/attention/overlay_saver.h"
#include "ui/attention/save_maps_dialog.h"
#include "ui/engine/engine_program.h"
#include "widgets/base/icon.h"
#include "widgets/video/clip_player.h"
#include "widgets/video/colour_bar.h"
#include "widgets/video/frame_strip.h"
#include "widgets/video/node_tiles.h"
#include "widgets/video/temporal_bar.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QStackedWidget>
#include <QToolBar>
#include <QToolButton>
#include <QVBoxLayout>
#include <nlohmann/json.hpp>

#include <algorithm>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {

AttentionPane::AttentionPane(Workspace& workspace, QWidget* parent)
    : Pane(workspace, u"attention"_s, tr("Attention"), parent),
      maker_(new MapMaker(this)),
      asker_(new EngineAsker(workspace, this)),
      saver_(new OverlaySaver(workspace.engine(), this)),
      overlay_(new OverlayControls(workspace, this)),
      comparison_(new ComparisonControls(workspace, this)),
      player_(new widgets::ClipPlayer(this)),
      probes_(new QComboBox),
      sentence_(new OneLineLabel),
      time_(new QLabel),
      stack_(new QStackedWidget),
      canvas_(new widgets::AttentionCanvas),
      tiles_(new widgets::NodeTiles),
      empty_(new QLabel),
      strip_(new widgets::FrameStrip),
      temporal_(new widgets::TemporalBar),
      colours_(new widgets::ColourBar),
      readOut_(new QLabel),
      notice_(new NoticeRow) {
  makeActions();
  makeLayout();
  connectWidgets();
  setFocusProxy(canvas_);
}

AttentionPane::~AttentionPane() = default;

QAction* AttentionPane::add(const char* name, const QString& icon, const QString& text,
                            const QKeySequence& key) {
  auto* action = new QAction(widgets::icon(icon), text, this);
  action->setObjectName(u"attention."_s + QString::fromLatin1(name));
  action->setShortcut(key);
  action->setToolTip(tr("%1 (%2)").arg(QString(text).remove(u'&').remove(u'…'),
                                       key.toString(QKeySequence::NativeText)));
  return action;
}

void AttentionPane::makeActions() {
  play_ = add("play", u"play"_s, tr("&Play the Clip"), Qt::Key_Space);
  back_ = add("back", u"previous"_s, tr("Frame &Back"), Qt::Key_Left);
  forward_ = add("forward", u"next"_s, tr("Frame &Forward"), Qt::Key_Right);
  clear_ = add("clear", u"close"_s, tr("Clear the &Question"), Qt::Key_Escape);
  save_ = add("save", u"save"_s, tr("S&ave Maps…"), Qt::Key_E);
  play_->setCheckable(true);
  // Keys that other controls have uses of their own for.
  for (QAction* action : {play_, back_, forward_}) {
    action->setShortcutContext(Qt::WidgetShortcut);
    for (QWidget* widget : std::initializer_list<QWidget*>{canvas_, strip_, temporal_})
      widget->addAction(action);
  }
  tiles_->addAction(play_);
  for (QAction* action : {clear_, save_}) {
    action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    addAction(action);
  }
  addActions(overlay_->actions());
  addActions(comparison_->actions());
}

QList<QAction*> AttentionPane::paneActions() const {
  QList<QAction*> actions{play_, back_, forward_, clear_, save_};
  return actions + overlay_->actions() + comparison_->actions();
}

QToolBar* AttentionPane::makeToolBar() {
  auto* bar = new QToolBar;
  bar->setAccessibleName(tr("Attention"));
  const int side = fontMetrics().height() * 5 / 4;
  bar->setIconSize({side, side});
  bar->addAction(play_);
  probes_->setObjectName(u"probes"_s);
  probes_->setAccessibleName(tr("Probe clip"));
  probes_->setToolTip(tr("Probe clip: its attention is stored at every watched step"));
  probes_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
  probes_->setMinimumContentsLength(12);
  bar->addWidget(probes_);
  bar->addSeparator();
  overlay_->addTo(bar);
  bar->addSeparator();
  comparison_->addTo(bar);
  bar->addAction(clear_);
  bar->addAction(save_);
  return bar;
}

void AttentionPane::makeLayout() {
  empty_->setAlignment(Qt::AlignCenter);
  empty_->setWordWrap(true);
  empty_->setMargin(fontMetrics().height());
  for (QWidget* page : std::initializer_list<QWidget*>{canvas_, tiles_, empty_})
    stack_->addWidget(page);
  readOut_->setWordWrap(true);
  readOut_->setObjectName(u"readOut"_s);
  readOut_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
  readOut_->setTextFormat(Qt::PlainText);
  readOut_->setAlignment(Qt::AlignTop | Qt::AlignLeft);
  readOut_->setFixedHeight(widgets::colourBarHeight(fontMetrics()));
  sentence_->setTextFormat(Qt::PlainText);
  sentence_->setObjectName(u"sentence"_s);
  time_->setObjectName(u"time"_s);

  auto* words = new QHBoxLayout;
  words->addWidget(sentence_, 1);
  words->addWidget(time_);
  auto* foot = new QHBoxLayout;
  foot->setSpacing(fontMetrics().height());
  foot->addWidget(readOut_, 1);
  foot->addWidget(colours_, 1);
  auto* rows = new QVBoxLayout(this);
  const int gap = fontMetrics().height() / 4;
  rows->setContentsMargins(gap, gap, gap, gap);
  rows->setSpacing(gap);
  rows->addWidget(makeToolBar());
  rows->addLayout(words);
  rows->addWidget(notice_);
  rows->addWidget(stack_, 1);
  rows->addWidget(strip_);
  rows->addWidget(temporal_);
  rows->addLayout(foot);
}

void AttentionPane::connectWidgets() {
  using widgets::AttentionCanvas;
  const auto showFrame = [this](int frame) {
    plays_ = false;
    player_->pause();
    player_->setFrame(frame);
  };
  connect(canvas_, &AttentionCanvas::frameChosen, this, showFrame);
  connect(strip_, &widgets::FrameStrip::frameChosen, this, showFrame);
  connect(temporal_, &widgets::TemporalBar::frameChosen, this, showFrame);
  connect(player_, &widgets::ClipPlayer::frameChanged, this, &AttentionPane::presentFrame);
  connect(player_, &widgets::ClipPlayer::playingChanged, this, [this](bool playing) {
    play_->setChecked(playing);
    play_->setIcon(widgets::icon(playing ? u"pause"_s : u"play"_s));
  });
  connect(play_, &QAction::triggered, this, [this](bool play) {
    plays_ = play;
    play ? player_->play() : player_->pause();
  });
  const auto step = [this](int by) {
    plays_ = false;
    player_->step(by);
  };
  connect(back_, &QAction::triggered, this, [step] { step(-1); });
  connect(forward_, &QAction::triggered, this, [step] { step(1); });

  connect(canvas_, &AttentionCanvas::hovered, this, &AttentionPane::presentReading);
  connect(canvas_, &AttentionCanvas::left, this, [this] {
    colours_->setMarked({});
    presentWords();
  });
  connect(canvas_, &AttentionCanvas::queried, this,
          [this](const widgets::TokenPoint& at) { askAbout(at, false); });
  connect(canvas_, &AttentionCanvas::askedWhoLooks, this,
          [this](const widgets::TokenPoint& at) { askAbout(at, true); });
  connect(clear_, &QAction::triggered, this, [this] {
    asker_->cancel();
    workspace().edit(tr("Clear the question"), [](Choices& choices) { choices.query.reset(); });
  });
  connect(comparison_, &ComparisonControls::flipped, this, [this] {
    canvas_->flip();
    presentMaps();
  });
  connect(tiles_, &widgets::NodeTiles::chosen, this, [this](int tile) {
    const int node = tileNodes_[static_cast<std::size_t>(tile)];
    workspace().edit(tr("Choose a node"), [node](Choices& choices) { choices.node = node; });
  });
  connect(probes_, &QComboBox::activated, this, [this](int index) {
    const auto probe = probes_->itemData(index).toLongLong();
    workspace().edit(tr("Choose a clip"), [probe](Choices& choices) { choices.probe = probe; });
  });
  connect(save_, &QAction::triggered, this, &AttentionPane::save);
  connect(maker_, &MapMaker::made, this, &AttentionPane::presentMaps);
  connect(asker_, &EngineAsker::changed, this, &AttentionPane::presentNotice);
  connect(saver_, &OverlaySaver::progressed, this, [this](int done, int of) {
    notice_->tell(tr("Saving the maps…"), done, of, tr("Cancel"), [this] {
      saver_->cancel();
      presentNotice();
    });
  });
  connect(saver_, &OverlaySaver::saved, this,
          [this](const QString& path) { say(tr("Saved: %1").arg(path)); });
  connect(saver_, &OverlaySaver::failed, this,
          [this](const QString& reason) { say(tr("Not saved: %1").arg(reason)); });
}

void AttentionPane::say(const QString& sentence) {
  said_ = sentence;
  presentNotice();
}

void AttentionPane::askAbout(const widgets::TokenPoint& at, bool whoLooks) {
  const QueryChoice query{{at.t, at.y, at.x}, whoLooks};
  said_.clear();
  // Asking the same again asks the engine anew.
  answer_.reset();
  refused_ = {};
  if (shown().choices.query == query) {
    present(shown());
    return;
  }
  workspace().edit(tr("Ask about a place"), [query](Choices& choices) { choices.query = query; });
}

void AttentionPane::askEngine() {
  const Question asked = question();
  nlohmann::json arguments{{"place", asked.place}, {"node", asked.node}, {"probe", asked.probe}};
  if (request_.attention && asked.query) {
    arguments = inspectArguments(*request_.attention, request_.place, *asked.query);
  } else if (asked.step) {
    arguments["step"] = *asked.step;
  }
  asker_->ask(run::CommandKind::Inspect, arguments, [this, asked](const CommandResult& result) {
    Result<EngineAnswer> answer =
        result ? engineAnswer(*result) : tl::unexpected<Error>(result.error());
    if (answer) {
      answer_ = std::make_shared<const EngineAnswer>(std::move(*answer));
      answered_ = asked;
      said_.clear();
    } else {
      refused_ = asked;
      said_ =
          tr("The engine has no answer: %1").arg(QString::fromStdString(describe(answer.error())));
    }
    present(shown());
  });
}

void AttentionPane::showClip(std::int64_t clip) {
  const auto& run = shown().run;
  if (!run) return;
  const auto found = std::find_if(
      run->probes->rbegin(), run->probes->rend(),
      [clip](const run::ProbeRow& probe) { return probe.clip == clip && probe.removedStep < 0; });
  if (found != run->probes->rend()) return chooseProbe(found->id);
  nlohmann::json arguments{{"action", "add"}, {"clip", clip}};
  if (shown().choices.step) arguments["step"] = *shown().choices.step;
  asker_->ask(run::CommandKind::Probe, arguments, [this](const CommandResult& result) {
    if (!result) {
      say(tr("The clip can't be shown: %1").arg(QString::fromStdString(describe(result.error()))));
    } else if (const auto probe = result->find("probe");
               probe != result->end() && probe->is_number_integer()) {
      awaited_ = probe->get<std::int64_t>();
      present(shown());
    }
  });
}

void AttentionPane::chooseProbe(std::int64_t probe) {
  awaited_ = 0;
  said_.clear();
  workspace().edit(tr("Choose a clip"), [probe](Choices& choices) { choices.probe = probe; });
}

void AttentionPane::save() {
  OverlayFilm film;
  const auto frames = canvas_->shownFrames();
  if (!frames || frames->pictures.isEmpty() || saver_->isSaving()) return;
  film.sides = {frames};
  film.styles = {canvas_->shownOverlay()};
  const auto b = other_ ? maker_->find(*other_) : nullptr;
  const bool isPair = canvas_->comparison() == widgets::Comparison::SideBySide ||
                      canvas_->comparison() == widgets::Comparison::Wipe;
  if (isPair && b) {
    film.sides << b;
    film.styles << canvas_->shownOverlay();
  }
  film.first = player_->frame();
  film.last = player_->frame();
  film.fps = player_->duration() > 0 ? player_->frameCount() / player_->duration() : 8;
  const QString run = QString::fromStdString(workspace().path().stem().string());
  film.caption = tr("%1, step %2, clip %3").arg(run).arg(frames->step).arg(probes_->currentText());
  auto* dialog = new SaveMapsDialog(film, workspace().engine().isFound(), this);
  connect(dialog, &QDialog::accepted, this, [this, dialog] {
    said_.clear();
    saver_->save(dialog->film());
  });
  dialog->open();
}

void AttentionPane::showEvent(QShowEvent* event) {
  Pane::showEvent(event);
  wantRecords();
  if (plays_) player_->play();
}

void AttentionPane::hideEvent(QHideEvent* event) {
  Pane::hideEvent(event);
  workspace().wantAttention(this, {});
  player_->pause();
}

void AttentionPane::resizeEvent(QResizeEvent* event) {
  Pane::resizeEvent(event);
  // In a low pane the strip gives its room to the picture.
  const int line = fontMetrics().height();
  strip_->setMaximumHeight(std::clamp(height() / 8, 3 * line, 6 * line));
}

widgets::DataTable AttentionPane::dataTable() const {
  return stack_->currentWidget() == tiles_ ? tiles_->dataTable() : canvas_->dataTable();
}

}  // namespace attelier::ui
