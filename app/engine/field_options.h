#pragma once

#include "engine/base/result.h"
#include "engine/search/run_configuration.h"

#include <CLI/App.hpp>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace attelier::app {

/// The fields of a configuration on a command line: one option each, in a group each, with help,
/// units and defaults from their declaration.
///
/// A field is `--name-of-field`; one whose name stands in several groups is
/// `--group-name-of-field`. A boolean is `--name` or `--no-name`.
class FieldOptions {
 public:
  /// Adds the options of these groups of fields, of all groups when empty. The object must outlive
  /// the parsing.
  void addTo(CLI::App& command, const std::vector<std::string>& groups = {});

  /// Adds `--preset` and `--config`.
  void addFilesTo(CLI::App& command);

  /// Changes a configuration by the preset, then the file, then the options.
  /// Errors: InvalidArgument (unknown field with the nearest name, type, range), NotFound, Corrupt.
  Status apply(search::RunConfiguration& configuration) const;

  const std::string& preset() const { return preset_; }

 private:
  std::string preset_, file_;
  std::vector<std::pair<std::string, std::string>> assignments_;  ///< path of a field and its text
};

/// Changes a configuration by a JSON file: an object of changed fields, or a whole run.json.
/// Errors: NotFound, Corrupt (no JSON), InvalidArgument naming the field.
Status applyConfigurationFile(search::RunConfiguration& configuration, const std::string& file);

}  // namespace attelier::app
