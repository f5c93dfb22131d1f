#include "engine/search/run_session.h"

#include "engine/nn/device.h"
#include "engine/run/dataset_check.h"
#include "engine/search/checkpoint_state.h"
#include "engine/search/serving.h"
#include "engine/search/training_run.h"

#include <algorithm>
#include <thread>

namespace attelier::search {

namespace {

constexpr const char* kEngineVersion = ATTELIER_VERSION;

std::vector<run::ClipRow> clipRows(const clips::ClipSource& source, const clips::Dataset& dataset) {
  std::vector<clips::ClipRecord> records = dataset.clips;
  if (records.empty()) {
    for (const auto split : {clips::Split::Train, clips::Split::Select, clips::Split::Report}) {
      for (std::int64_t index = 0; index < source.clipCount(split); ++index) {
        records.push_back(source.record(split, index));
      }
    }
  }
  std::vector<run::ClipRow> rows;
  rows.reserve(records.size());
  for (const clips::ClipRecord& record : records) {
    rows.push_back({.id = record.id,
                    .path = record.path,
                    .split = clips::splitName(record.split),
                    .label = record.label,
                    .frames = record.frames,
                    .fps = record.fps,
                    .width = record.width,
                    .height = record.height,
                    .bytes = record.size,
                    .mtime = static_cast<double>(record.mtimeNs) * 1e-9,
                    .state = clips::clipStateName(record.state),
                    .reason = record.reason});
  }
  return rows;
}

Result<clips::ClipRecord> clipRecord(const run::ClipRow& row, const std::string& where) {
  clips::ClipRecord record;
  record.id = row.id;
  record.path = row.path;
  record.label = static_cast<int>(row.label);
  record.frames = row.frames;
  record.fps = row.fps;
  record.width = row.width;
  record.height = row.height;
  record.size = row.bytes;
  record.mtimeNs = static_cast<std::int64_t>(row.mtime * 1e9);
  record.reason = row.reason;
  bool known = false;
  for (const auto split : {clips::Split::Train, clips::Split::Select, clips::Split::Report}) {
    if (row.split == clips::splitName(split)) {
      record.split = split;
      known = true;
    }
  }
  if (!known) {
    return fail(ErrorCode::Corrupt, "unknown split '" + row.split + "' of a clip", where);
  }
  record.state = clips::ClipState::Unreadable;
  for (const auto state :
       {clips::ClipState::Ok, clips::ClipState::Damaged, clips::ClipState::Short}) {
    if (row.state == clips::clipStateName(state)) {
      record.state = state;
    }
  }
  return record;
}

Status requireLabels(const clips::ClipSource& source, const std::string& where) {
  if (source.labels().size() < 2) {
    return fail(ErrorCode::InvalidArgument,
                "training needs clips of at least two classes; found " +
                    std::to_string(source.labels().size()) +
                    " (one sub-folder a class, or a CSV with path,label)",
                where);
  }
  if (source.clipCount(clips::Split::Train) == 0) {
    return fail(ErrorCode::InvalidArgument, "there is no readable clip to train on", where);
  }
  return {};
}

/// A clip without a label cannot be trained on or chosen by; it is listed with that reason.
void leaveOutUnlabelled(clips::Dataset& dataset) {
  std::int64_t count = 0;
  for (clips::ClipRecord& clip : dataset.clips) {
    if (clip.label < 0 && clip.state != clips::ClipState::Unreadable && !dataset.labels.empty()) {
      clip.state = clips::ClipState::Unreadable;
      clip.reason = "it has no label";
      ++count;
    }
  }
  if (count > 0) {
    dataset.warnings.push_back(std::to_string(count) + " clips have no label and are left out");
  }
}

run::StoreOptions storeOptions(const WatchSettings& watch) {
  run::StoreOptions options;
  options.weightsRecords = watch.weightsBudget;
  options.attentionBytes = watch.attentionBudgetMb << 20;
  options.weightsPerSecond = watch.weightsPerSecond;
  options.attentionPerSecond = watch.attentionPerSecond;
  return options;
}

/// Writes what the data is: class names, every clip, and what is odd about them.
Status describeClips(RunSession& session) {
  std::vector<run::LabelRow> labels;
  for (const std::string& name : session.source->labels()) {
    labels.push_back({.id = static_cast<std::int64_t>(labels.size()), .name = name});
  }
  ATTELIER_CHECKED(session.store->setLabels(std::move(labels)));
  ATTELIER_CHECKED(session.store->setDataset(clipRows(*session.source, session.dataset)));
  for (const std::string& warning : session.dataset.warnings) {
    ATTELIER_CHECKED(session.store->append(
        run::EventRow{.level = run::EventLevel::Warning, .kind = "data", .text = warning}));
  }
  return {};
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
    ATTELIER_CHECKED(session.probes->add(std::move(*clip), std::move(row)));
  }
  return {};
}

}  // namespace

