#include "app/engine/attention_report.h"
#include "app/engine/command.h"
#include "app/engine/printing.h"
#include "app/engine/stored_cells.h"
#include "engine/search/inspection.h"

#include <charconv>
#include <memory>

namespace attelier::app {

namespace {

constexpr std::int64_t kUnset = -1;

struct InspectOptions {
  std::string run, place, node, query, video, clipsRoot, device;
  std::int64_t probe = kUnset, clip = kUnset;
  std::int64_t step = std::numeric_limits<std::int64_t>::max();
};

Result<space::AttentionPoint> pointFromText(const std::string& text) {
  std::array<std::int64_t, 3> numbers{};
  const char* next = text.data();
  const char* end = text.data() + text.size();
  for (size_t i = 0; i < numbers.size(); ++i) {
    const auto read = std::from_chars(next, end, numbers[i]);
    const bool last = i + 1 == numbers.size();
    if (read.ec != std::errc() || numbers[i] < 0 || (read.ptr == end) != last ||
        (!last && *read.ptr != ',')) {
      return fail(ErrorCode::InvalidArgument,
                  "'" + text + "' is no position; write frame,y,x on the grid of tokens, as 3,1,2",
                  "--query");
    }
    next = last ? read.ptr : read.ptr + 1;
  }
  return space::AttentionPoint{.frame = numbers[0], .y = numbers[1], .x = numbers[2]};
}

Result<search::InspectionRequest> requestOf(const InspectOptions& options) {
  search::InspectionRequest request;
  request.place = options.place;
  request.node = options.node;
  request.video = options.video;
  request.step = options.step;
  if (options.probe != kUnset) {
    request.probe = options.probe;
  }
  if (options.clip != kUnset) {
    request.clip = options.clip;
  }
  const int named =
      (request.probe ? 1 : 0) + (request.clip ? 1 : 0) + (options.video.empty() ? 0 : 1);
  if (named != 1) {
    return fail(ErrorCode::InvalidArgument,
                "name one clip: --probe N (info lists them), --clip N or --video FILE");
  }
  std::error_code error;
  if (!options.video.empty() && !std::filesystem::is_regular_file(options.video, error)) {
    return fail(ErrorCode::NotFound, "there is no such video file", options.video);
  }
  if (!options.query.empty()) {
    ATTELIER_ASSIGN(request.query, pointFromText(options.query));
  }
  return request;
}

Result<nlohmann::json> answerByModel(run::RunReader& reader, const InspectOptions& options,
                                     const search::InspectionRequest& request) {
  ATTELIER_ASSIGN(const search::RestoredModel model,
                  search::restoreModel(reader, options.step, options.device));
  ATTELIER_ASSIGN(const search::LoadedClip clip,
                  search::requestedClip(model.settings, *model.source, &reader, request));
  ATTELIER_ASSIGN(nlohmann::json answer,
                  search::inspectByModel(model.learner->replicas(), model.settings, clip, request));
  answer["step"] = model.step;
  const auto& labels = model.source->labels();
  for (auto& label : answer["prediction"]["top"]) {
    const auto index = label.get<std::int64_t>();
    if (index >= 0 && index < static_cast<std::int64_t>(labels.size())) {
      answer["prediction"]["labels"].push_back(labels[static_cast<size_t>(index)]);
    }
  }
  return answer;
}

Status runInspect(const InspectOptions& options, const Invocation& invocation) {
  ATTELIER_ASSIGN(const search::InspectionRequest request, requestOf(options));
  ATTELIER_ASSIGN(auto reader,
                  run::RunReader::open(options.run, {.cache = {}, .clipsRoot = options.clipsRoot}));
  ATTELIER_ASSIGN(const search::RunSettings settings, settingsOf(*reader, options.run));
  ATTELIER_ASSIGN(const int node, search::nodeIndex(settings, options.node));
  static_cast<void>(node);
  ATTELIER_ASSIGN(auto answer, search::inspectStored(*reader, settings, request));
  if (!answer) {
    ATTELIER_ASSIGN(answer, answerByModel(*reader, options, request));
  }
  if (invocation.json) {
    printJson(*answer);
  } else {
    printText(attentionText(*answer));
  }
  return {};
}

}  // namespace

void addInspect(CLI::App& program, Invocation& invocation) {
  const auto options = std::make_shared<InspectOptions>();
  CLI::App* command =
      addCommand(program, invocation, "inspect",
                 "What a node attends to in a clip, from what the run stored, else by its model",
                 true, [options, &invocation] { return runInspect(*options, invocation); });
  command->add_option("run", options->run, "Run folder or snapshot")->required()->type_name("RUN");
  command
      ->add_option("--node", options->node,
                   "Node: L2.dT of a search (level 2), its index of an evaluated cell")
      ->required()
      ->type_name("NODE");
  command->add_option("--probe", options->probe, "Probe clip of the run")
      ->check(CLI::Range(std::int64_t{0}, std::int64_t{1'000'000'000}))
      ->type_name("N");
  command->add_option("--clip", options->clip, "Clip of the data set, by its id")
      ->check(CLI::Range(std::int64_t{0}, std::int64_t{1'000'000'000}))
      ->type_name("N");
  command->add_option("--video", options->video, "A video file outside of the data set")
      ->type_name("FILE");
  command->add_option("--place", options->place, "Insertion place (default: the first)")
      ->type_name("NAME");
  command
      ->add_option("--query", options->query,
                   "Position frame,y,x (tokens) to ask of a dot-product node: what it attends to "
                   "and who attends to it")
      ->type_name("T,Y,X");
  command
      ->add_option("--step", options->step,
                   "Attention stored at or before this step; the model nearest to it (steps; "
                   "default: the last)")
      ->check(CLI::Range(std::int64_t{0}, std::int64_t{1'000'000'000}))
      ->type_name("N");
  command
      ->add_option("--clips-root", options->clipsRoot,
                   "Folder of the clips now, where they are not under the recorded one any more")
      ->type_name("DIR");
  command->add_option("--device", options->device, "auto, cpu or cuda, instead of the recorded one")
      ->type_name("DEVICE");
}

}  // namespace attelier::app
