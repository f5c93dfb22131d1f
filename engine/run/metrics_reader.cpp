#include "engine/run/metrics_reader.h"

#include "engine/run/band_builder.h"
#include "engine/run/database.h"

#include <algorithm>

namespace attelier::run::detail {
namespace {

// Longest range of which every step is kept in memory at once, whatever a caller asks.
constexpr std::int64_t kMaximumRows = 1 << 20;

class ViewBuilder {
 public:
  ViewBuilder(MetricsView& view, const std::vector<std::size_t>& columns)
      : view_(view), columns_(columns) {
    for (auto* curves : {&view.minimum, &view.maximum, &view.mean, &view.last}) {
      curves->resize(columns.size());
    }
  }

  void addStep(std::int64_t step, double time, const std::vector<float>& values) {
    view_.steps.push_back(step);
    view_.times.push_back(time);
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      const float value = columns_[i] < values.size() ? values[columns_[i]] : kAbsentFloat;
      for (auto* curves : {&view_.minimum, &view_.maximum, &view_.mean, &view_.last}) {
        (*curves)[i].push_back(value);
      }
    }
  }

  void addBand(const BandRow& band) {
    view_.steps.push_back(band.firstStep);
    view_.times.push_back(band.time);
    const auto put = [this](std::vector<std::vector<float>>& curves,
                            const std::vector<float>& values) {
      for (std::size_t i = 0; i < columns_.size(); ++i) {
        curves[i].push_back(columns_[i] < values.size() ? values[columns_[i]] : kAbsentFloat);
      }
    };
    put(view_.minimum, band.minimum);
    put(view_.maximum, band.maximum);
    put(view_.mean, band.mean);
    put(view_.last, band.last);
  }

 private:
  MetricsView& view_;
  const std::vector<std::size_t>& columns_;
};

void checkCount(std::size_t count, std::size_t known, std::int64_t step) {
  if (count > known) {
    throw std::runtime_error("step " + std::to_string(step) + " has " + std::to_string(count) +
                             " values for " + std::to_string(known) + " metrics");
  }
}

template <typename Take>
void forEachRow(SQLite::Database& database, StepRange range, std::size_t known, Take&& take) {
  SQLite::Statement rows(
      database, "SELECT step, time, data FROM metrics WHERE step BETWEEN ? AND ? ORDER BY step");
  bindAll(rows, range.first, range.last);
  while (rows.executeStep()) {
    const std::int64_t step = rows.getColumn(0).getInt64();
    const std::vector<float> values = vectorOf<float>(rows.getColumn(2));
    checkCount(values.size(), known, step);
    take(step, realOf(rows.getColumn(1)), values);
  }
}

}  // namespace

std::optional<StepRange> readMetricsRange(SQLite::Database& database) {
  // Two queries: SQLite uses the index for one of min and max alone.
  const std::int64_t first = integer(database, "SELECT min(step) FROM metrics", -1);
  if (first < 0) {
    return std::nullopt;
  }
  return StepRange{first, integer(database, "SELECT max(step) FROM metrics")};
}

MetricsView readMetrics(SQLite::Database& database, StepRange range,
                        const std::vector<std::size_t>& columns, std::size_t known,
                        std::int64_t maximumPoints) {
  MetricsView view;
  ViewBuilder builder(view, columns);
  const std::optional<StepRange> stored = readMetricsRange(database);
  if (!stored.has_value()) {
    return view;
  }
  range = {std::max(range.first, stored->first), std::min(range.last, stored->last)};
  if (range.first > range.last || range.first < 1) {
    return view;
  }
  const std::int64_t points = std::clamp<std::int64_t>(maximumPoints, 1, kMaximumRows);
  const std::int64_t steps = range.last - range.first + 1;
  view.stepsPerPoint = steps <= points ? 1 : steps / kFineSpan <= points ? kFineSpan : kCoarseSpan;
  if (view.stepsPerPoint == 1) {
    forEachRow(database, range, known, [&](std::int64_t step, double time, const auto& values) {
      builder.addStep(step, time, values);
    });
    return view;
  }
  const std::int64_t span = view.stepsPerPoint;
  const std::int64_t from = firstStepOfBlock(range.first, span);
  std::int64_t end = from - 1;  // last step that a band covers
  SQLite::Statement bands(database,
                          "SELECT first_step, count, time, data FROM bands WHERE span = ? AND "
                          "first_step BETWEEN ? AND ? ORDER BY first_step");
  bindAll(bands, span, from, range.last);
  while (bands.executeStep()) {
    const std::vector<float> data = vectorOf<float>(bands.getColumn(3));
    const BandRow band = unpackBand(bands.getColumn(0).getInt64(), bands.getColumn(1).getInt64(),
                                    realOf(bands.getColumn(2)), data);
    checkCount(band.last.size(), known, band.firstStep);
    builder.addBand(band);
    end = band.firstStep + span - 1;
  }
  // The block that is being filled has no band yet.
  if (end < range.last) {
    BandBuilder tail(span);
    forEachRow(database, {end + 1, INT64_MAX}, known,
               [&](std::int64_t step, double time, const auto& values) {
                 for (const BandRow& band : tail.add(step, time, values)) {
                   builder.addBand(band);
                 }
               });
    if (const auto band = tail.partial(); band.has_value()) {
      builder.addBand(*band);
    }
  }
  return view;
}

}  // namespace attelier::run::detail
