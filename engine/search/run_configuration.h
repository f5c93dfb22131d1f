#pragma once

#include "engine/base/fields.h"
#include "engine/clips/clip_source.h"
#include "engine/clips/dataset.h"
#include "engine/clips/loader.h"
#include "engine/clips/sampling.h"
#include "engine/clips/synthetic.h"
#include "engine/search/training_settings.h"
#include "engine/space/derivation.h"
#include "engine/space/operation_settings.h"

#include <memory>
#include <string>
#include <vector>

namespace attelier::search {

enum class InputForm { Rgb, Difference };
std::span<const EnumName<InputForm>> enumNames(InputForm);

/// The backbone and where cells go in.
struct NetworkSettings {
  std::string backbone = "s3d_small";
  std::vector<std::string> places;  ///< empty: the backbone's own
  InputForm input = InputForm::Difference;
  double dropout = 0.4;
  bool separableStem = true;
  std::int64_t attentionBudgetMb = 256;
};

enum class ActivationSearch { Fixed, Mix };
std::span<const EnumName<ActivationSearch>> enumNames(ActivationSearch);

/// What the supergraph is made of.
struct SpaceSettings {
  int levels = 2;
  std::vector<std::string> kinds = {"mS", "mT", "mST", "dS", "dT", "dST"};
  ActivationSearch activations = ActivationSearch::Fixed;
  bool shareWeights = true;
};

/// Everything a run is made from: run.json's `configuration`.
///
/// With neither `dataset.clips` nor `dataset.train` the clips are the synthetic task.
struct RunConfiguration {
  clips::DatasetSettings dataset;
  clips::SyntheticSettings synthetic;
  clips::SamplingSettings sampling;
  clips::LoaderSettings loader;
  NetworkSettings network;
  SpaceSettings space;
  space::OperationSettings operations;
  space::DerivationOptions derivation;  ///< its sink gate is the supergraph's too
  TrainingSettings training;
  ConnectionSettings connections;
  WatchSettings watch;
  ComputeSettings compute;

  bool isSynthetic() const { return dataset.clips.empty() && dataset.train.empty(); }
};

const Fields<RunConfiguration>& runFields();

/// The option of a field on a command line: `--name`, or `--group-name` where groups share the
/// name. A boolean has `--no-…` beside it.
std::string optionOf(const FieldInfo& info);

/// The schema of a configuration with what a form needs: of each group and field its `x-order`, of
/// each field its `x-option` (and `x-option-off` of a boolean), and all presets as `x-presets`.
nlohmann::ordered_json configurationSchema();

/// Names of the presets in resources/presets, each a JSON object of changed fields.
std::vector<std::string> presetNames();
/// Changes a configuration by a preset. Errors: InvalidArgument with the nearest known name.
Status applyPreset(RunConfiguration& configuration, const std::string& name);

/// The data set behind the clips, every file looked at once; empty for a synthetic task.
/// `progress` is called after each file, from any thread.
/// Errors: those of openDataset; Unsupported where the engine was built without video.
Result<clips::Dataset> openClipRecords(const RunConfiguration& configuration,
                                       std::stop_token stop = {},
                                       const clips::ScanProgress& progress = {});
/// The clips of records that were read before.
Result<std::shared_ptr<const clips::ClipSource>> clipsOf(const RunConfiguration& configuration,
                                                         clips::Dataset dataset);

/// Steps that the training settings come to for so many training clips.
std::int64_t plannedSteps(const TrainingSettings& settings, std::int64_t trainClips);

/// Steps between two looks at the select split: `watch.validation_epochs`, or a tenth of the plan.
std::int64_t stepsBetweenValidations(const RunConfiguration& configuration,
                                     std::int64_t stepsPlanned, std::int64_t trainClips);

}  // namespace attelier::search
