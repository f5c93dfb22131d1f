#include "ui/history/curve_series.h"

#include "ui/history/run_course.h"

#include <QCoreApplication>
#include <QLocale>

#include <algorithm>
#include <map>
#include <set>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {

namespace {

struct Words {
  Q_DECLARE_TR_FUNCTIONS(attelier::ui::CurvesPane)
};

QString text(const std::string& value) { return QString::fromStdString(value); }

widgets::CurvePoints metricPoints(const std::shared_ptr<const run::MetricsView>& view,
                                  std::size_t metric) {
  return {.owner = view,
          .stepsPerPoint = view->stepsPerPoint,
          .steps = view->steps,
          .times = view->times,
          .minimum = view->minimum[metric],
          .maximum = view->maximum[metric],
          .mean = view->mean[metric],
          .last = view->last[metric]};
}

std::size_t indexOf(const run::MetricsView& view, const std::string& name) {
  const auto found = std::find(view.names.begin(), view.names.end(), name);
  return static_cast<std::size_t>(found - view.names.begin());
}

struct Series {
  std::vector<std::int64_t> steps;
  std::vector<float> values;
  std::vector<double> times;
};

QString cellsGroup(const QString& name) { return Words::tr("cells: %1").arg(name); }

// The points of a group by name.
std::map<std::string, Series> seriesOf(const std::vector<run::PointRow>& rows,
                                       QString (*groupOf)(const QString&), const QString& group) {
  std::map<std::string, Series> all;
  std::map<std::string, bool> isWanted;
  for (const auto& row : rows) {
    const auto [known, isNew] = isWanted.try_emplace(row.name, false);
    if (isNew) known->second = groupOf(text(row.name)) == group;
    if (!known->second) continue;
    Series& series = all[row.name];
    series.steps.push_back(row.step);
    series.values.push_back(static_cast<float>(row.value));
    series.times.push_back(row.time);
  }
  return all;
}

widgets::Curve pointsCurve(const QString& name, Series series) {
  widgets::Curve curve;
  curve.name = name;
  curve.isSparse = true;
  curve.points = widgets::CurvePoints::of(std::move(series.steps), std::move(series.values),
                                          std::move(series.times));
  return curve;
}

}  // namespace

QString curveGroup(const QString& name) {
  const QString first = name.section(u'/', 0, 0);
  const bool hasSplit = first == u"train"_s || first == u"select"_s || first == u"report"_s;
  if (hasSplit) {
    const QString rest = name.section(u'/', 1);
    return rest == u"top1"_s || rest == u"top5"_s ? u"accuracy"_s : rest;
  }
  const QString above = name.section(u'/', 0, -2);
  if (first != u"health"_s || above.endsWith(u"/share"_s)) return above.isEmpty() ? name : above;
  // Entropies, margins and counts have different scales.
  return name.endsWith(u"_entropy"_s) ? above + u"/entropy"_s : name;
}

QStringList curveGroups(const RunView& view) {
  QStringList groups;
  const auto add = [&](const QString& group) {
    if (!groups.contains(group)) groups << group;
  };
  const auto namesOf = [](const std::vector<run::PointRow>& rows) {
    std::set<std::string> names;
    for (const auto& row : rows) names.insert(row.name);
    return names;
  };
  for (const auto& name : view.curves->names) add(curveGroup(text(name)));
  for (const auto& name : namesOf(*view.points)) add(curveGroup(text(name)));
  std::set<std::string> ofCells;
  for (const auto& evaluation : *view.evaluations) ofCells.merge(namesOf(evaluation.points));
  for (const auto& name : ofCells) add(cellsGroup(text(name)));
  return groups;
}

QList<widgets::Curve> curvesOf(const RunView& view, const QString& group) {
  QList<widgets::Curve> curves;
  for (std::size_t metric = 0; metric < view.curves->names.size(); ++metric) {
    const std::string& name = view.curves->names[metric];
    if (curveGroup(text(name)) != group) continue;
    widgets::Curve curve;
    curve.name = text(name);
    curve.points = metricPoints(view.curves, metric);
    if (view.finerCurves) {
      const std::size_t finer = indexOf(*view.finerCurves, name);
      if (finer < view.finerCurves->names.size()) {
        curve.detail = metricPoints(view.finerCurves, finer);
      }
    }
    curves << curve;
  }
  for (auto& [name, series] : seriesOf(*view.points, curveGroup, group)) {
    curves << pointsCurve(text(name), std::move(series));
  }
  for (const auto& evaluation : *view.evaluations) {
    const QString cell = evaluation.info.parent ? text(evaluation.info.parent->cell)
                                                : text(evaluation.path.stem().string());
    for (auto& [name, series] : seriesOf(evaluation.points, cellsGroup, group)) {
      QString full = cell;
      const auto isTaken = [&](const widgets::Curve& curve) { return curve.name == full; };
      for (int i = 2; std::any_of(curves.begin(), curves.end(), isTaken); ++i) {
        full = Words::tr("%1 (%2)").arg(cell).arg(i);
      }
      auto curve = pointsCurve(full, std::move(series));
      curve.startTime = evaluation.info.created;
      curves << curve;
    }
  }
  return curves;
}

QList<widgets::StepMark> curveMarks(const RunView& view, const Choices& choices) {
  using Kind = widgets::StepMark::Kind;
  QList<widgets::StepMark> marks;
  const run::CheckpointRow* best = nullptr;
  for (const auto& checkpoint : *view.checkpoints) {
    marks << widgets::StepMark{.step = checkpoint.step,
                               .kind = Kind::Checkpoint,
                               .text = Words::tr("checkpoint: %1").arg(text(checkpoint.reason))};
    if (!(checkpoint.validation >= 0)) continue;
    if (best == nullptr || checkpoint.validation > best->validation) best = &checkpoint;
  }
  if (best != nullptr) {
    marks << widgets::StepMark{.step = best->step,
                               .kind = Kind::Best,
                               .text = Words::tr("best validation on select: %1")
                                           .arg(QLocale().toString(best->validation, 'g', 4))};
  }
  for (const auto step : pinnedSteps(view, choices)) {
    marks << widgets::StepMark{.step = step, .kind = Kind::Pinned, .text = Words::tr("pinned")};
  }
  for (const auto& stage : stageStarts(view)) {
    marks << widgets::StepMark{.step = stage.step, .kind = Kind::Phase, .text = stage.name};
  }
  for (const auto& event : *view.events) {
    if (event.kind == "resume" && event.level == run::EventLevel::Info) {
      marks << widgets::StepMark{
          .step = event.step, .kind = Kind::Phase, .text = Words::tr("resumed")};
    } else if (event.kind == "failure") {
      marks << widgets::StepMark{
          .step = event.step, .kind = Kind::Failure, .text = text(event.text)};
    }
  }
  return marks;
}

}  // namespace attelier::ui
