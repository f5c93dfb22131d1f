#pragma once

#include "widgets/base/data_table.h"
#include "widgets/video/overlay.h"
#include "widgets/video/picture_cache.h"

#include <QWidget>

#include <optional>

class QPainter;

namespace attelier::widgets {

/// How two maps are looked at together.
enum class Comparison {
  None,  ///< the first alone
  SideBySide,
  Wipe,  ///< one picture, the first left of a line, the second right of it
  Flip,  ///< one or the other
  Difference,
};

/// What lies under the cursor.
struct Reading {
  TokenPoint at;                ///< on the grid of the map that is shown there
  double value = 0;             ///< its exact weight
  double uniform = 0;           ///< as AttentionFrames::uniform
  std::optional<double> other;  ///< the other map's weight at the same place, when two are compared
  double otherUniform = 0;
  int picture = 0;
  int side = 0;  ///< 0: the first map, 1: the second
};

/// One picture of a clip with the map of a node over it, or two maps compared.
///
/// Click asks what a place attends to, Shift+click who looks at it. Ctrl+arrows move a cursor from
/// position to position, Enter and Shift+Enter ask there; Left and Right go to another picture;
/// Alt+Left and Alt+Right move the line of a wipe.
class AttentionCanvas : public QWidget, public HasDataTable {
  Q_OBJECT

 public:
  explicit AttentionCanvas(QWidget* parent = nullptr);

  void setFrames(FramesPtr frames);
  /// The second map, for comparisons; null: none.
  void setOther(FramesPtr frames);
  void setComparison(Comparison comparison);
  void setOverlay(const OverlayStyle& style);
  void setFrame(int picture);
  /// Where the line of a wipe stands, 0 to 1 of the picture.
  void setWipe(double share);
  /// Shows the second map (Flip).
  void setFlipped(bool flipped);
  void flip() { setFlipped(!flipped_); }
  /// Greys the map and writes why; empty: as usual.
  void setMuted(const QString& reason);
  /// Whether positions can be asked about; otherwise a click does nothing.
  void setAskable(bool askable);
  /// Marks the five strongest positions by rings with their ranks.
  void setMarksStrongest(bool marks);

  Comparison comparison() const;
  const OverlayStyle& overlay() const { return style_; }
  int frame() const { return picture_; }
  double wipe() const { return wipe_; }
  bool isFlipped() const { return flipped_; }
  /// The map whose values are shown, the difference while that is looked at; may be null.
  FramesPtr shownFrames() const;
  /// The style as it is applied: with the colours of differences, one range for both maps, greyed.
  OverlayStyle shownOverlay() const;
  /// Where a side's picture is drawn; empty where it is not.
  QRectF pictureRect(int side = 0) const;

  DataTable dataTable() const override;
  QSize sizeHint() const override;
  QSize minimumSizeHint() const override;

 Q_SIGNALS:
  void hovered(const attelier::widgets::Reading& reading);
  void left();
  /// What does this place attend to? On the askable grid of that side's map.
  void queried(const attelier::widgets::TokenPoint& at, int side);
  /// Who looks here? On the same grid.
  void askedWhoLooks(const attelier::widgets::TokenPoint& at, int side);
  void frameChosen(int picture);
  void wipeMoved(double share);

 protected:
  void paintEvent(QPaintEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void leaveEvent(QEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void changeEvent(QEvent* event) override;

 private:
  /// A picture as it is drawn: one, or two side by side or cut by the line of a wipe.
  struct View {
    const AttentionFrames* frames;
    int side;
    QRectF target;
    QRectF clip;
    int picture;
  };
  QList<View> views() const;
  std::optional<Reading> readingAt(const View& view, QPointF fractions) const;
  void read(const View& view, QPointF fractions);
  void readAgain();
  void ask(const View& view, QPointF fractions, bool whoLooks);
  void moveCursor(int dx, int dy);
  bool isOnWipe(QPointF point) const;
  void dropPictures();
  void paintView(QPainter& painter, const View& view, const Theme& theme);
  void paintMarks(QPainter& painter, const View& view, const Theme& theme) const;
  void paintWords(QPainter& painter, const QList<View>& views, const Theme& theme) const;

  FramesPtr frames_;
  FramesPtr other_;
  FramesPtr difference_;
  Comparison comparison_ = Comparison::None;
  OverlayStyle style_;
  QString muted_;
  int picture_ = 0;
  double wipe_ = 0.5;
  bool flipped_ = false;
  bool askable_ = true;
  bool marksStrongest_ = false;
  bool draggingWipe_ = false;
  std::optional<QPointF> cursor_;  // of the keyboard, as fractions of the picture
  std::optional<QPointF> mouse_;   // the same, drawn in the other view too
  int mouseSide_ = 0;
  PictureCache pictures_;
};

}  // namespace attelier::widgets
