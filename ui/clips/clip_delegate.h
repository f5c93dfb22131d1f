#pragma once

#include <QCache>
#include <QPersistentModelIndex>
#include <QPixmap>
#include <QSet>
#include <QStyledItemDelegate>

namespace attelier::ui {

class ClipModel;
class ClipPictures;
struct ClipStrip;

/// Draws a clip of a grid as a tile: its picture, name and class, what is wrong with it by sign and
/// words, and a star that makes it a probe clip.
class ClipDelegate : public QStyledItemDelegate {
  Q_OBJECT
 public:
  ClipDelegate(ClipModel& model, ClipPictures& pictures, QObject* parent = nullptr);

  /// The frame that a playing clip is at; all others show their middle one.
  void setPlaying(const QModelIndex& index, int frame);
  /// Clips that the engine was asked about and has not answered yet.
  void setPending(const QSet<qint64>& clips) { pending_ = clips; }

  /// How wide a tile is by itself, in the font of the view.
  static int tileWidth(const QFontMetrics& metrics);
  /// How high a tile of some width is.
  static int tileHeight(const QFontMetrics& metrics, int width);
  /// Where the star is in a tile.
  static QRect starRect(const QRect& tile, const QFontMetrics& metrics);

  void paint(QPainter* painter, const QStyleOptionViewItem& option,
             const QModelIndex& index) const override;
  QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

 private:
  void drawPicture(QPainter& painter, const QRect& rect, const QStyleOptionViewItem& option,
                   const QModelIndex& index) const;

  static QPixmap frameOf(const ClipStrip& strip, int frame, const QSize& size, qreal ratio,
                         int radius);

  ClipModel& model_;
  ClipPictures& pictures_;
  QPersistentModelIndex playing_;
  int frame_ = 0;
  QSet<qint64> pending_;
  mutable QCache<qint64, QPixmap> stills_;  ///< what does not play, as large as it is drawn
};

}  // namespace attelier::ui
