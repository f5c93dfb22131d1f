#pragma once

#include "engine/nn/network.h"
#include "engine/search/run_configuration.h"

namespace attelier::search {

/// The supergraph of a configuration. Errors: InvalidArgument for a kind that is unknown or double.
Result<nn::SupergraphSettings> supergraphOf(const RunConfiguration& configuration);

/// What a network for these clips is built from.
nn::NetworkSpec networkSpec(const RunConfiguration& configuration, const clips::ClipSource& source,
                            decltype(nn::NetworkSpec::insertion) insertion);

}  // namespace attelier::search
