#include "app/engine/cell_report.h"
#include "app/engine/command.h"
#include "app/engine/evaluation_report.h"
#include "app/engine/printing.h"
#include "app/engine/stored_cells.h"
#include "engine/run/commands.h"
#include "engine/run/run_lock.h"
#include "engine/run/store.h"
#include "engine/search/latency.h"

#include <algorithm>
#include <cmath>
#include <memory>

namespace attelier::app {

namespace {

constexpr std::chrono::seconds kAnswerPatience{30};

struct CellsOptions {
  std::string run, add, name, place, device = "auto";
  bool latency = false;
};

/// A cell of the run with all that is known of it.
struct ListedCell {
  run::CellRow row;
  space::CellDesign design;
};

Result<std::vector<ListedCell>> listedCells(run::RunReader& reader) {
  ATTELIER_ASSIGN(const auto rows, reader.cells());
  std::vector<ListedCell> cells;
  for (const run::CellRow& row : rows) {
    if (!row.removed) {
      ATTELIER_ASSIGN(space::CellDesign design,
                      space::cellFromText(row.design, "run.db: cell " + row.name));
      cells.push_back({.row = row, .design = std::move(design)});
    }
  }
  return cells;
}

Status addThroughEngine(const run::RunFolder& folder, const NamedCell& cell) {
  ATTELIER_ASSIGN(auto client, run::CommandClient::open(folder));
  ATTELIER_ASSIGN(const std::string id,
                  client->issue(run::CommandKind::Cell, {{"action", "add"},
                                                         {"name", cell.name},
                                                         {"design", space::toJson(cell.design)}}));
  ATTELIER_ASSIGN(const run::CommandAnswer answer, client->wait(id, kAnswerPatience));
  if (answer.state != run::CommandState::Done) {
    const std::string why = answer.answer.is_object() ? answer.answer.value("message", "") : "";
    return fail(ErrorCode::Busy, "the engine of this run did not take the cell: " + why,
                folder.path().string());
  }
  return {};
}

Status addCell(const CellsOptions& options) {
  ATTELIER_ASSIGN(const run::RunFolder folder, run::RunFolder::open(options.run));
  NamedCell cell;
  std::vector<space::Place> places;
  {
    ATTELIER_ASSIGN(auto reader, run::RunReader::open(options.run));
    ATTELIER_ASSIGN(const search::RunSettings settings, settingsOf(*reader, options.run));
    ATTELIER_ASSIGN(cell, findCell(options.add, nullptr, settings.configuration.operations));
    ATTELIER_ASSIGN(const auto rows, reader->places());
    places = placesOf(rows);
    cell.name = options.name.empty() ? cell.name : options.name;
    ATTELIER_ASSIGN(const auto known, listedCells(*reader));
    for (const ListedCell& other : known) {
      if (other.row.name == cell.name) {
        return fail(ErrorCode::InvalidArgument,
                    "the run has a cell named '" + cell.name + "' already; take another --name",
                    "--name");
      }
    }
  }
  const auto lock = run::RunLock::acquire(folder.lockFile());
  if (!lock) {
    return lock.error().code == ErrorCode::Busy ? addThroughEngine(folder, cell)
                                                : Status(tl::unexpected(lock.error()));
  }
  ATTELIER_ASSIGN(const auto store, run::Store::open(folder, *lock));
  run::CellRow row{.name = cell.name,
                   .design = space::toJson(cell.design).dump(),
                   .origin = cell.origin,
                   .step = store->status().step,
                   .cost = {},
                   .time = run::now()};
  if (!places.empty()) {
    row.cost = toJson(space::cost(cell.design, places.front())).dump();
  }
  ATTELIER_ASSIGN(const std::int64_t id, store->addCell(std::move(row)));
  static_cast<void>(id);
  return store->finish();
}

/// Places to cost and measure at. Errors: InvalidArgument with the known names.
Result<std::vector<space::Place>> chosenPlaces(run::RunReader& reader, const std::string& name) {
  ATTELIER_ASSIGN(const auto rows, reader.places());
  std::vector<space::Place> places = placesOf(rows);
  if (name.empty()) {
    return places;
  }
  std::vector<std::string> names;
  for (const space::Place& place : places) {
    if (place.name == name) {
      return std::vector<space::Place>{place};
    }
    names.push_back(place.name);
  }
  return fail(ErrorCode::InvalidArgument, unknownNameMessage("place", name, names), "--place");
}

Result<nlohmann::json> describeCells(const CellsOptions& options) {
  ATTELIER_ASSIGN(auto reader, run::RunReader::open(options.run));
  ATTELIER_ASSIGN(const auto places, chosenPlaces(*reader, options.place));
  ATTELIER_ASSIGN(const auto cells, listedCells(*reader));
  const auto evaluations = run::evaluationRecords(*reader);
  auto list = nlohmann::json::array();
  for (const ListedCell& cell : cells) {
    nlohmann::json entry{{"id", cell.row.id},
                         {"name", cell.row.name},
                         {"text", space::shortText(cell.design)},
                         {"origin", cell.row.origin},
                         {"step", cell.row.step},
                         {"operations", cell.design.nodes.size()},
                         {"costs", costsJson(cell.design, places)},
                         {"cell", space::toJson(cell.design)},
                         {"latency", nullptr},
                         {"evaluations", nlohmann::json::array()}};
    for (const run::EvaluationRecord& record : evaluations) {
      if (record.design &&
          space::architectureId(*record.design) == space::architectureId(cell.design)) {
        entry["evaluations"].push_back(toJson(record));
      }
    }
    if (options.latency && !places.empty()) {
      ATTELIER_ASSIGN(const search::Latency latency,
                      search::measureLatency(cell.design, places.front(), options.device));
      entry["latency"] = {{"milliseconds", latency.milliseconds},
                          {"place", places.front().name},
                          {"threads", latency.threads},
                          {"device", latency.device},
                          {"repeats", latency.repeats}};
    }
    list.push_back(std::move(entry));
  }
  return nlohmann::json{{"run", options.run}, {"cells", std::move(list)}};
}

std::string cellsText(const nlohmann::json& report) {
  std::vector<std::vector<std::string>> table{{"id", "name", "cell", "origin", "step", "parameters",
                                               "FLOPs", "latency", "top-1", "evaluations"}};
  std::string measured;
  for (const auto& cell : report["cells"]) {
    std::int64_t parameters = 0, flops = 0;
    for (const auto& cost : cell["costs"]) {
      parameters += cost["parameters"].get<std::int64_t>();
      flops += cost["flops"].get<std::int64_t>();
    }
    // The last finished training: the best of several would be a choice made on the report split.
    std::string score = "-";
    for (const auto& evaluation : cell["evaluations"]) {
      const bool onReport = !evaluation["report_top1"].is_null();
      const auto& value = evaluation[onReport ? "report_top1" : "select_top1"];
      if (evaluation["phase"] == run::phaseName(run::Phase::Finished) && !value.is_null()) {
        score = numberText("%.3f", value.get<double>()) + (onReport ? " report" : " select");
      }
    }
    std::string latency = "-";
    if (!cell["latency"].is_null()) {
      const auto& one = cell["latency"];
      latency = numberText("%.3f ms", one["milliseconds"].get<double>());
      measured = "\nlatency: one clip at " + one["place"].get<std::string>() + " on " +
                 one["device"].get<std::string>() + ", " + one["threads"].dump() +
                 " thread, median of " + one["repeats"].dump();
    }
    table.push_back({cell["id"].dump(), cell["name"].get<std::string>(),
                     cell["text"].get<std::string>(), cell["origin"].get<std::string>(),
                     cell["step"].dump(), countText(parameters), countText(flops), latency, score,
                     std::to_string(cell["evaluations"].size())});
  }
  if (table.size() == 1) {
    return "no cells yet";
  }
  return tableText(table) + "\nparameters and FLOPs of one clip, all places together" + measured;
}

Status runCells(const CellsOptions& options, const Invocation& invocation) {
  if (!options.add.empty()) {
    ATTELIER_CHECKED(addCell(options));
  } else if (!options.name.empty()) {
    return fail(ErrorCode::InvalidArgument, "is the name of a cell to --add; name that too",
                "--name");
  }
  ATTELIER_ASSIGN(const nlohmann::json report, describeCells(options));
  if (invocation.json) {
    printJson(report);
  } else {
    printText(cellsText(report));
  }
  return {};
}

}  // namespace

void addCells(CLI::App& program, Invocation& invocation) {
  const auto options = std::make_shared<CellsOptions>();
  CLI::App* command = addCommand(
      program, invocation, "cells", "List the cells of a run with cost and evaluations, or add one",
      true, [options, &invocation] { return runCells(*options, invocation); });
  command->add_option("run", options->run, "Run folder or snapshot")->required()->type_name("RUN");
  command
      ->add_option("--add", options->add,
                   "Cell to add: a text as 'mS<mT + dST', spatial_then_temporal, or a JSON file")
      ->type_name("CELL");
  command->add_option("--name", options->name, "Name of the added cell (default: its text)")
      ->type_name("NAME");
  command
      ->add_option("--place", options->place,
                   "Place to cost and measure at (default: cost at all, latency at the first)")
      ->type_name("NAME");
  command->add_flag("--latency", options->latency,
                    "Measure each cell on one clip (ms; median of 20 after 5)");
  command->add_option("--device", options->device, "auto, cpu or cuda, for --latency")
      ->type_name("DEVICE");
}

}  // namespace attelier::app
