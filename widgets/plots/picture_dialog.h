#pragma once

#include <QSize>
#include <QString>

#include <functional>

class QWidget;

namespace attelier::widgets {

/// Writes a picture; returns what went wrong, or an empty text.
using WritePicture = std::function<QString(const QString& path, const QSize& size, double scale)>;

/// Asks for format, size and scale, then for a file, and calls `write`; what it returns is told in
/// a message. Returns at once; `parent` may go before the person has answered.
void askForPicture(const QString& title, const QSize& size, QWidget* parent, WritePicture write);

}  // namespace attelier::widgets
