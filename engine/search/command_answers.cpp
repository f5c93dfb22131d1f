#include "engine/search/command_answers.h"

#include "engine/search/checkpoint_state.h"
#include "engine/search/inspection.h"
#include "engine/space/cost.h"

#include <c10/util/Exception.h>

#include <algorithm>
#include <chrono>
#include <exception>
#include <limits>

namespace attelier::search {

namespace {

space::Place firstPlace(RunSession& session) {
  const auto& places = session.learner->network().places();
  return places.empty() ? space::Place{} : places.front();
}

Result<run::CellRow> cellRow(RunSession& session, const space::CellDesign& cell,
                             const std::string& name, const std::string& origin) {
  const space::CellCost cost = space::cost(cell, firstPlace(session));
  return run::CellRow{.name = name,
                      .design = space::toJson(cell).dump(),
                      .origin = origin,
                      .step = session.learner->steps(),
                      .cost = nlohmann::json{{"parameters", cost.parameters},
                                             {"flops", cost.flops},
                                             {"activation_bytes", cost.activationBytes}}
                                  .dump(),
                      .time = run::now()};
}

}  // namespace

Status CommandAnswers::answer(const run::Command& command,
                              const std::function<Result<nlohmann::json>()>& act) {
  Result<nlohmann::json> said = nlohmann::json::object();
  // What a viewer asks never ends the engine.
  try {
    said = act();
  } catch (const c10::Error& error) {
    said = fail(ErrorCode::Internal, error.what_without_backtrace(),
                run::commandKindName(command.kind));
  } catch (const std::exception& error) {
    said = fail(ErrorCode::InvalidArgument, error.what(), run::commandKindName(command.kind));
  }
  return said ? session_.commands->done(command.id, *said)
              : session_.commands->failed(command.id, said.error());
}

Status CommandAnswers::take(const run::Command& command) {
  if (command.kind == run::CommandKind::Probe && command.arguments.contains("file")) {
    videos_.push_back({.command = command});
    startDecoding();
    return {};
  }
  return answer(command, [&] { return answered(command); });
}

void CommandAnswers::startDecoding() {
  if (videos_.empty() || videos_.front().probe.valid()) {
    return;
  }
  Video& video = videos_.front();
  std::promise<Result<NewProbe>> promise;
  video.probe = promise.get_future();
  video.thread = std::jthread([configuration = session_.settings.configuration,
                               file = video.command.arguments.at("file").get<std::string>(),
                               promise = std::move(promise)](const std::stop_token& stop) mutable {
    try {
      promise.set_value(probeOfVideo(configuration, file, stop));
    } catch (const std::exception& error) {
      promise.set_value(fail(ErrorCode::Corrupt, error.what(), file));
    }
  });
}

Status CommandAnswers::settle() {
  while (!videos_.empty() &&
         videos_.front().probe.wait_for(std::chrono::seconds(0)) == std::future_status::ready) {
    Video video = std::move(videos_.front());
    videos_.pop_front();
    startDecoding();
    ATTELIER_CHECKED(answer(video.command, [&]() -> Result<nlohmann::json> {
      ATTELIER_ASSIGN(NewProbe probe, video.probe.get());
      return addProbe(std::move(probe), video.command.arguments);
    }));
  }
  return {};
}

Status CommandAnswers::abandon(const std::string& why) {
  while (!videos_.empty()) {
    const Video video = std::move(videos_.front());
    videos_.pop_front();
    ATTELIER_CHECKED(
        session_.commands->failed(video.command.id, Error{ErrorCode::Interrupted, why, "probe"}));
  }
  return {};
}

Status CommandAnswers::seek(const nlohmann::json& arguments) {
  return seek_ ? seek_(arguments.value("step", std::numeric_limits<std::int64_t>::max()))
               : Status();
}

Result<nlohmann::json> CommandAnswers::answered(const run::Command& command) {
  const nlohmann::json& arguments = command.arguments;
  switch (command.kind) {
    case run::CommandKind::Pin:
      ATTELIER_CHECKED(session_.store->pin(arguments.at("step").get<std::int64_t>(),
                                           arguments.value("pinned", true)));
      return nlohmann::json::object();
    case run::CommandKind::Probe:
      return probe(arguments);
    case run::CommandKind::Cell:
      return cell(arguments);
    case run::CommandKind::Inspect: {
      ATTELIER_CHECKED(seek(arguments));
      ATTELIER_ASSIGN(const InspectionRequest request, inspection(arguments));
      ATTELIER_ASSIGN(auto reader, run::RunReader::open(session_.folder.path()));
      ATTELIER_ASSIGN(const LoadedClip clip,
                      requestedClip(session_.settings, *session_.source, reader.get(), request));
      ATTELIER_ASSIGN(nlohmann::json answer, inspectByModel(session_.learner->replicas(),
                                                            session_.settings, clip, request));
      answer["step"] = session_.learner->steps();
      return answer;
    }
    default:
      return fail(ErrorCode::Unsupported, std::string("'") + run::commandKindName(command.kind) +
                                              "' is for a run that trains");
  }
}

Result<InspectionRequest> CommandAnswers::inspection(const nlohmann::json& arguments) const {
  nlohmann::json named = arguments;
  if (named.contains("place") && named["place"].is_number()) {
    const auto id = named["place"].get<std::int64_t>();
    if (id == 0) {
      named.erase("place");
      return inspectionFromJson(named);
    }
    const auto found = std::find(session_.placeIds.begin(), session_.placeIds.end(), id);
    if (found == session_.placeIds.end()) {
      return fail(ErrorCode::NotFound, "the run has no place " + std::to_string(id), "place");
    }
    const auto index = static_cast<size_t>(found - session_.placeIds.begin());
    named["place"] = session_.learner->network().places()[index].name;
  }
  return inspectionFromJson(named);
}

Result<nlohmann::json> CommandAnswers::probe(const nlohmann::json& arguments) {
  if (arguments.at("action") == "remove") {
    ATTELIER_CHECKED(session_.probes->remove(arguments.at("probe").get<std::int64_t>(),
                                             session_.learner->steps()));
    return nlohmann::json::object();
  }
  const auto id = arguments.at("clip").get<std::int64_t>();
  const auto at = session_.source->find(id);
  if (!at) {
    return fail(ErrorCode::NotFound, "the data set has no readable clip " + std::to_string(id),
                "clip");
  }
  NewProbe probe;
  ATTELIER_ASSIGN(probe.clip, loadClip(*session_.source, at->first, at->second));
  const clips::ClipRecord record = session_.source->record(at->first, at->second);
  const auto file = session_.dataset.clips.empty() ? std::filesystem::path()
                                                   : clips::clipPath(session_.dataset, record);
  ATTELIER_ASSIGN(probe.row, probeRow(probe.clip, record, file, 0));
  return addProbe(std::move(probe), arguments);
}

Result<nlohmann::json> CommandAnswers::addProbe(NewProbe probe, const nlohmann::json& arguments) {
  ATTELIER_CHECKED(seek(arguments));
  const std::int64_t step = session_.learner->steps();
  probe.row.addedStep = step;
  ATTELIER_ASSIGN(const std::int64_t id,
                  session_.probes->addRecorded(std::move(probe.clip), std::move(probe.row),
                                               session_.learner->replicas(), step));
  return nlohmann::json{{"probe", id}, {"step", step}};
}

Result<nlohmann::json> CommandAnswers::cell(const nlohmann::json& arguments) {
  const auto action = arguments.at("action").get<std::string>();
  if (action == "add") {
    const auto name = arguments.at("name").get<std::string>();
    ATTELIER_ASSIGN(const space::CellDesign design,
                    space::cellFromJson(arguments.at("design"), "design"));
    ATTELIER_ASSIGN(run::CellRow row, cellRow(session_, design, name, "drawn"));
    ATTELIER_ASSIGN(const std::int64_t id, session_.store->addCell(std::move(row)));
    return nlohmann::json{{"id", id}};
  }
  ATTELIER_CHECKED(session_.store->flush());
  ATTELIER_ASSIGN(auto reader, run::RunReader::open(session_.folder.path()));
  ATTELIER_ASSIGN(const auto cells, reader->cells());
  const auto id = arguments.at("id").get<std::int64_t>();
  const auto found = std::find_if(cells.begin(), cells.end(),
                                  [id](const run::CellRow& row) { return row.id == id; });
  if (found == cells.end()) {
    return fail(ErrorCode::NotFound, "there is no cell " + std::to_string(id), "id");
  }
  run::CellRow row = *found;
  if (action == "rename") {
    row.name = arguments.at("name").get<std::string>();
  } else {
    row.removed = true;
  }
  ATTELIER_CHECKED(session_.store->updateCell(row));
  return nlohmann::json::object();
}

Result<run::CheckpointRow> writeCheckpoint(RunSession& session, const std::string& reason,
                                           double select) {
  session.progress.step = session.learner->steps();
  const CheckpointState state{.tensors = session.learner->state(),
                              .progress = toJson(session.progress)};
  run::CheckpointRequest request;
  request.step = session.learner->steps();
  request.reason = reason;
  request.validation = select < 0.0 ? run::kAbsent : select;
  return session.store->writeCheckpoint(request, [&state](const std::filesystem::path& file) {
    return writeCheckpointState(file, state);
  });
}

Status addDerivedCell(RunSession& session, const space::Derivation& derivation) {
  ATTELIER_CHECKED(session.store->flush());
  ATTELIER_ASSIGN(auto reader, run::RunReader::open(session.folder.path()));
  ATTELIER_ASSIGN(const auto cells, reader->cells());
  const std::string design = space::toJson(derivation.cell).dump();
  if (std::any_of(cells.begin(), cells.end(), [&design](const run::CellRow& row) {
        return !row.removed && row.design == design;
      })) {
    return {};
  }
  ATTELIER_ASSIGN(run::CellRow row,
                  cellRow(session, derivation.cell, space::shortText(derivation.cell), "derived"));
  ATTELIER_ASSIGN(const std::int64_t id, session.store->addCell(std::move(row)));
  static_cast<void>(id);
  return {};
}

}  // namespace attelier::search
