#pragma once

#include "engine/base/result.h"

#include <QDate>
#include <QString>

namespace attelier::ui {

/// Where new runs go unless a person says otherwise: the same place as the engine's, attelier/runs
/// under $XDG_DATA_HOME or ~/.local/share.
QString defaultRunsFolder();

/// A name that no run in `parent` has: "match-20261121-1". `source` is the synthetic task, or the
/// folder or list of the clips.
QString newRunName(const QString& parent, const QString& source,
                   const QDate& today = QDate::currentDate());

/// The folder of a run by its name: PARENT/NAME.attelier.
QString runFolder(const QString& parent, const QString& name);

/// Whether a run can be made there. Errors: InvalidArgument when the name is empty or has a slash,
/// or the folder exists and is not empty, as the engine would say.
Status checkNewRun(const QString& parent, const QString& name);

}  // namespace attelier::ui
