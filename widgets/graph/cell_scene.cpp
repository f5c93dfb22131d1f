#include "widgets/graph/cell_scene.h"

#include <QCoreApplication>
#include <QFontInfo>
#include <QLineF>
#include <QLocale>
#include <QPainter>

#include <algorithm>
#include <array>
#include <cmath>

namespace attelier::widgets {

namespace {

constexpr double kLeastLegiblePixels = 7;

struct Text {
  Q_DECLARE_TR_FUNCTIONS(attelier::widgets::CellScene)
};

class CellPainter {
 public:
  CellPainter(QPainter& painter, const CellPicture& cell, const CellLayout& layout,
              const ViewTransform& view, const Theme& theme, const QFont& font)
      : painter_(painter), cell_(cell), layout_(layout), view_(view), theme_(theme), font_(font) {
    const double ordinary = QFontInfo(font).pixelSize();
    smallPixels_ = std::min(view.scale * 0.3, ordinary);
    line_ = std::clamp(view.scale * 0.04, 1.0, 2.4);
  }

  void paint() {
    painter_.setRenderHint(QPainter::Antialiasing);
    for (std::size_t i = 0; i < cell_.edges.size(); ++i) paintEdge(static_cast<int>(i));
    paintTail();
    for (std::size_t i = 0; i < cell_.nodes.size(); ++i) paintNode(static_cast<int>(i));
    paintNumbers();
  }

 private:
  // `along` is the direction in which the path ends.
  void arrow(const QPainterPath& path, const QPointF& along, const QPen& pen) {
    painter_.strokePath(path, pen);
    const QPointF tip = path.currentPosition();
    QLineF back(tip, tip - along);
    back.setLength(std::clamp(view_.scale * 0.17, 5.0, 10.0));
    QLineF left = back, right = back;
    left.setAngle(back.angle() + 24);
    right.setAngle(back.angle() - 24);
    const std::array corners{tip, left.p2(), right.p2()};
    painter_.setPen(Qt::NoPen);
    painter_.setBrush(pen.color());
    painter_.drawConvexPolygon(corners.data(), static_cast<int>(corners.size()));
  }

  QPointF flow() const { return layout_.flowsDown() ? QPointF(0, 1) : QPointF(1, 0); }

  void paintEdge(int index) {
    const CellEdgePicture& edge = cell_.edges[static_cast<std::size_t>(index)];
    QPen pen(differenceColour(edge.difference, theme_, mixed(theme_.surface, theme_.text, 0.75)),
             line_, Qt::SolidLine, Qt::FlatCap);
    if (edge.difference != Difference::Same) pen.setWidthF(line_ * 1.6);
    if (edge.difference == Difference::Removed) pen.setDashPattern({3, 2});
    arrow(layout_.path(index, view_), flow(), pen);
  }

  void straight(const std::vector<QPointF>& points, const QPen& pen) {
    QPainterPath path(view_.toView(points.front()));
    for (std::size_t i = 1; i < points.size(); ++i) path.lineTo(view_.toView(points[i]));
    arrow(path, points.back() - points[points.size() - 2], pen);
  }

  void paintTail() {
    const QPen pen(mixed(theme_.surface, theme_.text, 0.75), line_, Qt::SolidLine, Qt::FlatCap,
                   Qt::MiterJoin);
    const QRectF input = layout_.inputBar(), concat = layout_.concatBar();
    const QRectF convolution = layout_.convolution();
    const QPointF sum = layout_.sum(), end = layout_.end();
    const QPointF along = flow();
    const auto reach = [&](const QRectF& box) {
      return (layout_.flowsDown() ? box.height() : box.width()) / 2 * along;
    };
    const QPointF concatEdge = layout_.flowsDown()
                                   ? QPointF(convolution.center().x(), concat.bottom())
                                   : QPointF(concat.right(), convolution.center().y());
    straight({concatEdge, convolution.center() - reach(convolution) - 0.08 * along}, pen);
    QPointF last = convolution.center() + reach(convolution);
    if (cell_.residual) {
      straight({last, sum - 0.38 * along}, pen);
      straight(layout_.residual(), pen);
      painter_.setPen(pen);
      painter_.setBrush(theme_.surface);
      const QPointF centre = view_.toView(sum);
      const double radius = 0.3 * view_.scale;
      painter_.drawEllipse(centre, radius, radius);
      painter_.drawLine(centre - QPointF(radius * 0.6, 0), centre + QPointF(radius * 0.6, 0));
      painter_.drawLine(centre - QPointF(0, radius * 0.6), centre + QPointF(0, radius * 0.6));
      last = sum + 0.3 * along;
    }
    straight({last, end}, pen);
    drawBar(painter_, view_.toView(input), theme_);
    drawBar(painter_, view_.toView(concat), theme_);
    painter_.setPen(QPen(theme_.border, 1.2));
    painter_.setBrush(theme_.raised);
    painter_.drawRoundedRect(view_.toView(convolution), 4, 4);
    paintCaptions();
  }

  // `at` is the middle of the side from which the text is laid out.
  void caption(const QPointF& at, const QString& text, const QColor& colour,
               Qt::Alignment alignment = Qt::AlignCenter) {
    if (smallPixels_ < kLeastLegiblePixels) return;
    painter_.setFont(pixelFont(font_, smallPixels_));
    painter_.setPen(colour);
    QRectF box(0, 0, 400, 100);
    box.moveCenter(at);
    if (alignment & Qt::AlignLeft) box.moveLeft(at.x());
    if (alignment & Qt::AlignTop) box.moveTop(at.y());
    if (alignment & Qt::AlignBottom) box.moveBottom(at.y());
    painter_.drawText(box, static_cast<int>(alignment), text);
  }

