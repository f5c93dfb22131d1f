#pragma once

/// The one way to QCustomPlot's header: it is written with Qt's keywords, which this project leaves
/// undefined (QT_NO_KEYWORDS). For sources of this folder only.

// NOLINTBEGIN
#define signals Q_SIGNALS
#define slots Q_SLOTS
#define emit
#define foreach(variable, container) for (variable : container)
#include <qcustomplot.h>
#undef signals
#undef slots
#undef emit
#undef foreach
// NOLINTEND
