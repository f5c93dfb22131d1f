#pragma once

#include "engine/base/field_info.h"

#include <QStringList>
#include <nlohmann/json.hpp>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace attelier::ui {

/// Fields that belong together, as the engine declares them.
struct FieldGroup {
  std::string name;   ///< "training"
  std::string title;  ///< "How the weights of the network are trained"
  std::vector<FieldInfo> fields;
  bool isOnCommandLine = true;  ///< false: a dialog makes its own words of them
};

/// The engine's fields of a run, read back from the JSON Schema that it prints, so that a form
/// checks values by the engine's own `checkedFieldValue`. Immutable.
class RunSchema {
 public:
  RunSchema() = default;
  /// Fields of a dialog that are no part of a configuration.
  explicit RunSchema(std::vector<FieldGroup> groups) : groups_(std::move(groups)) {}
  /// Errors: Corrupt, naming the field.
  static Result<RunSchema> fromJson(const nlohmann::ordered_json& schema);
  /// The schema and presets that this program was built with.
  static const RunSchema& builtIn();

  const std::vector<FieldGroup>& groups() const { return groups_; }
  /// A field by its path ("training.batch"), or null.
  const FieldInfo* find(const std::string& path) const;

  std::vector<std::string> presetNames() const;
  /// Defaults with a preset's changes; an unknown or empty name gives the defaults. Shape: an
  /// object of groups.
  nlohmann::json defaults(const std::string& preset = {}) const;

  /// Option on the command line, with dashes: "--batch", "--network-attention-budget-mb"; empty for
  /// a group that is not on it.
  std::string option(const FieldInfo& info) const;
  /// Words of the command line that set a field to a value.
  QStringList words(const FieldInfo& info, const nlohmann::json& value) const;
  /// Words for an object of groups, in the order of declaration. What is no field is left out.
  QStringList arguments(const nlohmann::json& changes) const;

  /// The field that an error of the engine is about ("training.batch", "space.kinds[1]",
  /// "run.json: training.batch", "--batch", "device"); nothing when it is about something else.
  std::optional<std::string> fieldOf(const std::string& where) const;

 private:
  std::vector<FieldGroup> groups_;
  std::map<std::string, std::string> options_;  ///< by path
  std::map<std::string, nlohmann::json> presets_;
};

/// Value of a path in an object of groups; null where there is none.
nlohmann::json valueAt(const nlohmann::json& configuration, const std::string& path);
void setValueAt(nlohmann::json& configuration, const std::string& path, nlohmann::json value);

/// A value as the command line takes it: lists as "4,8,16", null as "none".
std::string commandLineText(const nlohmann::json& value);

}  // namespace attelier::ui
