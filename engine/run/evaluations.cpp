#include "engine/run/evaluations.h"

#include "engine/base/atomic_file.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace attelier::run {
namespace {

constexpr const char* kPlanFile = "comparison.json";
constexpr int kPlanSchema = 1;
constexpr std::size_t kLargestPlan = 1 << 20;
constexpr std::size_t kMostTrainings = 1002;  // as many as `evaluate` takes

bool isRandomName(const std::string& name) {
  constexpr std::string_view kPrefix = "random ";
  return name.size() > kPrefix.size() && name.starts_with(kPrefix) &&
         name.find_first_not_of("0123456789", kPrefix.size()) == std::string::npos;
}

Status addScores(RunReader& reader, EvaluationRecord& record) {
  ATTELIER_ASSIGN(const auto report, reader.points("report/top1"));
  ATTELIER_ASSIGN(const auto select, reader.points("select/top1"));
  record.reportLooks = static_cast<int>(report.size());
  if (!report.empty()) {
    record.report = report.back().value;
  }
  if (!select.empty()) {
    record.select = select.back().value;
  }
  return {};
}

Result<EvaluationRecord> recordOf(const std::filesystem::path& folder) {
  ATTELIER_ASSIGN(const auto reader, RunReader::open(folder));
  ATTELIER_ASSIGN(const StatusRow status, reader->status());
  const RunInfo& info = reader->info();
  EvaluationRecord record;
  record.folder = folder;
  record.id = info.id;
  record.name = info.parent ? info.parent->cell : std::string();
  record.phase = status.phase;
  record.step = status.step;
  record.stepsPlanned = status.stepsPlanned;
  record.message = status.message;
  record.created = info.created;
  const nlohmann::json& configuration = info.configuration;
  if (!configuration.is_object() || !configuration.contains("cell")) {
    record.role = EvaluationRole::Supergraph;
  } else if (configuration["cell"].is_null()) {
    record.role = EvaluationRole::Plain;
  } else {
    record.role = isRandomName(record.name) ? EvaluationRole::Random : EvaluationRole::Cell;
    if (auto design = space::cellFromJson(configuration["cell"], folder.string())) {
      record.design = std::move(*design);
    }
  }
  ATTELIER_CHECKED(addScores(*reader, record));
  return record;
}

// The name of a folder beside others, not a path that leads elsewhere.
bool isPlainName(const std::string& name) {
  return !name.empty() && name.size() < 256 && name != "." && name != ".." &&
         name.find('/') == std::string::npos;
}

ComparisonPlan planFromJson(const nlohmann::json& json) {
  ComparisonPlan plan;
  plan.steps = json.at("steps").get<std::int64_t>();
  plan.controls = json.at("controls").get<int>();
  for (const auto& training : json.at("trainings")) {
    plan.trainings.push_back(
        {training.at("name").get<std::string>(), training.at("folder").get<std::string>()});
  }
  return plan;
}

bool isSound(const ComparisonPlan& plan) {
  return plan.steps > 0 && plan.controls >= 0 && !plan.trainings.empty() &&
         plan.trainings.size() <= kMostTrainings &&
         std::all_of(plan.trainings.begin(), plan.trainings.end(),
                     [](const auto& training) { return isPlainName(training.folder); });
}

using Records = std::vector<EvaluationRecord>;

std::optional<Verdict> verdictOf(const Records& records, const Comparison& comparison,
                                 std::int64_t steps) {
  const EvaluationRecord& cell = records[comparison.members.front().record];
  const bool onReport = cell.report.has_value();
  const auto score = [&](const EvaluationRecord& record) -> std::optional<double> {
    const bool whole = record.phase == Phase::Finished && record.step == steps;
    return whole ? (onReport ? record.report : record.select) : std::nullopt;
  };
  std::vector<double> random;
  std::optional<double> plain;
  for (std::size_t i = 1; i < comparison.members.size(); ++i) {
    const EvaluationRecord& record = records[comparison.members[i].record];
    const auto reached = score(record);
    if (record.role == EvaluationRole::Plain) {
      plain = reached;
    } else if (reached) {
      random.push_back(*reached);
    }
  }
  const auto own = score(cell);
  if (!own || (!plain && random.empty())) {
    return std::nullopt;
  }
  return judge(*own, random, plain.value_or(-1.0), onReport ? "report" : "select");
}

Comparison comparisonOf(const Records& records, std::size_t cell, const ComparisonPlan& plan) {
  Comparison comparison;
  comparison.members.push_back({plan.trainings.front().name, cell});
  for (std::size_t i = 1; i < plan.trainings.size(); ++i) {
    const auto path = records[cell].folder.parent_path() / plan.trainings[i].folder;
    const auto found =
        std::find_if(records.begin(), records.end(),
                     [&path](const EvaluationRecord& record) { return record.folder == path; });
    if (found != records.end() && found->role != EvaluationRole::Supergraph) {
      comparison.members.push_back(
          {plan.trainings[i].name, static_cast<std::size_t>(found - records.begin())});
    }
  }
  const auto over = std::count_if(
      comparison.members.begin(), comparison.members.end(), [&](const Comparison::Member& member) {
        const Phase phase = records[member.record].phase;
        return phase == Phase::Finished || phase == Phase::Failed || phase == Phase::Discarded;
      });
  comparison.waiting = std::max(0, plan.controls + 2 - static_cast<int>(over));
  comparison.verdict = verdictOf(records, comparison, plan.steps);
  return comparison;
}

}  // namespace

