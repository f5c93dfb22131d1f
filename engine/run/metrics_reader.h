#pragma once

#include "engine/run/run_reader.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// Not for other folders.
namespace attelier::run::detail {

std::optional<StepRange> readMetricsRange(SQLite::Database& database);

/// `columns` are the places of the wanted metrics in a row's blob; `known` is how many there are.
MetricsView readMetrics(SQLite::Database& database, StepRange range,
                        const std::vector<std::size_t>& columns, std::size_t known,
                        std::int64_t maximumPoints);

}  // namespace attelier::run::detail
