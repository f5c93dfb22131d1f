#pragma once

#include "widgets/base/theme.h"

#include <QFont>
#include <QPainterPath>
#include <QString>

class QPainter;

namespace attelier::widgets {

/// The six kinds of attention operation in the field's order: mS, mT, mST, dS, dT, dST.
inline constexpr int kNodeKinds = 6;

/// What sets something apart from a reference. Drawn with a plus or a minus sign, never by colour
/// alone.
enum class Difference { Same, Added, Removed };

/// How one node looks.
struct NodeGlyph {
  int kind = 0;
  bool strong = true;  ///< part of the cell; else faint
  bool muted = false;  ///< contributes nothing: dotted outline
  bool forced = false;
  bool forbidden = false;
  Difference difference = Difference::Same;
};

/// "mS", "mT", "mST", "dS", "dT" or "dST"; "?" for another kind.
QString kindLetters(int kind);

/// "dot-product attention over time", translated.
QString kindName(int kind);

/// Outline of a kind: a square for space, a circle for time, a hexagon for both.
QPainterPath nodeOutline(int kind, const QPointF& centre, double diameter);

/// Draws a node: outline by dimension, a second line inside for dot products, letters where they
/// are legible, badges for forced (tick), forbidden (stroke) and differences (plus, minus).
void drawNode(QPainter& painter, const QPointF& centre, double diameter, const NodeGlyph& glyph,
              const Theme& theme, const QFont& font);

/// A ring around a node, for the selection, the focus or the cursor.
void drawNodeRing(QPainter& painter, const QPointF& centre, double diameter, int kind,
                  const QColor& colour, double width);

/// A bar that stands for a whole feature map: the cell's input, or the concatenation.
void drawBar(QPainter& painter, const QRectF& bar, const Theme& theme);

/// A disc with a plus or a minus sign; nothing for Same.
void drawDifferenceMark(QPainter& painter, const QPointF& centre, double diameter,
                        Difference difference, const Theme& theme);

/// The colour of a difference; `otherwise` for Same.
QColor differenceColour(Difference difference, const Theme& theme, const QColor& otherwise);

/// `share` of b over a, both opaque.
QColor mixed(const QColor& a, const QColor& b, double share);

/// The colour with this opacity, 0 to 1.
QColor faded(QColor colour, double opacity);

/// `font` at a height in pixels.
QFont pixelFont(QFont font, double pixels, bool bold = false);

}  // namespace attelier::widgets
