#include "ui/history/run_course.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>

namespace attelier::ui {

namespace {

struct Words {
  Q_DECLARE_TR_FUNCTIONS(attelier::ui::RunCourse)
};

// A number of a configuration, which may come from a stranger.
double number(const nlohmann::json& configuration, const char* group, const char* field,
              double otherwise) {
  const auto found = configuration.find(group);
  if (found == configuration.end() || !found->is_object()) return otherwise;
  const auto value = found->find(field);
  return value != found->end() && value->is_number() ? value->get<double>() : otherwise;
}

}  // namespace

double stepsPerEpoch(const RunView& view) {
  const double batch = number(*view.configuration, "training", "batch", 0);
  const auto clips = std::count_if(
      view.dataset->begin(), view.dataset->end(),
      [](const run::ClipRow& clip) { return clip.split == "train" && clip.state != "unreadable"; });
  if (batch >= 1 && clips > 0) return static_cast<double>(clips) / batch;
  if (view.status.epoch <= 0) return 0;
  return static_cast<double>(view.status.step) / static_cast<double>(view.status.epoch);
}

std::vector<StageStart> stageStarts(const RunView& view) {
  if (!isSearch(view)) return {};
  const auto& began = view.info.configuration;
  double planned = number(began, "training", "steps", 0);
  if (planned <= 0)
    planned = std::ceil(number(began, "training", "epochs", 0) * stepsPerEpoch(view));
  if (planned <= 0) return {};
  std::vector<StageStart> stages;
  const auto add = [&](double share, const QString& name) {
    const double step = std::ceil(share * planned);
    if (step > 0 && step < static_cast<double>(std::max<std::int64_t>(view.status.step, 1))) {
      stages.push_back({static_cast<std::int64_t>(step), name});
    }
  };
  add(number(began, "connections", "frozen_share", 0), Words::tr("joint training begins"));
  const double sharpens = number(began, "connections", "sharpen_from", 1);
  if (sharpens < 1 && number(began, "connections", "sharpen_penalty", 0) > 0) {
    add(sharpens, Words::tr("sharpening begins"));
  }
  return stages;
}

std::vector<std::int64_t> pinnedSteps(const RunView& view, const Choices& choices) {
  std::vector<std::int64_t> steps;
  for (const auto& checkpoint : *view.checkpoints) {
    if (checkpoint.pinned) steps.push_back(checkpoint.step);
  }
  const auto& pinned = choices.pinnedStep;
  if (pinned && pinned->run.empty()) steps.push_back(pinned->step);
  std::sort(steps.begin(), steps.end());
  steps.erase(std::unique(steps.begin(), steps.end()), steps.end());
  return steps;
}

}  // namespace attelier::ui
