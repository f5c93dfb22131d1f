#pragma once

#include "engine/base/result.h"
#include "engine/run/run_reader.h"
#include "engine/run/store.h"
#include "engine/search/run_configuration.h"

#include <memory>
#include <string>
#include <vector>

namespace attelier::search {

/// Opens the clips of a configuration for training; what has no label is listed as left out.
/// Errors: those of openClipRecords and clipsOf.
Result<std::shared_ptr<const clips::ClipSource>> openForTraining(
    const RunConfiguration& configuration, clips::Dataset& dataset, std::stop_token stop = {},
    const clips::ScanProgress& progress = {});

/// Errors: InvalidArgument where there is less than two classes, or nothing to train on.
Status requireLabels(const clips::ClipSource& source, const std::string& where);

/// Every clip as a row of the run folder: those of the data set, else the source's own.
std::vector<run::ClipRow> clipRows(const clips::ClipSource& source, const clips::Dataset& dataset);

/// Writes what the data is: class names, every clip, and what is odd about them.
Status recordClips(run::Store& store, const clips::ClipSource& source,
                   const clips::Dataset& dataset);

/// Clips of a run as it recorded them, without looking at the files again.
/// Errors: NotFound naming what moved and `--clips-root`.
Result<std::shared_ptr<const clips::ClipSource>> recordedClips(
    run::RunReader& reader, const RunConfiguration& configuration,
    clips::Dataset* dataset = nullptr);

/// Errors: InvalidArgument, naming up to five clips that are not what they were; a warning in the
/// run's events instead where that is allowed.
Status refuseChangedClips(run::RunReader& reader, bool allowed, run::Store& store);

}  // namespace attelier::search