const char* evaluationRoleName(EvaluationRole role) {
  switch (role) {
    case EvaluationRole::Cell:
      return "cell";
    case EvaluationRole::Plain:
      return "plain";
    case EvaluationRole::Random:
      return "random";
    case EvaluationRole::Supergraph:
      break;
  }
  return "supergraph";
}

std::vector<EvaluationRecord> evaluationRecords(const RunReader& reader) {
  Records records;
  for (const auto& folder : reader.evaluations()) {
    if (auto record = recordOf(folder)) {
      records.push_back(std::move(*record));
    }
  }
  return records;
}

int reportLooks(const std::vector<EvaluationRecord>& records) {
  int looks = 0;
  for (const EvaluationRecord& record : records) {
    looks += record.reportLooks;
  }
  return looks;
}

Status writeComparisonPlan(const std::filesystem::path& cellFolder, const ComparisonPlan& plan) {
  nlohmann::ordered_json json{{"schema", kPlanSchema},
                              {"steps", plan.steps},
                              {"controls", plan.controls},
                              {"trainings", nlohmann::ordered_json::array()}};
  for (const auto& training : plan.trainings) {
    json["trainings"].push_back({{"name", training.name}, {"folder", training.folder}});
  }
  return writeFileAtomically(
      cellFolder / kPlanFile,
      json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n");
}

Result<std::optional<ComparisonPlan>> readComparisonPlan(const std::filesystem::path& cellFolder) {
  const std::filesystem::path file = cellFolder / kPlanFile;
  auto text = readTextFile(file, kLargestPlan);
  if (!text) {
    return text.error().code == ErrorCode::NotFound
               ? Result<std::optional<ComparisonPlan>>(std::nullopt)
               : tl::unexpected(std::move(text.error()));
  }
  ComparisonPlan plan;
  try {
    const auto json = nlohmann::json::parse(*text);
    if (json.at("schema").get<int>() > kPlanSchema) {
      return fail(ErrorCode::Unsupported, "was written by a newer Attelier", file.string());
    }
    plan = planFromJson(json);
  } catch (const nlohmann::json::exception& error) {
    return fail(ErrorCode::Corrupt, error.what(), file.string());
  }
  if (!isSound(plan)) {
    return fail(ErrorCode::Corrupt, "names no trainings that can be compared", file.string());
  }
  return plan;
}

std::vector<Comparison> compareEvaluations(const std::vector<EvaluationRecord>& records) {
  std::vector<Comparison> comparisons;
  for (std::size_t cell = 0; cell < records.size(); ++cell) {
    if (!records[cell].design) {
      continue;
    }
    const auto plan = readComparisonPlan(records[cell].folder);
    if (plan && *plan) {
      comparisons.push_back(comparisonOf(records, cell, **plan));
    }
  }
  return comparisons;
}

}  // namespace attelier::run
