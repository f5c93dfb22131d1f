#pragma once

#include "ui/history/points_file.h"
#include "ui/workspace/pane.h"

#include <QElapsedTimer>
#include <QTimer>

class QComboBox;
class QLabel;
class QProgressBar;
class QSlider;
class QToolButton;

namespace attelier::widgets {
class CurvePlot;
}  // namespace attelier::widgets

namespace attelier::ui {

/// Curves of the run: its metrics with their bands, its validations, and those of its evaluations
/// beside it. What is zoomed into is read in single steps.
class CurvesPane : public Pane {
  Q_OBJECT
 public:
  explicit CurvesPane(Workspace& workspace, QWidget* parent = nullptr);
  ~CurvesPane() override;

  QList<QAction*> paneActions() const override;
  widgets::CurvePlot& plot() { return *plot_; }
  /// Writes every stored step and point to a file; told by the bar below the plot.
  void writePoints(const QString& path);

 protected:
  void present(const Shown& shown) override;

 private:
  /// The parts of a run that curves are made of.
  struct Source {
    std::shared_ptr<const run::MetricsView> curves, finer;
    std::shared_ptr<const std::vector<run::PointRow>> points;
    std::shared_ptr<const std::vector<EvaluationView>> evaluations;
    std::shared_ptr<const std::vector<run::CheckpointRow>> checkpoints;
    std::shared_ptr<const std::vector<run::EventRow>> events;
    std::optional<PinnedStep> pinned;
    QString group;
    bool operator==(const Source&) const = default;
  };

  QWidget* makeBar();
  QWidget* makeProgress();
  void restoreChoices();
  void fillGroups(const RunView& view);
  void chooseGroup(const QString& group);
  void chooseAxis(int index);
  void chooseSmoothing(int value);
  void wantDetail(qint64 first, qint64 last);
  /// Draws now, or a little later where it was just done.
  void drawSoon();
  void draw();
  void askForFile();

  widgets::CurvePlot* plot_;
  QComboBox *group_, *axis_;
  QSlider* smoothing_;
  QLabel* memory_;
  QAction *logX_, *logY_, *follow_, *csv_;
  QWidget* progress_;
  QProgressBar* progressBar_;
  bool isChosen_ = false;  ///< the group, by a person
  QStringList groups_;
  std::filesystem::path run_;
  Source drawn_;
  QElapsedTimer sinceDrawn_;
  QTimer later_;
  std::unique_ptr<PointsFile> file_;
};

}  // namespace attelier::ui
