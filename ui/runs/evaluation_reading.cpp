#include "ui/runs/evaluation_reading.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

namespace attelier::ui {

namespace {

using Records = std::vector<run::EvaluationRecord>;

std::optional<double> scoreOf(const run::EvaluationRecord& record, const QString& split) {
  return split == QLatin1StringView("report") ? record.report : record.select;
}

bool isWhole(const run::EvaluationRecord& record) {
  return record.phase == run::Phase::Finished && record.step == record.stepsPlanned;
}

void addScores(EvaluationGroup& group) {
  const run::EvaluationRecord& cell = group.members.front();
  if (cell.report) {
    group.split = QStringLiteral("report");
  } else if (cell.select) {
    group.split = QStringLiteral("select");
  } else {
    return;
  }
  group.cell = scoreOf(cell, group.split);
  for (std::size_t i = 1; i < group.members.size(); ++i) {
    const run::EvaluationRecord& member = group.members[i];
    // What was ended early took less training, so it does not count.
    const auto score = isWhole(member) ? scoreOf(member, group.split) : std::nullopt;
    if (!score) continue;
    if (member.role == run::EvaluationRole::Plain) {
      group.plain = score;
    } else {
      group.random.push_back(*score);
    }
  }
  group.spread = spreadOf(group.random);
}

EvaluationGroup groupOf(const Records& records, const run::Comparison& comparison,
                        std::set<std::filesystem::path>& grouped) {
  EvaluationGroup group;
  for (const auto& member : comparison.members) {
    run::EvaluationRecord record = records[member.record];
    grouped.insert(record.folder);
    record.name = member.name;
    group.members.push_back(std::move(record));
  }
  group.name = QString::fromStdString(group.members.front().name);
  group.waiting = comparison.waiting;
  group.verdict = comparison.verdict;
  return group;
}

}  // namespace

std::optional<Spread> spreadOf(const std::vector<double>& values) {
  if (values.empty()) return std::nullopt;
  const double count = static_cast<double>(values.size());
  Spread spread{.mean = std::accumulate(values.begin(), values.end(), 0.0) / count,
                .deviation = 0,
                .count = static_cast<int>(values.size())};
  if (values.size() > 1) {
    double squares = 0;
    for (const double value : values) squares += (value - spread.mean) * (value - spread.mean);
    spread.deviation = std::sqrt(squares / (count - 1));
  }
  return spread;
}

double trainingSeconds(run::RunReader& reader) {
  const auto rows = reader.resources();
  if (!rows) return 0;
  double seconds = 0;
  std::int64_t before = 0;
  for (const run::ResourcesRow& row : *rows) {
    double ms = 0;
    for (const double part : {row.loadMs, row.forwardMs, row.backwardMs, row.optimiserMs}) {
      if (std::isfinite(part)) ms += part;
    }
    seconds += ms / 1000 * static_cast<double>(row.step - before);
    before = row.step;
  }
  return seconds;
}

EvaluationsReading readEvaluations(const std::filesystem::path& run) {
  EvaluationsReading reading;
  reading.run = run;
  const auto reader = run::RunReader::open(run);
  if (!reader) {
    reading.problem = QString::fromStdString(describe(reader.error()));
    return reading;
  }
  const Records records = run::evaluationRecords(**reader);
  reading.reportLooks = run::reportLooks(records);
  std::set<std::filesystem::path> grouped;
  for (const run::Comparison& comparison : run::compareEvaluations(records)) {
    reading.groups.push_back(groupOf(records, comparison, grouped));
  }
  // Controls of one comparison may serve another; what serves none stands alone.
  for (const run::EvaluationRecord& record : records) {
    if (grouped.contains(record.folder)) continue;
    EvaluationGroup alone;
    alone.name = QString::fromStdString(record.name);
    alone.members.push_back(record);
    reading.groups.push_back(std::move(alone));
  }
  std::stable_sort(reading.groups.begin(), reading.groups.end(), [](const auto& a, const auto& b) {
    return a.members.front().created > b.members.front().created;
  });
  const double search = trainingSeconds(**reader);
  for (EvaluationGroup& group : reading.groups) {
    addScores(group);
    const run::EvaluationRecord& cell = group.members.front();
    if (search <= 0 || cell.role != run::EvaluationRole::Cell || !isWhole(cell)) continue;
    const auto evaluation = run::RunReader::open(cell.folder);
    const double once = evaluation ? trainingSeconds(**evaluation) : 0;
    if (once > 0) group.price = search / once;
  }
  return reading;
}

}  // namespace attelier::ui
