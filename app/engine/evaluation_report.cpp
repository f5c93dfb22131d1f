#include "app/engine/evaluation_report.h"

#include "app/engine/printing.h"

namespace attelier::app {

namespace {

std::string scored(const std::optional<search::Score>& score) {
  return score ? numberText("%.3f", score->top1) : "-";
}

nlohmann::json orNull(const std::optional<double>& value) {
  return value ? nlohmann::json(*value) : nlohmann::json(nullptr);
}

}  // namespace

std::string evaluationText(const search::Evaluation& evaluation, double searchSeconds) {
  std::vector<std::vector<std::string>> table{
      {"cell", "design", "operations", "parameters", "top-1 report", "top-1 select", "trained"}};
  for (const search::EvaluatedCell& cell : evaluation.cells) {
    table.push_back({cell.name == cell.design ? "the cell" : cell.name,
                     cell.design.empty() ? "-" : cell.design, std::to_string(cell.operations),
                     countText(cell.parameters), scored(cell.outcome.report),
                     scored(cell.outcome.select),
                     durationText(cell.outcome.trainingSeconds) + (cell.before ? " before" : "")});
  }
  std::string text = tableText(table);
  if (evaluation.verdict) {
    text += "\n" + evaluation.verdict->sentence;
  }
  if (evaluation.price > 0.0) {
    text += "\nprice: the search trained for " + durationText(searchSeconds) + ", " +
            numberText("%.2f", evaluation.price) + " times training the cell once";
  }
  for (const search::EvaluatedCell& cell : evaluation.cells) {
    if (!cell.outcome.message.empty()) {
      text +=
          (evaluation.verdict ? "\nleft out: " : "\n") + cell.name + ": " + cell.outcome.message;
    }
  }
  for (const search::EvaluatedCell& cell : evaluation.cells) {
    text += "\nrun: " + cell.folder.string();
  }
  return text;
}

nlohmann::json toJson(const search::Evaluation& evaluation) {
  nlohmann::json json{{"cells", nlohmann::json::array()}, {"verdict", nullptr}, {"price", nullptr}};
  for (const search::EvaluatedCell& cell : evaluation.cells) {
    nlohmann::json entry{{"name", cell.name},
                         {"design", cell.design},
                         {"operations", cell.operations},
                         {"parameters", cell.parameters},
                         {"run", cell.folder.string()},
                         {"phase", run::phaseName(cell.outcome.phase)},
                         {"message", cell.outcome.message},
                         {"trained_before", cell.before},
                         {"step", cell.outcome.step},
                         {"training_seconds", cell.outcome.trainingSeconds},
                         {"select", nullptr},
                         {"report", nullptr}};
    if (cell.outcome.select) {
      entry["select"] = toJson(*cell.outcome.select);
    }
    if (cell.outcome.report) {
      entry["report"] = toJson(*cell.outcome.report);
    }
    json["cells"].push_back(std::move(entry));
  }
  if (evaluation.verdict) {
    json["verdict"] = toJson(*evaluation.verdict);
  }
  if (evaluation.price > 0.0) {
    json["price"] = evaluation.price;
  }
  return json;
}

nlohmann::json toJson(const run::Verdict& verdict) {
  return {{"cell", verdict.cell},
          {"random", verdict.random},
          {"plain", verdict.plain < 0.0 ? nlohmann::json(nullptr) : nlohmann::json(verdict.plain)},
          {"p", verdict.p},
          {"smallest_p", verdict.smallestP},
          {"stands_out", verdict.standsOut},
          {"sentence", verdict.sentence}};
}

nlohmann::json toJson(const run::EvaluationRecord& record) {
  return {{"folder", record.folder.string()},
          {"id", record.id},
          {"role", run::evaluationRoleName(record.role)},
          {"name", record.name},
          {"cell", record.design ? space::shortText(*record.design) : std::string()},
          {"operations", record.design ? record.design->nodes.size() : 0},
          {"phase", run::phaseName(record.phase)},
          {"step", record.step},
          {"steps_planned", record.stepsPlanned},
          {"message", record.message},
          {"created", record.created},
          {"select_top1", orNull(record.select)},
          {"report_top1", orNull(record.report)}};
}

nlohmann::json toJson(const run::Comparison& comparison,
                      const std::vector<run::EvaluationRecord>& records) {
  nlohmann::json json{
      {"members", nlohmann::json::array()}, {"waiting", comparison.waiting}, {"verdict", nullptr}};
  for (const auto& member : comparison.members) {
    json["members"].push_back(toJson(records[member.record]));
    json["members"].back()["name"] = member.name;
  }
  if (comparison.verdict) {
    json["verdict"] = toJson(*comparison.verdict);
  }
  return json;
}

}  // namespace attelier::app
