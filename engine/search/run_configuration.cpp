#include "engine/search/run_configuration.h"

#include "engine/base/nearest_name.h"
#include "engine/nn/backbone.h"
#include "engine/search/presets.h"
#ifdef ATTELIER_WITH_VIDEO
#include "engine/clips/video/video_probe.h"
#include "engine/clips/video/video_source.h"
#endif

#include <algorithm>
#include <cmath>

namespace attelier::search {

namespace {

const Fields<NetworkSettings>& networkFields() {
  using S = NetworkSettings;
  static const Fields<S> kFields = [] {
    Fields<S> fields("The backbone and where cells go in");
    fields
        .add("backbone", &S::backbone, "video network that the cells go into",
             {.choices = nn::backboneNames()})
        .add(
            "input", &S::input,
            "what the backbone reads of each frame: its colours, or their change to the next frame")
        .add("places", &S::places, "named places of the backbone; empty: its own choice",
             {.maximumItems = 64})
        .add("dropout", &S::dropout, "share of the features dropped before the classifier",
             {.minimum = 0, .maximum = 0.95})
        .add("separable_stem", &S::separableStem, "s3d: the stem as 1x7x7 and 7x1x1")
        .add("attention_budget_mb", &S::attentionBudgetMb,
             "largest attention map kept whole; above it, blocks of queries",
             {.unit = "MiB", .minimum = 1, .maximum = 1e6});
    return fields;
  }();
  return kFields;
}

const Fields<SpaceSettings>& spaceFields() {
  using S = SpaceSettings;
  static const Fields<S> kFields = [] {
    Fields<S> fields("What the supergraph is made of");
    std::vector<std::string> kinds;
    for (const auto& kind : space::kOperationKinds) {
      kinds.emplace_back(space::shortName(kind));
    }
    fields
        .add("levels", &S::levels, "levels of the supergraph",
             {.unit = "levels", .minimum = 1, .maximum = space::kMaxLevels})
        .add("kinds", &S::kinds, "operations of each level, m map-based or d dot-product",
             {.minimumItems = 1, .maximumItems = 6, .choices = kinds})
        .add("activations", &S::activations,
             "fixed: sigmoid for map-based, softmax for dot-product; mix: weights over all four")
        .add("share_weights", &S::shareWeights, "one set of connection weights for all places");
    return fields;
  }();
  return kFields;
}

}  // namespace

std::span<const EnumName<InputForm>> enumNames(InputForm) {
  static constexpr EnumName<InputForm> kNames[] = {{InputForm::Rgb, "rgb"},
                                                   {InputForm::Difference, "difference"}};
  return kNames;
}

std::span<const EnumName<ActivationSearch>> enumNames(ActivationSearch) {
  static constexpr EnumName<ActivationSearch> kNames[] = {{ActivationSearch::Fixed, "fixed"},
                                                          {ActivationSearch::Mix, "mix"}};
  return kNames;
}

const Fields<RunConfiguration>& runFields() {
  using R = RunConfiguration;
  static const Fields<R> kFields = [] {
    Fields<R> fields("Configuration of a run");
    fields.addGroup("dataset", &R::dataset, clips::datasetFields())
        .addGroup("synthetic", &R::synthetic, clips::syntheticFields())
        .addGroup("sampling", &R::sampling, clips::samplingFields())
        .addGroup("loader", &R::loader, clips::loaderFields())
        .addGroup("network", &R::network, networkFields())
        .addGroup("space", &R::space, spaceFields())
        .addGroup("operations", &R::operations, space::operationSettingsFields())
        .addGroup("derivation", &R::derivation, space::derivationFields())
        .addGroup("training", &R::training, trainingFields())
        .addGroup("connections", &R::connections, connectionFields())
        .addGroup("watch", &R::watch, watchFields())
        .addGroup("compute", &R::compute, computeFields());
    return fields;
  }();
  return kFields;
}

std::string optionOf(const FieldInfo& info) {
  const auto& all = runFields().infos();
  const bool shared = std::count_if(all.begin(), all.end(), [&info](const FieldInfo& other) {
                        return other.name == info.name;
                      }) > 1;
  return "--" + optionName(shared ? info.group + "_" + info.name : info.name);
}

nlohmann::ordered_json configurationSchema() {
  nlohmann::ordered_json schema = schemaDocument(runFields().schema());
  int order = 0;
  for (auto& group : schema["properties"]) {
    group["x-order"] = order++;
  }
  order = 0;
  for (const FieldInfo& info : runFields().infos()) {
    auto& field = schema["properties"][info.group]["properties"][info.name];
    const std::string option = optionOf(info);
    field["x-order"] = order++;
    field["x-option"] = option;
    if (info.type == FieldType::Boolean) {
      field["x-option-off"] = "--no-" + option.substr(2);
    }
  }
  for (const auto& preset : kPresets) {
    schema["x-presets"][std::string(preset.name)] = nlohmann::ordered_json::parse(preset.json);
  }
  return schema;
}

std::vector<std::string> presetNames() {
  std::vector<std::string> names;
  for (const auto& preset : kPresets) {
    names.emplace_back(preset.name);
  }
  return names;
}

Status applyPreset(RunConfiguration& configuration, const std::string& name) {
  for (const auto& preset : kPresets) {
    if (name == preset.name) {
      return runFields().apply(configuration, nlohmann::json::parse(preset.json), "preset " + name);
    }
  }
  return fail(ErrorCode::InvalidArgument, unknownNameMessage("preset", name, presetNames()),
              "--preset");
}

Result<clips::Dataset> openClipRecords(const RunConfiguration& configuration, std::stop_token stop,
                                       const clips::ScanProgress& progress) {
  if (configuration.isSynthetic()) {
    return clips::Dataset{};
  }
#ifdef ATTELIER_WITH_VIDEO
  clips::DatasetSettings settings = configuration.dataset;
  settings.shortBelow = configuration.sampling.frames;
  return clips::openVideoDataset(settings, std::move(stop), progress);
#else
  static_cast<void>(progress);
  static_cast<void>(stop);
  return fail(ErrorCode::Unsupported,
              "this engine was built without video; use a synthetic task (--task match)",
              configuration.dataset.clips);
#endif
}

Result<std::shared_ptr<const clips::ClipSource>> clipsOf(const RunConfiguration& configuration,
                                                         clips::Dataset dataset) {
  if (configuration.isSynthetic()) {
    ATTELIER_ASSIGN(
        std::shared_ptr<const clips::ClipSource> source,
        clips::SyntheticSource::create(configuration.synthetic,
                                       static_cast<std::uint64_t>(configuration.training.seed)));
    return source;
  }
#ifdef ATTELIER_WITH_VIDEO
  return clips::makeVideoSource(std::move(dataset), configuration.sampling,
                                static_cast<std::size_t>(configuration.loader.cacheMib) << 20);
#else
  return fail(ErrorCode::Unsupported, "this engine was built without video", dataset.root.string());
#endif
}

std::int64_t plannedSteps(const TrainingSettings& settings, std::int64_t trainClips) {
  if (settings.steps > 0) {
    return settings.steps;
  }
  const double steps = std::ceil(settings.epochs * static_cast<double>(trainClips) /
                                 static_cast<double>(settings.batch));
  return std::max<std::int64_t>(1, static_cast<std::int64_t>(steps));
}

std::int64_t stepsBetweenValidations(const RunConfiguration& configuration,
                                     std::int64_t stepsPlanned, std::int64_t trainClips) {
  constexpr std::int64_t kValidations = 10;
  std::int64_t steps = stepsPlanned / kValidations;
  if (const double epochs = configuration.watch.validationEpochs; epochs > 0.0) {
    steps = static_cast<std::int64_t>(
        std::ceil(epochs * static_cast<double>(trainClips) / configuration.training.batch));
  }
  return std::max<std::int64_t>(1, steps);
}

}  // namespace attelier::search
