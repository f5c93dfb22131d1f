#pragma once

#include "widgets/base/data_table.h"
#include "widgets/graph/cell_layout.h"
#include "widgets/graph/cell_picture.h"

#include <QWidget>

#include <optional>

namespace attelier::widgets {

struct ReadOut;

/// A cell as a paper draws it: input, operations, concatenation, convolution, sum with the input.
///
/// Flows to the right, or down where the room is high. Arrows move the selection, Escape clears it.
class CellView : public QWidget, public HasDataTable {
  Q_OBJECT
 public:
  explicit CellView(QWidget* parent = nullptr);

  void setCell(CellPicture cell);
  const CellPicture& cell() const { return cell_; }

  /// Index of the selected node, or -1. Selecting tells no one unless `tell`.
  int selectedNode() const { return selected_; }
  void selectNode(int node, bool tell = false);
  /// The node at a point of the view, or -1.
  int nodeAt(const QPointF& position) const;
  /// Centre of a node in the view.
  QPointF positionOf(int node) const;

  /// Paints the cell into `room`, without selection or cursor.
  void paint(QPainter& painter, const QRectF& room, const Theme& theme) const;
  DataTable dataTable() const override;
  QSize sizeHint() const override;
  QSize minimumSizeHint() const override;

 Q_SIGNALS:
  void nodeSelected(int node);  ///< -1: none

 protected:
  bool event(QEvent* event) override;
  void changeEvent(QEvent* event) override;
  void paintEvent(QPaintEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void leaveEvent(QEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;

 private:
  void layOut();
  ReadOut readOut(int node) const;

  CellPicture cell_;
  CellLayout layout_;
  ViewTransform view_;
  int selected_ = -1, hovered_ = -1;
  QPointF cursor_;
};

}  // namespace attelier::widgets
