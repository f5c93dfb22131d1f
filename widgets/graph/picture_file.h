#pragma once

#include <QSize>
#include <QString>

#include <functional>

class QPainter;
class QRectF;

namespace attelier::widgets {

/// Writes what `paint` draws into a rectangle of this size as PNG, SVG or PDF, by the file's ending
/// (PNG for any other). `scale` is the pixels of a PNG for each unit of size.
///
/// Returns what went wrong, or an empty text.
QString writePicture(const QString& path, const QSize& size, double scale, const QString& title,
                     const std::function<void(QPainter&, const QRectF&)>& paint);

}  // namespace attelier::widgets
