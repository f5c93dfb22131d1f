#include "widgets/plots/curve_plot_impl.h"
#include "widgets/plots/plot_style.h"

#include <algorithm>
#include <cmath>

using namespace Qt::Literals::StringLiterals;

namespace attelier::widgets {

namespace {

constexpr int kRangeDelayMs = 80;  ///< after which a new range is told
constexpr double kPadX = 0.02, kPadY = 0.05;

}  // namespace

CurvePlot::Impl::Impl(CurvePlot& owner_)
    : owner(owner_),
      plot(new QCustomPlot(&owner_)),
      legend(new LegendStrip(&owner_)),
      overlay(*plot, axis, traces) {
  plot->addLayer(u"marks"_s, plot->layer(u"axes"_s), QCustomPlot::limAbove);
  cursors = plot->layer(kCursorLayer);
  plot->setAutoAddPlottableToLegend(false);
  plot->setNoAntialiasingOnDrag(false);
  plot->setPlottingHint(QCP::phImmediateRefresh, false);
  plot->setPlottingHint(QCP::phFastPolylines);
  plot->setInteractions(QCP::iRangeDrag);
  plot->setSelectionRectMode(QCP::srmNone);
  plot->axisRect()->setAutoMargins(QCP::msTop | QCP::msRight | QCP::msBottom);
  plot->yAxis->setNumberFormat(u"gb"_s);
  plot->xAxis->setNumberFormat(u"gb"_s);
  plot->xAxis->grid()->setVisible(false);

  new Drawing(plot->axisRect(), u"main"_s, [this](QCPPainter& painter) {
    CurveTrace::paint(painter, *plot->axisRect(), *overlay.theme, traces);
  });
  new Drawing(plot->axisRect(), u"marks"_s,
              [this](QCPPainter& painter) { overlay.paintMarks(painter); });
  new Drawing(plot->axisRect(), kCursorLayer,
              [this](QCPPainter& painter) { overlay.paintCursors(painter); });

  const auto on = [this](auto signal, auto slot) { connect(plot, signal, &owner, slot); };
  on(&QCustomPlot::mousePress, [this](QMouseEvent* event) { onPress(*event); });
  on(&QCustomPlot::mouseMove, [this](QMouseEvent* event) { onMove(*event); });
  on(&QCustomPlot::mouseRelease, [this](QMouseEvent* event) { onRelease(*event); });
  on(&QCustomPlot::mouseWheel, [this](QWheelEvent* event) { onWheel(*event); });
  on(&QCustomPlot::afterReplot, [this] { isPlotted_ = true; });
  connect(plot->xAxis, qOverload<const QCPRange&>(&QCPAxis::rangeChanged), &owner,
          [this](const QCPRange& range) { onRangeChanged(range); });
  connect(plot->yAxis, qOverload<const QCPRange&>(&QCPAxis::rangeChanged), &owner, [this] {
    if (!isSetting) setFollows(false);
  });
  rangeTimer.setSingleShot(true);
  rangeTimer.setInterval(kRangeDelayMs);
  connect(&rangeTimer, &QTimer::timeout, &owner, [this] {
    const auto [first, last] = owner.visibleSteps();
    Q_EMIT owner.rangeChanged(first, last);
  });
  connect(legend, &LegendStrip::switched, &owner, [this](const QString& name, bool isShown) {
    QStringList names = hidden;
    names.removeAll(name);
    if (!isShown) names << name;
    owner.setHiddenCurves(names);
    Q_EMIT owner.hiddenCurvesChanged();
  });
}

void CurvePlot::Impl::replotCursors() {
  // Before the first picture QCustomPlot would draw everything, at once.
  if (isPlotted_) {
    cursors->replot();
  } else {
    replot();
  }
}

void CurvePlot::Impl::setCurves(const QList<Curve>& wanted) {
  bool isNew = static_cast<std::size_t>(wanted.size()) != traces.size();
  std::vector<std::unique_ptr<CurveTrace>> kept;
  for (const auto& curve : wanted) {
    const auto known = std::find_if(traces.begin(), traces.end(), [&](const auto& trace) {
      return trace != nullptr && trace->curve().name == curve.name;
    });
    isNew |= known == traces.end();
    kept.push_back(known != traces.end() ? std::move(*known) : std::make_unique<CurveTrace>());
    isNew |= kept.back()->setCurve(curve);
  }
  traces = std::move(kept);
  takeLooks();
  if (isNew) placeAll();
}

void CurvePlot::Impl::takeLooks() {
  std::vector<LegendEntry> entries;
  for (std::size_t i = 0; i < traces.size(); ++i) {
    auto& trace = *traces[i];
    const Curve& curve = trace.curve();
    trace.look.colour = curve.colour >= 0 ? curve.colour : static_cast<int>(i);
    trace.isVisible = !hidden.contains(curve.name);
    entries.push_back({curve.name, trace.look.colourIn(*overlay.theme), trace.look.dash(),
                       curve.isSparse, trace.isVisible});
  }
  legend->setEntries(entries);
  legend->setVisible(!entries.empty());
}

const CurveTrace* CurvePlot::Impl::finest() const {
  const CurveTrace* best = nullptr;
  for (const auto& trace : traces) {
    if (!trace->isVisible) continue;
    if (best == nullptr || trace->points().size() > best->points().size()) best = trace.get();
  }
  return best;
}

void CurvePlot::Impl::placeAll() {
  const auto longest = std::max_element(
      traces.begin(), traces.end(),
      [](const auto& a, const auto& b) { return a->points().size() < b->points().size(); });
  axis.setTimeline(longest == traces.end() ? std::span<const CurvePoint>() : (*longest)->points());
  for (const auto& trace : traces) {
    trace->place(axis, overlay.isLogY, smoothing);
  }
  refit();
  replot();
}

void CurvePlot::Impl::show(const QCPRange& x, const QCPRange& y) {
  isSetting = true;
  const auto scale = [](bool isLog) { return isLog ? QCPAxis::stLogarithmic : QCPAxis::stLinear; };
  plot->xAxis->setScaleType(scale(axis.drawsLog()));
  plot->yAxis->setScaleType(scale(overlay.isLogY));
  plot->xAxis->setRange(x);
  plot->yAxis->setRange(y);
  isSetting = false;
  plot->xAxis->setTicker(axis.ticker(x.size()));
  plot->xAxis->setLabel(axis.label());
  if (overlay.isLogY) {
    auto log = QSharedPointer<QCPAxisTickerLog>::create();
    log->setSubTickCount(8);
    plot->yAxis->setTicker(log);
  } else {
    plot->yAxis->setTicker(QSharedPointer<QCPAxisTicker>::create());
  }
}

void CurvePlot::Impl::refit() {
  if (!follows) {
    show(plot->xAxis->range(), plot->yAxis->range());
    return;
  }
  std::optional<QCPRange> x, y;
  const auto unite = [](std::optional<QCPRange>& sum, const std::optional<QCPRange>& range) {
    if (!range) return;
    if (!sum) sum = range;
    sum->lower = std::min(sum->lower, range->lower);
    sum->upper = std::max(sum->upper, range->upper);
  };
  for (const auto& trace : traces) {
    if (trace->isVisible) unite(x, trace->xRange());
  }
  if (!x) {
    for (const auto& trace : traces) unite(x, trace->xRange());
  }
  if (!x) x = QCPRange(axis.drawsLog() ? 1 : 0, axis.drawsLog() ? 10 : 1);
  for (const auto& trace : traces) {
    if (trace->isVisible) unite(y, trace->valueRange(*x, overlay.isLogY));
  }
  const auto padded = [](QCPRange range, double below, double above, bool isLog) {
    if (isLog) {
      const double decades = std::max(std::log10(range.upper / range.lower), 0.1);
      return QCPRange(range.lower * std::pow(10, -below * decades),
                      range.upper * std::pow(10, above * decades));
    }
    double size = range.size();
    if (size <= 0) size = std::max(1e-6, 0.1 * std::abs(range.lower));
    return QCPRange(range.lower - below * size, range.upper + above * size);
  };
  if (!y) y = overlay.isLogY ? QCPRange(0.1, 1) : QCPRange(0, 1);
  show(padded(*x, axis.drawsLog() ? kPadX : 0, kPadX, axis.drawsLog()),
       padded(*y, kPadY, kPadY, overlay.isLogY));
}

void CurvePlot::Impl::setFollows(bool now) {
  if (now == follows) return;
  follows = now;
  Q_EMIT owner.followsLiveChanged(now);
}

void CurvePlot::Impl::onRangeChanged(const QCPRange& range) {
  rangeTimer.start();
  if (isSetting) return;
  setFollows(false);
  plot->xAxis->setTicker(axis.ticker(range.size()));
}

}  // namespace attelier::widgets
