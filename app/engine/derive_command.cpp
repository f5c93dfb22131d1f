#include "app/engine/cell_report.h"
#include "app/engine/command.h"
#include "app/engine/field_options.h"
#include "app/engine/printing.h"
#include "app/engine/stored_cells.h"
#include "engine/base/atomic_file.h"

#include <memory>

namespace attelier::app {

namespace {

struct DeriveOptions {
  FieldOptions fields;
  std::string run, place, out;
  std::int64_t step = std::numeric_limits<std::int64_t>::max();
  bool table = false;
};

std::vector<space::Place> placesWithCell(const std::vector<space::Place>& places,
                                         const std::string& own) {
  if (own.empty()) {
    return places;
  }
  std::vector<space::Place> one;
  for (const space::Place& place : places) {
    if (place.name == own) {
      one.push_back(place);
    }
  }
  return one;
}

/// The cell of every number of top nodes and predecessors.
nlohmann::json tableOf(const space::ConnectionWeights& weights, const search::RunSettings& settings,
                       const std::vector<space::Place>& places) {
  auto rows = nlohmann::json::array();
  space::DerivationOptions options = settings.configuration.derivation;
  for (int nodes = 1; nodes <= weights.shape.nodes(); ++nodes) {
    for (int predecessors = 1; predecessors <= weights.shape.nodesPerLevel(); ++predecessors) {
      if (weights.shape.levels == 1 && predecessors > 1) {
        break;  // nothing reads anything but the cell's input
      }
      options.topNodes = nodes;
      options.topPredecessors = predecessors;
      const auto derived = space::derive(weights, options, settings.configuration.operations);
      if (!derived) {
        continue;  // more forced than kept, say: this corner of the table has no cell
      }
      nlohmann::json row = derivationJson(*derived, places);
      row.erase("cell");
      row["top_nodes"] = nodes;
      row["top_predecessors"] = predecessors;
      rows.push_back(std::move(row));
    }
  }
  return rows;
}

std::string tableText(const nlohmann::json& rows) {
  std::vector<std::vector<std::string>> table{
      {"top nodes", "predecessors", "operations", "parameters", "margin", "cell"}};
  for (const auto& row : rows) {
    std::int64_t parameters = 0;
    for (const auto& cost : row["costs"]) {
      parameters += cost["parameters"].get<std::int64_t>();
    }
    table.push_back(
        {row["top_nodes"].dump(), row["top_predecessors"].dump(), row["operations"].dump(),
         countText(parameters),
         row["margin"].is_null() ? "-" : numberText("%.4f", row["margin"].get<double>()),
         row["text"].get<std::string>()});
  }
  return app::tableText(table);
}

Status runDerive(const DeriveOptions& options, const Invocation& invocation) {
  ATTELIER_ASSIGN(auto reader, run::RunReader::open(options.run));
  ATTELIER_ASSIGN(search::RunSettings settings, settingsOf(*reader, options.run));
  ATTELIER_CHECKED(options.fields.apply(settings.configuration));
  ATTELIER_ASSIGN(const auto rows, reader->places());
  const std::vector<space::Place> places = placesOf(rows);
  ATTELIER_ASSIGN(const auto stored, storedWeights(*reader, options.place, options.step));
  if (!options.out.empty() && stored.size() > 1) {
    return fail(ErrorCode::InvalidArgument,
                "each place has a cell of its own; name one by --place to write it", "--place");
  }
  auto report = nlohmann::json{
      {"run", options.run}, {"step", stored.front().step}, {"cells", nlohmann::json::array()}};
  std::string text = "weights of step " + std::to_string(stored.front().step);
  for (const StoredWeights& weights : stored) {
    const auto own = placesWithCell(places, weights.place.empty() ? options.place : weights.place);
    ATTELIER_ASSIGN(const space::Derivation derivation,
                    space::derive(weights.weights, settings.configuration.derivation,
                                  settings.configuration.operations));
    nlohmann::json entry = derivationJson(derivation, own);
    entry["place"] =
        weights.place.empty() ? nlohmann::json(nullptr) : nlohmann::json(weights.place);
    text += "\n" + derivationText(derivation, own);
    if (options.table) {
      entry["table"] = tableOf(weights.weights, settings, own);
      text += "\n\n" + tableText(entry["table"]);
    }
    report["cells"].push_back(std::move(entry));
    if (!options.out.empty()) {
      ATTELIER_CHECKED(
          writeFileAtomically(options.out, space::toJson(derivation.cell).dump(2) + "\n"));
      text += "\nwritten to " + options.out;
    }
  }
  if (invocation.json) {
    printJson(report);
  } else {
    printText(text);
  }
  return {};
}

}  // namespace

void addDerive(CLI::App& program, Invocation& invocation) {
  const auto options = std::make_shared<DeriveOptions>();
  CLI::App* command =
      addCommand(program, invocation, "derive",
                 "Derive the cell of a search from its averaged weights, for any number of nodes",
                 true, [options, &invocation] { return runDerive(*options, invocation); });
  command->add_option("run", options->run, "Run folder or snapshot")->required()->type_name("RUN");
  command
      ->add_option("--step", options->step,
                   "Weights stored at or before this step (steps; default: the last)")
      ->check(CLI::Range(std::int64_t{0}, std::int64_t{1'000'000'000}))
      ->type_name("N");
  command
      ->add_option("--place", options->place,
                   "Place to cost the cell at, and whose weights are read where each has its own "
                   "(default: every place)")
      ->type_name("NAME");
  command->add_flag("--table", options->table,
                    "The cell of every number of top nodes and predecessors");
  command->add_option("-o,--output", options->out, "Write the cell as JSON")->type_name("FILE");
  options->fields.addTo(*command, {"derivation"});
}

}  // namespace attelier::app
