#pragma once

#include "widgets/base/data_table.h"
#include "widgets/video/overlay.h"
#include "widgets/video/picture_cache.h"

#include <QAbstractScrollArea>
#include <QMouseEvent>

namespace attelier::widgets {

/// All pictures of a clip side by side, each with its map. Scrolls where they do not fit.
class FrameStrip : public QAbstractScrollArea, public HasDataTable {
  Q_OBJECT

 public:
  explicit FrameStrip(QWidget* parent = nullptr);

  void setFrames(FramesPtr frames);
  void setOverlay(const OverlayStyle& style);
  void setFrame(int picture);

  /// Where a picture lies in the viewport.
  QRect cellRect(int picture) const;
  DataTable dataTable() const override;
  QSize sizeHint() const override;
  QSize minimumSizeHint() const override;

 Q_SIGNALS:
  /// By click, or by Left, Right with the strip focused.
  void frameChosen(int picture);

 protected:
  void paintEvent(QPaintEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override { event->accept(); }
  void keyPressEvent(QKeyEvent* event) override;
  void focusInEvent(QFocusEvent* event) override;
  void focusOutEvent(QFocusEvent* event) override;
  void changeEvent(QEvent* event) override;
  bool viewportEvent(QEvent* event) override;

 private:
  int frameCount() const { return frames_ ? frames_->frameCount() : 0; }
  int pictureAt(int x) const;
  double cellWidth() const;
  void layOut();
  void clear();
  QString textOf(int picture) const;

  FramesPtr frames_;
  OverlayStyle style_;
  int picture_ = 0;
  PictureCache thumbnails_;
};

}  // namespace attelier::widgets
