#pragma once

#include "engine/run/commands.h"
#include "engine/search/inspection.h"
#include "engine/search/run_session.h"

#include <nlohmann/json.hpp>

#include <string>

namespace attelier::search {

/// Answers what viewers ask without changing the course of a run: pin, probe, inspect, cell.
///
/// Threads: the search thread, between two steps.
class CommandAnswers {
 public:
  explicit CommandAnswers(RunSession& session) : session_(session) {}

  /// Errors: InvalidArgument, NotFound, Internal; Unsupported for a kind that only a training run
  /// obeys.
  Result<nlohmann::json> answer(const run::Command& command);

 private:
  Result<nlohmann::json> answered(const run::Command& command);
  /// A place comes by its id, as the rows of `attention` have it, or by its name.
  Result<InspectionRequest> inspection(const nlohmann::json& arguments) const;
  Result<nlohmann::json> probe(const nlohmann::json& arguments);
  Result<nlohmann::json> cell(const nlohmann::json& arguments);

  RunSession& session_;
};

/// Writes a checkpoint of a session in the order that the run folder asks for.
/// `select` is the last top-1 on the select split, negative before any.
Result<run::CheckpointRow> writeCheckpoint(RunSession& session, const std::string& reason,
                                           double select);

/// Adds a derived cell, with its cost, to the run's cells; one that is there already is left.
Status addDerivedCell(RunSession& session, const space::Derivation& derivation);

}  // namespace attelier::search