  void paintCaptions() {
    const QRectF input = view_.toView(layout_.inputBar());
    const QRectF concat = view_.toView(layout_.concatBar());
    const QPointF end = view_.toView(layout_.end());
    const double gap = smallPixels_ * 0.35;
    caption(view_.toView(layout_.convolution()).center(), Text::tr("conv"), theme_.text);
    if (layout_.flowsDown()) {
      caption(input.topLeft() - QPointF(0, gap), Text::tr("input"), theme_.mutedText,
              Qt::AlignLeft | Qt::AlignBottom);
      caption(concat.bottomLeft() + QPointF(0, gap), Text::tr("concat"), theme_.mutedText,
              Qt::AlignLeft | Qt::AlignTop);
      caption(end + QPointF(0, gap), Text::tr("output"), theme_.mutedText,
              Qt::AlignHCenter | Qt::AlignTop);
    } else {
      caption({input.center().x(), input.top() - gap}, Text::tr("input"), theme_.mutedText,
              Qt::AlignHCenter | Qt::AlignBottom);
      caption({concat.center().x(), concat.top() - gap}, Text::tr("concat"), theme_.mutedText,
              Qt::AlignHCenter | Qt::AlignBottom);
      caption(end + QPointF(gap, 0), Text::tr("output"), theme_.mutedText,
              Qt::AlignLeft | Qt::AlignVCenter);
    }
  }

  void paintNode(int index) {
    const CellNodePicture& node = cell_.nodes[static_cast<std::size_t>(index)];
    const QPointF centre = view_.toView(layout_.centre(index));
    NodeGlyph glyph;
    glyph.kind = node.kind;
    glyph.strong = node.difference != Difference::Removed;
    glyph.difference = node.difference;
    drawNode(painter_, centre, view_.scale, glyph, theme_, font_);
    const bool down = layout_.flowsDown();
    const bool named = layout_.showsActivations() && !node.activation.isEmpty();
    const double room = named ? 0.4 : 0;
    blocked_.push_back(
        QRectF(centre - QPointF(0.5, 0.5) * view_.scale,
               QSizeF(1 + (down ? 3 * room : 0), 1 + (down ? 0 : room)) * view_.scale));
    if (!named) return;
    const double away = view_.scale * 0.5 + smallPixels_ * 0.25;
    caption(centre + (down ? QPointF(away + smallPixels_ * 0.3, 0) : QPointF(0, away)),
            node.activation, theme_.mutedText,
            down ? Qt::AlignLeft | Qt::AlignVCenter : Qt::AlignHCenter | Qt::AlignTop);
  }

  // A single input has no weight that matters; outputs of weight 1 are unscaled.
  bool numbered(const CellEdgePicture& edge) const {
    if (edge.to == kSinkNode) return edge.weight != 1;
    return std::count_if(cell_.edges.begin(), cell_.edges.end(), [&](const auto& other) {
             return other.to == edge.to && other.difference != Difference::Removed;
           }) > 1;
  }

  void paintNumbers() {
    if (smallPixels_ < kLeastLegiblePixels) return;
    painter_.setFont(pixelFont(font_, smallPixels_));
    const QFontMetricsF metrics(painter_.font());
    for (std::size_t i = 0; i < cell_.edges.size(); ++i) {
      const CellEdgePicture& edge = cell_.edges[i];
      const bool number = edge.difference != Difference::Removed && numbered(edge);
      const double mark = edge.difference == Difference::Same ? 0 : smallPixels_ * 1.15;
      if (!number && mark == 0) continue;
      const QString text = number ? QLocale().toString(edge.weight, 'f', 2) : QString();
      const QSizeF size(metrics.horizontalAdvance(text) + mark + 4, metrics.height());
      for (const double along : {0.5, 0.4, 0.6, 0.3, 0.7, 0.2}) {
        const QPointF place = layout_.pointAt(static_cast<int>(i), along);
        const QRectF box(view_.toView(place) - QPointF(size.width(), size.height()) / 2, size);
        if (std::any_of(blocked_.begin(), blocked_.end(),
                        [&](const QRectF& other) { return other.intersects(box); })) {
          continue;
        }
        blocked_.push_back(box);
        painter_.setPen(Qt::NoPen);
        painter_.setBrush(faded(theme_.surface, 0.9));
        painter_.drawRoundedRect(box, 3, 3);
        drawDifferenceMark(painter_, box.topLeft() + QPointF(2 + mark / 2, size.height() / 2),
                           smallPixels_, edge.difference, theme_);
        painter_.setPen(theme_.text);
        painter_.drawText(box.adjusted(2 + mark, 0, 2, 0), Qt::AlignVCenter | Qt::AlignLeft, text);
        break;
      }
    }
  }

  QPainter& painter_;
  const CellPicture& cell_;
  const CellLayout& layout_;
  const ViewTransform& view_;
  const Theme& theme_;
  const QFont& font_;
  std::vector<QRectF> blocked_;
  double smallPixels_ = 0, line_ = 1;
};

}  // namespace

void paintCell(QPainter& painter, const CellPicture& cell, const CellLayout& layout,
               const ViewTransform& view, const Theme& theme, const QFont& font) {
  painter.save();
  CellPainter(painter, cell, layout, view, theme, font).paint();
  painter.restore();
}

}  // namespace attelier::widgets
