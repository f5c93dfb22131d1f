#include "widgets/graph/supergraph_scene.h"

#include <QCoreApplication>
#include <QLocale>
#include <QPainter>

#include <algorithm>
#include <array>
#include <cmath>

using namespace Qt::Literals::StringLiterals;

namespace attelier::widgets {

namespace {

// A wide curve costs a third of a millisecond; what is beyond these counts is drawn thin.
constexpr std::size_t kWideEdges = 160;
constexpr std::size_t kWideFaintEdges = 40;
constexpr std::size_t kTrendMarks = 8;
constexpr double kUncrowdedEdges = 60;  // a level
constexpr double kLeastLegiblePixels = 7.5;

struct Text {
  Q_DECLARE_TR_FUNCTIONS(attelier::widgets::SupergraphScene)
};

bool isStrong(const SupergraphScene& scene, const EdgePicture& edge) {
  return edge.kept || edge.flipsNext || (scene.options.showDifferences && edge.keptInReference) ||
         (scene.selectedNode >= 0 &&
          (edge.to == scene.selectedNode ||
           (edge.from == scene.selectedNode && edge.kind == EdgeKind::Sink)));
}

// How edges look, with what has to be known of the whole graph for it.
class EdgeLooks {
 public:
  explicit EdgeLooks(const SupergraphScene& scene) : scene_(scene) {
    if (!scene.options.fixedScale) {
      double level = 0, sink = 0;
      for (const auto& edge : scene.picture->edges) {
        double& most = edge.kind == EdgeKind::Sink ? sink : level;
        if (edge.kind != EdgeKind::Input) most = std::max(most, static_cast<double>(edge.weight));
      }
      if (level > 0) mostLevel_ = level;
      if (sink > 0) mostSink_ = sink;
    }
    if (scene.options.focusOnAncestors && scene.selectedNode >= 0) {
      focus_ = ancestorsOf(*scene.picture, scene.selectedNode, scene.options.hideBelow);
    }
    for (std::size_t i = 0; i < scene.picture->edges.size(); ++i) {
      if (isStrong(scene, scene.picture->edges[i])) strong_.push_back(static_cast<int>(i));
    }
    if (strong_.size() > kWideEdges) {
      std::nth_element(strong_.begin(), strong_.begin() + kWideEdges, strong_.end(),
                       [this](int a, int b) { return weight(a) > weight(b); });
      strong_.resize(kWideEdges);
      std::sort(strong_.begin(), strong_.end());
    }
  }

  const EdgePicture& edge(int index) const {
    return scene_.picture->edges[static_cast<std::size_t>(index)];
  }
  float weight(int index) const { return edge(index).weight; }
  /// Edges of the strong layer, in the order of the picture.
  const std::vector<int>& strong() const { return strong_; }

  /// 0 to 1. The root, so that the small weights of large graphs can be told apart.
  double strength(const EdgePicture& edge) const {
    if (edge.kind == EdgeKind::Input) return 0.12;
    const double most = edge.kind == EdgeKind::Sink ? mostSink_ : mostLevel_;
    const double share = edge.weight / most;
    return share > 0 ? std::sqrt(std::min(share, 1.0)) : 0.0;
  }
  double widest() const { return std::clamp(scene_.view.scale * 0.2, 2.5, 11.0); }
  double width(const EdgePicture& edge) const { return std::max(1.6, strength(edge) * widest()); }
  bool dimmed(const EdgePicture& edge) const {
    if (focus_.empty()) return false;
    if (edge.kind == EdgeKind::Sink) return edge.from != scene_.selectedNode;
    return !focus_[static_cast<std::size_t>(edge.to)];
  }
  bool dimmed(int node) const { return !focus_.empty() && !focus_[static_cast<std::size_t>(node)]; }
  QColor colour(const EdgePicture& edge) const {
    const Theme& theme = *scene_.theme;
    const QColor plain = edge.kind == EdgeKind::Sink    ? theme.series[6]
                         : edge.kind == EdgeKind::Level ? theme.text
                                                        : theme.mutedText;
    return scene_.options.showDifferences ? differenceColour(differenceOf(edge), theme, plain)
                                          : plain;
  }
  /// Whether the edge's box touches the view.
  bool visible(int index) const {
    const QRectF box = scene_.view.toView(scene_.layout->route(index).bounds());
    return QRectF(QPointF(), scene_.size).intersects(box.adjusted(-8, -8, 8, 8));
  }

