#pragma once

#include "widgets/base/theme.h"
#include "widgets/plots/curve.h"
#include "widgets/plots/qcp.h"
#include "widgets/plots/stroke_picture.h"

#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace attelier::widgets {

class StepAxis;

/// How the look of a curve is made of its place among the others.
struct CurveLook {
  int colour = 0;  ///< of Theme::series; a round later it is dashed
  QColor colourIn(const Theme& theme) const;
  Qt::PenStyle dash() const;
};

/// One curve as it is drawn: the band from minimum to maximum, the raw line, the smoothed line or
/// the markers.
///
/// Source: measured at 1440 × 900: QCPGraph takes 1.3 s for a band of 8192 noisy points and 14 ms
/// for the raw line; this 2 ms for both.
class CurveTrace {
 public:
  enum class Edge { Top, Bottom, Nowhere };
  /// A point that no place on the value axis belongs to: infinite, not a number, or not above zero
  /// on a log axis.
  struct Clamped {
    double x = 0;
    Edge edge = Edge::Nowhere;
  };

  /// Takes new points; returns whether there was anything new.
  bool setCurve(const Curve& curve);
  /// Places the points and smooths them. Units: `memory` steps, 0: not smoothed.
  void place(const StepAxis& axis, bool isLogY, double memory);

  CurveLook look;
  bool isVisible = true;

  const Curve& curve() const { return curve_; }
  const std::vector<CurvePoint>& points() const { return points_; }
  const std::vector<double>& xs() const { return xs_; }
  const std::vector<double>& smoothed() const { return smoothed_; }
  const std::vector<Clamped>& clamped() const { return clamped_; }
  bool hasBand() const { return hasBand_; }

  /// The point whose middle is nearest to x; nothing where there are none.
  std::optional<std::size_t> nearest(double x) const;
  std::optional<QCPRange> xRange() const;
  /// Range of the values between two x, the band included.
  std::optional<QCPRange> valueRange(const QCPRange& within, bool isLogY) const;

  /// Draws all traces: bands, then raw lines, then what must be seen over both.
  static void paint(QCPPainter& painter, const QCPAxisRect& area, const Theme& theme,
                    const std::vector<std::unique_ptr<CurveTrace>>& traces);

 private:
  struct Visible;

  Visible visible(const QCPAxisRect& area, double dotsPerPixel) const;
  bool isDrawn(std::size_t point) const;
  QPointF placeOf(const Visible& visible, std::size_t point) const;
  Strokes bandStrokes(const Visible& visible) const;
  Strokes rawStrokes(const Visible& visible) const;
  void paintBand(QCPPainter& painter, const Visible& visible, const QColor& colour) const;
  void paintRaw(QCPPainter& painter, const Visible& visible, const QColor& colour) const;
  void paintSmoothed(QCPPainter& painter, const Visible& visible, const QColor& colour) const;
  void paintMarkers(QCPPainter& painter, const Visible& visible, const QColor& colour,
                    const Theme& theme) const;

  Curve curve_;
  std::vector<CurvePoint> points_;
  std::vector<double> xs_, smoothed_;
  std::vector<Clamped> clamped_;
  bool hasBand_ = false;
};

}  // namespace attelier::widgets
