#include "ui/workspace/workspace.h"

#include "ui/engine/engine_program.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QPointer>
#include <QStorageInfo>
#include <QThreadPool>
#include <QUndoCommand>

#include <algorithm>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {

namespace {

constexpr qint64 kMergeMs = 1000;
constexpr int kUndoLimit = 500;

QString nameOf(const std::filesystem::path& run) {
  const auto name = run.filename().empty() ? run.parent_path().filename() : run.filename();
  return QString::fromStdString(name.stem().string());
}

// The first stored step since which the weights give this architecture without a break. `known` is
// what an earlier search found for the same architecture and options: records up to it are not
// derived again.
SameSince sameSince(const WeightsHistory& history, SameSince known, std::int64_t step) {
  std::int64_t since = step;
  for (auto record = history.records.rbegin(); record != history.records.rend(); ++record) {
    if (record->step > step) continue;
    if (known.since >= 0 && record->step <= known.checkedTo) {
      since = record->step >= known.since ? known.since : since;
      break;
    }
    const auto earlier = space::derive(record->probabilities, known.options, known.settings);
    if (!earlier || space::architectureId(earlier->cell) != known.architecture) break;
    since = record->step;
  }
  known.since = since;
  known.checkedTo = step;
  return known;
}

template <typename Config>
Config configured(const nlohmann::json& configuration, const char* group,
                  const Fields<Config>& fields) {
  Config config;
  const auto found = configuration.find(group);
  if (found != configuration.end()) {
    // An engine wrote it; what a stranger broke falls back to the defaults.
    static_cast<void>(fields.apply(config, *found, group));
  }
  return config;
}

}  // namespace

/// Choices before and after. The time cursor is not part of it: undo does not travel in time.
class Workspace::ChoicesEdit : public QUndoCommand {
 public:
  ChoicesEdit(Workspace& workspace, const QString& what, Choices before, Choices after)
      : QUndoCommand(what),
        workspace_(workspace),
        before_(std::move(before)),
        after_(std::move(after)),
        time_(QDateTime::currentMSecsSinceEpoch()) {}

  int id() const override { return 1; }
  void undo() override { apply(before_); }
  void redo() override { apply(after_); }

  bool mergeWith(const QUndoCommand* other) override {
    const auto* next = dynamic_cast<const ChoicesEdit*>(other);
    if (next == nullptr || next->text() != text() || next->time_ - time_ > kMergeMs) return false;
    after_ = next->after_;
    time_ = next->time_;
    return true;
  }

 private:
  void apply(Choices choices) const {
    choices.step = workspace_.shown_.choices.step;
    workspace_.apply(choices);
  }

  Workspace& workspace_;
  Choices before_, after_;
  qint64 time_;
};

Workspace::Workspace(EngineProgram& engine, QObject* parent) : QObject(parent), engine_(engine) {
  undo_.setUndoLimit(kUndoLimit);
  inputs_.hasEngineProgram = engine.isFound();
  refresh();
}

Workspace::~Workspace() = default;

std::filesystem::path Workspace::path() const {
  return watcher_ ? watcher_->path() : std::filesystem::path();
}

void Workspace::open(const std::filesystem::path& run) {
  close();
  inputs_.isLoading = true;
  inputs_.loadingName = nameOf(run);
  inputs_.openProblem.clear();
  watcher_ = std::make_unique<RunWatcher>(run, readingsPerSecond_);
  watcher_->setPace(pace_);
  connect(watcher_.get(), &RunWatcher::viewed, this, &Workspace::onViewed);
  connect(watcher_.get(), &RunWatcher::failed, this, [this](const Error& error) {
    const QString path = QString::fromStdString(watcher_->path().string());
    inputs_.isLoading = false;
    inputs_.openProblem = QString::fromStdString(describe(error));
    watcher_.release()->deleteLater();
    refresh();
    Q_EMIT failed(path, inputs_.openProblem);
  });
  rewant();
  refresh();
}

void Workspace::close() {
  watcher_.reset();
  pinnedWatcher_.reset();
  undo_.clear();
  const OverlayChoices overlay = shown_.choices.overlay;
  shown_ = Shown{};
  shown_.choices.overlay = overlay;
  shown_.choices.overlay.compareWith = CompareWith::Nothing;
  inputs_ = StateInputs{};
  inputs_.hasEngineProgram = engine_.isFound();
  wantedCurves_.reset();
  sameSince_ = {};
  refresh();
}

void Workspace::edit(const QString& what, const std::function<void(Choices&)>& change) {
  Choices after = shown_.choices;
  change(after);
  if (after == shown_.choices) return;
  undo_.push(new ChoicesEdit(*this, what, shown_.choices, std::move(after)));
}

void Workspace::look(const std::function<void(Choices&)>& change) {
  Choices after = shown_.choices;
  change(after);
  if (!(after == shown_.choices)) apply(after);
}

void Workspace::goTo(std::int64_t step) {
  look([&](Choices& choices) { choices.step = std::max<std::int64_t>(step, 0); });
}

