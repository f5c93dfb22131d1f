#include "widgets/graph/node_glyph.h"

#include <QCoreApplication>
#include <QPainter>

#include <algorithm>
#include <array>
#include <cmath>

using namespace Qt::Literals::StringLiterals;

namespace attelier::widgets {

namespace {

constexpr double kLeastLegiblePixels = 6.5;

bool isDotProduct(int kind) { return kind >= 3; }

void drawTick(QPainter& painter, const QPointF& centre, double diameter, const Theme& theme) {
  painter.setPen(Qt::NoPen);
  painter.setBrush(theme.accent);
  painter.drawEllipse(centre, diameter / 2, diameter / 2);
  painter.setPen(QPen(theme.accentText, std::max(1.0, diameter * 0.13), Qt::SolidLine, Qt::RoundCap,
                      Qt::RoundJoin));
  const std::array points{centre + QPointF(-0.22, 0.02) * diameter,
                          centre + QPointF(-0.05, 0.2) * diameter,
                          centre + QPointF(0.24, -0.18) * diameter};
  painter.drawPolyline(points.data(), static_cast<int>(points.size()));
}

}  // namespace

QString kindLetters(int kind) {
  static const std::array letters{u"mS"_s, u"mT"_s, u"mST"_s, u"dS"_s, u"dT"_s, u"dST"_s};
  if (kind < 0 || kind >= kNodeKinds) return u"?"_s;
  return letters[static_cast<std::size_t>(kind)];
}

QString kindName(int kind) {
  static constexpr std::array kNames{
      QT_TRANSLATE_NOOP("attelier::widgets::NodeGlyph", "map-based attention over space"),
      QT_TRANSLATE_NOOP("attelier::widgets::NodeGlyph", "map-based attention over time"),
      QT_TRANSLATE_NOOP("attelier::widgets::NodeGlyph", "map-based attention over space and time"),
      QT_TRANSLATE_NOOP("attelier::widgets::NodeGlyph", "dot-product attention over space"),
      QT_TRANSLATE_NOOP("attelier::widgets::NodeGlyph", "dot-product attention over time"),
      QT_TRANSLATE_NOOP("attelier::widgets::NodeGlyph",
                        "dot-product attention over space and time")};
  if (kind < 0 || kind >= kNodeKinds) return {};
  return QCoreApplication::translate("attelier::widgets::NodeGlyph",
                                     kNames[static_cast<std::size_t>(kind)]);
}

QPainterPath nodeOutline(int kind, const QPointF& centre, double diameter) {
  QPainterPath path;
  switch (kind % 3) {
    case 0: {
      const double half = 0.44 * diameter;
      path.addRoundedRect(QRectF(centre - QPointF(half, half), QSizeF(2 * half, 2 * half)),
                          0.1 * diameter, 0.1 * diameter);
      break;
    }
    case 1:
      path.addEllipse(centre, 0.5 * diameter, 0.5 * diameter);
      break;
    default: {
      const double wide = 0.56 * diameter, shoulder = 0.28 * diameter, high = 0.47 * diameter;
      path.addPolygon(
          QPolygonF({centre + QPointF(-wide, 0), centre + QPointF(-shoulder, -high),
                     centre + QPointF(shoulder, -high), centre + QPointF(wide, 0),
                     centre + QPointF(shoulder, high), centre + QPointF(-shoulder, high)}));
      path.closeSubpath();
    }
  }
  return path;
}

void drawNode(QPainter& painter, const QPointF& centre, double diameter, const NodeGlyph& glyph,
              const Theme& theme, const QFont& font) {
  const QColor kindColour = isDotProduct(glyph.kind) ? theme.dotProduct : theme.mapBased;
  QColor line = glyph.strong ? kindColour : mixed(theme.surface, kindColour, 0.62);
  line = differenceColour(glyph.difference, theme, line);
  const double width = std::clamp(diameter * (glyph.strong ? 0.055 : 0.03), 1.0, 4.0);
  QPen pen(line, width, glyph.muted ? Qt::DotLine : Qt::SolidLine);
  pen.setJoinStyle(Qt::MiterJoin);

  painter.save();
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setPen(pen);
  painter.setBrush(glyph.strong && !glyph.muted ? mixed(theme.surface, kindColour, 0.16)
                                                : theme.surface);
  painter.drawPath(nodeOutline(glyph.kind, centre, diameter));
  if (isDotProduct(glyph.kind)) {
    painter.setBrush(Qt::NoBrush);
    pen.setWidthF(std::max(1.0, width / 2));
    painter.setPen(pen);
    painter.drawPath(nodeOutline(glyph.kind, centre, diameter - 2 * std::max(3.0, 2.2 * width)));
  }

  const double letters = 0.36 * diameter;
  if (letters >= kLeastLegiblePixels) {
    painter.setFont(pixelFont(font, letters, glyph.strong));
    painter.setPen(glyph.strong && !glyph.muted ? theme.text : theme.mutedText);
    painter.drawText(QRectF(centre - QPointF(diameter, diameter), QSizeF(diameter, diameter) * 2),
                     Qt::AlignCenter, kindLetters(glyph.kind));
  }
  const double badge = std::max(7.0, 0.36 * diameter);
  const QPointF corner = centre + QPointF(0.42, -0.42) * diameter;
  if (glyph.forbidden) {
    painter.setPen(QPen(theme.bad, std::max(1.5, diameter * 0.06), Qt::SolidLine, Qt::RoundCap));
    painter.drawLine(centre + QPointF(-0.42, 0.42) * diameter, corner);
  }
  if (glyph.forced) drawTick(painter, corner, badge, theme);
  drawDifferenceMark(painter, centre + QPointF(-0.42, -0.42) * diameter, badge, glyph.difference,
                     theme);
  painter.restore();
}

void drawNodeRing(QPainter& painter, const QPointF& centre, double diameter, int kind,
                  const QColor& colour, double width) {
  painter.save();
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setPen(QPen(colour, width));
  painter.setBrush(Qt::NoBrush);
  painter.drawPath(nodeOutline(kind, centre, diameter + 2 * width + 4));
  painter.restore();
}

void drawBar(QPainter& painter, const QRectF& bar, const Theme& theme) {
  painter.save();
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setPen(QPen(theme.border, 1.2));
  painter.setBrush(theme.raised);
  const double radius = std::min(bar.width(), bar.height()) / 3;
  painter.drawRoundedRect(bar, radius, radius);
  painter.restore();
}

void drawDifferenceMark(QPainter& painter, const QPointF& centre, double diameter,
                        Difference difference, const Theme& theme) {
  if (difference == Difference::Same) return;
  painter.save();
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setPen(Qt::NoPen);
  painter.setBrush(differenceColour(difference, theme, {}));
  painter.drawEllipse(centre, diameter / 2, diameter / 2);
  painter.setPen(QPen(theme.surface, std::max(1.5, diameter * 0.15)));
  const double arm = diameter * 0.28;
  painter.drawLine(centre - QPointF(arm, 0), centre + QPointF(arm, 0));
  if (difference == Difference::Added) {
    painter.drawLine(centre - QPointF(0, arm), centre + QPointF(0, arm));
  }
  painter.restore();
}

QColor differenceColour(Difference difference, const Theme& theme, const QColor& otherwise) {
  switch (difference) {
    case Difference::Added:
      return theme.added;
    case Difference::Removed:
      return theme.removed;
    case Difference::Same:
      break;
  }
  return otherwise;
}

QColor mixed(const QColor& a, const QColor& b, double share) {
  const auto blend = [share](int from, int to) {
    return static_cast<int>(std::lround(from + (to - from) * share));
  };
  return {blend(a.red(), b.red()), blend(a.green(), b.green()), blend(a.blue(), b.blue())};
}

QColor faded(QColor colour, double opacity) {
  colour.setAlphaF(static_cast<float>(std::clamp(opacity, 0.0, 1.0)));
  return colour;
}

QFont pixelFont(QFont font, double pixels, bool bold) {
  font.setPixelSize(std::max(1, static_cast<int>(std::lround(pixels))));
  font.setBold(bold);
  return font;
}

}  // namespace attelier::widgets
