#pragma once

#include "ui/history/search_health.h"
#include "ui/workspace/pane.h"
#include "widgets/plots/weight_heat_map.h"

#include <QElapsedTimer>
#include <QTimer>

class QActionGroup;
class QComboBox;
class QSplitter;

namespace attelier::ui {

class HealthPanel;

/// How all weights of a search went over its steps, and what of it a person should know: entropy,
/// margin, how often the cell changed, alarms.
class WeightsTimePane : public Pane {
  Q_OBJECT
 public:
  /// Which weights the rows are.
  enum class Rows { Sink, IntoNode, Level };

  explicit WeightsTimePane(Workspace& workspace, QWidget* parent = nullptr);

  QList<QAction*> paneActions() const override;
  QString emptyText() const override { return emptyText_; }
  widgets::WeightHeatMap& map() { return *map_; }
  /// Null until the first is found; a few seconds behind the weights.
  std::shared_ptr<const SearchHealth> health() const { return health_; }

 protected:
  void present(const Shown& shown) override;

 private:
  /// What the map was made from.
  struct Source {
    std::shared_ptr<const WeightsHistory> history;
    Rows rows = Rows::Sink;
    int node = -1;  ///< of Rows::IntoNode
    bool operator==(const Source&) const = default;
  };
  /// What the health was made from.
  struct HealthSource {
    std::filesystem::path run;
    std::int64_t generation = 0;
    HealthOptions options;
    bool operator==(const HealthSource&) const = default;
  };

  void makeActions();
  QWidget* makeHeader();
  void setRows(Rows rows);
  void presentMap(const Shown& shown);
  void presentCursor(const Shown& shown);
  void setHealth(std::shared_ptr<const SearchHealth> health);
  void wantHealth();
  void chooseRow(int row);
  void goToAlarm(const HealthAlarm& alarm);
  void showHealthTable();
  Rows rows() const;
  int rowOf(const Choices& choices) const;

  widgets::WeightHeatMap* map_;
  QComboBox* rowsBox_;
  QSplitter* splitter_;
  HealthPanel* panel_;
  QActionGroup* rowActions_;
  QAction *order_, *table_, *healthTable_;

  Source source_;
  std::vector<std::pair<int, int>> edges_;  ///< from and to of each row; none of the sink's rows
  QString emptyText_;

  std::shared_ptr<const SearchHealth> health_;
  HealthSource healthSource_;
  std::shared_ptr<const WeightsHistory> healthHistory_;
  bool isFindingHealth_ = false;
  QElapsedTimer sinceHealth_;
  qint64 healthCost_ = 0;  ///< of the last one, ms
  QTimer again_;
};

}  // namespace attelier::ui
