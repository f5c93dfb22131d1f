#include "app/engine/field_options.h"

#include "engine/base/atomic_file.h"

#include <algorithm>
#include <map>

namespace attelier::app {

namespace {

constexpr size_t kLargestConfiguration = size_t{4} << 20;

std::string optionNames(const FieldInfo& info) {
  std::string names = search::optionOf(info);
  if (info.type == FieldType::Boolean) {
    names += ",!--no-" + names.substr(2);
  } else if (info.path() == "derivation.forced") {
    names += ",--force";
  } else if (info.path() == "derivation.forbidden") {
    names += ",--forbid";
  }
  return names;
}

std::string valueName(const FieldInfo& info) {
  std::string name = fieldTypeName(info.elementType);
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return info.type == FieldType::List ? name + ",..." : name;
}

std::string titleOf(const std::string& group) {
  static const std::map<std::string, std::string> kTitles = {
      {"dataset", "Clips and their splits"},
      {"synthetic", "Synthetic task (without --clips or --train)"},
      {"sampling", "Frames and crops"},
      {"loader", "Loading"},
      {"network", "Network"},
      {"space", "Search space"},
      {"operations", "Attention operations"},
      {"derivation", "Derivation of the cell"},
      {"training", "Training"},
      {"connections", "Connection weights"},
      {"watch", "What is recorded"},
      {"compute", "Computing"}};
  const auto found = kTitles.find(group);
  return found == kTitles.end() ? group : found->second;
}

}  // namespace

void FieldOptions::addTo(CLI::App& command, const std::vector<std::string>& groups) {
  for (const FieldInfo& info : search::runFields().infos()) {
    if (!groups.empty() && std::find(groups.begin(), groups.end(), info.group) == groups.end()) {
      continue;
    }
    const std::string names = optionNames(info);
    const std::string path = info.path();
    CLI::Option* option = nullptr;
    if (info.type == FieldType::Boolean) {
      option = command.add_flag_function(
          names,
          [this, path](std::int64_t count) {
            assignments_.emplace_back(path, count > 0 ? "true" : "false");
          },
          helpText(info));
    } else {
      option = command.add_option_function<std::string>(
          names, [this, path](const std::string& text) { assignments_.emplace_back(path, text); },
          helpText(info));
      option->type_name(valueName(info));
    }
    option->group(titleOf(info.group));
  }
}

void FieldOptions::addFilesTo(CLI::App& command) {
  std::string names;
  for (const std::string& name : search::presetNames()) {
    names += (names.empty() ? "" : "|") + name;
  }
  command
      .add_option("--preset", preset_,
                  "Fields of a preset, changed before all others (" + names + ")")
      ->type_name("NAME");
  command
      .add_option("--config", file_,
                  "JSON file of changed fields, or a run.json; changed after the preset and "
                  "before the options")
      ->type_name("FILE");
}

Status FieldOptions::apply(search::RunConfiguration& configuration) const {
  if (!preset_.empty()) {
    ATTELIER_CHECKED(search::applyPreset(configuration, preset_));
  }
  if (!file_.empty()) {
    ATTELIER_CHECKED(applyConfigurationFile(configuration, file_));
  }
  for (const auto& [path, text] : assignments_) {
    ATTELIER_CHECKED(search::runFields().set(configuration, path, text));
  }
  return {};
}

Status applyConfigurationFile(search::RunConfiguration& configuration, const std::string& file) {
  ATTELIER_ASSIGN(const std::string text, readTextFile(file, kLargestConfiguration));
  nlohmann::json json = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (json.is_discarded()) {
    return fail(ErrorCode::Corrupt, "this is no JSON; write an object of changed fields", file);
  }
  if (json.is_object() && json.contains("configuration")) {
    json = nlohmann::json(json["configuration"]);
  }
  if (json.is_object()) {
    json.erase("cell");  // what an evaluation trains is no field of the configuration
  }
  return search::runFields().apply(configuration, json, file);
}

}  // namespace attelier::app
