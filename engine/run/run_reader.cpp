#include "engine/run/run_reader.h"

#include "engine/base/atomic_file.h"
#include "engine/base/nearest_name.h"
#include "engine/run/database.h"
#include "engine/run/dataset_check.h"
#include "engine/run/metrics_reader.h"
#include "engine/run/read_connection.h"
#include "engine/run/row_reader.h"
#include "engine/run/row_writer.h"
#include "engine/run/run_lock.h"

#include <algorithm>

namespace attelier::run {
namespace {

using detail::bindAll;
using detail::realOf;

constexpr std::int64_t kMaximumRows = 10'000'000;

constexpr const char* kAttentionColumns = "step, place, node, probe, data";

template <typename Row, typename Take>
std::vector<Row> all(SQLite::Statement& statement, Take&& take) {
  std::vector<Row> rows;
  while (statement.executeStep()) {
    if (static_cast<std::int64_t>(rows.size()) >= kMaximumRows) {
      throw std::runtime_error("a table has more than ten million rows");
    }
    rows.push_back(take(statement));
  }
  return rows;
}

std::vector<std::int64_t> integers(SQLite::Statement& statement) {
  return all<std::int64_t>(statement,
                           [](SQLite::Statement& row) { return row.getColumn(0).getInt64(); });
}

// Every n-th of a sorted list so that at most `maximum` stay, and the last.
std::vector<std::int64_t> thinned(const std::vector<std::int64_t>& steps, std::int64_t maximum) {
  const std::int64_t count = std::ssize(steps);
  const std::int64_t limit = std::max<std::int64_t>(2, maximum);
  if (count <= limit) {
    return steps;
  }
  std::vector<std::int64_t> kept;
  for (std::int64_t i = 0; i < limit; ++i) {
    kept.push_back(steps[static_cast<std::size_t>(i * (count - 1) / (limit - 1))]);
  }
  return kept;
}

nlohmann::json parseOrThrow(const std::string& text, const char* what) {
  nlohmann::json json = nlohmann::json::parse(text, nullptr, false);
  if (json.is_discarded()) {
    throw std::runtime_error(std::string(what) + " is no JSON");
  }
  return json;
}

}  // namespace

class RunReader::Impl {
 public:
  // One short transaction; tried once more after opening again, because an engine may just have
  // come or gone.
  template <typename Action>
  auto read(Action&& action) -> Result<std::invoke_result_t<Action, SQLite::Database&>> {
    const auto attempt = [&] {
      return detail::guarded(connection->file(), [&] {
        SQLite::Database& database = connection->database();
        SQLite::Transaction transaction(database);
        auto result = action(database);
        transaction.commit();
        return result;
      });
    };
    ATTELIER_CHECKED(connection->refresh());
    auto result = attempt();
    if (!result.has_value() &&
        (result.error().code == ErrorCode::Io || result.error().code == ErrorCode::Busy)) {
      ATTELIER_CHECKED(connection->reopen());
      result = attempt();
    }
    return result;
  }

