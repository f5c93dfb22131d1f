#include "app/engine/command.h"
#include "engine/base/nearest_name.h"
#include "engine/search/run_configuration.h"
#include "engine/space/cell_design.h"
#include "engine/space/connection_weights.h"

#include <cstdio>
#include <memory>

namespace attelier::app {

namespace {

Status runSchema(const std::string& name) {
  nlohmann::ordered_json schema;
  if (name == "run") {
    schema = search::configurationSchema();
  } else if (name == "space") {
    schema = schemaDocument(search::runFields().schema().at("properties").at("space"));
  } else if (name == "cell") {
    schema = space::cellSchema();
  } else if (name == "weights") {
    schema = space::connectionWeightsSchema();
  } else {
    const std::vector<std::string> names{"run", "cell", "space", "weights"};
    return fail(ErrorCode::InvalidArgument, unknownNameMessage("schema", name, names));
  }
  // Printed in the order of declaration.
  std::printf("%s\n", schema.dump(2).c_str());
  return {};
}

}  // namespace

void addSchema(CLI::App& program, Invocation& invocation) {
  const auto name = std::make_shared<std::string>("run");
  CLI::App* command =
      addCommand(program, invocation, "schema", "Print the JSON Schema of a kind of file", false,
                 [name] { return runSchema(*name); });
  command
      ->add_option("name", *name,
                   "run (a configuration, as --config takes it), cell, space (the supergraph's "
                   "fields) or weights (default run)")
      ->type_name("NAME");
}

}  // namespace attelier::app
