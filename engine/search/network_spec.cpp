#include "engine/search/network_spec.h"

#include <algorithm>

namespace attelier::search {

Result<nn::SupergraphSettings> supergraphOf(const RunConfiguration& configuration) {
  nn::SupergraphSettings settings;
  settings.shape.levels = configuration.space.levels;
  settings.shape.kinds.clear();
  for (const std::string& name : configuration.space.kinds) {
    ATTELIER_ASSIGN(const space::OperationKind kind, space::kindFromShortName(name, "space.kinds"));
    const auto& kinds = settings.shape.kinds;
    if (std::find(kinds.begin(), kinds.end(), kind) != kinds.end()) {
      return fail(ErrorCode::InvalidArgument, "'" + name + "' is named twice", "space.kinds");
    }
    settings.shape.kinds.push_back(kind);
  }
  // Canonical order, so that a node's index does not depend on how a person wrote the list.
  std::sort(settings.shape.kinds.begin(), settings.shape.kinds.end(),
            [](const auto& a, const auto& b) { return space::kindIndex(a) < space::kindIndex(b); });
  settings.operations = configuration.operations;
  settings.mixActivations = configuration.space.activations == ActivationSearch::Mix;
  settings.sinkGate = configuration.derivation.sinkGate;
  settings.sharedWeights = configuration.space.shareWeights;
  return settings;
}

nn::NetworkSpec networkSpec(const RunConfiguration& configuration, const clips::ClipSource& source,
                            decltype(nn::NetworkSpec::insertion) insertion) {
  nn::NetworkSpec spec;
  spec.backbone = {.name = configuration.network.backbone,
                   .dropout = configuration.network.dropout,
                   .differences = configuration.network.input == InputForm::Difference,
                   .separableStem = configuration.network.separableStem};
  const clips::ClipShape shape = source.shape();
  spec.clip = {.frames = shape.frames, .height = shape.height, .width = shape.width};
  spec.classes = static_cast<int>(source.labels().size());
  spec.places = configuration.network.places;
  spec.insertion = std::move(insertion);
  spec.attentionBudgetMb = static_cast<int>(configuration.network.attentionBudgetMb);
  const clips::Normalisation normalisation = source.normalisation();
  for (size_t channel = 0; channel < 3; ++channel) {
    spec.pixelMean[channel] = static_cast<double>(normalisation.mean[channel]);
    spec.pixelStd[channel] = static_cast<double>(normalisation.deviation[channel]);
  }
  return spec;
}

}  // namespace attelier::search
