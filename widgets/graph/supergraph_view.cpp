#include "widgets/graph/supergraph_view.h"

#include "widgets/graph/read_out.h"

#include <QFontInfo>
#include <QFontMetricsF>
#include <QLocale>
#include <QPaintEvent>
#include <QPainter>
#include <QtConcurrentRun>

#include <algorithm>
#include <cmath>

using namespace Qt::Literals::StringLiterals;

namespace attelier::widgets {

namespace {

// Half of the last digit of a label, and a change of a faint line's ink that can be seen.
constexpr float kVisibleStep = 0.005F;
constexpr float kVisibleFaintStep = 0.01F;
constexpr int kFaintIntervalMs = 500;
constexpr double kLargestNodeEm = 3.2;

QImage emptyLayer(const QSize& size, double deviceScale) {
  QImage image((QSizeF(size) * deviceScale).toSize(), QImage::Format_ARGB32_Premultiplied);
  image.setDevicePixelRatio(deviceScale);
  image.fill(Qt::transparent);
  return image;
}

}  // namespace

SupergraphView::SupergraphView(QWidget* parent)
    : QWidget(parent),
      picture_(std::make_shared<SupergraphPicture>()),
      layout_(std::make_shared<SupergraphLayout>()) {
  setFocusPolicy(Qt::StrongFocus);
  setMouseTracking(true);
  setAttribute(Qt::WA_OpaquePaintEvent);
  setAccessibleName(tr("Supergraph"));
  slow_.setSingleShot(true);
  slow_.setInterval(kFaintIntervalMs);
  connect(&slow_, &QTimer::timeout, this, [this] {
    if (std::exchange(faintWaits_, false)) {
      faintStale_ = true;
      update();
    }
  });
  connect(&painting_, &QFutureWatcherBase::finished, this, &SupergraphView::takeFaintLayer);
}

SupergraphView::~SupergraphView() = default;

void SupergraphView::setPicture(SupergraphPicture picture) {
  auto next = std::make_shared<const SupergraphPicture>(std::move(picture));
  const PictureChange change = changeBetween(*picture_, *next, kVisibleStep);
  const QString selected = endName(*picture_, selectedNode_);
  picture_ = std::move(next);
  if (change == PictureChange::Structure) {
    const auto& nodes = picture_->nodes;
    const auto same = std::find_if(nodes.begin(), nodes.end(), [&](const NodePicture& node) {
      return selectedNode_ >= 0 && node.name == selected;
    });
    const bool had = selectedNode_ >= 0 || selectedEdge_ >= 0;
    selectedEdge_ = -1;
    selectedNode_ = same == nodes.end() ? -1 : static_cast<int>(same - nodes.begin());
    hovered_ = {};
    fitted_ = true;
    layOut();
    redrawAll();
    describeSelection();
    if (had && selectedNode_ < 0) Q_EMIT nodeSelected(-1);
    return;
  }
  if (change == PictureChange::Looks) {
    redrawAll();
    describeSelection();
    return;
  }
  // Compared with what is on the screen: many small steps add up to a visible one.
  if (!strong_.picture ||
      changeBetween(*strong_.picture, *picture_, kVisibleStep) != PictureChange::None) {
    strongStale_ = true;
    describeSelection();
    update();
  }
  const auto& faint = isPainting_ ? next_.picture : faint_.picture;
  if (faint && changeBetween(*faint, *picture_, kVisibleFaintStep) != PictureChange::None) {
    if (slow_.isActive()) {
      faintWaits_ = true;
    } else {
      faintStale_ = true;
      update();
    }
  }
  if (cardAtSelection_ || hovered_ != Hit{}) update();
}

void SupergraphView::setOptions(const SupergraphOptions& options) {
  if (options == options_) return;
  const bool legend = options.showLegend != options_.showLegend;
  options_ = options;
  if (legend) layOut();
  redrawAll();
}

void SupergraphView::setHistory(std::function<std::vector<float>(const EdgePicture&)> history) {
  history_ = std::move(history);
}

void SupergraphView::selectNode(int node, bool tell) {
  if (node < 0 || node >= static_cast<int>(picture_->nodes.size())) node = -1;
  const bool nodeChanged = node != selectedNode_, edgeChanged = selectedEdge_ >= 0;
  selectedNode_ = node;
  selectedEdge_ = -1;
  if (nodeChanged) redrawAll();
  if (nodeChanged || edgeChanged) {
    describeSelection();
    update();
  }
  if (!tell) return;
  if (nodeChanged) Q_EMIT nodeSelected(node);
  if (edgeChanged) Q_EMIT edgeSelected(-1);
}

void SupergraphView::selectEdge(int edge, bool tell) {
  if (edge < 0 || edge >= static_cast<int>(picture_->edges.size())) edge = -1;
  if (edge == selectedEdge_) return;
  selectedEdge_ = edge;
  describeSelection();
  update();
  if (tell) Q_EMIT edgeSelected(edge);
}

void SupergraphView::fit() {
  fitted_ = true;
  layOut();
  redrawAll();
}

void SupergraphView::zoomBy(double factor, const QPointF& around) {
  if (picture_->empty()) return;
  const double whole = layout_->fit(graphRoom(size())).scale;
  const double scale = std::clamp(view_.scale * factor, whole * 0.4,
                                  std::max(whole * 10, fontMetrics().height() * 9.0));
  fitted_ = false;
  setTransform({scale, around - view_.toScene(around) * scale});
}

void SupergraphView::panBy(const QPointF& pixels) {
  if (picture_->empty()) return;
  fitted_ = false;
  setTransform({view_.scale, view_.offset + pixels});
}

SupergraphView::Hit SupergraphView::hitAt(const QPointF& position) const {
  const QPointF at = view_.toScene(position);
  for (std::size_t i = 0; i < picture_->nodes.size(); ++i) {
    const QPointF away = layout_->centre(static_cast<int>(i)) - at;
    if (QPointF::dotProduct(away, away) <= 0.55 * 0.55) return {static_cast<int>(i), -1};
  }
  const double near = fontMetrics().height() * 0.4 / view_.scale;
  const SupergraphScene drawn = scene();
  Hit hit;
  double best = near;
  for (std::size_t i = 0; i < picture_->edges.size(); ++i) {
    const EdgePicture& edge = picture_->edges[i];
    const EdgeRoute& route = layout_->route(static_cast<int>(i));
    if (!route.bounds().adjusted(-near, -near, near, near).contains(at)) continue;
    if (!isShown(drawn, edge)) continue;
    // The cell's edges are wider than they are drawn to be hit.
    const double distance = route.distanceTo(at) * (edge.kept ? 0.5 : 1.0);
    if (distance < best) {
      best = distance;
      hit.edge = static_cast<int>(i);
    }
  }
  return hit;
}

QPointF SupergraphView::positionOf(int node) const { return view_.toView(layout_->centre(node)); }

bool SupergraphView::settled() const {
  return !faintStale_ && !strongStale_ && !faintWaits_ && !isPainting_;
}

void SupergraphView::paint(QPainter& painter, const QRectF& room, const Theme& theme) const {
  painter.save();
  painter.fillRect(room, theme.surface);
  if (!picture_->empty()) {
    painter.setClipRect(room);
    painter.translate(room.topLeft());
    SupergraphScene whole = scene(room.size(), theme);
    whole.selectedNode = -1;
    const QRectF place = graphRoom(room.size());
    whole.layout = std::make_shared<const SupergraphLayout>(
        *picture_, place.size(), kLargestNodeEm * QFontMetricsF(font()).height());
    whole.view = whole.layout->fit(place);
    paintFaintEdges(painter, whole);
    paintStrongLayer(painter, whole);
    paintLegend(painter, whole);
  }
  painter.restore();
}

DataTable SupergraphView::dataTable() const { return tableOf(*picture_); }

QSize SupergraphView::sizeHint() const {
  const int em = fontMetrics().height();
  return {em * 44, em * 28};
}

QSize SupergraphView::minimumSizeHint() const {
  const int em = fontMetrics().height();
  return {em * 16, em * 10};
}

SupergraphScene SupergraphView::scene(const QSizeF& size, const Theme& theme) const {
  SupergraphScene scene;
  scene.picture = picture_;
  scene.layout = layout_;
  scene.options = options_;
  scene.options.showDifferences = options_.showDifferences && !picture_->referenceName.isEmpty();
  scene.view = view_;
  scene.size = size;
  scene.theme = &theme;
  scene.font = font();
  scene.selectedNode = selectedNode_;
  scene.fontPixels = QFontInfo(font()).pixelSize();
  scene.deviceScale = devicePixelRatioF();
  return scene;
}

SupergraphScene SupergraphView::scene() const { return scene(size(), Theme::of(palette())); }

QRectF SupergraphView::graphRoom(const QSizeF& size) const {
  const double em = QFontMetricsF(font()).height();
  const double legend = legendHeight(scene(size, Theme::light()));
  return QRectF(QPointF(), size).adjusted(em * 0.5, em * 0.3, -em * 0.5, -em * 0.3 - legend);
}

void SupergraphView::layOut() {
  const QRectF room = graphRoom(size());
  if (fitted_ || layout_->bounds().isEmpty()) {
    layout_ = std::make_shared<const SupergraphLayout>(
        *picture_, room.size(), kLargestNodeEm * QFontMetricsF(font()).height());
    setTransform(layout_->fit(room));
  }
}

void SupergraphView::setTransform(const ViewTransform& view) {
  ViewTransform next = view;
  // Some of the graph always stays in sight.
  const QRectF drawn = next.toView(layout_->bounds());
  const double margin = std::min({width() / 4.0, height() / 4.0, 4.0 * fontMetrics().height()});
  next.offset += QPointF(
      std::max(0.0, margin - drawn.right()) - std::max(0.0, drawn.left() - width() + margin),
      std::max(0.0, margin - drawn.bottom()) - std::max(0.0, drawn.top() - height() + margin));
  if (next == view_) return;
  view_ = next;
  redrawAll();
}

void SupergraphView::redrawAll() {
  faintStale_ = strongStale_ = true;
  update();
}

void SupergraphView::requestFaintLayer() {
  if (isPainting_) return;  // the layer is still stale when this one arrives
  isPainting_ = true;
  faintStale_ = false;
  faintWaits_ = false;
  next_ = {{}, view_, picture_};
  painting_.setFuture(QtConcurrent::run([scene = scene(), size = size()] {
    QImage image = emptyLayer(size, scene.deviceScale);
    QPainter painter(&image);
    paintFaintEdges(painter, scene);
    return image;
  }));
}

void SupergraphView::takeFaintLayer() {
  isPainting_ = false;
  faint_ = next_;
  faint_.image = painting_.result();
  slow_.start();
  update();
}

void SupergraphView::paintStrong() {
  strongStale_ = false;
  const double scale = devicePixelRatioF();
  if (strong_.image.size() != (QSizeF(size()) * scale).toSize()) {
    strong_.image = emptyLayer(size(), scale);
  } else {
    strong_.image.fill(Qt::transparent);
  }
  strong_.view = view_;
  strong_.picture = picture_;
  QPainter painter(&strong_.image);
  const SupergraphScene drawn = scene();
  paintStrongLayer(painter, drawn);
  paintLegend(painter, drawn);
}

void SupergraphView::drawFaint(QPainter& painter) const {
  if (faint_.image.isNull()) return;
  if (faint_.view == view_) {
    painter.drawImage(QPointF(), faint_.image);
    return;
  }
  // Until the worker has painted it anew the old layer goes along.
  const double factor = view_.scale / faint_.view.scale;
  const QSizeF size = faint_.image.deviceIndependentSize() * factor;
  painter.drawImage(QRectF(view_.offset - faint_.view.offset * factor, size), faint_.image);
}

void SupergraphView::drawMarks(QPainter& painter, const SupergraphScene& scene) const {
  const Theme& theme = *scene.theme;
  if (selectedEdge_ >= 0) paintMarkedEdge(painter, scene, selectedEdge_, theme.accent);
  if (hovered_.edge >= 0 && hovered_.edge != selectedEdge_) {
    paintMarkedEdge(painter, scene, hovered_.edge, faded(theme.accent, 0.6));
  }
  const auto ring = [&](int node, const QColor& colour, double width) {
    if (node < 0) return;
    drawNodeRing(painter, positionOf(node), view_.scale,
                 picture_->nodes[static_cast<std::size_t>(node)].kind, colour, width);
  };
  ring(hovered_.node, faded(theme.accent, 0.5), 2);
  ring(selectedNode_, theme.accent, 3);
}

void SupergraphView::paintEvent(QPaintEvent* event) {
  QPainter painter(this);
  painter.setClipRect(event->rect());
  const Theme& theme = Theme::of(palette());
  painter.fillRect(rect(), theme.surface);
  if (!picture_->empty()) {
    if (faintStale_) requestFaintLayer();
    if (strongStale_) paintStrong();
    drawFaint(painter);
    painter.drawImage(QPointF(), strong_.image);
    const SupergraphScene drawn = scene();
    drawMarks(painter, drawn);
    const Hit selected{selectedEdge_ >= 0 ? -1 : selectedNode_, selectedEdge_};
    const bool atSelection = cardAtSelection_ && hovered_ == Hit{};
    const Hit shown = atSelection ? selected : hovered_;
    if (shown != Hit{} && !dragging_) {
      drawReadOut(painter, readOut(shown),
                  atSelection ? anchorOf(shown) : cursor_.value_or(QPointF()),
                  QRectF(rect()).adjusted(4, 4, -4, -4), font(), theme);
    }
  } else {
    faintStale_ = strongStale_ = false;
  }
  if (hasFocus()) {
    painter.setPen(QPen(theme.accent, 2));
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(QRectF(rect()).adjusted(1, 1, -1, -1));
  }
}

void SupergraphView::resizeEvent(QResizeEvent*) {
  layOut();
  redrawAll();
}

void SupergraphView::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  if (event->type() == QEvent::FontChange) layOut();
  if (event->type() == QEvent::FontChange || event->type() == QEvent::PaletteChange) redrawAll();
}

