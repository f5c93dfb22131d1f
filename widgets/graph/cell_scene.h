#pragma once

#include "widgets/graph/cell_layout.h"

#include <QFont>

class QPainter;

namespace attelier::widgets {

/// Draws a cell at its layout.
void paintCell(QPainter& painter, const CellPicture& cell, const CellLayout& layout,
               const ViewTransform& view, const Theme& theme, const QFont& font);

}  // namespace attelier::widgets