void Workspace::goLive() {
  look([](Choices& choices) { choices.step.reset(); });
}

void Workspace::apply(const Choices& choices) {
  shown_.choices = choices;
  rewant();
  followPinnedRun();
  refresh();
}

void Workspace::wantAttention(const QObject* pane, std::vector<AttentionKey> keys) {
  auto& wanted = wantedByPane_[pane];
  if (wanted == keys) return;
  wanted = std::move(keys);
  if (wanted.empty()) wantedByPane_.erase(pane);
  rewant();
}

void Workspace::wantCurves(std::optional<run::StepRange> range) {
  wantedCurves_ = range;
  rewant();
}

void Workspace::rewant() {
  if (!watcher_) return;
  const Choices& choices = shown_.choices;
  Wanted wanted{.step = choices.step,
                .place = choices.place,
                .probe = choices.probe,
                .attention = {},
                .pinnedStep = {},
                .finerCurves = wantedCurves_};
  if (choices.node >= 0) wanted.attention.push_back({.node = choices.node});
  for (const auto& [pane, keys] : wantedByPane_) {
    for (const auto& key : keys) {
      if (std::find(wanted.attention.begin(), wanted.attention.end(), key) ==
          wanted.attention.end()) {
        wanted.attention.push_back(key);
      }
    }
  }
  if (choices.pinnedStep && choices.pinnedStep->run.empty())
    wanted.pinnedStep = choices.pinnedStep->step;
  if (pinnedWatcher_) {
    Wanted there = wanted;
    there.step = choices.pinnedStep->step;
    there.place = 0;
    there.probe = 0;
    there.pinnedStep.reset();
    there.finerCurves.reset();
    pinnedWatcher_->want(std::move(there));
  }
  watcher_->want(std::move(wanted));
}

void Workspace::followPinnedRun() {
  const auto& pinned = shown_.choices.pinnedStep;
  const std::filesystem::path run = pinned ? pinned->run : std::filesystem::path();
  if (run.empty()) {
    pinnedWatcher_.reset();
    return;
  }
  if (pinnedWatcher_ && pinnedWatcher_->path() == run) return;
  pinnedWatcher_ = std::make_unique<RunWatcher>(run, 1);
  connect(pinnedWatcher_.get(), &RunWatcher::viewed, this, [this](const auto& view) {
    shown_.pinned = view->moment;
    refresh();
  });
  connect(pinnedWatcher_.get(), &RunWatcher::failed, this, [this, run](const Error& error) {
    Q_EMIT said(tr("%1 can't be compared with: %2")
                    .arg(nameOf(run), QString::fromStdString(describe(error))));
  });
  rewant();
}

void Workspace::onViewed(const std::shared_ptr<const RunView>& view) {
  const bool isFirst = shown_.run == nullptr;
  const bool wasAtWeights =
      !isFirst && shown_.moment() != nullptr && shown_.moment()->weights != nullptr;
  if (!isFirst && shown_.run->status.generation != view->status.generation) sameSince_ = {};
  shown_.run = view;
  if (isFirst) {
    inputs_.isLoading = false;
    shown_.choices.derivation =
        configured(*view->configuration, "derivation", space::derivationFields());
    rewant();
  }
  if (view->status.phase != run::Phase::Running) inputs_.isPausing = false;
  const QStorageInfo disk(QString::fromStdString(view->path.string()));
  inputs_.freeDiskBytes =
      disk.isValid() && view->isWritable ? static_cast<double>(disk.bytesAvailable()) : -1;
  // A node that can show something is chosen for the person until they choose: the strongest
  // dot-product node.
  if (shown_.choices.node < 0 && !wasAtWeights) preselect(*view);
  refresh();
  if (isFirst) Q_EMIT opened(QString::fromStdString(view->path.string()));
}

void Workspace::preselect(const RunView& view) {
  if (!view.moment || !view.moment->weights) return;
  const auto& probabilities = view.moment->weights->probabilities;
  int best = -1;
  for (int node = 0; node < probabilities.shape.nodes(); ++node) {
    const bool isDot = probabilities.shape.kindOf(node).type == space::OperationType::DotProduct;
    if (isDot && (best < 0 || probabilities.sink[static_cast<std::size_t>(node)] >
                                  probabilities.sink[static_cast<std::size_t>(best)])) {
      best = node;
    }
  }
  if (best < 0) best = 0;
  shown_.choices.node = best;
  rewant();
}

void Workspace::refresh() {
  const RunView* view = shown_.run.get();
  shown_.state = windowState(view, shown_.choices, inputs_);
  const auto& pinned = shown_.choices.pinnedStep;
  if (!pinned) {
    shown_.pinned.reset();
    shown_.pinnedName.clear();
  } else if (pinned->run.empty()) {
    shown_.pinned = view != nullptr ? view->pinned : nullptr;
    shown_.pinnedName = tr("step %1").arg(pinned->step);
  } else {
    shown_.pinnedName = tr("step %1 of %2").arg(pinned->step).arg(nameOf(pinned->run));
  }
  derive();
  Q_EMIT changed();
}

