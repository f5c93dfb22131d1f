#include "engine/run/row_writer.h"

#include "engine/run/band_builder.h"
#include "engine/run/database.h"

#include <array>

namespace attelier::run::detail {
namespace {

constexpr std::size_t kRowOverhead = 128;

struct Size {
  std::size_t operator()(const MetricsRow& row) const { return 4 * row.values.size(); }
  std::size_t operator()(const WeightsRow& row) const { return 8 * row.raw.size(); }
  std::size_t operator()(const AttentionRow& row) const { return row.data.size(); }
  std::size_t operator()(const EventRow& row) const { return row.text.size(); }
  std::size_t operator()(const ConfigChangeRow& row) const { return row.patch.size(); }
  std::size_t operator()(const std::vector<LabelRow>& rows) const { return 64 * rows.size(); }
  std::size_t operator()(const std::vector<ClipRow>& rows) const { return 256 * rows.size(); }
  std::size_t operator()(const CellRow& row) const { return row.design.size() + row.cost.size(); }
  std::size_t operator()(const CellUpdate& update) const { return operator()(update.row); }
  std::size_t operator()(const ProbeRow& row) const {
    std::size_t bytes = 8 * row.times.size();
    for (const auto* pictures : {&row.frames, &row.seen}) {
      for (const Bytes& frame : *pictures) {
        bytes += frame.size();
      }
    }
    return bytes;
  }
  template <typename Other>
  std::size_t operator()(const Other& /*row*/) const {
    return 0;
  }
};

}  // namespace

const char* eventLevelName(EventLevel level) {
  constexpr std::array kNames = {"info", "warning", "error"};
  return kNames.at(static_cast<std::size_t>(level));
}

std::size_t sizeOf(const QueuedRow& row) { return kRowOverhead + std::visit(Size{}, row); }

SQLite::Statement& RowWriter::prepared(const char* sql) {
  // Keyed by the literal's address: one call, one statement.
  std::unique_ptr<SQLite::Statement>& statement = statements_[sql];
  if (statement == nullptr) {
    statement = std::make_unique<SQLite::Statement>(database_, sql);
  }
  return *statement;
}

void RowWriter::write(const QueuedRow& row) {
  std::visit([this](const auto& value) { insert(value); }, row);
}

void RowWriter::insert(const MetricsRow& row) {
  execute(prepared("INSERT INTO metrics VALUES (?, ?, ?)"), row.step, row.time, blobOf(row.values));
}

void RowWriter::write(const BandRow& band, std::int64_t span) {
  const std::vector<float> data = packBand(band);
  execute(prepared("INSERT INTO bands VALUES (NULL, ?, ?, ?, ?, ?)"), span, band.firstStep,
          band.count, band.time, blobOf(data));
}

void RowWriter::insert(const PointRow& row) {
  execute(prepared("INSERT OR REPLACE INTO points VALUES (NULL, ?, ?, ?, ?)"), row.step, row.name,
          row.value, row.time);
}

void RowWriter::insert(const WeightsRow& row) {
  execute(prepared("INSERT OR REPLACE INTO weights VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?)"),
          row.step, row.place, row.levels, row.kinds, row.activations, row.kindNames,
          blobOf(row.raw), blobOf(row.mean));
}

void RowWriter::insert(const AttentionRow& row) {
  execute(prepared("INSERT OR REPLACE INTO attention VALUES (NULL, ?, ?, ?, ?, ?, ?)"), row.step,
          row.place, row.node, row.probe, row.data.size(), blobOf(row.data));
}

void RowWriter::insert(const PredictionRow& row) {
  // Only the last validation of a split stays; what probes were taken for goes with their
  // attention.
  if (row.source != "probe") {
    execute(prepared("DELETE FROM predictions WHERE source = ? AND step < ?"), row.source,
            row.step);
  }
  execute(prepared("INSERT OR REPLACE INTO predictions VALUES (NULL, ?, ?, ?, ?, ?, ?, ?)"),
          row.step, row.source, row.clip, row.label, blobOf(row.top), blobOf(row.probability),
          row.loss);
}

void RowWriter::insert(const ResourcesRow& row) {
  execute(prepared("INSERT OR REPLACE INTO resources VALUES "
                   "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
          row.step, row.time, row.hostBytes, row.deviceAllocated, row.deviceReserved,
          row.devicePeak, row.deviceUsed, row.loadMs, row.forwardMs, row.backwardMs,
          row.optimiserMs, row.storeMs, row.answersMs, row.gpuUtilisation, row.gpuTemperature,
          row.gpuPower);
}

void RowWriter::insert(const EventRow& row) {
  execute(prepared("INSERT INTO events VALUES (NULL, ?, ?, ?, ?, ?)"), row.time, row.step,
          eventLevelName(row.level), row.kind, row.text);
}

void RowWriter::insert(const ConfigChangeRow& row) {
  execute(prepared("INSERT INTO config_changes VALUES (NULL, ?, ?, ?, ?)"), row.step, row.time,
          row.patch, row.reason);
}

void RowWriter::insert(const PlaceRow& row) {
  execute(prepared("INSERT INTO places VALUES (?, ?, ?, ?, ?, ?)"), row.id, row.name, row.channels,
          row.frames, row.height, row.width);
}

void RowWriter::insert(const std::vector<LabelRow>& rows) {
  database_.exec("DELETE FROM labels");
  for (const LabelRow& row : rows) {
    execute(prepared("INSERT INTO labels VALUES (?, ?)"), row.id, row.name);
  }
}

void RowWriter::insert(const std::vector<ClipRow>& rows) {
  database_.exec("DELETE FROM dataset");
  for (const ClipRow& row : rows) {
    execute(prepared("INSERT INTO dataset VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"), row.id,
            row.path, row.split, row.label, row.frames, row.fps, row.width, row.height, row.bytes,
            row.mtime, row.state, row.reason);
  }
}

void RowWriter::insert(const ProbeRow& row) {
  execute(prepared("INSERT INTO probes VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
          row.id, row.clip, row.name, row.encoding, row.width, row.height, blobOf(row.times),
          row.cropX, row.cropY, row.cropWidth, row.cropHeight, row.flipped, row.label,
          row.addedStep, row.removedStep);
  std::int64_t frame = 0;
  for (const Bytes& data : row.frames) {
    execute(prepared("INSERT INTO probe_frames VALUES (?, ?, ?)"), row.id, frame++, blobOf(data));
  }
  frame = -1;
  for (const Bytes& data : row.seen) {
    execute(prepared("INSERT INTO probe_frames VALUES (?, ?, ?)"), row.id, frame--, blobOf(data));
  }
}

void RowWriter::insert(const CellRow& row) {
  execute(prepared("INSERT INTO cells VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"), row.id, row.name,
          row.design, row.origin, row.step, row.cost, row.latencyMs, row.time, row.removed);
}

void RowWriter::insert(const CellUpdate& update) {
  const CellRow& row = update.row;
  execute(prepared("UPDATE cells SET name = ?, cost = ?, latency_ms = ?, removed = ? WHERE id = ?"),
          row.name, row.cost, row.latencyMs, row.removed, row.id);
}

void RowWriter::insert(const ProbeRemoval& removal) {
  execute(prepared("UPDATE probes SET removed_step = ? WHERE id = ?"), removal.step, removal.id);
}

void RowWriter::insert(const MetricName& name) {
  execute(prepared("INSERT INTO metric_names VALUES (?, ?)"), name.id, name.name);
}

void RowWriter::insert(const Pin& pin) {
  if (pin.pinned) {
    execute(prepared("INSERT OR IGNORE INTO pins VALUES (?)"), pin.step);
  } else {
    execute(prepared("DELETE FROM pins WHERE step = ?"), pin.step);
  }
  execute(prepared("UPDATE checkpoints SET pinned = ? WHERE step = ?"), pin.pinned, pin.step);
}

void RowWriter::write(const StatusRow& status) {
  execute(
      prepared("UPDATE status SET phase = ?, stage = ?, step = ?, epoch = ?, steps_planned = ?, "
               "generation = ?, heartbeat = ?, step_time = ?, pid = ?, host = ?, device = ?, "
               "message = ? WHERE id = 1"),
      phaseName(status.phase), status.stage, status.step, status.epoch, status.stepsPlanned,
      status.generation, status.heartbeat, status.stepTime, status.pid, status.host, status.device,
      status.message);
}

void RowWriter::write(const CheckpointRow& row) {
  execute(prepared("INSERT OR REPLACE INTO checkpoints VALUES (?, ?, ?, ?, ?, ?, ?, ?)"), row.step,
          row.time, row.file, row.bytes, row.sha256, row.reason, row.pinned, row.validation);
}

}  // namespace attelier::run::detail
