#pragma once

#include "widgets/base/data_table.h"
#include "widgets/video/overlay.h"
#include "widgets/video/picture_cache.h"

#include <QList>
#include <QWidget>

namespace attelier::widgets {

/// One node of NodeTiles.
struct NodeTile {
  QString name;
  FramesPtr frames;  ///< null: nothing to show, see `note`
  QString note;      ///< why there is no map, or what it does not tell apart
  bool operator==(const NodeTile&) const = default;
};

/// The maps of many nodes over the same picture, side by side.
class NodeTiles : public QWidget, public HasDataTable {
  Q_OBJECT

 public:
  explicit NodeTiles(QWidget* parent = nullptr);

  void setTiles(QList<NodeTile> tiles);
  void setOverlay(const OverlayStyle& style);
  void setFrame(int picture);
  void setCurrent(int tile);  ///< -1: none

  int count() const { return static_cast<int>(tiles_.size()); }
  int current() const { return current_; }
  /// Rectangle of a tile with its name.
  QRect tileRect(int tile) const;

  DataTable dataTable() const override;
  QSize sizeHint() const override;
  QSize minimumSizeHint() const override;

 Q_SIGNALS:
  /// By click, or by Enter after the arrow keys moved the focus.
  void chosen(int tile);

 protected:
  void paintEvent(QPaintEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void changeEvent(QEvent* event) override;
  bool event(QEvent* event) override;

 private:
  struct Grid {
    int columns = 1;
    int rows = 1;
  };
  Grid grid() const;
  int tileAt(const QPoint& point) const;
  void moveFocus(int tile);
  void paintTile(QPainter& painter, int tile, const Theme& theme);

  QList<NodeTile> tiles_;
  OverlayStyle style_;
  int picture_ = 0;
  int current_ = -1;
  int focused_ = 0;
  PictureCache pictures_;
};

}  // namespace attelier::widgets
