#pragma once

#include "widgets/base/theme.h"

#include <QFont>
#include <QRectF>
#include <QString>
#include <QStringList>

#include <vector>

class QPainter;

namespace attelier::widgets {

/// A card that says what lies under the cursor, with its recent history.
struct ReadOut {
  QString title;
  QStringList lines;
  std::vector<float> history;  ///< oldest first; fewer than two: no sparkline
};

/// Draws the card beside `anchor`, inside `bounds`, not over the anchor.
void drawReadOut(QPainter& painter, const ReadOut& readOut, const QPointF& anchor,
                 const QRectF& bounds, const QFont& font, const Theme& theme);

/// Draws a line through the values, scaled to their own range, with a dot at the last.
///
/// A range under `leastSpan` is drawn as that wide, so that noise does not look like movement.
void drawSparkline(QPainter& painter, const QRectF& box, const std::vector<float>& values,
                   const Theme& theme, float leastSpan = 0.02F);

}  // namespace attelier::widgets
