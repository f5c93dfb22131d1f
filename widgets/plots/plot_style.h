#pragma once

#include "widgets/base/theme.h"
#include "widgets/plots/qcp.h"

#include <functional>
#include <span>

namespace attelier::widgets {

void applyAxisTheme(QCPAxis& axis, const Theme& theme, const QFont& font);

/// Gives axes, grid and background of a plot the colours of a theme and this font.
void applyPlotTheme(QCustomPlot& plot, const Theme& theme, const QFont& font);

/// Draws a plot for a file or the clipboard; `scale` and `isVector` as in Plot::drawPicture.
void drawPlot(QCustomPlot& plot, QPaintDevice& device, const QSize& size, double scale,
              bool isVector);

/// The colours of a table of colour_map.h as QCustomPlot wants them. NaN is not drawn.
QCPColorGradient gradientOf(std::span<const QRgb> table);

/// Name of the layer with a buffer of its own above all others: what moves with the pointer is
/// redrawn there without the data.
inline const QString kCursorLayer = QStringLiteral("overlay");

/// Something that a function draws, clipped to an axis rectangle.
class Drawing : public QCPLayerable {
 public:
  Drawing(QCPAxisRect* area, const QString& layer, std::function<void(QCPPainter&)> function);

 protected:
  QRect clipRect() const override { return area_->rect(); }
  void applyDefaultAntialiasingHint(QCPPainter* painter) const override;
  void draw(QCPPainter* painter) override { function_(*painter); }

 private:
  QCPAxisRect* area_;
  std::function<void(QCPPainter&)> function_;
};

/// Names at 0, 1, 2, … of an axis; leaves out as many as would overlap.
class NameTicker : public QCPAxisTicker {
 public:
  /// `space`: least pixels from one name to the next. `axis` must live as long.
  NameTicker(const QCPAxis* axis, QStringList names, int space);

  void generate(const QCPRange& range, const QLocale& locale, QChar formatChar, int precision,
                QVector<double>& ticks, QVector<double>* subTicks,
                QVector<QString>* tickLabels) override;

 private:
  const QCPAxis* axis_;
  QStringList names_;
  int space_;
};

/// Whole numbers with the separators of the locale.
class WholeTicker : public QCPAxisTicker {
 protected:
  double getTickStep(const QCPRange& range) override;
  QString getTickLabel(double tick, const QLocale& locale, QChar formatChar,
                       int precision) override;
};

}  // namespace attelier::widgets
