#include "widgets/plots/curve_trace.h"

#include <algorithm>
#include <cmath>

/// How curves are painted. Where there are more points than columns of dots, each column is one
/// upright stroke from its least to its greatest value: what a person can see, at a cost that the
/// number of points hardly changes.
namespace attelier::widgets {

namespace {

constexpr double kSmoothWidth = 2;
constexpr double kMarkerSize = 6;
constexpr double kDotSize = 2;            ///< of a point without neighbours
constexpr double kFarAway = 4000;         ///< pixels beyond the plot at which lines are cut
constexpr double kDense = 0.35;           ///< points a column from which strokes are drawn
constexpr float kRawBesideSmooth = 0.4F;  ///< opacity
constexpr float kBandInLight = 0.2F, kBandInDark = 0.28F;

double dotsPerPixelOf(const QCPPainter& painter) {
  if (painter.modes().testFlag(QCPPainter::pmVectorized)) return 1;
  const double scale = std::hypot(painter.transform().m11(), painter.transform().m12());
  return std::max(scale, painter.device()->devicePixelRatioF());
}

/// QCPAxis::coordToPixel for thousands of values.
class Mapping {
 public:
  Mapping() = default;
  explicit Mapping(const QCPAxis& axis)
      : isLog_(axis.scaleType() == QCPAxis::stLogarithmic),
        origin_(isLog_ ? std::log(axis.range().lower) : axis.range().lower) {
    const double end = isLog_ ? std::log(axis.range().upper) : axis.range().upper;
    start_ = axis.coordToPixel(axis.range().lower);
    perUnit_ = (axis.coordToPixel(axis.range().upper) - start_) / (end - origin_);
  }
  /// What is not above zero lies far beyond the lower end of a log axis.
  double operator()(double value) const {
    if (!isLog_) return start_ + (value - origin_) * perUnit_;
    if (value <= 0) return start_ - std::copysign(kFarAway, perUnit_);
    return start_ + (std::log(value) - origin_) * perUnit_;
  }

 private:
  bool isLog_ = false;
  double origin_ = 0, start_ = 0, perUnit_ = 1;
};

/// How far along a line its dashes are drawn and left out, in pixels.
struct Dashes {
  double drawn = 0, period = 0;
};

Dashes dashesOf(Qt::PenStyle style) {
  return style == Qt::DashLine ? Dashes{10, 16} : Dashes{3, 8};
}

}  // namespace

/// The points in view, and how they come to the screen.
struct CurveTrace::Visible {
  Mapping x, y;
  QRectF rect;
  double dotsPerPixel = 1;
  std::size_t columns = 0;
  std::size_t begin = 0;
  std::size_t end = 0;
  bool isDense = false;

