#include "widgets/graph/supergraph_scene.h"

#include <QCoreApplication>
#include <QLocale>
#include <QPainter>

#include <cmath>

using namespace Qt::Literals::StringLiterals;

namespace attelier::widgets {

namespace {

struct Text {
  Q_DECLARE_TR_FUNCTIONS(attelier::widgets::SupergraphLegend)
};

// Draws entries from left to right until one no longer fits.
class Legend {
 public:
  Legend(QPainter& painter, const SupergraphScene& scene)
      : painter_(painter),
        scene_(scene),
        theme_(*scene.theme),
        font_(pixelFont(scene.font, std::round(scene.fontPixels * 0.88))),
        metrics_(font_),
        em_(metrics_.height()),
        x_(em_ * 0.6),
        y_(scene.size.height() - em_ * 0.8) {
    painter_.setRenderHint(QPainter::Antialiasing);
  }

  void shape(int kind, const QString& text) {
    if (!fits(em_, text)) return;
    QPen pen(theme_.mutedText, 1.2);
    painter_.setPen(pen);
    painter_.setBrush(Qt::NoBrush);
    painter_.drawPath(nodeOutline(kind, {x_ + em_ / 2, y_}, em_ * 0.85));
    if (kind >= 3) painter_.drawPath(nodeOutline(kind, {x_ + em_ / 2, y_}, em_ * 0.5));
    label(em_, text);
  }

  void line(const QPen& pen, const QString& text) {
    const double length = em_ * 1.7;
    if (!fits(length, text)) return;
    painter_.setPen(pen);
    painter_.drawLine(QPointF(x_, y_), QPointF(x_ + length, y_));
    label(length, text);
  }

  void mark(Difference difference, const QString& text) {
    if (!fits(em_, text)) return;
    drawDifferenceMark(painter_, {x_ + em_ / 2, y_}, em_ * 0.8, difference, theme_);
    label(em_, text);
  }

 private:
  bool fits(double picture, const QString& text) {
    full_ = full_ || x_ + picture + em_ * 0.3 + metrics_.horizontalAdvance(text) >
                         scene_.size.width() - em_ * 0.6;
    return !full_;
  }

  void label(double picture, const QString& text) {
    x_ += picture + em_ * 0.3;
    painter_.setFont(font_);
    painter_.setPen(theme_.mutedText);
    const double width = metrics_.horizontalAdvance(text);
    painter_.drawText(QRectF(x_, y_ - em_ / 2, width + 2, em_), Qt::AlignVCenter, text);
    x_ += width + em_ * 0.9;
  }

  QPainter& painter_;
  const SupergraphScene& scene_;
  const Theme& theme_;
  QFont font_;
  QFontMetricsF metrics_;
  double em_, x_, y_;
  bool full_ = false;
};

}  // namespace

double legendHeight(const SupergraphScene& scene) {
  return scene.options.showLegend ? scene.fontPixels * 1.8 : 0;
}

void paintLegend(QPainter& painter, const SupergraphScene& scene) {
  if (!scene.options.showLegend) return;
  const Theme& theme = *scene.theme;
  painter.save();
  Legend legend(painter, scene);
  if (scene.options.showDifferences) {
    legend.mark(Difference::Added, Text::tr("new"));
    legend.mark(Difference::Removed, Text::tr("gone"));
  }
  legend.shape(0, Text::tr("space"));
  legend.shape(1, Text::tr("time"));
  legend.shape(2, Text::tr("both"));
  legend.shape(4, Text::tr("double line: dot product"));
  legend.line(QPen(theme.text, 2.2), Text::tr("level weight"));
  legend.line(QPen(theme.series[6], 2.2), Text::tr("sink weight"));
  QPen flips(theme.warning, 2, Qt::SolidLine, Qt::FlatCap);
  flips.setDashPattern({5, 4});
  legend.line(flips, Text::tr("flips next"));
  QPen input(theme.mutedText, 1.2);
  input.setDashPattern({4, 3});
  legend.line(input, Text::tr("no weight"));
  painter.restore();
}

}  // namespace attelier::widgets
