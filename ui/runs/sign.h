#pragma once

#include <QColor>
#include <QRect>
#include <QString>

class QPainter;

namespace attelier::ui {

/// Draws a line icon of resources/icons in a colour of its own, in the middle of a rectangle: what
/// says by a shape what is also said by colour. Nothing is drawn for an unknown name.
void drawSign(QPainter& painter, const QRect& rect, const QString& name, const QColor& colour);

}  // namespace attelier::ui