  double xPixel(double value) const { return x(value); }
  double yPixel(double value) const {
    return std::clamp(y(value), rect.top() - kFarAway, rect.bottom() + kFarAway);
  }
  std::int64_t columnOf(double value) const {
    return static_cast<std::int64_t>(std::floor((xPixel(value) - rect.left()) * dotsPerPixel));
  }
  double dotOf(double value) const { return (yPixel(value) - rect.top()) * dotsPerPixel; }
};

CurveTrace::Visible CurveTrace::visible(const QCPAxisRect& area, double dotsPerPixel) const {
  Visible seen;
  const QCPAxis& x = *area.axis(QCPAxis::atBottom);
  seen.x = Mapping(x);
  seen.y = Mapping(*area.axis(QCPAxis::atLeft));
  seen.rect = area.rect();
  seen.dotsPerPixel = dotsPerPixel;
  seen.columns = static_cast<std::size_t>(std::max(1., seen.rect.width() * dotsPerPixel));
  const QCPRange range = x.range();
  const auto before = std::lower_bound(xs_.begin(), xs_.end(), range.lower) - xs_.begin();
  const auto after = std::upper_bound(xs_.begin(), xs_.end(), range.upper) - xs_.begin();
  // One more on each side, so that lines reach the edges.
  seen.begin = static_cast<std::size_t>(std::max<std::ptrdiff_t>(0, before - 1));
  seen.end = std::min(xs_.size(), static_cast<std::size_t>(after) + 1);
  const auto points = static_cast<double>(seen.end - seen.begin);
  seen.isDense = !curve_.isSparse && points > kDense * static_cast<double>(seen.columns);
  return seen;
}

bool CurveTrace::isDrawn(std::size_t point) const { return std::isfinite(points_[point].mean); }

QPointF CurveTrace::placeOf(const Visible& seen, std::size_t point) const {
  return {seen.xPixel(xs_[point]), seen.yPixel(static_cast<double>(points_[point].mean))};
}

Strokes CurveTrace::bandStrokes(const Visible& seen) const {
  Strokes strokes(seen.columns);
  for (std::size_t i = seen.begin; i < seen.end; ++i) {
    const CurvePoint& point = points_[i];
    if (point.count == 1 || !std::isfinite(point.minimum) || !std::isfinite(point.maximum))
      continue;
    const double low = seen.dotOf(static_cast<double>(point.minimum));
    const double high = seen.dotOf(static_cast<double>(point.maximum));
    const std::int64_t column = seen.columnOf(xs_[i]);
    const std::int64_t next = i + 1 < seen.end ? seen.columnOf(xs_[i + 1]) : column + 1;
    // A point fills the columns until the next one; beyond a few there is a gap in the data.
    const auto last =
        std::max(column, std::min<std::int64_t>(next - 1, column + std::lround(2 / kDense)));
    for (auto k = column; k <= last; ++k) strokes.reach(k, high, low);
  }
  return strokes;
}

Strokes CurveTrace::rawStrokes(const Visible& seen) const {
  Strokes strokes(seen.columns);
  std::int64_t column = 0;
  double last = 0;
  bool isJoined = false;
  for (std::size_t i = seen.begin; i < seen.end; ++i) {
    if (!isDrawn(i)) {
      isJoined = false;
      continue;
    }
    const double y = seen.dotOf(static_cast<double>(points_[i].mean));
    const std::int64_t next = seen.columnOf(xs_[i]);
    if (isJoined) {
      const auto ways = static_cast<double>(std::max<std::int64_t>(1, next - column));
      for (auto k = std::max<std::int64_t>(column, -1); k < next; ++k) {
        const double share = static_cast<double>(k - column) / ways;
        strokes.reach(k + 1, std::lerp(last, y, share), std::lerp(last, y, share + 1 / ways));
      }
    }
    strokes.reach(next, y, y);
    column = next;
    last = y;
    isJoined = true;
  }
  return strokes;
}

void CurveTrace::paintBand(QCPPainter& painter, const Visible& seen, const QColor& colour) const {
  painter.setAntialiasing(true);
  painter.setPen(Qt::NoPen);
  painter.setBrush(colour);
  const auto hasBand = [this](std::size_t i) {
    return std::isfinite(points_[i].minimum) && std::isfinite(points_[i].maximum);
  };
  for (std::size_t i = seen.begin; i < seen.end;) {
    if (!hasBand(i)) {
      ++i;
      continue;
    }
    const std::size_t first = i;
    QPolygonF outline;
    for (; i < seen.end && hasBand(i); ++i) {
      outline << QPointF(seen.xPixel(xs_[i]), seen.yPixel(static_cast<double>(points_[i].minimum)));
    }
    for (std::size_t k = i; k-- > first;) {
      outline << QPointF(seen.xPixel(xs_[k]), seen.yPixel(static_cast<double>(points_[k].maximum)));
    }
    painter.drawPolygon(outline);
  }
}

void CurveTrace::paintRaw(QCPPainter& painter, const Visible& seen, const QColor& colour) const {
  painter.setAntialiasing(true);
  painter.setPen(QPen(colour, 1, curve_.isSparse ? look.dash() : Qt::SolidLine));
  painter.setBrush(Qt::NoBrush);
  QPolygonF line;
  const auto flush = [&] {
    if (line.size() > 1) painter.drawPolyline(line);
    if (line.size() == 1) painter.drawEllipse(line.front(), kDotSize / 2, kDotSize / 2);
    line.clear();
  };
  for (std::size_t i = seen.begin; i < seen.end; ++i) {
    if (isDrawn(i)) {
      line << placeOf(seen, i);
    } else {
      flush();
    }
  }
  flush();
}

void CurveTrace::paintSmoothed(QCPPainter& painter, const Visible& seen,
                               const QColor& colour) const {
  std::vector<QPolygonF> lines(1);
  QPointF sum;
  int count = 0;
  std::int64_t column = 0;
  const auto close = [&] {
    if (count == 0) return;
    lines.back() << sum / count;
    sum = {};
    count = 0;
  };
  for (std::size_t i = seen.begin; i < seen.end; ++i) {
    if (!std::isfinite(smoothed_[i])) {
      close();
      if (!lines.back().isEmpty()) lines.emplace_back();
      continue;
    }
    const std::int64_t next = seen.columnOf(xs_[i]);
    if (next != column) close();
    column = next;
    sum += QPointF(seen.xPixel(xs_[i]), seen.yPixel(smoothed_[i]));
    ++count;
  }
  close();
  painter.setAntialiasing(true);
  painter.setBrush(Qt::NoBrush);
  const bool isSolid = look.dash() == Qt::SolidLine;
  if (painter.modes().testFlag(QCPPainter::pmVectorized)) {
    painter.setPen(QPen(colour, kSmoothWidth, look.dash(), Qt::FlatCap, Qt::BevelJoin));
    for (const auto& line : lines) painter.drawPolyline(line);
    return;
  }
  // Pieces of their own: as one line they cost a painter ten to thirty times as much.
  painter.setPen(QPen(colour, kSmoothWidth, Qt::SolidLine, isSolid ? Qt::SquareCap : Qt::FlatCap));
  const Dashes dashes = dashesOf(look.dash());
  double along = 0;
  QVector<QLineF> pieces;
  for (const auto& line : lines) {
    for (qsizetype i = 1; i < line.size(); ++i) {
      const QLineF piece(line[i - 1], line[i]);
      if (isSolid || std::fmod(along, dashes.period) < dashes.drawn) pieces.append(piece);
      along += piece.length();
    }
  }
  painter.drawLines(pieces);
}

void CurveTrace::paintMarkers(QCPPainter& painter, const Visible& seen, const QColor& colour,
                              const Theme& theme) const {
  painter.setAntialiasing(true);
  painter.setPen(QPen(colour, 1.5));
  painter.setBrush(theme.surface);
  QPointF before(-kFarAway, 0);
  for (std::size_t i = seen.begin; i < seen.end; ++i) {
    if (!isDrawn(i)) continue;
    const QPointF at = placeOf(seen, i);
    if ((at - before).manhattanLength() < 1) continue;
    painter.drawEllipse(at, kMarkerSize / 2, kMarkerSize / 2);
    before = at;
  }
}

void CurveTrace::paint(QCPPainter& painter, const QCPAxisRect& area, const Theme& theme,
                       const std::vector<std::unique_ptr<CurveTrace>>& traces) {
  const double dots = dotsPerPixelOf(painter);
  const bool isVector = painter.modes().testFlag(QCPPainter::pmVectorized);
  StrokePicture picture(area.rect(), dots);
  const auto stroke = [&](const Strokes& strokes, const QColor& colour) {
    if (isVector) {
      picture.paintAsShapes(painter, strokes, colour);
    } else {
      picture.add(strokes, colour);
    }
  };
  const auto each = [&](const auto& draw) {
    for (const auto& trace : traces) {
      if (!trace->isVisible || trace->points_.empty()) continue;
      draw(*trace, trace->visible(area, dots), trace->look.colourIn(theme));
    }
  };
  each([&](const CurveTrace& trace, const Visible& seen, QColor colour) {
    if (!trace.hasBand_) return;
    colour.setAlphaF(theme.dark ? kBandInDark : kBandInLight);
    if (seen.isDense) {
      stroke(trace.bandStrokes(seen), colour);
    } else {
      trace.paintBand(painter, seen, colour);
    }
  });
  each([&](const CurveTrace& trace, const Visible& seen, QColor colour) {
    if (!trace.smoothed_.empty()) colour.setAlphaF(kRawBesideSmooth);
    if (seen.isDense) stroke(trace.rawStrokes(seen), colour);
  });
  picture.paint(painter);
  each([&](const CurveTrace& trace, const Visible& seen, const QColor& colour) {
    QColor raw = colour;
    if (!trace.smoothed_.empty()) raw.setAlphaF(kRawBesideSmooth);
    if (!seen.isDense) trace.paintRaw(painter, seen, raw);
    if (trace.curve_.isSparse) trace.paintMarkers(painter, seen, colour, theme);
    if (!trace.smoothed_.empty()) trace.paintSmoothed(painter, seen, colour);
  });
}

}  // namespace attelier::widgets
