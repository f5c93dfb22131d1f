#pragma once

#include <QStringList>

class QMimeData;

namespace attelier::ui {

/// The local video files among what is dragged, by their names: nothing is opened.
QStringList videosOf(const QMimeData* data);

}  // namespace attelier::ui