 private:
  const SupergraphScene& scene_;
  double mostLevel_ = 1, mostSink_ = 1;
  std::vector<bool> focus_;
  std::vector<int> strong_;
};

// Puts numbers beside edges where nothing else is.
class LabelPlaces {
 public:
  void block(const QRectF& place) { taken_.push_back(place); }

  std::optional<QRectF> place(const SupergraphScene& scene, const EdgePicture& edge,
                              const EdgeRoute& route, const QSizeF& size) {
    static constexpr std::array kAlongCurve{0.5, 0.4, 0.6, 0.32, 0.68, 0.25, 0.75};
    // Of a node that is only selected, beside its sources, where rows keep numbers apart.
    static constexpr std::array kAtSource{0.16, 0.22, 0.28, 0.34, 0.4, 0.5, 0.6};
    static constexpr std::array kAlongLane{0.97, 0.9, 0.84, 0.78, 0.7, 0.62, 0.55};
    const auto& along = edge.kind == EdgeKind::Sink ? kAlongLane
                        : edge.kept                 ? kAlongCurve
                                                    : kAtSource;
    const QRectF inside = QRectF(QPointF(), scene.size);
    for (const double t : along) {
      QPointF centre = scene.view.toView(route.pointAt(t));
      if (edge.kind == EdgeKind::Sink && t == along.front()) {
        centre.setX(scene.view.toView(route.end).x() - size.width() / 2 - 1);
      }
      const QRectF box(centre - QPointF(size.width(), size.height()) / 2, size);
      if (!inside.contains(box)) continue;
      if (std::any_of(taken_.begin(), taken_.end(),
                      [&](const QRectF& other) { return other.intersects(box); })) {
        continue;
      }
      taken_.push_back(box);
      return box;
    }
    return {};
  }

 private:
  std::vector<QRectF> taken_;
};

void drawTrend(QPainter& painter, const QPointF& centre, double size, float trend,
               const QColor& colour) {
  const double up = trend > 0 ? -size / 2 : size / 2;
  const std::array corners{centre + QPointF(-size / 2, -up), centre + QPointF(size / 2, -up),
                           centre + QPointF(0, up)};
  painter.setPen(Qt::NoPen);
  painter.setBrush(colour);
  painter.drawConvexPolygon(corners.data(), static_cast<int>(corners.size()));
}

bool moves(const EdgePicture& edge) {
  return edge.kind != EdgeKind::Input && std::abs(edge.trend) >= kVisibleTrend;
}

QString signedNumber(double value) {
  const QString number = QLocale().toString(std::abs(value), 'f', 2);
  return (value < 0 ? u"−"_s : u"+"_s) + number;
}

QString labelOf(const SupergraphScene& scene, const EdgePicture& edge) {
  const QString number = QLocale().toString(static_cast<double>(edge.weight), 'f', 2);
  if (!scene.options.showDifferences || !edge.reference) return number;
  return u"%1 %2"_s.arg(number, signedNumber(edge.weight - *edge.reference));
}

class StrongPainter {
 public:
  StrongPainter(QPainter& painter, const SupergraphScene& scene)
      : painter_(painter), scene_(scene), looks_(scene), theme_(*scene.theme) {
    numberPixels_ = std::min(scene.view.scale * 0.3, scene.fontPixels);
  }

