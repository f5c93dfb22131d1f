#include "engine/search/run_session.h"

#include "engine/nn/device.h"
#include "engine/search/checkpoint_state.h"
#include "engine/search/network_spec.h"
#include "engine/search/recorded_clips.h"
#include "engine/search/serving.h"
#include "engine/search/training_run.h"

namespace attelier::search {

namespace {

run::StoreOptions storeOptions(const WatchSettings& watch) {
  run::StoreOptions options;
  options.weightsRecords = watch.weightsBudget;
  options.attentionBytes = watch.attentionBudgetMb << 20;
  options.weightsPerSecond = watch.weightsPerSecond;
  options.attentionPerSecond = watch.attentionPerSecond;
  return options;
}

Status addPlaces(RunSession& session) {
  for (const space::Place& place : session.learner->network().places()) {
    ATTELIER_ASSIGN(const std::int64_t id, session.store->addPlace({.name = place.name,
                                                                    .channels = place.channels,
                                                                    .frames = place.frames,
                                                                    .height = place.height,
                                                                    .width = place.width}));
    session.placeIds.push_back(id);
  }
  return {};
}

std::filesystem::path fileOf(const clips::Dataset& dataset, const clips::ClipRecord& record) {
  return dataset.clips.empty() ? std::filesystem::path() : clips::clipPath(dataset, record);
}

Status addNewProbes(RunSession& session) {
  const int count = session.settings.configuration.watch.probeClips;
  for (const std::int64_t id : chooseProbeClips(*session.source, count)) {
    const auto at = session.source->find(id);
    if (!at) {
      continue;
    }
    auto clip = loadClip(*session.source, at->first, at->second);
    if (!clip) {
      continue;  // listed as unreadable when its turn comes in training
    }
    const clips::ClipRecord record = session.source->record(at->first, at->second);
    ATTELIER_ASSIGN(run::ProbeRow row, probeRow(*clip, record, fileOf(session.dataset, record), 0));
    ATTELIER_ASSIGN(const std::int64_t probe,
                    session.probes->add(std::move(*clip), std::move(row)));
    static_cast<void>(probe);
  }
  return {};
}

Result<LoadedClip> clipOfProbe(const RunSession& session, run::RunReader& reader,
                               const run::ProbeRow& row) {
  if (row.clip < 0) {
    return storedProbeClip(reader, row, session.source->shape());
  }
  const auto at = session.source->find(row.clip);
  if (!at) {
    return fail(ErrorCode::NotFound,
                "the data set has no readable clip " + std::to_string(row.clip), row.name);
  }
  return loadClip(*session.source, at->first, at->second);
}

}  // namespace

Result<std::unique_ptr<Learner>> makeLearner(const RunSettings& settings,
                                             const clips::ClipSource& source,
                                             std::int64_t stepsPlanned) {
  nn::prepareDevices();
  ATTELIER_ASSIGN(const c10::Device device,
                  nn::chooseDevice(settings.configuration.compute.device));
  decltype(nn::NetworkSpec::insertion) insertion = nn::PlainInsertion{};
  if (const auto* cell = std::get_if<space::CellDesign>(&settings.trained)) {
    insertion = nn::CellInsertion{*cell};
  } else if (std::holds_alternative<std::monostate>(settings.trained)) {
    ATTELIER_ASSIGN(insertion, supergraphOf(settings.configuration));
  }
  return Learner::create(settings.configuration,
                         networkSpec(settings.configuration, source, std::move(insertion)),
                         stepsPlanned, device);
}

Result<RunSession> createSession(const NewRun& run) {
  RunSettings settings{.configuration = run.configuration, .trained = run.trained};
  ATTELIER_CHECKED(runFields().validate(settings.configuration));
  clips::Dataset dataset;
  std::shared_ptr<const clips::ClipSource> source = run.source;
  if (!source) {
    ATTELIER_ASSIGN(source, openForTraining(settings.configuration, dataset));
  } else if (run.dataset) {
    dataset = *run.dataset;
  }
  ATTELIER_CHECKED(requireLabels(*source, settings.configuration.dataset.clips));
  settleSettings(settings.configuration, *source);
  const std::int64_t planned = settings.configuration.training.steps;
  ATTELIER_ASSIGN(std::unique_ptr<Learner> learner, makeLearner(settings, *source, planned));
  if (std::holds_alternative<std::monostate>(run.trained)) {
    // What cannot be derived at the end is said before hours have gone into it.
    ATTELIER_CHECKED(derivedCells(*learner, settings.configuration));
  }

  run::RunInfo info;
  info.kind = std::holds_alternative<std::monostate>(run.trained) ? run::RunKind::Search
                                                                  : run::RunKind::Evaluation;
  info.parent = run.parent;
  info.configuration = toJson(settings);
  info.seed = static_cast<std::uint64_t>(settings.configuration.training.seed);
  info.versions = versions();
  info.commandLine = run.commandLine;
  info.dataRoot = dataset.root.string();
  ATTELIER_ASSIGN(run::RunFolder folder, run::RunFolder::create(run.folder, std::move(info)));
  ATTELIER_ASSIGN(run::RunLock lock, run::RunLock::acquire(folder.lockFile()));
  ATTELIER_ASSIGN(std::unique_ptr<run::Store> store,
                  run::Store::open(folder, lock, storeOptions(settings.configuration.watch)));
  ATTELIER_ASSIGN(auto commands, run::CommandQueue::create(folder, lock));
  RunSession session{.folder = std::move(folder),
                     .lock = std::move(lock),
                     .store = std::move(store),
                     .commands = std::move(commands),
                     .settings = std::move(settings),
                     .source = std::move(source),
                     .dataset = std::move(dataset),
                     .learner = std::move(learner),
                     .progress = {.firstPlan = planned, .derived = {}}};
  ATTELIER_CHECKED(session.store->setStatus({.phase = run::Phase::Preparing,
                                             .stage = {},
                                             .step = 0,
                                             .epoch = 0,
                                             .stepsPlanned = planned,
                                             .device = session.learner->device().str(),
                                             .message = session.source->description()}));
  ATTELIER_CHECKED(recordClips(*session.store, *session.source, session.dataset));
  ATTELIER_CHECKED(addPlaces(session));
  session.probes = std::make_unique<Probes>(*session.store, session.placeIds);
  ATTELIER_CHECKED(addNewProbes(session));
  return session;
}

namespace {

Status checkResumable(run::Phase phase, const Resumption& resumption, std::int64_t planned) {
  const bool extends = resumption.steps && *resumption.steps > planned;
  if (phase == run::Phase::Finished && !extends) {
    return fail(ErrorCode::InvalidArgument,
                "the run is finished at step " + std::to_string(planned) +
                    "; extend it with --steps N, N above that",
                resumption.folder.string());
  }
  ATTELIER_ASSIGN(const run::Phase next,
                  run::phaseAfter(phase, phase == run::Phase::Finished ? run::PhaseAction::Extend
                                                                       : run::PhaseAction::Resume));
  static_cast<void>(next);
  return {};
}

}  // namespace

Result<std::vector<std::string>> restoreProbes(RunSession& session, run::RunReader& reader) {
  session.probes = std::make_unique<Probes>(*session.store, session.placeIds);
  std::vector<std::string> missing;
  ATTELIER_ASSIGN(const auto rows, reader.probes());
  for (const run::ProbeRow& row : rows) {
    if (row.removedStep >= 0) {
      continue;
    }
    if (auto clip = clipOfProbe(session, reader, row)) {
      session.probes->take(std::move(*clip), row.id);
    } else {
      missing.push_back("probe " + std::to_string(row.id) +
                        " gets no new records: " + describe(clip.error()));
    }
  }
  return missing;
}

Result<RunSession> resumeSession(const Resumption& resumption) {
  ATTELIER_CHECKED(askServerToLeave(resumption.folder));
  ATTELIER_ASSIGN(run::RunFolder folder, run::RunFolder::open(resumption.folder));
  ATTELIER_ASSIGN(run::RunLock lock, run::RunLock::acquire(folder.lockFile()));
  nlohmann::json recorded;
  RunSettings settings;
  {
    ATTELIER_ASSIGN(auto reader, run::RunReader::open(resumption.folder));
    ATTELIER_ASSIGN(recorded, reader->effectiveConfiguration());
    ATTELIER_ASSIGN(settings, runSettingsFromJson(recorded, folder.runJson().string()));
    // Before the store opens, so that a refusal writes nothing. A run that was killed while it was
    // made has no status yet.
    if (const auto status = reader->status()) {
      ATTELIER_CHECKED(checkResumable(run::phaseSeen(status->phase, /*locked=*/false), resumption,
                                      settings.configuration.training.steps));
    }
  }
  ATTELIER_ASSIGN(std::unique_ptr<run::Store> store,
                  run::Store::open(folder, lock, storeOptions(settings.configuration.watch)));
  ATTELIER_ASSIGN(
      auto reader,
      run::RunReader::open(resumption.folder, {.cache = {}, .clipsRoot = resumption.clipsRoot}));
  clips::Dataset dataset;
  std::shared_ptr<const clips::ClipSource> source;
  ATTELIER_ASSIGN(const auto described, reader->dataset());
  if (described.empty()) {  // killed before its clips were written
    ATTELIER_ASSIGN(source, openForTraining(settings.configuration, dataset));
  } else {
    ATTELIER_ASSIGN(source, recordedClips(*reader, settings.configuration, &dataset));
    ATTELIER_CHECKED(refuseChangedClips(*reader, resumption.allowChangedData, *store));
  }

  // The status of a run that was killed while it was made does not know the plan yet.
  const std::int64_t planned = resumption.steps.value_or(settings.configuration.training.steps);
  settings.configuration.training.steps = planned;
  if (!resumption.device.empty()) {
    settings.configuration.compute.device = resumption.device;
  }
  ATTELIER_ASSIGN(auto learner, makeLearner(settings, *source, planned));
  ATTELIER_ASSIGN(const auto checkpoint, store->recover());
  Progress progress{.firstPlan = learner->firstPlan(), .derived = {}};
  if (checkpoint) {
    ATTELIER_ASSIGN(const CheckpointState state, readCheckpointState(checkpoint->path));
    ATTELIER_ASSIGN(progress, progressFromJson(state.progress, checkpoint->path.string()));
    ATTELIER_CHECKED(learner->restore(state.tensors, progress.step));
    learner->setFirstPlan(progress.firstPlan);
  }
  if (planned < progress.step) {
    return fail(ErrorCode::InvalidArgument,
                "the run is at step " + std::to_string(progress.step) +
                    " already; --steps must not be below that",
                "--steps");
  }
  ATTELIER_CHECKED(
      store->truncateTo(progress.step, "resumed from step " + std::to_string(progress.step)));
  if (const nlohmann::json patch = nlohmann::json::diff(recorded, toJson(settings));
      !patch.empty()) {
    nlohmann::json merge = nlohmann::json::object();
    const nlohmann::json changed = toJson(settings);
    for (const char* group : {"training", "compute"}) {
      merge[group] = changed.at(group);
    }
    ATTELIER_CHECKED(store->append(run::ConfigChangeRow{
        .step = progress.step, .time = run::now(), .patch = merge.dump(), .reason = "resume"}));
  }
  ATTELIER_ASSIGN(auto commands, run::CommandQueue::create(folder, lock));
  RunSession session{.folder = std::move(folder),
                     .lock = std::move(lock),
                     .store = std::move(store),
                     .commands = std::move(commands),
                     .settings = std::move(settings),
                     .source = std::move(source),
                     .dataset = std::move(dataset),
                     .learner = std::move(learner),
                     .progress = std::move(progress)};
  ATTELIER_CHECKED(session.store->setStatus({.phase = run::Phase::Preparing,
                                             .stage = {},
                                             .step = session.progress.step,
                                             .epoch = {},
                                             .stepsPlanned = planned,
                                             .device = session.learner->device().str(),
                                             .message = "resumed"}));
  if (described.empty()) {
    ATTELIER_CHECKED(recordClips(*session.store, *session.source, session.dataset));
  }
  ATTELIER_CHECKED(addPlaces(session));
  ATTELIER_ASSIGN(const auto missing, restoreProbes(session, *reader));
  for (const std::string& text : missing) {
    ATTELIER_CHECKED(session.store->append(run::EventRow{.step = session.progress.step,
                                                         .level = run::EventLevel::Warning,
                                                         .kind = "probe",
                                                         .text = text}));
  }
  if (described.empty()) {
    ATTELIER_CHECKED(addNewProbes(session));
  }
  return session;
}

}  // namespace attelier::search
