#pragma once

#include "engine/run/rows.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <string>
#include <vector>

/// Rows from `run.db`, of a stranger too: what can't be is thrown as std::runtime_error. Not for
/// other folders.
namespace attelier::run::detail {

StatusRow readStatus(SQLite::Database& database);
std::vector<std::string> readMetricNames(SQLite::Database& database);
std::vector<PlaceRow> readPlaces(SQLite::Database& database);
std::vector<CheckpointRow> readCheckpoints(SQLite::Database& database);

/// From the columns `step, place, levels, kinds, activations, kind_names, raw, mean`.
WeightsRow weightsRow(SQLite::Statement& row);

/// From the columns of `attention` after `id`, without `bytes`.
AttentionRow attentionRow(SQLite::Statement& row);

/// From the columns of `probes`.
ProbeRow probeRow(SQLite::Statement& row);

/// From the columns of `predictions` after `id`.
PredictionRow predictionRow(SQLite::Statement& row);

EventLevel parseEventLevel(const std::string& name);

/// Refuses a file whose tables are missing or are not plain tables (a view could hide anything).
void checkTables(SQLite::Database& database);

}  // namespace attelier::run::detail