  void paint() {
    painter_.setRenderHint(QPainter::Antialiasing);
    drawBar(painter_, scene_.view.toView(scene_.layout->inputBar()), theme_);
    drawBar(painter_, scene_.view.toView(scene_.layout->sinkBar()), theme_);
    findMoving();
    paintEdges();
    paintNodes();
    paintTitles();
    paintNumbers();
    paintTrends();
  }

 private:
  void paintEdges() {
    for (const int index : moving_) {
      painter_.strokePath(scene_.layout->route(index).path(scene_.view),
                          QPen(faded(looks_.colour(looks_.edge(index)), 0.6), 1));
    }
    std::vector<int> order = looks_.strong();
    // The cell lies over what is only shown for the selection.
    std::stable_sort(order.begin(), order.end(),
                     [this](int a, int b) { return looks_.edge(a).kept < looks_.edge(b).kept; });
    for (const int index : order) {
      if (!looks_.visible(index)) continue;
      const EdgePicture& edge = looks_.edge(index);
      const bool removed =
          scene_.options.showDifferences && differenceOf(edge) == Difference::Removed;
      const double opacity = looks_.dimmed(edge) ? 0.15 : edge.kept ? 0.9 : removed ? 0.8 : 0.45;
      const double width = edge.kept || removed ? looks_.width(edge) : looks_.width(edge) * 0.7;
      QPen pen(faded(looks_.colour(edge), opacity), width, Qt::SolidLine, Qt::FlatCap,
               Qt::RoundJoin);
      if (edge.kind == EdgeKind::Input) pen.setDashPattern({3, 2.5});
      if (removed) pen.setDashPattern({2, 1.5});
      const QPainterPath path = scene_.layout->route(index).path(scene_.view);
      painter_.strokePath(path, pen);
      if (edge.flipsNext && !looks_.dimmed(edge)) {
        QPen flips(theme_.warning, 2, Qt::SolidLine, Qt::FlatCap);
        flips.setDashPattern({5, 4});
        painter_.strokePath(path, flips);
      }
    }
  }

  void paintNodes() {
    const auto& nodes = scene_.picture->nodes;
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      const NodePicture& node = nodes[i];
      const int index = static_cast<int>(i);
      const QPointF centre = scene_.view.toView(scene_.layout->centre(index));
      const double diameter = scene_.view.scale;
      const QRectF box(centre - QPointF(diameter, diameter) / 2, QSizeF(diameter, diameter));
      if (!box.adjusted(-9, -9, 9, 9).intersects(QRectF(QPointF(), scene_.size))) continue;
      labels_.block(box);
      NodeGlyph glyph{node.kind,   node.kept,      node.muted,
                      node.forced, node.forbidden, Difference::Same};
      if (scene_.options.showDifferences && node.kept != node.keptInReference) {
        glyph.difference = node.kept ? Difference::Added : Difference::Removed;
      }
      painter_.setOpacity(looks_.dimmed(index) ? 0.3 : 1);
      drawNode(painter_, centre, diameter, glyph, theme_, scene_.font);
    }
    painter_.setOpacity(1);
  }

  void paintTitles() {
    painter_.setFont(pixelFont(scene_.font, scene_.fontPixels));
    painter_.setPen(theme_.mutedText);
    const QFontMetricsF metrics(painter_.font());
    const double pitch = scene_.layout->columnPitch() * scene_.view.scale;
    const auto fits = [&](const QString& text) {
      return metrics.horizontalAdvance(text) + scene_.fontPixels / 2 < pitch;
    };
    const int levels = scene_.picture->levels;
    const bool wide = fits(Text::tr("level %1").arg(QLocale().toString(levels)));
    for (int column = 0; column <= levels + 1; ++column) {
      const QString number = QLocale().toString(column);
      const QString text = column == 0            ? Text::tr("input")
                           : column == levels + 1 ? Text::tr("sink")
                           : wide                 ? Text::tr("level %1").arg(number)
                                                  : number;
      const QPointF middle = scene_.view.toView(scene_.layout->title(column));
      const double width = metrics.horizontalAdvance(text) + 4;
      QRectF box(middle - QPointF(width, metrics.height()) / 2, QSizeF(width, metrics.height()));
      // In narrow graphs the names of the ends would hang over the view's edge.
      if (column == 0 && middle.x() >= 0) box.moveLeft(std::max(0.0, box.left()));
      if (column > levels && middle.x() <= scene_.size.width()) {
        box.moveRight(std::min(scene_.size.width(), box.right()));
      }
      painter_.drawText(box, Qt::AlignCenter, text);
    }
  }

