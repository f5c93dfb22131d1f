#pragma once

#include "widgets/plots/plot_style.h"
#include "widgets/plots/readout.h"

#include <functional>
#include <optional>

namespace attelier::widgets {

/// A field of colours with names down its left side, the first at the top, and a colour bar; zoomed
/// by the wheel, panned by dragging.
class MatrixCanvas {
 public:
  /// `owner` gets the plot as its child.
  explicit MatrixCanvas(QWidget& owner);

  QCustomPlot& plot() { return *plot_; }
  const QCustomPlot& plot() const { return *plot_; }
  QCPColorMap& map() { return *map_; }
  QCPColorScale& bar() { return *bar_; }
  QRect area() const { return plot_->axisRect()->rect(); }
  const Theme& theme() const { return *theme_; }
  const QFont& font() const { return font_; }
  /// Where the pointer is, if on the field.
  std::optional<QPointF> pointer() const { return pointer_; }

  /// The wheel zooms both ways, else along x only and with Ctrl along the rows.
  bool zoomsBoth = false;
  /// A click on the field. Units: of the axes.
  std::function<void(const QPointF&)> clicked;
  /// Draws over the cells, with them.
  std::function<void(QCPPainter&)> paintCells;
  /// Draws what moves.
  std::function<void(QCPPainter&)> paintCursors;

  void setRowNames(const QStringList& names);
  void setColumnNames(const QStringList& names);
  /// The whole field; stays in view until a person zooms.
  void setFull(const QCPRange& x, const QCPRange& y);
  void fit();
  bool isFitted() const { return isFitted_; }
  /// Brings a position into view.
  void reveal(const QPointF& at);
  void zoom(double factor, const QPointF& centre);

  void setColours(std::span<const QRgb> table) { bar_->setGradient(gradientOf(table)); }
  void setRange(double least, double most) { bar_->setDataRange({least, most}); }
  void applyTheme(const Theme& theme, const QFont& font);
  void replot() { plot_->replot(QCustomPlot::rpQueuedReplot); }
  void replotCursors();
  void leave();
  /// Draws for a file; without what follows the pointer.
  void drawPicture(QPaintDevice& device, const QSize& size, double scale, bool isVector);

  QPointF pixelOf(double x, double y) const;

 private:
  QPointF coordinatesOf(const QPoint& position) const;
  QStringList fitted(const QStringList& names) const;
  void layOutNames();
  void onWheel(const QWheelEvent& event);
  void scale(QCPAxis* axis, double factor, double centre, const QCPRange& full);

  QCustomPlot* plot_;
  QCPColorMap* map_;
  QCPColorScale* bar_;
  QCPLayer* cursors_;
  const Theme* theme_ = &Theme::light();
  QFont font_;
  QStringList rowNames_, columnNames_;
  QCPRange fullX_{0, 1}, fullY_{0, 1};
  std::optional<QPointF> pointer_;
  QPoint pressed_;
  bool isClick_ = false;
  bool isFitted_ = true;
  bool isPlotted_ = false;
};

}  // namespace attelier::widgets
