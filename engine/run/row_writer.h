#pragma once

#include "engine/run/rows.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <variant>
#include <vector>

/// Not for other folders.
namespace attelier::run::detail {

struct MetricName {
  std::int64_t id = 0;
  std::string name;
};

struct ProbeRemoval {
  std::int64_t id = 0;
  std::int64_t step = 0;
};

struct CellUpdate {
  CellRow row;
};

struct Pin {
  std::int64_t step = 0;
  bool pinned = true;
};

/// What waits for the disk. A vector of labels or clips replaces its whole table.
using QueuedRow =
    std::variant<MetricsRow, PointRow, WeightsRow, AttentionRow, PredictionRow, ResourcesRow,
                 EventRow, ConfigChangeRow, PlaceRow, std::vector<LabelRow>, std::vector<ClipRow>,
                 ProbeRow, CellRow, CellUpdate, ProbeRemoval, MetricName, Pin>;

/// Rough size in memory.
std::size_t sizeOf(const QueuedRow& row);

/// The statements that put rows into `run.db`; what they throw is SQLite::Exception.
class RowWriter {
 public:
  explicit RowWriter(SQLite::Database& database) : database_(database) {}

  void write(const QueuedRow& row);
  void write(const BandRow& band, std::int64_t span);
  void write(const StatusRow& status);
  void write(const CheckpointRow& row);

 private:
  void insert(const MetricsRow& row);
  void insert(const PointRow& row);
  void insert(const WeightsRow& row);
  void insert(const AttentionRow& row);
  void insert(const PredictionRow& row);
  void insert(const ResourcesRow& row);
  void insert(const EventRow& row);
  void insert(const ConfigChangeRow& row);
  void insert(const PlaceRow& row);
  void insert(const std::vector<LabelRow>& rows);
  void insert(const std::vector<ClipRow>& rows);
  void insert(const ProbeRow& row);
  void insert(const CellRow& row);
  void insert(const CellUpdate& update);
  void insert(const ProbeRemoval& removal);
  void insert(const MetricName& name);
  void insert(const Pin& pin);

  SQLite::Statement& prepared(const char* sql);

  SQLite::Database& database_;
  std::map<const char*, std::unique_ptr<SQLite::Statement>> statements_;
};

const char* eventLevelName(EventLevel level);

}  // namespace attelier::run::detail
