#include "app/engine/cell_report.h"
#include "app/engine/command.h"
#include "app/engine/evaluation_report.h"
#include "app/engine/printing.h"
#include "app/engine/stored_cells.h"

#include <cmath>
#include <ctime>
#include <memory>

namespace attelier::app {

namespace {

std::string timeText(double seconds) {
  const auto time = static_cast<std::time_t>(seconds);
  std::tm local{};
  localtime_r(&time, &local);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &local);
  return text;
}

/// Fields of the effective configuration that are not at their default, by path.
nlohmann::json changedFields(const nlohmann::json& configuration) {
  auto changed = nlohmann::json::object();
  for (const FieldInfo& info : search::runFields().infos()) {
    const auto group = configuration.find(info.group);
    if (group == configuration.end() || !group->is_object()) {
      continue;
    }
    const auto value = group->find(info.name);
    if (value != group->end() && *value != info.defaultValue) {
      changed[info.path()] = *value;
    }
  }
  return changed;
}

Result<nlohmann::json> bestSelect(run::RunReader& reader) {
  ATTELIER_ASSIGN(const auto points, reader.points("select/top1"));
  nlohmann::json best;
  for (const run::PointRow& point : points) {
    if (best.is_null() || point.value > best["top1"].get<double>()) {
      best = {{"top1", point.value}, {"step", point.step}};
    }
  }
  return best;
}

Result<nlohmann::json> troubles(run::RunReader& reader) {
  ATTELIER_ASSIGN(const auto events, reader.events());
  auto list = nlohmann::json::array();
  for (const run::EventRow& event : events) {
    if (event.level != run::EventLevel::Info) {
      list.push_back({{"time", event.time},
                      {"step", event.step},
                      {"level", event.level == run::EventLevel::Error ? "error" : "warning"},
                      {"kind", event.kind},
                      {"text", event.text}});
    }
  }
  return list;
}

Status addRows(run::RunReader& reader, nlohmann::json& info) {
  ATTELIER_ASSIGN(const auto checkpoints, reader.checkpoints());
  info["checkpoints"] = nlohmann::json::array();
  for (const run::CheckpointRow& row : checkpoints) {
    info["checkpoints"].push_back(
        {{"step", row.step},
         {"file", row.file},
         {"bytes", row.bytes},
         {"reason", row.reason},
         {"pinned", row.pinned},
         {"validation",
          std::isnan(row.validation) ? nlohmann::json(nullptr) : nlohmann::json(row.validation)}});
  }
  ATTELIER_ASSIGN(const auto places, reader.places());
  info["places"] = nlohmann::json::array();
  for (const run::PlaceRow& row : places) {
    info["places"].push_back(row.name);
  }
  ATTELIER_ASSIGN(const auto probes, reader.probes());
  info["probes"] = nlohmann::json::array();
  for (const run::ProbeRow& row : probes) {
    info["probes"].push_back({{"id", row.id}, {"clip", row.clip}, {"name", row.name}});
  }
  const auto evaluations = run::evaluationRecords(reader);
  info["evaluations"] = nlohmann::json::array();
  for (const run::EvaluationRecord& record : evaluations) {
    info["evaluations"].push_back(toJson(record));
  }
  info["comparisons"] = nlohmann::json::array();
  for (const run::Comparison& comparison : run::compareEvaluations(evaluations)) {
    info["comparisons"].push_back(toJson(comparison, evaluations));
  }
  info["report_looks"] = run::reportLooks(evaluations);
  return {};
}

Result<nlohmann::json> describeRun(run::RunReader& reader, const std::string& path) {
  ATTELIER_ASSIGN(const run::StatusRow status, reader.status());
  ATTELIER_ASSIGN(const nlohmann::json configuration, reader.effectiveConfiguration());
  const run::RunInfo& run = reader.info();
  nlohmann::json info{{"run", path},
                      {"id", run.id},
                      {"kind", run.kind == run::RunKind::Search ? "search" : "evaluation"},
                      {"snapshot", reader.isSnapshot()},
                      {"created", run.created},
                      {"seed", run.seed},
                      {"versions", run.versions},
                      {"phase", run::phaseName(status.phase)},
                      {"stage", status.stage},
                      {"step", status.step},
                      {"steps_planned", status.stepsPlanned},
                      {"device", status.device},
                      {"message", status.message},
                      {"changed_fields", changedFields(configuration)},
                      {"parent", nullptr}};
  if (run.parent) {
    info["parent"] = {
        {"run", run.parent->run}, {"step", run.parent->step}, {"cell", run.parent->cell}};
  }
  ATTELIER_ASSIGN(info["best_select"], bestSelect(reader));
  ATTELIER_ASSIGN(info["warnings"], troubles(reader));
  ATTELIER_CHECKED(addRows(reader, info));
  return info;
}

std::string topText(const nlohmann::json& value) {
  return value.is_null() ? "-" : numberText("%.3f", value.get<double>());
}

std::string listsText(const nlohmann::json& info) {
  std::string text;
  for (const auto& [path, value] : info["changed_fields"].items()) {
    text += (text.empty() ? "\nfields that differ from the defaults:\n  " : "\n  ") + path + " = " +
            value.dump();
  }
  std::vector<std::vector<std::string>> checkpoints{{"checkpoint", "step", "size", "reason"}};
  for (const auto& row : info["checkpoints"]) {
    checkpoints.push_back({row["file"].get<std::string>(), row["step"].dump(),
                           bytesText(row["bytes"].get<std::int64_t>()),
                           row["reason"].get<std::string>()});
  }
  text += checkpoints.size() > 1 ? "\n\n" + tableText(checkpoints) : "\nno checkpoint yet";
  std::vector<std::vector<std::string>> evaluations{
      {"evaluation", "cell", "phase", "top-1 report", "top-1 select"}};
  for (const auto& row : info["evaluations"]) {
    evaluations.push_back({std::filesystem::path(row["folder"].get<std::string>()).filename(),
                           row["name"].get<std::string>(), row["phase"].get<std::string>(),
                           topText(row["report_top1"]), topText(row["select_top1"])});
  }
  if (evaluations.size() > 1) {
    text += "\n\n" + tableText(evaluations) + "\nthe report split was looked at " +
            info["report_looks"].dump() + " times";
  }
  for (const auto& comparison : info["comparisons"]) {
    const auto& verdict = comparison["verdict"];
    text += "\n" + comparison["members"][0]["name"].get<std::string>() + ": " +
            (verdict.is_null() ? "not compared yet" : verdict["sentence"].get<std::string>());
    if (comparison["waiting"] > 0) {
      text += " (" + comparison["waiting"].dump() + " trainings to come)";
    }
  }
  for (const auto& event : info["warnings"]) {
    text += "\n" + event["level"].get<std::string>() + " at step " + event["step"].dump() + ": " +
            event["text"].get<std::string>();
  }
  return text;
}

std::string infoText(const nlohmann::json& info) {
  std::string text = info["run"].get<std::string>() + "\n" + info["kind"].get<std::string>() +
                     (info["snapshot"].get<bool>() ? " (snapshot)" : "") + ", begun " +
                     timeText(info["created"].get<double>()) + ", seed " + info["seed"].dump() +
                     ", device " + info["device"].get<std::string>();
  if (!info["parent"].is_null()) {
    text += "\nevaluates '" + info["parent"]["cell"].get<std::string>() + "' of run " +
            info["parent"]["run"].get<std::string>();
  }
  text += "\n" + info["phase"].get<std::string>() + ", step " + info["step"].dump() + " of " +
          info["steps_planned"].dump();
  if (!info["message"].get<std::string>().empty()) {
    text += ": " + info["message"].get<std::string>();
  }
  if (!info["best_select"].is_null()) {
    text += "\nbest top-1 on select " + topText(info["best_select"]["top1"]) + " at step " +
            info["best_select"]["step"].dump();
  }
  std::string places, probes;
  for (const auto& place : info["places"]) {
    places += " " + place.get<std::string>();
  }
  for (const auto& probe : info["probes"]) {
    probes += " " + probe["id"].dump();
  }
  return text + "\nplaces:" + places + "\nprobe clips:" + probes + listsText(info);
}

Status runInfo(const std::string& run, const Invocation& invocation) {
  ATTELIER_ASSIGN(auto reader, run::RunReader::open(run));
  ATTELIER_ASSIGN(const nlohmann::json info, describeRun(*reader, run));
  if (invocation.json) {
    printJson(info);
  } else {
    printText(infoText(info));
  }
  return {};
}

}  // namespace

void addInfo(CLI::App& program, Invocation& invocation) {
  const auto run = std::make_shared<std::string>();
  CLI::App* command =
      addCommand(program, invocation, "info",
                 "What a run is, where it stands, what it was made from and what came out", true,
                 [run, &invocation] { return runInfo(*run, invocation); });
  command->add_option("run", *run, "Run folder or snapshot")->required()->type_name("RUN");
}

}  // namespace attelier::app
