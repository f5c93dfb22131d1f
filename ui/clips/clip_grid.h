#pragma once

#include <QAbstractItemView>
#include <QTimer>

#include <vector>

namespace attelier::ui {

class ClipDelegate;
class ClipModel;

/// Clips as tiles below the names of their classes. Where every tile lies follows from its row, so
/// that hundreds of thousands cost no more than those that are seen. The tile under the mouse
/// plays; so does the current one when it is reached by keys.
class ClipGrid : public QAbstractItemView {
  Q_OBJECT
 public:
  ClipGrid(ClipModel& model, ClipDelegate& delegate, QWidget* parent = nullptr);

  QRect visualRect(const QModelIndex& index) const override;
  void scrollTo(const QModelIndex& index, ScrollHint hint = EnsureVisible) override;
  QModelIndex indexAt(const QPoint& point) const override;
  void doItemsLayout() override;
  void reset() override;
  /// The clip that plays; invalid while none does.
  QModelIndex playing() const { return playing_; }

 Q_SIGNALS:
  void starClicked(const QModelIndex& index);

 protected:
  void paintEvent(QPaintEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseDoubleClickEvent(QMouseEvent* event) override;
  void hideEvent(QHideEvent* event) override;
  bool viewportEvent(QEvent* event) override;
  void currentChanged(const QModelIndex& current, const QModelIndex& previous) override;
  QModelIndex moveCursor(CursorAction action, Qt::KeyboardModifiers modifiers) override;
  int horizontalOffset() const override { return 0; }
  int verticalOffset() const override;
  bool isIndexHidden(const QModelIndex&) const override { return false; }
  void setSelection(const QRect& rect, QItemSelectionModel::SelectionFlags flags) override;
  QRegion visualRegionForSelection(const QItemSelection& selection) const override;
  void updateGeometries() override;
  void changeEvent(QEvent* event) override;

 private:
  /// Rows of one class below a heading.
  struct Section {
    int firstRow = 0;
    int count = 0;
    int top = 0;     ///< of the heading, from the start of everything
    int height = 0;  ///< with the heading
  };
  const Section* sectionAt(int y) const;
  const Section* sectionOf(int row) const;
  int headingHeight() const;
  void paintHeading(QPainter& painter, const Section& section, int y) const;
  void play(const QModelIndex& index);

  ClipModel& clips_;
  ClipDelegate& delegate_;
  std::vector<Section> sections_;
  int columns_ = 1;
  QSize tile_;  ///< of every clip; as wide as fills a line
  int total_ = 0;
  QPersistentModelIndex playing_;
  int frame_ = 0;
  QTimer player_;
};

}  // namespace attelier::ui
