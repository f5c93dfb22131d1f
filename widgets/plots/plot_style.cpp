#include "widgets/plots/plot_style.h"

#include <algorithm>
#include <cmath>

using namespace Qt::Literals::StringLiterals;

namespace attelier::widgets {

void applyAxisTheme(QCPAxis& axis, const Theme& theme, const QFont& font) {
  axis.setBasePen(QPen(theme.border, 0));
  axis.setTickPen(QPen(theme.border, 0));
  axis.setSubTickPen(QPen(theme.border, 0));
  axis.setTickLabelColor(theme.mutedText);
  axis.setLabelColor(theme.mutedText);
  axis.setTickLabelFont(font);
  axis.setLabelFont(font);
  axis.grid()->setPen(QPen(theme.grid, 0));
  axis.grid()->setSubGridPen(QPen(theme.grid, 0, Qt::DotLine));
  axis.grid()->setZeroLinePen(QPen(theme.grid, 0));
}

void applyPlotTheme(QCustomPlot& plot, const Theme& theme, const QFont& font) {
  plot.setBackground(theme.surface);
  plot.setLocale(QLocale());
  for (auto* rect : plot.axisRects()) {
    for (auto* axis : rect->axes()) applyAxisTheme(*axis, theme, font);
  }
  plot.selectionRect()->setPen(QPen(theme.accent, 1));
  QColor inside = theme.accent;
  inside.setAlphaF(0.15F);
  plot.selectionRect()->setBrush(inside);
}

void drawPlot(QCustomPlot& plot, QPaintDevice& device, const QSize& size, double scale,
              bool isVector) {
  QCPPainter painter(&device);
  if (isVector) {
    painter.setMode(QCPPainter::pmVectorized);
  } else if (scale > 1) {
    painter.setMode(QCPPainter::pmNonCosmetic);
  }
  painter.scale(scale, scale);
  plot.toPainter(&painter, size.width(), size.height());
}

QCPColorGradient gradientOf(std::span<const QRgb> table) {
  QCPColorGradient gradient;
  QMap<double, QColor> stops;
  for (std::size_t i = 0; i < table.size(); ++i) {
    stops[static_cast<double>(i) / static_cast<double>(table.size() - 1)] = QColor(table[i]);
  }
  gradient.setColorStops(stops);
  gradient.setLevelCount(static_cast<int>(table.size()));
  gradient.setNanHandling(QCPColorGradient::nhTransparent);
  return gradient;
}

Drawing::Drawing(QCPAxisRect* area, const QString& layer, std::function<void(QCPPainter&)> function)
    : QCPLayerable(area->parentPlot(), layer), area_(area), function_(std::move(function)) {}

void Drawing::applyDefaultAntialiasingHint(QCPPainter* painter) const {
  painter->setAntialiasing(true);
}

NameTicker::NameTicker(const QCPAxis* axis, QStringList names, int space)
    : axis_(axis), names_(std::move(names)), space_(space) {}

void NameTicker::generate(const QCPRange& range, const QLocale&, QChar, int, QVector<double>& ticks,
                          QVector<double>* subTicks, QVector<QString>* tickLabels) {
  ticks.clear();
  if (subTicks != nullptr) subTicks->clear();
  if (tickLabels != nullptr) tickLabels->clear();
  const auto* rect = axis_->axisRect();
  const int length = axis_->orientation() == Qt::Vertical ? rect->height() : rect->width();
  const double pixels = std::max(1, length) / std::max(range.size(), 1e-9);
  const int stride = std::max(1, static_cast<int>(std::ceil(space_ / pixels)));
  const int first = std::max(0, static_cast<int>(std::ceil(range.lower)));
  const int last =
      std::min(static_cast<int>(names_.size()) - 1, static_cast<int>(std::floor(range.upper)));
  // Multiples of the stride, so that names do not change places while a person pans.
  for (int i = (first + stride - 1) / stride * stride; i <= last; i += stride) {
    ticks.append(i);
    if (tickLabels != nullptr) tickLabels->append(names_[i]);
  }
}

double WholeTicker::getTickStep(const QCPRange& range) {
  return std::max(1., QCPAxisTicker::getTickStep(range));
}

QString WholeTicker::getTickLabel(double tick, const QLocale& locale, QChar, int) {
  return locale.toString(static_cast<qlonglong>(std::llround(tick)));
}

}  // namespace attelier::widgets