  void paintNumbers() {
    if (numberPixels_ < kLeastLegiblePixels) return;
    painter_.setFont(pixelFont(scene_.font, numberPixels_));
    const QFontMetricsF metrics(painter_.font());
    for (const int index : looks_.strong()) {
      const EdgePicture& edge = looks_.edge(index);
      if (edge.kind == EdgeKind::Input || looks_.dimmed(edge)) continue;
      const Difference difference =
          scene_.options.showDifferences ? differenceOf(edge) : Difference::Same;
      // Sized for any digits, so that a label stays where it is when its number changes.
      const QString widest =
          scene_.options.showDifferences && edge.reference
              ? QLocale().toString(0.0, 'f', 2) + u" +"_s + QLocale().toString(0.0, 'f', 2)
              : QLocale().toString(0.0, 'f', 2);
      const double trendRoom = numberPixels_ * 0.8;
      const double markRoom = difference == Difference::Same ? 0 : numberPixels_ * 1.3;
      const QSizeF size(metrics.horizontalAdvance(widest) + trendRoom + markRoom + 4,
                        metrics.height());
      const auto box = labels_.place(scene_, edge, scene_.layout->route(index), size);
      if (!box) continue;
      painter_.setPen(edge.flipsNext ? QPen(theme_.warning, 1) : QPen(Qt::NoPen));
      painter_.setBrush(faded(theme_.surface, 0.96));
      painter_.drawRoundedRect(*box, 3, 3);
      drawDifferenceMark(painter_,
                         box->topLeft() + QPointF(2 + numberPixels_ / 2, size.height() / 2),
                         numberPixels_, difference, theme_);
      painter_.setPen(edge.kept ? theme_.text : theme_.mutedText);
      painter_.drawText(box->adjusted(2 + markRoom, 0, 0, 0), Qt::AlignVCenter | Qt::AlignLeft,
                        labelOf(scene_, edge));
      if (moves(edge)) {
        drawTrend(painter_, {box->right() - trendRoom / 2, box->center().y()}, numberPixels_ * 0.55,
                  edge.trend, theme_.accent);
      }
    }
  }

  // Of the edges outside of the cell only those that move most.
  void findMoving() {
    const auto& strong = looks_.strong();
    for (std::size_t i = 0; i < scene_.picture->edges.size(); ++i) {
      const int index = static_cast<int>(i);
      const EdgePicture& edge = looks_.edge(index);
      if (moves(edge) && isShown(scene_, edge) && !looks_.dimmed(edge) &&
          !std::binary_search(strong.begin(), strong.end(), index)) {
        moving_.push_back(index);
      }
    }
    const std::size_t count = std::min(moving_.size(), kTrendMarks);
    std::partial_sort(moving_.begin(), moving_.begin() + static_cast<std::ptrdiff_t>(count),
                      moving_.end(), [this](int a, int b) {
                        return std::abs(looks_.edge(a).trend) > std::abs(looks_.edge(b).trend);
                      });
    moving_.resize(count);
  }

  void paintTrends() {
    const double size = std::clamp(scene_.view.scale * 0.14, 4.0, 8.0);
    for (const int index : moving_) {
      const EdgePicture& edge = looks_.edge(index);
      const EdgeRoute& route = scene_.layout->route(index);
      const double t = edge.kind == EdgeKind::Sink ? 0.93 : 0.74;
      drawTrend(painter_, scene_.view.toView(route.pointAt(t)), size, edge.trend, theme_.accent);
    }
  }

