#pragma once

#include "widgets/base/data_table.h"
#include "widgets/graph/supergraph_scene.h"

#include <QFutureWatcher>
#include <QImage>
#include <QTimer>
#include <QWidget>

#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace attelier::widgets {

struct ReadOut;

/// A supergraph with its connection weights, as they are at one step.
///
/// Weights change width, colour and numbers, never the place of anything. Wheel, plus and minus
/// zoom, dragging and Shift+arrows pan, 0 and a double click show all; arrows move the selection
/// from node to node, Ctrl+Up and Ctrl+Down through the edges of the selected node, Enter activates
/// it, the menu key asks for its menu, Escape clears the selection.
///
/// Threads: the faint edges are painted by a worker, at most twice a second while weights move;
/// `settled` says whether they are up to date.
class SupergraphView : public QWidget, public HasDataTable {
  Q_OBJECT
 public:
  explicit SupergraphView(QWidget* parent = nullptr);
  ~SupergraphView() override;

  /// The graph to show. Paints only what has visibly changed.
  void setPicture(SupergraphPicture picture);
  const SupergraphPicture& picture() const { return *picture_; }
  void setOptions(const SupergraphOptions& options);
  const SupergraphOptions& options() const { return options_; }
  /// Gives the recent weights of an edge, oldest first, for its sparkline.
  void setHistory(std::function<std::vector<float>(const EdgePicture&)> history);

  /// Index of the selected node, or -1. Selecting tells no one unless `tell`.
  int selectedNode() const { return selectedNode_; }
  /// Index of the selected edge, or -1; its node stays selected.
  int selectedEdge() const { return selectedEdge_; }
  void selectNode(int node, bool tell = false);
  void selectEdge(int edge, bool tell = false);

  /// Shows all of the graph, and goes on doing so when the view is resized.
  void fit();
  /// Zooms so that what lies at `around` (in the view) stays there.
  void zoomBy(double factor, const QPointF& around);
  void panBy(const QPointF& pixels);

  /// What lies at a point of the view: a node, else an edge, else nothing (-1).
  struct Hit {
    int node = -1;
    int edge = -1;
    bool operator==(const Hit&) const = default;
  };
  Hit hitAt(const QPointF& position) const;
  /// Centre of a node in the view.
  QPointF positionOf(int node) const;
  const ViewTransform& transform() const { return view_; }
  bool settled() const;

  /// Paints all of the graph into `room`, in its own layout, without selection or cursor.
  void paint(QPainter& painter, const QRectF& room, const Theme& theme) const;
  DataTable dataTable() const override;
  QSize sizeHint() const override;
  QSize minimumSizeHint() const override;

 Q_SIGNALS:
  void nodeSelected(int node);  ///< -1: none
  void edgeSelected(int edge);  ///< -1: none
  void nodeActivated(int node);
  /// A person wants to decide something about a node (-1: about none).
  void contextRequested(int node, const QPoint& globalPosition);

 protected:
  bool event(QEvent* event) override;
  void changeEvent(QEvent* event) override;
  void paintEvent(QPaintEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void mouseDoubleClickEvent(QMouseEvent* event) override;
  void leaveEvent(QEvent* event) override;
  void wheelEvent(QWheelEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void contextMenuEvent(QContextMenuEvent* event) override;

 private:
  struct Layer {
    QImage image;
    ViewTransform view;
    std::shared_ptr<const SupergraphPicture> picture;
  };

  SupergraphScene scene(const QSizeF& size, const Theme& theme) const;
  SupergraphScene scene() const;
  QRectF graphRoom(const QSizeF& size) const;
  void layOut();
  void setTransform(const ViewTransform& view);
  void redrawAll();
  void requestFaintLayer();
  void takeFaintLayer();
  void paintStrong();
  void drawFaint(QPainter& painter) const;
  void drawMarks(QPainter& painter, const SupergraphScene& scene) const;
  void hover(const QPointF& position);
  bool moveSelection(int key);
  void cycleEdges(int by);
  void describeSelection();
  ReadOut readOut(const Hit& of) const;
  QPointF anchorOf(const Hit& of) const;

  std::shared_ptr<const SupergraphPicture> picture_;
  std::shared_ptr<const SupergraphLayout> layout_;
  SupergraphOptions options_;
  std::function<std::vector<float>(const EdgePicture&)> history_;
  ViewTransform view_;
  bool fitted_ = true;
  int selectedNode_ = -1, selectedEdge_ = -1;
  Hit hovered_;
  std::optional<QPointF> cursor_;  ///< of the mouse, while it is over the view
  bool cardAtSelection_ = false;   ///< the selection was moved by keys: its read-out is shown
  std::optional<QPointF> pressed_;
  QPointF lastDrag_;
  bool dragging_ = false;

  Layer faint_, strong_;
  bool faintStale_ = true, strongStale_ = true;
  QFutureWatcher<QImage> painting_;
  bool isPainting_ = false;  ///< from the request until the layer is taken
  Layer next_;               ///< what is being painted, but for its image
  QTimer slow_;  ///< runs while the faint layer must not be painted again for mere weights
  bool faintWaits_ = false;
};

}  // namespace attelier::widgets
