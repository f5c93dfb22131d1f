#pragma once

#include "engine/run/commands.h"
#include "engine/search/inspection.h"
#include "engine/search/run_session.h"

#include <nlohmann/json.hpp>

#include <deque>
#include <functional>
#include <future>
#include <string>
#include <thread>
#include <utility>

namespace attelier::search {

/// Answers what viewers ask without changing the course of a run: pin, probe, inspect, cell.
///
/// A video that becomes a probe is decoded beside the steps, one after the other; its command is
/// answered by `settle`.
/// Threads: the search thread, between two steps.
class CommandAnswers {
 public:
  /// Brings the network to the asked step before a question about it.
  using Seek = std::function<Status(std::int64_t step)>;
  /// Without `seek` every question is about the network as it stands.
  explicit CommandAnswers(RunSession& session, Seek seek = {})
      : session_(session), seek_(std::move(seek)) {}

  /// Answers a command in the queue of the session, or takes it on.
  /// Errors: those of the queue; what a viewer asked wrongly is an answer.
  Status take(const run::Command& command);
  /// Answers what is decoded by now.
  Status settle();
  bool hasWaiting() const { return !videos_.empty(); }
  /// Answers all that wait with a failure that says why.
  Status abandon(const std::string& why);

 private:
  /// A video that is decoded, or waits for its turn.
  struct Video {
    run::Command command;
    std::future<Result<NewProbe>> probe{};
    std::jthread thread{};
  };

  Status answer(const run::Command& command, const std::function<Result<nlohmann::json>()>& act);
  Result<nlohmann::json> answered(const run::Command& command);
  Status seek(const nlohmann::json& arguments);
  /// A place comes by its id, as the rows of `attention` have it, or by its name.
  Result<InspectionRequest> inspection(const nlohmann::json& arguments) const;
  Result<nlohmann::json> probe(const nlohmann::json& arguments);
  Result<nlohmann::json> addProbe(NewProbe probe, const nlohmann::json& arguments);
  Result<nlohmann::json> cell(const nlohmann::json& arguments);
  void startDecoding();

  RunSession& session_;
  Seek seek_;
  std::deque<Video> videos_;  ///< the first has a thread
};

/// Writes a checkpoint of a session in the order that the run folder asks for.
/// `select` is the last top-1 on the select split, negative before any.
Result<run::CheckpointRow> writeCheckpoint(RunSession& session, const std::string& reason,
                                           double select);

/// Adds a derived cell, with its cost, to the run's cells; one that is there already is left.
Status addDerivedCell(RunSession& session, const space::Derivation& derivation);

}  // namespace attelier::search
