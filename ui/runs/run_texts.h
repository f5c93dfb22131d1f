#pragma once

#include "ui/runs/run_entry.h"

#include <QColor>
#include <QString>

namespace attelier::widgets {
struct Theme;
}

namespace attelier::ui {

/// "Running", "Finished", … as a person reads it.
QString phaseText(run::Phase phase);
/// The same of an entry: also "Can't be read", "Not found".
QString stateText(const RunEntry& entry);
/// Name of the sign that goes with the state ("warning"), for what is never told by colour alone.
QString stateIcon(const RunEntry& entry);
QColor stateColor(const RunEntry& entry, const widgets::Theme& theme);

/// "480 of 2,000".
QString progressText(const RunEntry& entry);
/// 0 to 1, negative where nothing is planned.
double progressOf(const RunEntry& entry);
/// "select top-1 0.931"; empty without a result.
QString bestText(const RunEntry& entry);
/// "3 min ago". Units: seconds since 1970.
QString ageText(double time, double now);
/// "1.2 GB"; empty while it is not known.
QString sizeText(std::int64_t bytes);

}  // namespace attelier::ui