  QPainter& painter_;
  const SupergraphScene& scene_;
  EdgeLooks looks_;
  const Theme& theme_;
  LabelPlaces labels_;
  std::vector<int> moving_;  // the strongest movement first
  double numberPixels_ = 0;
};

}  // namespace

bool isShown(const SupergraphScene& scene, const EdgePicture& edge) {
  return edge.kind == EdgeKind::Input || edge.weight >= scene.options.hideBelow ||
         isStrong(scene, edge);
}

void paintFaintEdges(QPainter& painter, const SupergraphScene& scene) {
  const EdgeLooks looks(scene);
  const auto& edges = scene.picture->edges;
  std::vector<bool> drawn(edges.size(), false);
  for (const int index : looks.strong()) drawn[static_cast<std::size_t>(index)] = true;

  painter.setRenderHint(QPainter::Antialiasing);
  // One pixel of a fine screen is half as much ink.
  const double fine = scene.deviceScale >= 1.5 ? 1.4 : 1.0;
  // In a large graph so many lines cross that each must be lighter.
  const double crowd =
      static_cast<double>(edges.size()) / std::max(1, scene.picture->levels) / kUncrowdedEdges;
  const double ink = fine / std::sqrt(std::max(1.0, crowd));
  std::vector<int> wide;
  for (std::size_t i = 0; i < edges.size(); ++i) {
    const EdgePicture& edge = edges[i];
    const int index = static_cast<int>(i);
    if (drawn[i] || !isShown(scene, edge) || !looks.visible(index)) continue;
    const double strength = looks.strength(edge);
    const bool dimmed = looks.dimmed(edge);
    if (edge.kind != EdgeKind::Input && !dimmed && strength * looks.widest() * 0.5 > 1.8) {
      wide.push_back(index);
    }
    const double opacity = isStrong(scene, edge) ? 0.8 : dimmed ? 0.06 : 0.08 + 0.4 * strength;
    QPen pen(faded(looks.colour(edge), opacity * ink), 1);
    pen.setCosmetic(true);
    pen.setWidthF(1 / scene.deviceScale);
    if (edge.kind == EdgeKind::Input) pen.setDashPattern({4, 4});
    painter.setPen(pen);
    painter.drawPolyline(scene.layout->route(index).polyline(scene.view));
  }
  const std::size_t count = std::min(wide.size(), kWideFaintEdges);
  std::partial_sort(wide.begin(), wide.begin() + static_cast<std::ptrdiff_t>(count), wide.end(),
                    [&](int a, int b) { return looks.weight(a) > looks.weight(b); });
  for (std::size_t i = 0; i < count; ++i) {
    const EdgePicture& edge = looks.edge(wide[i]);
    painter.strokePath(
        scene.layout->route(wide[i]).path(scene.view),
        QPen(faded(looks.colour(edge), 0.12), looks.width(edge) * 0.5, Qt::SolidLine, Qt::FlatCap));
  }
}

void paintStrongLayer(QPainter& painter, const SupergraphScene& scene) {
  StrongPainter(painter, scene).paint();
}

void paintMarkedEdge(QPainter& painter, const SupergraphScene& scene, int edge,
                     const QColor& colour) {
  const EdgeLooks looks(scene);
  painter.save();
  painter.setRenderHint(QPainter::Antialiasing);
  QPen pen(colour, std::max(2.5, looks.width(looks.edge(edge))), Qt::SolidLine, Qt::FlatCap);
  if (looks.edge(edge).kind == EdgeKind::Input) pen.setDashPattern({3, 2.5});
  painter.strokePath(scene.layout->route(edge).path(scene.view), pen);
  painter.restore();
}

}  // namespace attelier::widgets
