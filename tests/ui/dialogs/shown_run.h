#pragma once

#include "ui/dialogs/run_schema.h"
#include "ui/workspace/workspace.h"

#include <memory>

namespace attelier::tests {

/// A finished search of the preset `tasks` as a window has read it: two kept cells, a report split
/// that was looked at once, two checkpoints.
inline std::shared_ptr<ui::RunView> finishedRun() {
  auto view = std::make_shared<ui::RunView>();
  view->path = "/runs/match.attelier";
  view->isWritable = true;
  view->status.phase = run::Phase::Finished;
  view->status.step = 400;
  view->status.stepsPlanned = 400;
  nlohmann::json configuration = ui::RunSchema::builtIn().defaults("tasks");
  view->configuration = std::make_shared<const nlohmann::json>(configuration);
  run::ClipRow clip;
  clip.split = "report";
  view->dataset = std::make_shared<const std::vector<run::ClipRow>>(1, clip);
  run::CellRow cell;
  cell.id = 1;
  cell.name = "best";
  cell.design = space::toJson(space::parseCell("mS<mT").value()).dump();
  cell.origin = "derived";
  cell.step = 400;
  run::CellRow odd = cell;
  odd.id = 2;
  odd.name = "plain";
  view->cells = std::make_shared<const std::vector<run::CellRow>>(std::vector{cell, odd});
  ui::EvaluationView evaluation;
  evaluation.points = {{.step = 400, .name = "report/top1", .value = 0.9, .time = 1}};
  view->evaluations = std::make_shared<const std::vector<ui::EvaluationView>>(1, evaluation);
  run::CheckpointRow checkpoint;
  checkpoint.step = 350;
  checkpoint.time = run::now() - 120;
  run::CheckpointRow older = checkpoint;
  older.step = 300;
  view->checkpoints =
      std::make_shared<const std::vector<run::CheckpointRow>>(std::vector{older, checkpoint});
  auto moment = std::make_shared<ui::Moment>();
  moment->step = 400;
  moment->place.name = "stem";
  view->moment = moment;
  return view;
}

/// What the panes show of a run: the cell "mS<mT + dST" derived at its last step.
inline ui::Shown shownOf(const std::shared_ptr<ui::RunView>& view) {
  ui::Shown shown;
  shown.run = view;
  shown.choices.derivation.topNodes = 2;
  shown.choices.derivation.topPredecessors = 1;
  auto derived = std::make_shared<ui::DerivedCell>();
  derived->derivation.cell = space::parseCell("mS<mT + dST").value();
  shown.derived = derived;
  return shown;
}

}  // namespace attelier::tests