nlohmann::json toJson(const RunSettings& settings) {
  nlohmann::json json = runFields().toJson(settings.configuration);
  if (const auto* cell = std::get_if<space::CellDesign>(&settings.trained)) {
    json["cell"] = space::toJson(*cell);
  } else if (std::holds_alternative<PlainBackbone>(settings.trained)) {
    json["cell"] = nullptr;
  }
  return json;
}

Result<RunSettings> runSettingsFromJson(const nlohmann::json& json, const std::string& where) {
  RunSettings settings;
  nlohmann::json fields = json;
  if (json.is_object() && json.contains("cell")) {
    if (json["cell"].is_null()) {
      settings.trained = PlainBackbone{};
    } else {
      ATTELIER_ASSIGN(settings.trained, space::cellFromJson(json["cell"], where));
    }
    fields.erase("cell");
  }
  ATTELIER_ASSIGN(settings.configuration, runFields().fromJson(fields, where));
  return settings;
}

nlohmann::json toJson(const Progress& progress) {
  return {{"step", progress.step},
          {"first_plan", progress.firstPlan},
          {"training_seconds", progress.trainingSeconds},
          {"best_select", progress.bestSelect},
          {"derived_changes", progress.derivedChanges},
          {"derived", progress.derived}};
}

Result<Progress> progressFromJson(const nlohmann::json& json, const std::string& where) {
  try {
    Progress progress;
    progress.step = json.at("step").get<std::int64_t>();
    progress.firstPlan = json.at("first_plan").get<std::int64_t>();
    progress.trainingSeconds = json.at("training_seconds").get<double>();
    progress.bestSelect = json.at("best_select").get<double>();
    progress.derivedChanges = json.at("derived_changes").get<std::int64_t>();
    progress.derived = json.at("derived").get<std::vector<std::string>>();
    return progress;
  } catch (const nlohmann::json::exception& error) {
    return fail(ErrorCode::Corrupt, std::string("its progress cannot be read: ") + error.what(),
                where);
  }
}

nlohmann::json versions() {
  return {{"attelier", kEngineVersion}, {"libtorch", nn::prepareDevices().torchVersion}};
}

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
    ATTELIER_ASSIGN(dataset, openClipRecords(settings.configuration));
    leaveOutUnlabelled(dataset);
    ATTELIER_ASSIGN(source, clipsOf(settings.configuration, dataset));
  } else if (run.dataset) {
    dataset = *run.dataset;
  }
  ATTELIER_CHECKED(requireLabels(*source, settings.configuration.dataset.clips));
  const std::int64_t planned =
      plannedSteps(settings.configuration.training, source->clipCount(clips::Split::Train));
  settings.configuration.training.steps = planned;
  if (settings.configuration.compute.threads == 0) {
    // The number of threads decides the rounding, so a run keeps the one that it began with.
    settings.configuration.compute.threads =
        std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  }
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
                     .placeIds = {},
                     .probes = {},
                     .progress = {.firstPlan = planned, .derived = {}}};
  ATTELIER_CHECKED(session.store->setStatus({.phase = run::Phase::Preparing,
                                             .stage = {},
                                             .step = 0,
                                             .epoch = 0,
                                             .stepsPlanned = planned,
                                             .device = session.learner->device().str(),
                                             .message = session.source->description()}));
  ATTELIER_CHECKED(describeClips(session));
  ATTELIER_CHECKED(addPlaces(session));
  session.probes = std::make_unique<Probes>(*session.store, session.placeIds);
  ATTELIER_CHECKED(addNewProbes(session));
  return session;
}