ReadOut SupergraphView::readOut(const Hit& of) const {
  const QLocale locale;
  ReadOut out;
  int edgeIndex = of.edge;
  if (of.node >= 0) {
    const NodePicture& node = picture_->nodes[static_cast<std::size_t>(of.node)];
    out.title = node.name;
    out.lines << kindName(node.kind);
    if (node.kept) out.lines << tr("part of the derived cell");
    if (node.forced) out.lines << tr("kept in any case");
    if (node.forbidden) out.lines << tr("forbidden");
    if (node.muted) out.lines << tr("contributes nothing at present");
    edgeIndex = findEdge(*picture_, of.node, kSinkNode);
  }
  if (edgeIndex < 0) return out;
  const EdgePicture& edge = picture_->edges[static_cast<std::size_t>(edgeIndex)];
  if (of.node < 0) out.title = edgeName(*picture_, edge);
  if (edge.kind == EdgeKind::Input) {
    if (of.node < 0) out.lines << edgeKindName(edge.kind);
    return out;
  }
  const EdgeRank rank = rankOf(*picture_, edge);
  out.lines << tr("%1 %2, rank %3 of %4")
                   .arg(edgeKindName(edge.kind),
                        locale.toString(static_cast<double>(edge.weight), 'f', 4),
                        locale.toString(rank.rank), locale.toString(rank.of));
  if (!picture_->trendSpan.isEmpty()) {
    const QString change = locale.toString(std::abs(static_cast<double>(edge.trend)), 'f', 4);
    out.lines
        << (edge.trend < 0 ? tr("−%1 in %2") : tr("+%1 in %2")).arg(change, picture_->trendSpan);
  }
  if (edge.reference && !picture_->referenceName.isEmpty()) {
    out.lines << tr("%1 at %2")
                     .arg(locale.toString(static_cast<double>(*edge.reference), 'f', 4),
                          picture_->referenceName);
  }
  if (edge.flipsNext) out.lines << tr("would flip next");
  if (history_) out.history = history_(edge);
  return out;
}

QPointF SupergraphView::anchorOf(const Hit& of) const {
  if (of.node >= 0) return positionOf(of.node) + QPointF(0.4, 0.4) * view_.scale;
  return of.edge >= 0 ? view_.toView(layout_->route(of.edge).pointAt(0.5)) : QPointF();
}

void SupergraphView::describeSelection() {
  QString text = describeNode(*picture_, selectedNode_);
  if (selectedEdge_ >= 0) {
    const ReadOut out = readOut({-1, selectedEdge_});
    text = out.title + u", "_s + out.lines.join(u", "_s);
  }
  if (text != accessibleDescription()) setAccessibleDescription(text);
}

}  // namespace attelier::widgets
