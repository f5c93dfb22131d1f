#pragma once

#include "widgets/base/theme.h"

#include <QPainter>
#include <QStringList>

namespace attelier::widgets {

struct ReadoutRow {
  QColor colour;  ///< of the line that the row is about; invalid: none
  QStringList cells;
  Qt::PenStyle dash = Qt::SolidLine;
};

/// Exact values at a place of a plot: a title and rows whose cells stand in columns.
struct Readout {
  QString title;
  QList<ReadoutRow> rows;
  bool isEmpty() const { return title.isEmpty() && rows.isEmpty(); }
};

/// Draws a box with the values beside `anchor`, inside `area`; rows that don't fit are counted.
///
/// Returns where it lies.
QRect paintReadout(QPainter& painter, const Readout& readout, const QRect& area,
                   const QPoint& anchor, const Theme& theme, const QFont& font);

}  // namespace attelier::widgets
