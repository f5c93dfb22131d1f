#include "widgets/plots/readout.h"

#include <QCoreApplication>
#include <QFontMetrics>

#include <algorithm>
#include <vector>

namespace attelier::widgets {

QRect paintReadout(QPainter& painter, const Readout& readout, const QRect& area,
                   const QPoint& anchor, const Theme& theme, const QFont& font) {
  if (readout.isEmpty()) return {};
  const QFontMetrics metrics(font);
  const int line = metrics.height();
  const int gap = line / 2;
  const int swatch = line;
  const int room = std::max(1, (area.height() - 2 * gap) / line - 1);

  QList<ReadoutRow> rows = readout.rows;
  if (rows.size() > room) {
    const int hidden = static_cast<int>(rows.size()) - room + 1;
    rows.resize(room - 1);
    const QString more =
        QCoreApplication::translate("attelier::widgets::Readout", "%n more", nullptr, hidden);
    rows.append(ReadoutRow{{}, {more}, Qt::SolidLine});
  }

  std::vector<int> widths;
  bool hasColours = false;
  for (const auto& row : rows) {
    hasColours |= row.colour.isValid();
    widths.resize(std::max(widths.size(), static_cast<std::size_t>(row.cells.size())));
    for (int i = 0; i < row.cells.size(); ++i) {
      auto& width = widths[static_cast<std::size_t>(i)];
      width = std::max(width, metrics.horizontalAdvance(row.cells[i]));
    }
  }
  const int indent = hasColours ? swatch + gap : 0;
  int width = rows.isEmpty() ? 0 : indent - gap;
  for (const int column : widths) width += column + gap;
  width = std::max(width, metrics.horizontalAdvance(readout.title)) + 2 * gap;
  const int titles = readout.title.isEmpty() ? 0 : 1;
  const int height = (titles + static_cast<int>(rows.size())) * line + gap;

  int x = anchor.x() + line;
  if (x + width > area.right()) x = anchor.x() - line - width;
  x = std::max(area.left(), std::min(x, area.right() - width));
  int y = anchor.y() - height / 2;
  y = std::max(area.top(), std::min(y, area.bottom() - height));
  const QRect box(x, y, width, height);

  QColor ground = theme.raised;
  ground.setAlphaF(0.94F);
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setPen(QPen(theme.border, 1));
  painter.setBrush(ground);
  painter.drawRoundedRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5), 3, 3);
  painter.setFont(font);
  int top = box.top() + gap / 2;
  if (titles != 0) {
    painter.setPen(theme.mutedText);
    painter.drawText(QRect(box.left() + gap, top, width, line), Qt::AlignVCenter, readout.title);
    top += line;
  }
  for (const auto& row : rows) {
    int left = box.left() + gap;
    if (row.colour.isValid()) {
      painter.setPen(QPen(row.colour, 2.5, row.dash));
      painter.drawLine(left, top + line / 2, left + swatch, top + line / 2);
    }
    left += indent;
    painter.setPen(theme.text);
    for (int i = 0; i < row.cells.size(); ++i) {
      const int column = widths[static_cast<std::size_t>(i)];
      const auto side = i == 0 ? Qt::AlignLeft : Qt::AlignRight;
      painter.drawText(QRect(left, top, column, line), side | Qt::AlignVCenter, row.cells[i]);
      left += column + gap;
    }
    top += line;
  }
  return box;
}

}  // namespace attelier::widgets
