#pragma once

#include "ui/attention/map_maker.h"
#include "ui/workspace/pane.h"
#include "widgets/base/data_table.h"
#include "widgets/video/attention_canvas.h"

class QComboBox;
class QLabel;
class QStackedWidget;
class QToolBar;

namespace attelier::widgets {
class ClipPlayer;
class ColourBar;
class FrameStrip;
class NodeTiles;
class TemporalBar;
}  // namespace attelier::widgets

namespace attelier::ui {

class ComparisonControls;
class OneLineLabel;
class EngineAsker;
class NoticeRow;
class OverlayControls;
class OverlaySaver;

/// A probe clip plays with the map of the chosen node over it. Positions can be asked about; two
/// nodes, steps or runs compared; all nodes seen at once; what is seen saved.
class AttentionPane : public Pane, public widgets::HasDataTable {
  Q_OBJECT

 public:
  explicit AttentionPane(Workspace& workspace, QWidget* parent = nullptr);
  ~AttentionPane() override;

  QList<QAction*> paneActions() const override;
  QString emptyText() const override;
  widgets::DataTable dataTable() const override;

  /// Shows a clip of the data set: its probe where there is one, else the engine makes one of it.
  void showClip(std::int64_t clip);

 protected:
  void present(const Shown& shown) override;
  void showEvent(QShowEvent* event) override;
  void hideEvent(QHideEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;

 private:
  /// What an engine's answer is an answer to.
  struct Question {
    int node = -1;
    std::int64_t place = 0;
    std::int64_t probe = 0;
    std::optional<std::int64_t> step;
    std::optional<QueryChoice> query;
    bool operator==(const Question&) const = default;
  };

  void makeActions();
  void makeLayout();
  QToolBar* makeToolBar();
  void connectWidgets();
  QAction* add(const char* name, const QString& icon, const QString& text, const QKeySequence& key);

  Question question() const;
  MapRequest requestOf(const Moment& moment, int node) const;
  std::optional<MapRequest> otherRequest() const;
  QStringList nodeNames() const;
  void wantRecords();
  void preselect();

  void presentProbes();
  void presentMaps();
  void presentTiles();
  void presentWords();
  void presentNotice();
  void presentFrame(int frame);
  void presentReading(const widgets::Reading& reading);

  void askAbout(const widgets::TokenPoint& at, bool whoLooks);
  void askEngine();
  void chooseProbe(std::int64_t probe);
  void save();
  void say(const QString& sentence);

  MapMaker* maker_;
  EngineAsker* asker_;
  OverlaySaver* saver_;
  OverlayControls* overlay_;
  ComparisonControls* comparison_;
  widgets::ClipPlayer* player_;
  QAction* play_;
  QAction* back_;
  QAction* forward_;
  QAction* clear_;
  QAction* save_;
  QComboBox* probes_;
  OneLineLabel* sentence_;
  QLabel* time_;
  QStackedWidget* stack_;
  widgets::AttentionCanvas* canvas_;
  widgets::NodeTiles* tiles_;
  QLabel* empty_;
  widgets::FrameStrip* strip_;
  widgets::TemporalBar* temporal_;
  widgets::ColourBar* colours_;
  QLabel* readOut_;
  NoticeRow* notice_;

  MapRequest request_;               // of the chosen node
  std::optional<MapRequest> other_;  // of what it is compared with
  QList<MapRequest> tileRequests_;
  std::vector<int> tileNodes_;
  std::shared_ptr<const EngineAnswer> answer_;
  Question answered_;
  Question refused_;
  std::int64_t awaited_ = 0;  // a new probe that is chosen as soon as it has been read
  QString said_;              // the last thing to tell, until it is closed
  bool plays_ = true;         // as a person left it
};

}  // namespace attelier::ui
