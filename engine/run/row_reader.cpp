#include "engine/run/row_reader.h"

#include "engine/run/database.h"
#include "engine/run/row_writer.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

namespace attelier::run::detail {
namespace {

constexpr std::size_t kMaximumMetrics = 100'000;
constexpr std::array kTables = {"meta",         "status",    "config_changes", "metric_names",
                                "metrics",      "bands",     "points",         "places",
                                "weights",      "labels",    "dataset",        "probes",
                                "probe_frames", "attention", "predictions",    "resources",
                                "checkpoints",  "events",    "cells",          "pins"};

int smallInt(const SQLite::Column& column) {
  const std::int64_t value = column.getInt64();
  if (value < -1 || value > (1 << 24)) {
    throw std::runtime_error(std::string("column '") + column.getName() + "' holds " +
                             std::to_string(value) + ", which can't be");
  }
  return static_cast<int>(value);
}

void checkLength(const SQLite::Column& column, std::int64_t expected, const char* what) {
  if (column.getBytes() != expected) {
    throw std::runtime_error(std::string(what) + ": column '" + column.getName() + "' has " +
                             std::to_string(column.getBytes()) + " bytes instead of " +
                             std::to_string(expected));
  }
}

template <typename T, std::size_t N>
void copyArray(const SQLite::Column& column, std::array<T, N>& values, const char* what) {
  checkLength(column, static_cast<std::int64_t>(sizeof(values)), what);
  std::memcpy(values.data(), column.getBlob(), sizeof(values));
}

}  // namespace

void checkTables(SQLite::Database& database) {
  std::set<std::string> found;
  SQLite::Statement rows(database, "SELECT name FROM sqlite_master WHERE type = 'table'");
  while (rows.executeStep()) {
    found.insert(rows.getColumn(0).getString());
  }
  for (const char* table : kTables) {
    if (!found.contains(table)) {
      throw std::runtime_error(std::string("has no table '") + table + "'");
    }
  }
}

StatusRow readStatus(SQLite::Database& database) {
  SQLite::Statement row(database,
                        "SELECT phase, stage, step, epoch, steps_planned, generation, heartbeat, "
                        "step_time, pid, host, device, message FROM status WHERE id = 1");
  if (!row.executeStep()) {
    throw std::runtime_error("table 'status' has no row");
  }
  const Result<Phase> phase = parsePhase(row.getColumn(0).getString());
  if (!phase.has_value()) {
    throw std::runtime_error(phase.error().message);
  }
  StatusRow status;
  status.phase = *phase;
  status.stage = row.getColumn(1).getString();
  status.step = row.getColumn(2).getInt64();
  status.epoch = row.getColumn(3).getInt64();
  status.stepsPlanned = row.getColumn(4).getInt64();
  status.generation = row.getColumn(5).getInt64();
  status.heartbeat = row.getColumn(6).getDouble();
  status.stepTime = row.getColumn(7).getDouble();
  status.pid = row.getColumn(8).getInt64();
  status.host = row.getColumn(9).getString();
  status.device = row.getColumn(10).getString();
  status.message = row.getColumn(11).getString();
  return status;
}

std::vector<std::string> readMetricNames(SQLite::Database& database) {
  std::vector<std::string> names;
  SQLite::Statement row(database, "SELECT id, name FROM metric_names ORDER BY id");
  while (row.executeStep()) {
    if (row.getColumn(0).getInt64() != static_cast<std::int64_t>(names.size()) ||
        names.size() >= kMaximumMetrics) {
      throw std::runtime_error("table 'metric_names' must count from 0 without gaps");
    }
    names.push_back(row.getColumn(1).getString());
  }
  return names;
}

std::vector<PlaceRow> readPlaces(SQLite::Database& database) {
  std::vector<PlaceRow> places;
  SQLite::Statement row(database,
                        "SELECT id, name, channels, frames, height, width FROM places ORDER BY id");
  while (row.executeStep()) {
    places.push_back({row.getColumn(0).getInt64(), row.getColumn(1).getString(),
                      smallInt(row.getColumn(2)), smallInt(row.getColumn(3)),
                      smallInt(row.getColumn(4)), smallInt(row.getColumn(5))});
  }
  return places;
}

std::vector<CheckpointRow> readCheckpoints(SQLite::Database& database) {
  std::vector<CheckpointRow> rows;
  SQLite::Statement row(database,
                        "SELECT step, time, file, bytes, sha256, reason, pinned, validation FROM "
                        "checkpoints ORDER BY step");
  while (row.executeStep()) {
    rows.push_back({row.getColumn(0).getInt64(), realOf(row.getColumn(1)),
                    row.getColumn(2).getString(), row.getColumn(3).getInt64(),
                    row.getColumn(4).getString(), row.getColumn(5).getString(),
                    row.getColumn(6).getInt() != 0, realOf(row.getColumn(7))});
  }
  return rows;
}

WeightsRow weightsRow(SQLite::Statement& row) {
  WeightsRow weights;
  weights.step = row.getColumn(0).getInt64();
  weights.place = row.getColumn(1).getInt64();
  weights.levels = smallInt(row.getColumn(2));
  weights.kinds = smallInt(row.getColumn(3));
  weights.activations = row.getColumn(4).getInt() != 0;
  weights.kindNames = row.getColumn(5).getString();
  const auto expected = static_cast<std::int64_t>(4 * weights.expectedSize());
  if (expected == 0) {
    throw std::runtime_error("weights of " + std::to_string(weights.levels) + " levels of " +
                             std::to_string(weights.kinds) + " kinds can't be");
  }
  const std::string what = "weights at step " + std::to_string(weights.step);
  checkLength(row.getColumn(6), expected, what.c_str());
  checkLength(row.getColumn(7), expected, what.c_str());
  weights.raw = vectorOf<float>(row.getColumn(6));
  weights.mean = vectorOf<float>(row.getColumn(7));
  return weights;
}

AttentionRow attentionRow(SQLite::Statement& row) {
  AttentionRow attention;
  attention.step = row.getColumn(0).getInt64();
  attention.place = row.getColumn(1).getInt64();
  attention.node = smallInt(row.getColumn(2));
  attention.probe = row.getColumn(3).getInt64();
  attention.data = vectorOf<std::byte>(row.getColumn(4));
  return attention;
}

ProbeRow probeRow(SQLite::Statement& row) {
  ProbeRow probe;
  probe.id = row.getColumn(0).getInt64();
  probe.clip = row.getColumn(1).getInt64();
  probe.name = row.getColumn(2).getString();
  probe.encoding = row.getColumn(3).getString();
  probe.width = smallInt(row.getColumn(4));
  probe.height = smallInt(row.getColumn(5));
  probe.times = vectorOf<double>(row.getColumn(6));
  probe.cropX = static_cast<float>(realOf(row.getColumn(7)));
  probe.cropY = static_cast<float>(realOf(row.getColumn(8)));
  probe.cropWidth = static_cast<float>(realOf(row.getColumn(9)));
  probe.cropHeight = static_cast<float>(realOf(row.getColumn(10)));
  probe.flipped = row.getColumn(11).getInt() != 0;
  probe.label = row.getColumn(12).getInt64();
  probe.addedStep = row.getColumn(13).getInt64();
  probe.removedStep = row.getColumn(14).getInt64();
  if (probe.encoding != "jpeg" && probe.encoding != "rgb") {
    throw std::runtime_error("probe " + std::to_string(probe.id) + " has an unknown encoding");
  }
  return probe;
}

PredictionRow predictionRow(SQLite::Statement& row) {
  PredictionRow prediction;
  prediction.step = row.getColumn(0).getInt64();
  prediction.source = row.getColumn(1).getString();
  prediction.clip = row.getColumn(2).getInt64();
  prediction.label = row.getColumn(3).getInt64();
  const std::string what = "a prediction at step " + std::to_string(prediction.step);
  copyArray(row.getColumn(4), prediction.top, what.c_str());
  copyArray(row.getColumn(5), prediction.probability, what.c_str());
  prediction.loss = static_cast<float>(realOf(row.getColumn(6)));
  return prediction;
}

EventLevel parseEventLevel(const std::string& name) {
  return name == "error"     ? EventLevel::Error
         : name == "warning" ? EventLevel::Warning
                             : EventLevel::Info;
}

}  // namespace attelier::run::detail
