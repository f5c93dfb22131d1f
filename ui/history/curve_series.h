#pragma once

#include "ui/workspace/choices.h"
#include "ui/workspace/run_view.h"
#include "widgets/plots/curve.h"
#include "widgets/plots/curve_plot.h"

#include <QList>
#include <QStringList>

namespace attelier::ui {

/// What is looked at together: "train/loss" and "select/loss" are "loss"; top-1, top-5 and
/// "train/accuracy" are "accuracy"; a name without a split stands for all that begin alike.
QString curveGroup(const QString& name);

/// The groups of a run in the order of its metrics, those of points after them.
QStringList curveGroups(const RunView& view);

/// The curves of a group: metrics with their bands and, where they were read, their single steps;
/// points as markers; those of evaluations beside them, which count time from their own start.
QList<widgets::Curve> curvesOf(const RunView& view, const QString& group);

/// Steps worth a mark: checkpoints, the best one, pinned steps, stages, resumes, failures.
QList<widgets::StepMark> curveMarks(const RunView& view, const Choices& choices);

}  // namespace attelier::ui
