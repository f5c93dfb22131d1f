#pragma once

#include "ui/workspace/choices.h"
#include "ui/workspace/run_view.h"
#include "widgets/plots/curve.h"
#include "widgets/plots/curve_plot.h"

#include <QList>
#include <QStringList>

namespace attelier::ui {

/// What is looked at together: "train/loss" and "select/loss" are "loss"; top-1, top-5 and
/// "train/accuracy" are "accuracy"; entropies are one group, and so are the shares of kinds.
QString curveGroup(const QString& name);

/// The groups of a run in the order of its metrics, those of points after them; then each metric of
/// its evaluations ("cells: report/top1").
QStringList curveGroups(const RunView& view);

/// The curves of a group: metrics with their bands and, where they were read, their single steps;
/// points as markers. Of an evaluations' group one curve a cell: the derived one, random ones and
/// the plain backbone on one axis, counting time from the start of each.
QList<widgets::Curve> curvesOf(const RunView& view, const QString& group);

/// Steps worth a mark: checkpoints, the best one, pinned steps, stages, resumes, failures.
QList<widgets::StepMark> curveMarks(const RunView& view, const Choices& choices);

}  // namespace attelier::ui
