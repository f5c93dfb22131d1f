#include "ui/attention/attention_pane.h"
#include "ui/clips/clips_pane.h"
#include "ui/graph/derivation_bar.h"
#include "ui/graph/inspector_pane.h"
#include "ui/graph/supergraph_pane.h"
#include "ui/history/confusion_pane.h"
#include "ui/history/curves_pane.h"
#include "ui/history/history_scrubber.h"
#include "ui/history/log_pane.h"
#include "ui/history/resources_pane.h"
#include "ui/history/summary_pane.h"
#include "ui/history/weights_time_pane.h"
#include "ui/runs/evaluations_pane.h"
#include "ui/runs/runs_pane.h"
#include "ui/window/main_window.h"

namespace attelier::ui {

void MainWindow::makePanes() {
  addPane(new RunsPane(workspace_, catalogue_), PaneArea::Left);
  addPane(new ClipsPane(workspace_), PaneArea::Left);
  addPane(new ConfusionPane(workspace_), PaneArea::Left);
  addPane(new SupergraphPane(workspace_), PaneArea::Centre);
  addPane(new AttentionPane(workspace_), PaneArea::Centre);
  addPane(new DerivationBar(workspace_), PaneArea::Right);
  addPane(new InspectorPane(workspace_), PaneArea::RightBelow);
  addPane(new EvaluationsPane(workspace_), PaneArea::RightBelow);
  addPane(new SummaryPane(workspace_), PaneArea::RightBelow);
  addPane(new CurvesPane(workspace_), PaneArea::Bottom);
  addPane(new WeightsTimePane(workspace_), PaneArea::Bottom);
  addPane(new LogPane(workspace_), PaneArea::Bottom);
  addPane(new ResourcesPane(workspace_), PaneArea::Bottom);
  scrubber_ = new HistoryScrubber(workspace_);
  addPane(scrubber_, PaneArea::Foot);
}

}  // namespace attelier::ui
