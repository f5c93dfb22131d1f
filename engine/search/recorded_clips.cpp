#include "engine/search/recorded_clips.h"

#include "engine/run/dataset_check.h"

#include <algorithm>

namespace attelier::search {

namespace {

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

}  // namespace

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

Result<std::shared_ptr<const clips::ClipSource>> openForTraining(
    const RunConfiguration& configuration, clips::Dataset& dataset, std::stop_token stop,
    const clips::ScanProgress& progress) {
  ATTELIER_ASSIGN(dataset, openClipRecords(configuration, std::move(stop), progress));
  leaveOutUnlabelled(dataset);
  return clipsOf(configuration, dataset);
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

Status recordClips(run::Store& store, const clips::ClipSource& source,
                   const clips::Dataset& dataset) {
  std::vector<run::LabelRow> labels;
  for (const std::string& name : source.labels()) {
    labels.push_back({.id = static_cast<std::int64_t>(labels.size()), .name = name});
  }
  ATTELIER_CHECKED(store.setLabels(std::move(labels)));
  ATTELIER_CHECKED(store.setDataset(clipRows(source, dataset)));
  for (const std::string& warning : dataset.warnings) {
    ATTELIER_CHECKED(store.append(
        run::EventRow{.level = run::EventLevel::Warning, .kind = "data", .text = warning}));
  }
  return {};
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

Status refuseChangedClips(run::RunReader& reader, bool allowed, run::Store& store) {
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

}  // namespace attelier::search
