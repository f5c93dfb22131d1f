// Trains planted, random and searched cells on the synthetic tasks and prints one JSON line a
// training: accuracy, and where the attention of planted cells lies against the planted truth.
// tests/bench/tasks_study.py drives it and makes the tables of docs/benchmarks.md.

#include "engine/clips/synthetic.h"
#include "engine/search/inspection.h"
#include "engine/search/training_run.h"
#include "engine/space/random_cell.h"

#include <nlohmann/json.hpp>
#include <torch/types.h>

#include <chrono>
#include <cstdio>
#include <map>
#include <string>

namespace attelier {
namespace {

using search::Learner;
using search::RunConfiguration;

double secondsSince(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// Mean of named quantities over clips.
class Means {
 public:
  void add(const std::string& name, double value) {
    sums_[name].first += value;
    sums_[name].second += 1.0;
  }
  nlohmann::json json() const {
    nlohmann::json json = nlohmann::json::object();
    for (const auto& [name, sum] : sums_) {
      json[name] = sum.first / sum.second;
    }
    return json;
  }

 private:
  std::map<std::string, std::pair<double, double>> sums_;
};

/// Which of the 16 tokens of a frame a glyph block is: blocks fill the rows below the cue row.
int tokenOfBlock(int block) { return 4 + block; }

/// What the map of one node says of a clip, against the truth. Softmax maps sum to 1.
void compare(const space::AttentionRecord& record, const clips::SyntheticTruth& truth,
             clips::SyntheticTask task, Means& means) {
  const std::string kind = space::shortName(record.kind);
  const bool dot = record.kind.type == space::OperationType::DotProduct;
  const std::vector<float> map = space::attentionMap(record).values;
  if (record.kind.dimension == space::Dimension::Temporal) {
    double lit = 0.0;
    for (int frame = 0; frame < clips::kSyntheticFrames; ++frame) {
      const double value = static_cast<double>(map[static_cast<size_t>(frame)]);
      const bool counts = task == clips::SyntheticTask::When
                              ? truth.counts[static_cast<size_t>(frame)]
                              : truth.green[static_cast<size_t>(frame)];
      const bool pointer = task == clips::SyntheticTask::Meet && frame == 0;
      means.add(kind + (pointer  ? " pointer frame"
                        : counts ? " right frames"
                                 : " other frames"),
                value);
      lit += counts ? value : 0.0;
    }
    if (dot) {
      means.add(kind + " mass on right frames", lit);
    }
  } else if (record.kind.dimension == space::Dimension::Spatial) {
    int brightest = 0;
    for (int token = 0; token < 16; ++token) {
      const double value = static_cast<double>(map[static_cast<size_t>(token)]);
      const bool right = token == tokenOfBlock(truth.pointedBlock);
      means.add(kind + (token < 4 ? " cue row"
                        : right   ? " pointed block"
                                  : " other blocks"),
                value);
      if (map[static_cast<size_t>(token)] > map[static_cast<size_t>(brightest)]) {
        brightest = token;
      }
    }
    means.add(kind + " brightest is right", brightest == tokenOfBlock(truth.pointedBlock) ? 1 : 0);
  } else if (dot && task == clips::SyntheticTask::Match) {
    // Mass that the plaque's tokens, and all others, put on the glyphs that count.
    for (std::int64_t frame = 0; frame < clips::kSyntheticFrames; ++frame) {
      for (std::int64_t token = 0; token < 16; ++token) {
        const auto row =
            space::attentionOfQuery(record, {.frame = frame, .y = token / 4, .x = token % 4});
        double mass = 0.0;
        for (const clips::SyntheticGlyph& glyph : truth.glyphs) {
          if (glyph.counts) {
            mass += static_cast<double>(
                row->values[static_cast<size_t>(glyph.frame * 16 + tokenOfBlock(glyph.block))]);
          }
        }
        const std::int64_t left = truth.barX / 8, right = (truth.barX + 15) / 8;
        const bool cue = token < 4 && token >= left && token <= right;
        means.add(kind + (cue         ? " plaque to right glyphs"
                          : token < 4 ? " cue row beside to right glyphs"
                                      : " others to right glyphs"),
                  mass);
        if (token < 4) {
          means.add(kind + " cue row to right glyphs", mass);
        }
      }
    }
  }
}

Result<nlohmann::json> trainOne(const RunConfiguration& configuration,
                                const search::Trained& trained) {
  ATTELIER_ASSIGN(const auto source, search::clipsOf(configuration, {}));
  ATTELIER_ASSIGN(auto learner,
                  search::makeLearner({.configuration = configuration, .trained = trained}, *source,
                                      configuration.training.steps));
  clips::Loader loader(source, configuration.loader,
                       {.split = clips::Split::Train,
                        .mode = clips::LoadMode::Train,
                        .batchSize = configuration.training.batch,
                        .seed = static_cast<std::uint64_t>(configuration.training.seed),
                        .startPosition = 0,
                        .limit = 0});
  const auto start = std::chrono::steady_clock::now();
  while (learner->steps() < configuration.training.steps) {
    ATTELIER_ASSIGN(const auto batch, loader.next());
    learner->step(*batch);
  }
  nlohmann::json result;
  result["seconds"] = secondsSince(start);
  for (const auto split : {clips::Split::Select, clips::Split::Report}) {
    ATTELIER_ASSIGN(const search::Score score,
                    search::validate(learner->replicas(), source, configuration.loader,
                                     {.split = split, .batch = 100}));
    result[clips::splitName(split)] = score.top1;
  }
  if (std::holds_alternative<std::monostate>(trained)) {
    ATTELIER_ASSIGN(const auto derived, search::derivedCells(*learner, configuration));
    result["cell"] = space::shortText(derived[0].cell);
    result["margin"] = derived[0].margin;
    const auto health = space::weightHealth(space::probabilities(learner->meanWeights()[0]));
    result["sink_entropy"] = health.sinkEntropy;
    return result;
  }
  if (std::holds_alternative<space::CellDesign>(trained)) {
    const auto* synthetic = dynamic_cast<const clips::SyntheticSource*>(source.get());
    Means means;
    for (std::int64_t index = 0; index < 200; ++index) {
      ATTELIER_ASSIGN(const auto clip, search::loadClip(*source, clips::Split::Report, index));
      const auto truth = synthetic->truth(clips::Split::Report, index);
      const search::Attention seen = search::attend(learner->replicas(), {clip});
      for (const nn::NodeCapture& node : seen.places.at(0).nodes) {
        compare(search::attentionRecord(node, 0), truth, configuration.synthetic.task, means);
      }
    }
    result["attention"] = means.json();
  }
  return result;
}

/// task_trainings TASK CELL|plain|search|random:SEED STEPS SEED
Status trainAsAsked(int argc, char** argv) {
  if (argc != 5) {
    return fail(ErrorCode::InvalidArgument,
                "usage: task_trainings TASK CELL|plain|search|random:SEED STEPS SEED");
  }
  RunConfiguration configuration;
  ATTELIER_CHECKED(search::applyPreset(configuration, "tasks"));
  ATTELIER_CHECKED(search::runFields().set(configuration, "task", argv[1]));
  ATTELIER_CHECKED(search::runFields().set(configuration, "training.steps", argv[3]));
  ATTELIER_CHECKED(search::runFields().set(configuration, "training.seed", argv[4]));
  configuration.compute.threads = 1;
  configuration.compute.device = "cpu";
  const std::string what = argv[2];
  search::Trained trained;
  if (what == "plain") {
    trained = search::PlainBackbone{};
  } else if (what.starts_with("random:")) {
    ATTELIER_ASSIGN(const auto random,
                    space::randomCell({}, configuration.derivation, std::nullopt,
                                      std::stoull(what.substr(7)), configuration.operations));
    trained = random.cell;
  } else if (what != "search") {
    ATTELIER_ASSIGN(trained, space::parseCell(what, configuration.operations, "cell"));
  }
  ATTELIER_ASSIGN(nlohmann::json result, trainOne(configuration, trained));
  result["task"] = argv[1];
  result["what"] = what;
  result["steps"] = configuration.training.steps;
  result["seed"] = configuration.training.seed;
  if (const auto* cell = std::get_if<space::CellDesign>(&trained)) {
    result["cell"] = space::shortText(*cell);
  }
  std::printf("%s\n", result.dump().c_str());
  return {};
}

}  // namespace
}  // namespace attelier

int main(int argc, char** argv) {
  const auto status = attelier::trainAsAsked(argc, argv);
  if (!status) {
    std::fprintf(stderr, "%s\n", attelier::describe(status.error()).c_str());
    return 1;
  }
  return 0;
}