  RunInfo info;
  std::optional<RunFolder> folder;
  std::filesystem::path clipsRoot;
  std::unique_ptr<detail::ReadConnection> connection;
};

RunReader::RunReader() : impl_(std::make_unique<Impl>()) {}
RunReader::~RunReader() = default;

Result<std::unique_ptr<RunReader>> RunReader::open(const std::filesystem::path& folderOrSnapshot,
                                                   const ReaderOptions& options) {
  std::unique_ptr<RunReader> reader(new RunReader);
  Impl& impl = *reader->impl_;
  std::error_code error;
  if (std::filesystem::is_regular_file(folderOrSnapshot, error)) {
    ATTELIER_ASSIGN(impl.connection, detail::ReadConnection::openFile(folderOrSnapshot));
    ATTELIER_ASSIGN(const std::string text, impl.read([](SQLite::Database& database) {
      SQLite::Statement row(database, "SELECT text FROM documents WHERE name = 'run.json'");
      if (!row.executeStep()) {
        throw std::runtime_error("is no snapshot: it has no run.json");
      }
      return row.getColumn(0).getString();
    }));
    ATTELIER_ASSIGN(impl.info, runInfoFromJson(nlohmann::json::parse(text, nullptr, false),
                                               folderOrSnapshot.string()));
  } else {
    ATTELIER_ASSIGN(impl.folder, RunFolder::open(folderOrSnapshot));
    impl.info = impl.folder->info();
    ATTELIER_ASSIGN(impl.connection,
                    detail::ReadConnection::openFolder(*impl.folder, options.cache));
  }
  impl.clipsRoot =
      options.clipsRoot.empty() ? std::filesystem::path(impl.info.dataRoot) : options.clipsRoot;
  return reader;
}

const RunInfo& RunReader::info() const { return impl_->info; }
bool RunReader::isSnapshot() const { return !impl_->folder.has_value(); }
ReadMode RunReader::mode() const { return impl_->connection->mode(); }
std::optional<RunFolder> RunReader::folder() const { return impl_->folder; }
std::filesystem::path RunReader::clipsRoot() const { return impl_->clipsRoot; }

Result<StatusRow> RunReader::status() {
  ATTELIER_ASSIGN(StatusRow status, impl_->read(detail::readStatus));
  const bool locked =
      impl_->folder.has_value() && isLocked(impl_->folder->lockFile()).value_or(false);
  status.phase = phaseSeen(status.phase, locked);
  return status;
}

Result<std::vector<ConfigChangeRow>> RunReader::configChanges() {
  return impl_->read([](SQLite::Database& database) {
    SQLite::Statement rows(database,
                           "SELECT step, time, patch, reason FROM config_changes ORDER BY id");
    return all<ConfigChangeRow>(rows, [](SQLite::Statement& row) {
      return ConfigChangeRow{row.getColumn(0).getInt64(), realOf(row.getColumn(1)),
                             row.getColumn(2).getString(), row.getColumn(3).getString()};
    });
  });
}

Result<nlohmann::json> RunReader::effectiveConfiguration() {
  ATTELIER_ASSIGN(const auto changes, configChanges());
  return detail::guarded(impl_->connection->file(), [&] {
    nlohmann::json configuration = impl_->info.configuration;
    for (const ConfigChangeRow& change : changes) {
      configuration.merge_patch(parseOrThrow(change.patch, "a patch in 'config_changes'"));
    }
    return configuration;
  });
}

Result<std::vector<std::string>> RunReader::metricNames() {
  return impl_->read(detail::readMetricNames);
}

Result<MetricsView> RunReader::metrics(StepRange range, const std::vector<std::string>& names,
                                       std::int64_t maximumPoints) {
  ATTELIER_ASSIGN(const std::vector<std::string> known, metricNames());
  std::vector<std::size_t> columns;
  for (const std::string& name : names) {
    const auto found = std::find(known.begin(), known.end(), name);
    if (found == known.end()) {
      return fail(ErrorCode::NotFound, unknownNameMessage("metric", name, known));
    }
    columns.push_back(static_cast<std::size_t>(found - known.begin()));
  }
  for (std::size_t i = 0; names.empty() && i < known.size(); ++i) {
    columns.push_back(i);
  }
  ATTELIER_ASSIGN(MetricsView view, impl_->read([&](SQLite::Database& database) {
    // Names may have come since; a row then has more values than `known`.
    const std::size_t count = detail::readMetricNames(database).size();
    return detail::readMetrics(database, range, columns, count, maximumPoints);
  }));
  view.names = names.empty() ? known : names;
  return view;
}

Result<std::optional<StepRange>> RunReader::metricsRange() {
  return impl_->read(detail::readMetricsRange);
}

Result<std::vector<PointRow>> RunReader::points(const std::string& name, StepRange range) {
  return impl_->read([&](SQLite::Database& database) {
    SQLite::Statement rows(database, name.empty()
                                         ? "SELECT step, name, value, time FROM points WHERE step "
                                           "BETWEEN ? AND ? ORDER BY step, id"
                                         : "SELECT step, name, value, time FROM points WHERE step "
                                           "BETWEEN ? AND ? AND name = ? ORDER BY step, id");
    bindAll(rows, range.first, range.last);
    if (!name.empty()) {
      rows.bind(3, name);
    }
    return all<PointRow>(rows, [](SQLite::Statement& row) {
      return PointRow{row.getColumn(0).getInt64(), row.getColumn(1).getString(),
                      realOf(row.getColumn(2)), realOf(row.getColumn(3))};
    });
  });
}

Result<std::vector<PlaceRow>> RunReader::places() { return impl_->read(detail::readPlaces); }

Result<std::vector<std::int64_t>> RunReader::weightSteps(std::int64_t place) {
  return impl_->read([&](SQLite::Database& database) {
    SQLite::Statement rows(database, "SELECT step FROM weights WHERE place = ? ORDER BY step");
    rows.bind(1, place);
    return integers(rows);
  });
}

Result<std::optional<WeightsRow>> RunReader::weightsAt(std::int64_t step, std::int64_t place) {
  return impl_->read([&](SQLite::Database& database) {
    SQLite::Statement row(
        database,
        "SELECT step, place, levels, kinds, activations, kind_names, raw, mean FROM "
        "weights WHERE place = ? AND step <= ? ORDER BY step DESC LIMIT 1");
    bindAll(row, place, step);
    return row.executeStep() ? std::optional(detail::weightsRow(row)) : std::nullopt;
  });
}

Result<std::vector<WeightsRow>> RunReader::weights(std::int64_t place, StepRange range,
                                                   std::int64_t maximumRecords) {
  return impl_->read([&](SQLite::Database& database) {
    SQLite::Statement list(
        database,
        "SELECT step FROM weights WHERE place = ? AND step BETWEEN ? AND ? ORDER BY step");
    bindAll(list, place, range.first, range.last);
    SQLite::Statement row(
        database,
        "SELECT step, place, levels, kinds, activations, kind_names, raw, mean FROM "
        "weights WHERE place = ? AND step = ?");
    std::vector<WeightsRow> rows;
    for (const std::int64_t step : thinned(integers(list), maximumRecords)) {
      row.reset();
      bindAll(row, place, step);
      if (row.executeStep()) {
        rows.push_back(detail::weightsRow(row));
      }
    }
    return rows;
  });
}

Result<std::vector<LabelRow>> RunReader::labels() {
  return impl_->read([](SQLite::Database& database) {
    SQLite::Statement rows(database, "SELECT id, name FROM labels ORDER BY id");
    return all<LabelRow>(rows, [](SQLite::Statement& row) {
      return LabelRow{row.getColumn(0).getInt64(), row.getColumn(1).getString()};
    });
  });
}

Result<std::vector<ClipRow>> RunReader::dataset() {
  return impl_->read([](SQLite::Database& database) {
    SQLite::Statement rows(
        database,
        "SELECT id, path, split, label, frames, fps, width, height, bytes, mtime, "
        "state, reason FROM dataset ORDER BY id");
    return all<ClipRow>(rows, [](SQLite::Statement& row) {
      return ClipRow{row.getColumn(0).getInt64(),   row.getColumn(1).getString(),
                     row.getColumn(2).getString(),  row.getColumn(3).getInt64(),
                     row.getColumn(4).getInt64(),   realOf(row.getColumn(5)),
                     row.getColumn(6).getInt(),     row.getColumn(7).getInt(),
                     row.getColumn(8).getInt64(),   realOf(row.getColumn(9)),
                     row.getColumn(10).getString(), row.getColumn(11).getString()};
    });
  });
}

Result<std::filesystem::path> RunReader::clipPath(const ClipRow& clip) const {
  return pathUnderRoot(impl_->clipsRoot, clip.path);
}

Result<std::vector<ProbeRow>> RunReader::probes() {
  return impl_->read([](SQLite::Database& database) {
    SQLite::Statement rows(database,
                           "SELECT id, clip, name, encoding, width, height, times, crop_x, crop_y, "
                           "crop_width, crop_height, flipped, label, added_step, removed_step FROM "
                           "probes ORDER BY id");
    return all<ProbeRow>(rows, detail::probeRow);
  });
}

Result<Bytes> RunReader::probeFrame(std::int64_t probe, std::int64_t frame) {
  ATTELIER_ASSIGN(auto found, impl_->read([&](SQLite::Database& database) {
    SQLite::Statement row(database, "SELECT data FROM probe_frames WHERE probe = ? AND frame = ?");
    bindAll(row, probe, frame);
    return row.executeStep() ? std::optional(detail::vectorOf<std::byte>(row.getColumn(0)))
                             : std::nullopt;
  }));
  if (!found.has_value()) {
    return fail(ErrorCode::NotFound,
                "frame " + std::to_string(frame) + " of probe " + std::to_string(probe) +
                    " is not stored (a snapshot may have been made without frames)",
                impl_->connection->file().string());
  }
  return std::move(*found);
}

Result<std::vector<std::int64_t>> RunReader::attentionSteps(std::int64_t probe) {
  return impl_->read([&](SQLite::Database& database) {
    SQLite::Statement rows(database,
                           "SELECT DISTINCT step FROM attention WHERE probe = ? ORDER BY step");
    rows.bind(1, probe);
    return integers(rows);
  });
}

Result<std::optional<AttentionRow>> RunReader::attentionAt(std::int64_t step, std::int64_t place,
                                                           int node, std::int64_t probe) {
  return impl_->read([&](SQLite::Database& database) {
    SQLite::Statement row(database,
                          std::string("SELECT ") + kAttentionColumns +
                              " FROM attention WHERE probe = ? AND place = ? AND node = ? "
                              "AND step <= ? ORDER BY step DESC LIMIT 1");
    bindAll(row, probe, place, node, step);
    return row.executeStep() ? std::optional(detail::attentionRow(row)) : std::nullopt;
  });
}

Result<std::vector<RecordKey>> RunReader::attentionKeys(std::int64_t step) {
  return impl_->read([&](SQLite::Database& database) {
    SQLite::Statement rows(database,
                           "SELECT step, place, node, probe FROM attention WHERE step = ? "
                           "ORDER BY probe, place, node");
    rows.bind(1, step);
    return all<RecordKey>(rows, [](SQLite::Statement& row) {
      return RecordKey{row.getColumn(0).getInt64(), row.getColumn(1).getInt64(),
                       row.getColumn(2).getInt(), row.getColumn(3).getInt64()};
    });
  });
}

Result<std::vector<PredictionRow>> RunReader::predictions(const std::string& source,
                                                          std::int64_t step) {
  return impl_->read([&](SQLite::Database& database) {
    SQLite::Statement rows(
        database,
        "SELECT step, source, clip, label, top, probability, loss FROM predictions "
        "WHERE source = ?1 AND step = (SELECT max(step) FROM predictions WHERE "
        "source = ?1 AND step <= ?2) ORDER BY id");
    bindAll(rows, source, step);
    return all<PredictionRow>(rows, detail::predictionRow);
  });
}

Result<std::vector<ResourcesRow>> RunReader::resources(StepRange range,
                                                       std::int64_t maximumRecords) {
  return impl_->read([&](SQLite::Database& database) {
    SQLite::Statement list(database,
                           "SELECT step FROM resources WHERE step BETWEEN ? AND ? ORDER BY step");
    bindAll(list, range.first, range.last);
    SQLite::Statement row(
        database,
        "SELECT time, host_bytes, device_allocated, device_reserved, device_peak, "
        "device_used, load_ms, forward_ms, backward_ms, optimiser_ms, store_ms, "
        "answers_ms, gpu_utilisation, gpu_temperature, gpu_power FROM resources "
        "WHERE step = ?");
    std::vector<ResourcesRow> rows;
    for (const std::int64_t step : thinned(integers(list), maximumRecords)) {
      row.reset();
      bindAll(row, step);
      if (!row.executeStep()) {
        continue;
      }
      ResourcesRow& out = rows.emplace_back();
      out.step = step;
      int column = 0;
      for (double* value : {&out.time, &out.hostBytes, &out.deviceAllocated, &out.deviceReserved,
                            &out.devicePeak, &out.deviceUsed, &out.loadMs, &out.forwardMs,
                            &out.backwardMs, &out.optimiserMs, &out.storeMs, &out.answersMs,
                            &out.gpuUtilisation, &out.gpuTemperature, &out.gpuPower}) {
        *value = realOf(row.getColumn(column++));
      }
    }
    return rows;
  });
}

Result<std::vector<CheckpointRow>> RunReader::checkpoints() {
  return impl_->read(detail::readCheckpoints);
}

Result<std::vector<EventRow>> RunReader::events(std::int64_t afterId, std::int64_t limit) {
  return impl_->read([&](SQLite::Database& database) {
    SQLite::Statement rows(database,
                           "SELECT id, time, step, level, kind, text FROM events WHERE id > ? "
                           "ORDER BY id LIMIT ?");
    bindAll(rows, afterId, limit);
    return all<EventRow>(rows, [](SQLite::Statement& row) {
      return EventRow{
          row.getColumn(0).getInt64(),  realOf(row.getColumn(1)),
          row.getColumn(2).getInt64(),  detail::parseEventLevel(row.getColumn(3).getString()),
          row.getColumn(4).getString(), row.getColumn(5).getString()};
    });
  });
}

Result<std::vector<CellRow>> RunReader::cells() {
  return impl_->read([](SQLite::Database& database) {
    SQLite::Statement rows(
        database,
        "SELECT id, name, design, origin, step, cost, latency_ms, time, removed FROM "
        "cells ORDER BY id");
    return all<CellRow>(rows, [](SQLite::Statement& row) {
      return CellRow{row.getColumn(0).getInt64(),   row.getColumn(1).getString(),
                     row.getColumn(2).getString(),  row.getColumn(3).getString(),
                     row.getColumn(4).getInt64(),   row.getColumn(5).getString(),
                     realOf(row.getColumn(6)),      realOf(row.getColumn(7)),
                     row.getColumn(8).getInt() != 0};
    });
  });
}

std::vector<std::filesystem::path> RunReader::evaluations() const {
  std::vector<std::filesystem::path> found;
  if (!impl_->folder.has_value()) {
    return found;
  }
  std::error_code error;
  for (const auto& entry :
       std::filesystem::directory_iterator(impl_->folder->evaluations(), error)) {
    const auto folder = RunFolder::open(entry.path());
    if (folder.has_value() && folder->info().parent.has_value() &&
        folder->info().parent->run == impl_->info.id) {
      found.push_back(entry.path());
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace attelier::run