Result<std::shared_ptr<const clips::ClipSource>> recordedClips(
    run::RunReader& reader, const RunConfiguration& configuration, clips::Dataset* dataset) {
  clips::Dataset recorded;
  if (!configuration.isSynthetic()) {
    recorded.root = reader.clipsRoot();
    recorded.format = "recorded";
    ATTELIER_ASSIGN(const auto labels, reader.labels());
    for (const run::LabelRow& label : labels) {
      recorded.labels.push_back(label.name);
    }
    ATTELIER_ASSIGN(const auto rows, reader.dataset());
    for (const run::ClipRow& row : rows) {
      // Refuses a recorded path that leads out of the root.
      ATTELIER_ASSIGN(const auto path, reader.clipPath(row));
      static_cast<void>(path);
      ATTELIER_ASSIGN(clips::ClipRecord record, clipRecord(row, reader.info().id));
      recorded.clips.push_back(std::move(record));
    }
    if (!std::filesystem::exists(recorded.root)) {
      return fail(ErrorCode::NotFound,
                  "the clips are no longer there; say where they are with --clips-root DIR",
                  recorded.root.string());
    }
  }
  if (dataset != nullptr) {
    *dataset = recorded;
  }
  return clipsOf(configuration, std::move(recorded));
}

namespace {

Status refuseChangedData(run::RunReader& reader, bool allowed, run::Store& store) {
  ATTELIER_ASSIGN(const auto rows, reader.dataset());
  const auto changes = run::changedClips(rows, reader.clipsRoot());
  if (changes.empty()) {
    return {};
  }
  std::string text = std::to_string(changes.size()) + " clips are not what they were: ";
  for (size_t i = 0; i < std::min<size_t>(changes.size(), 5); ++i) {
    text += (i > 0 ? "; " : "") + changes[i].path + " " + changes[i].what;
  }
  if (changes.size() > 5) {
    text += "; ...";
  }
  if (!allowed) {
    return fail(ErrorCode::InvalidArgument,
                text + ". Put them back, or go on with --allow-changed-data",
                reader.clipsRoot().string());
  }
  return store.append(
      run::EventRow{.level = run::EventLevel::Warning, .kind = "data", .text = text});
}

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

Status restoreProbes(RunSession& session, run::RunReader& reader) {
  session.probes = std::make_unique<Probes>(*session.store, session.placeIds);
  ATTELIER_ASSIGN(const auto rows, reader.probes());
  for (const run::ProbeRow& row : rows) {
    if (row.removedStep >= 0) {
      continue;
    }
    const auto at = session.source->find(row.clip);
    if (!at) {
      continue;
    }
    if (auto clip = loadClip(*session.source, at->first, at->second)) {
      ATTELIER_CHECKED(session.probes->add(std::move(*clip), {}, row.id));
    }
  }
  return {};
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
  }
  ATTELIER_ASSIGN(std::unique_ptr<run::Store> store,
                  run::Store::open(folder, lock, storeOptions(settings.configuration.watch)));
  const run::StatusRow status = store->status();
  ATTELIER_CHECKED(checkResumable(run::phaseSeen(status.phase, /*locked=*/false), resumption,
                                  settings.configuration.training.steps));
  ATTELIER_ASSIGN(
      auto reader,
      run::RunReader::open(resumption.folder, {.cache = {}, .clipsRoot = resumption.clipsRoot}));
  clips::Dataset dataset;
  std::shared_ptr<const clips::ClipSource> source;
  ATTELIER_ASSIGN(const auto described, reader->dataset());
  if (described.empty()) {  // killed before its clips were written
    ATTELIER_ASSIGN(dataset, openClipRecords(settings.configuration));
    leaveOutUnlabelled(dataset);
    ATTELIER_ASSIGN(source, clipsOf(settings.configuration, dataset));
  } else {
    ATTELIER_ASSIGN(source, recordedClips(*reader, settings.configuration, &dataset));
    ATTELIER_CHECKED(refuseChangedData(*reader, resumption.allowChangedData, *store));
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
                     .placeIds = {},
                     .probes = {},
                     .progress = std::move(progress)};
  ATTELIER_CHECKED(session.store->setStatus({.phase = run::Phase::Preparing,
                                             .stage = {},
                                             .step = session.progress.step,
                                             .epoch = {},
                                             .stepsPlanned = planned,
                                             .device = session.learner->device().str(),
                                             .message = "resumed"}));
  if (described.empty()) {
    ATTELIER_CHECKED(describeClips(session));
  }
  ATTELIER_CHECKED(addPlaces(session));
  ATTELIER_CHECKED(restoreProbes(session, *reader));
  if (described.empty()) {
    ATTELIER_CHECKED(addNewProbes(session));
  }
  return session;
}

}  // namespace attelier::search
