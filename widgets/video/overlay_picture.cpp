#include "widgets/video/overlay_picture.h"

#include "widgets/video/colour_bar.h"

#include <QApplication>
#include <QLocale>
#include <QPainter>

#include <cmath>

namespace attelier::widgets {

QImage renderOverlay(const AttentionFrames& frames, int picture, const OverlayStyle& style,
                     QSize size, const OverlayLegend& legend, const Theme& theme) {
  QImage image(size, QImage::Format_RGB32);
  image.fill(theme.surface);
  QPainter painter(&image);
  painter.setRenderHint(QPainter::Antialiasing, false);
  QFont font = QApplication::font();
  font.setPixelSize(std::clamp(size.height() / 36, 10, 28));
  painter.setFont(font);
  const QFontMetrics metrics(font);
  const int line = metrics.height();
  const int margin = line / 2;
  const bool hasColours = style.shown && frames.hasMap();
  const int below = 2 * line + (hasColours ? colourBarHeight(metrics) : 0) + 2 * margin;
  const QSize room(size.width() - 2 * margin, size.height() - below - margin);
  const QSize shown = fittingSize(frames, room);
  const QImage drawn = renderFrame(frames, picture, style, shown, theme);
  painter.drawImage((size.width() - shown.width()) / 2,
                    margin + (room.height() - shown.height()) / 2, drawn);

  const QLocale locale;
  const auto translated = [](const char* text) {
    return QCoreApplication::translate("attelier::widgets::OverlayPicture", text);
  };
  const auto at = static_cast<std::size_t>(std::max(0, picture));
  const QString frame =
      at < frames.times.size() && std::isfinite(frames.times[at])
          ? translated(
                QT_TRANSLATE_NOOP("attelier::widgets::OverlayPicture", "frame %1 of %2, %3 s"))
                .arg(locale.toString(picture + 1), locale.toString(frames.frameCount()),
                     locale.toString(frames.times[at], 'f', 2))
          : translated(QT_TRANSLATE_NOOP("attelier::widgets::OverlayPicture", "frame %1 of %2"))
                .arg(locale.toString(picture + 1), locale.toString(frames.frameCount()));
  QRect row(margin, size.height() - below + margin / 2, size.width() - 2 * margin, line);
  const int frameWidth = metrics.horizontalAdvance(frame) + line;
  painter.setPen(theme.text);
  const QString title = legend.title.isEmpty() ? frames.label : legend.title;
  painter.drawText(row, Qt::AlignLeft | Qt::AlignVCenter,
                   metrics.elidedText(title, Qt::ElideRight, row.width() - frameWidth));
  painter.setPen(theme.mutedText);
  painter.drawText(row, Qt::AlignRight | Qt::AlignVCenter, frame);
  row.translate(0, line);
  painter.drawText(row, Qt::AlignLeft | Qt::AlignVCenter,
                   metrics.elidedText(legend.caption, Qt::ElideRight, row.width()));
  if (hasColours) {
    paintColourBar(painter,
                   QRectF(margin, row.bottom() + margin / 2.0, size.width() - 2.0 * margin,
                          colourBarHeight(metrics)),
                   frames, picture, style, theme);
  }
  return image;
}

}  // namespace attelier::widgets
