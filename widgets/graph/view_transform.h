#pragma once

#include <QPointF>
#include <QRectF>

namespace attelier::widgets {

/// From scene units (the diameter of a node is 1) to the pixels of a view.
struct ViewTransform {
  double scale = 1;  ///< pixels per unit
  QPointF offset;    ///< where the scene's origin lies
  bool operator==(const ViewTransform&) const = default;

  QPointF toView(const QPointF& scene) const { return scene * scale + offset; }
  QPointF toScene(const QPointF& view) const { return (view - offset) / scale; }
  QRectF toView(const QRectF& scene) const {
    return {toView(scene.topLeft()), scene.size() * scale};
  }
};

}  // namespace attelier::widgets
