#pragma once

#include <QIcon>
#include <QString>

namespace attelier::widgets {

/// A line icon of resources/icons by its name ("play"), drawn in the colours of the application's
/// palette at the time of painting, so that a change of theme needs nothing. Sharp at every scale.
///
/// An unknown name gives an empty icon.
QIcon icon(const QString& name);

}  // namespace attelier::widgets
