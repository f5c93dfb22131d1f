#pragma once

#include "widgets/plots/qcp.h"

#include <QColor>
#include <QImage>

#include <cstdint>
#include <vector>

namespace attelier::widgets {

/// One upright stroke for each column of dots of a plot, from `top` until `bottom`; none where
/// `bottom` is above `top`. Units: dots of the device, from the upper left of the plot's area.
struct Strokes {
  std::vector<std::int32_t> top, bottom;

  explicit Strokes(std::size_t columns) : top(columns, 0), bottom(columns, -1) {}
  /// Makes the stroke of a column reach from `from` to `to`, in whatever order.
  void reach(std::int64_t column, double from, double to);
};

/// Translucent strokes of many curves, drawn as one picture: a painter spreads each translucent
/// rectangle over its threads, which takes ten times as long as filling it.
class StrokePicture {
 public:
  /// `area` in logical pixels, `dotsPerPixel` of the device that is painted on.
  StrokePicture(const QRect& area, double dotsPerPixel);

  std::size_t columns() const { return static_cast<std::size_t>(image_.width()); }
  double dotsPerPixel() const { return dotsPerPixel_; }
  void add(const Strokes& strokes, const QColor& colour);
  void paint(QPainter& painter) const;
  /// As rectangles, for a file of lines and text.
  void paintAsShapes(QPainter& painter, const Strokes& strokes, const QColor& colour) const;

 private:
  QRect area_;
  double dotsPerPixel_;
  QImage image_;
  bool isEmpty_ = true;
};

}  // namespace attelier::widgets
