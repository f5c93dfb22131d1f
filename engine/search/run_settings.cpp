#include "engine/search/run_settings.h"

#include "engine/nn/device.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <thread>

namespace attelier::search {

nlohmann::json toJson(const RunSettings& settings) {
  nlohmann::json json = runFields().toJson(settings.configuration);
  if (const auto* cell = std::get_if<space::CellDesign>(&settings.trained)) {
    json["cell"] = space::toJson(*cell);
  } else if (std::holds_alternative<PlainBackbone>(settings.trained)) {
    json["cell"] = nullptr;
  }
  return json;
}

Result<RunSettings> runSettingsFromJson(const nlohmann::json& json, const std::string& where) {
  RunSettings settings;
  nlohmann::json fields = json;
  if (json.is_object() && json.contains("cell")) {
    if (json["cell"].is_null()) {
      settings.trained = PlainBackbone{};
    } else {
      ATTELIER_ASSIGN(settings.trained, space::cellFromJson(json["cell"], where));
    }
    fields.erase("cell");
  }
  ATTELIER_ASSIGN(settings.configuration, runFields().fromJson(fields, where));
  return settings;
}

nlohmann::json toJson(const Progress& progress) {
  return {{"step", progress.step},
          {"first_plan", progress.firstPlan},
          {"training_seconds", progress.trainingSeconds},
          {"best_select", progress.bestSelect},
          {"derived_changes", progress.derivedChanges},
          {"derived", progress.derived}};
}

Result<Progress> progressFromJson(const nlohmann::json& json, const std::string& where) {
  try {
    Progress progress;
    progress.step = json.at("step").get<std::int64_t>();
    progress.firstPlan = json.at("first_plan").get<std::int64_t>();
    progress.trainingSeconds = json.at("training_seconds").get<double>();
    progress.bestSelect = json.at("best_select").get<double>();
    progress.derivedChanges = json.at("derived_changes").get<std::int64_t>();
    progress.derived = json.at("derived").get<std::vector<std::string>>();
    return progress;
  } catch (const nlohmann::json::exception& error) {
    return fail(ErrorCode::Corrupt, std::string("its progress cannot be read: ") + error.what(),
                where);
  }
}

void settleSettings(RunConfiguration& configuration, const clips::ClipSource& source) {
  configuration.training.steps =
      plannedSteps(configuration.training, source.clipCount(clips::Split::Train));
  if (configuration.compute.threads == 0) {
    configuration.compute.threads =
        std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  }
}

nlohmann::json versions() {
  return {{"attelier", ATTELIER_VERSION}, {"libtorch", nn::prepareDevices().torchVersion}};
}

}  // namespace attelier::search
