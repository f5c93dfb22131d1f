#include "engine/run/schema.h"

#include "engine/run/database.h"
#include "engine/run/run_folder.h"

#include <SQLiteCpp/Backup.h>

#include <algorithm>
#include <string>

namespace attelier::run::detail {
namespace {

// docs/run-folder.md says what each column means; a test compares the two.
constexpr const char* kTables = R"sql(
CREATE TABLE meta(key TEXT PRIMARY KEY, value INTEGER) WITHOUT ROWID;
CREATE TABLE status(id INTEGER PRIMARY KEY CHECK (id = 1), phase TEXT, stage TEXT, step INTEGER,
  epoch INTEGER, steps_planned INTEGER, generation INTEGER, heartbeat REAL, step_time REAL,
  pid INTEGER, host TEXT, device TEXT, message TEXT);
CREATE TABLE config_changes(id INTEGER PRIMARY KEY, step INTEGER, time REAL, patch TEXT, reason TEXT);
CREATE TABLE metric_names(id INTEGER PRIMARY KEY, name TEXT UNIQUE);
CREATE TABLE metrics(step INTEGER PRIMARY KEY, time REAL, data BLOB);
CREATE TABLE bands(id INTEGER PRIMARY KEY, span INTEGER, first_step INTEGER, count INTEGER, time REAL,
  data BLOB);
CREATE UNIQUE INDEX bands_by_step ON bands(span, first_step);
CREATE TABLE points(id INTEGER PRIMARY KEY, step INTEGER, name TEXT, value REAL, time REAL);
CREATE UNIQUE INDEX points_by_name ON points(name, step);
CREATE TABLE places(id INTEGER PRIMARY KEY, name TEXT, channels INTEGER, frames INTEGER,
  height INTEGER, width INTEGER);
CREATE TABLE weights(id INTEGER PRIMARY KEY, step INTEGER, place INTEGER, levels INTEGER,
  kinds INTEGER, activations INTEGER, kind_names TEXT, raw BLOB, mean BLOB);
CREATE UNIQUE INDEX weights_by_step ON weights(place, step);
CREATE TABLE labels(id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE dataset(id INTEGER PRIMARY KEY, path TEXT, split TEXT, label INTEGER, frames INTEGER,
  fps REAL, width INTEGER, height INTEGER, bytes INTEGER, mtime REAL, state TEXT, reason TEXT);
CREATE TABLE probes(id INTEGER PRIMARY KEY, clip INTEGER, name TEXT, encoding TEXT, width INTEGER,
  height INTEGER, times BLOB, crop_x REAL, crop_y REAL, crop_width REAL, crop_height REAL,
  flipped INTEGER, label INTEGER, added_step INTEGER, removed_step INTEGER);
CREATE TABLE probe_frames(probe INTEGER, frame INTEGER, data BLOB, PRIMARY KEY (probe, frame));
CREATE TABLE attention(id INTEGER PRIMARY KEY, step INTEGER, place INTEGER, node INTEGER,
  probe INTEGER, bytes INTEGER, data BLOB);
CREATE UNIQUE INDEX attention_by_node ON attention(probe, place, node, step);
CREATE INDEX attention_by_step ON attention(step, bytes);
CREATE TABLE predictions(id INTEGER PRIMARY KEY, step INTEGER, source TEXT, clip INTEGER,
  label INTEGER, top BLOB, probability BLOB, loss REAL);
CREATE UNIQUE INDEX predictions_by_source ON predictions(source, step, clip);
CREATE TABLE resources(step INTEGER PRIMARY KEY, time REAL, host_bytes REAL, device_allocated REAL,
  device_reserved REAL, device_peak REAL, device_used REAL, load_ms REAL, forward_ms REAL,
  backward_ms REAL, optimiser_ms REAL, store_ms REAL, answers_ms REAL, gpu_utilisation REAL,
  gpu_temperature REAL, gpu_power REAL);
CREATE TABLE checkpoints(step INTEGER PRIMARY KEY, time REAL, file TEXT, bytes INTEGER, sha256 TEXT,
  reason TEXT, pinned INTEGER, validation REAL);
CREATE TABLE events(id INTEGER PRIMARY KEY AUTOINCREMENT, time REAL, step INTEGER, level TEXT,
  kind TEXT, text TEXT);
CREATE TABLE cells(id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT, design TEXT, origin TEXT,
  step INTEGER, cost TEXT, latency_ms REAL, time REAL, removed INTEGER);
CREATE TABLE pins(step INTEGER PRIMARY KEY);
INSERT INTO status VALUES (1, 'preparing', '', 0, 0, 0, 1, 0, 0, 0, '', '', '');
)sql";

void setVersion(SQLite::Database& database, int schema, int minReader) {
  database.exec("PRAGMA user_version = " + std::to_string(schema));
  execute(database, "INSERT OR REPLACE INTO meta VALUES ('min_reader', ?)", minReader);
}

}  // namespace

std::span<const Migration> migrations() {
  return {};  // schema 1 is the first
}

void createSchema(SQLite::Database& database) {
  SQLite::Transaction transaction(database);
  database.exec(kTables);
  database.exec("PRAGMA application_id = " + std::to_string(kApplicationId));
  setVersion(database, kSchema, kMinReader);
  transaction.commit();
}

Result<SchemaVersion> readVersion(SQLite::Database& database, const std::filesystem::path& file) {
  SchemaVersion version;
  const Status read = guarded(file, [&] {
    if (integer(database, "PRAGMA application_id") != kApplicationId) {
      throw std::runtime_error("is no run database");
    }
    version.schema = static_cast<int>(integer(database, "PRAGMA user_version"));
    version.minReader =
        static_cast<int>(integer(database, "SELECT value FROM meta WHERE key = 'min_reader'"));
  });
  ATTELIER_CHECKED(read);
  ATTELIER_CHECKED(checkReadable(version.schema, version.minReader, file.string()));
  return version;
}

Status migrate(SQLite::Database& database, const std::filesystem::path& file, int target,
               std::span<const Migration> steps) {
  ATTELIER_ASSIGN(const SchemaVersion version, readVersion(database, file));
  if (version.schema > target) {
    return fail(ErrorCode::Unsupported,
                "was written with schema " + std::to_string(version.schema) +
                    "; this program writes schema " + std::to_string(target) +
                    " and can only read it: resume it with a newer Attelier",
                file.string());
  }
  if (version.schema == target) {
    return {};
  }
  return guarded(file, [&] {
    const std::string backup =
        file.string() + ".schema-" + std::to_string(version.schema) + ".backup";
    {
      SQLite::Database copy(backup, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
      SQLite::Backup(copy, database).executeStep(-1);
    }
    SQLite::Transaction transaction(database);
    for (int schema = version.schema; schema < target; ++schema) {
      const auto step = std::find_if(steps.begin(), steps.end(),
                                     [schema](const Migration& m) { return m.from == schema; });
      if (step == steps.end()) {
        throw std::runtime_error("has schema " + std::to_string(schema) +
                                 ", from which no migration is known");
      }
      step->apply(database);
      setVersion(database, schema + 1, step->minReader);
    }
    transaction.commit();
  });
}

}  // namespace attelier::run::detail