void Workspace::derive() {
  shown_.derivationProblem.clear();
  const Moment* moment = shown_.moment();
  if (moment == nullptr || moment->weights == nullptr) {
    shown_.derived.reset();
    derivedFrom_.reset();
    return;
  }
  const auto& history = shown_.run->history;
  if (derivedFrom_ == moment->weights && derivedBy_ == shown_.choices.derivation &&
      derivedAt_ == moment->place.id && derivedHistory_ == history && shown_.derived) {
    return;
  }
  derivedFrom_ = moment->weights;
  derivedBy_ = shown_.choices.derivation;
  if (derivedAt_ != moment->place.id) sameSince_ = {};
  derivedAt_ = moment->place.id;
  derivedHistory_ = history;
  const auto settings =
      configured(*shown_.run->configuration, "operations", space::operationSettingsFields());
  auto derivation =
      space::derive(moment->weights->probabilities, shown_.choices.derivation, settings);
  if (!derivation) {
    shown_.derived.reset();
    shown_.derivationProblem = QString::fromStdString(describe(derivation.error()));
    return;
  }
  const space::Place place{.name = moment->place.name,
                           .channels = moment->place.channels,
                           .frames = moment->place.frames,
                           .height = moment->place.height,
                           .width = moment->place.width};
  DerivedCell derived{.derivation = std::move(*derivation), .cost = {}, .sameSince = -1};
  if (place.channels > 0) derived.cost = space::cost(derived.derivation.cell, place);
  SameSince wanted{.architecture = space::architectureId(derived.derivation.cell),
                   .options = shown_.choices.derivation,
                   .settings = settings};
  const bool isKnown = sameSince_.since >= 0 && sameSince_.architecture == wanted.architecture &&
                       sameSince_.options == wanted.options &&
                       sameSince_.settings == wanted.settings &&
                       moment->weights->step >= sameSince_.checkedTo;
  if (isKnown) {
    derived.sameSince = sameSince_.since;
    wanted = sameSince_;
  }
  shown_.derived = std::make_shared<const DerivedCell>(std::move(derived));
  if (history && !(isKnown && sameSince_.checkedTo == moment->weights->step)) {
    searchSameSince(std::move(wanted), moment->weights->step);
  }
}

// Deriving a cell for each of 2000 stored steps takes tens of milliseconds: not in the window's
// thread.
void Workspace::searchSameSince(SameSince wanted, std::int64_t step) {
  if (isSearchingSameSince_) return;  // the next reading asks again
  isSearchingSameSince_ = true;
  QThreadPool::globalInstance()->start([self = QPointer<Workspace>(this),
                                        history = shown_.run->history, wanted = std::move(wanted),
                                        step] {
    const SameSince found = sameSince(*history, wanted, step);
    QMetaObject::invokeMethod(
        qApp,
        [self, found] {
          if (!self) return;
          self->isSearchingSameSince_ = false;
          self->sameSince_ = found;
          self->takeSameSince();
        },
        Qt::QueuedConnection);
  });
}

void Workspace::takeSameSince() {
  const auto& derived = shown_.derived;
  if (!derived || derived->sameSince == sameSince_.since) return;
  const bool isOther = !(shown_.choices.derivation == sameSince_.options) ||
                       space::architectureId(derived->derivation.cell) != sameSince_.architecture;
  if (isOther) {
    derivedFrom_.reset();  // asked for again
    refresh();
    return;
  }
  DerivedCell with = *derived;
  with.sameSince = sameSince_.since;
  shown_.derived = std::make_shared<const DerivedCell>(std::move(with));
  Q_EMIT changed();
}

void Workspace::command(run::CommandKind kind, const nlohmann::json& arguments,
                        const std::string& slot, QObject* context,
                        std::function<void(const CommandResult&)> callback) {
  if (!watcher_) {
    callback(fail(ErrorCode::NotFound, tr("no run is open").toStdString()));
    return;
  }
  if (kind == run::CommandKind::Pause) {
    inputs_.isPausing = true;
    refresh();
  }
  watcher_->command(kind, arguments, slot, context,
                    [this, kind, callback = std::move(callback)](const CommandResult& result) {
                      if (kind == run::CommandKind::Pause) inputs_.isPausing = false;
                      callback(result);
                      if (watcher_) watcher_->wake();
                    });
}

void Workspace::cancel(const std::string& slot) {
  if (watcher_) watcher_->cancel(slot);
}

void Workspace::setPace(Pace pace) {
  pace_ = pace;
  if (watcher_) watcher_->setPace(pace);
}

void Workspace::setReadingsPerSecond(double perSecond) {
  readingsPerSecond_ = perSecond;
  if (watcher_) watcher_->setReadingsPerSecond(perSecond);
}

}  // namespace attelier::ui
