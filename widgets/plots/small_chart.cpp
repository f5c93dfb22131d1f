#include "widgets/plots/small_chart.h"

#include <QGraphicsLayout>
#include <QLocale>
#include <QToolTip>
#include <QtCharts/QBarCategoryAxis>
#include <QtCharts/QBarSet>
#include <QtCharts/QChart>
#include <QtCharts/QChartView>
#include <QtCharts/QHorizontalStackedBarSeries>
#include <QtCharts/QScatterSeries>
#include <QtCharts/QValueAxis>

#include <algorithm>
#include <cmath>
#include <map>

using namespace Qt::Literals::StringLiterals;

namespace attelier::widgets {

namespace {

constexpr double kMarkerSize = 9;
constexpr double kCap = 3;  ///< half the end of a spread, in pixels
constexpr int kDigits = 3;
constexpr int kNameWidth = 17;  ///< most of a bar's name, in average characters

QString number(double value) { return QLocale().toString(value, 'g', kDigits); }

bool hasSpread(double low, double high) { return std::isfinite(low) && std::isfinite(high); }

/// The least round number that is not below.
double roundedUp(double value) {
  if (value <= 0) return 1;
  const double decade = std::pow(10, std::floor(std::log10(value)));
  for (const double step : {1., 2., 2.5, 5., 10.}) {
    if (value <= step * decade) return step * decade;
  }
  return 10 * decade;
}

}  // namespace

/// The chart with what Qt Charts can't draw: spreads, and a label for each value.
class SmallChart::Impl : public QChartView {
 public:
  explicit Impl(QWidget* parent) : QChartView(parent) {
    chart()->legend()->hide();
    chart()->setBackgroundRoundness(0);
    chart()->setMargins({0, 0, 0, 0});
    chart()->layout()->setContentsMargins(0, 0, 0, 0);
    setRenderHint(QPainter::Antialiasing);
    setFrameShape(QFrame::NoFrame);
    setContextMenuPolicy(Qt::NoContextMenu);
  }

  void rebuild();
  void applyTheme(const Theme& theme);

  QList<ChartBar> bars;
  QList<ChartPoint> points;
  QString xLabel, yLabel;
  const Theme* theme = &Theme::light();

 protected:
  void drawForeground(QPainter* painter, const QRectF& rect) override;

 private:
  void buildBars();
  void buildPoints();
  QPointF at(double x, double y) const {
    return chart()->mapToPosition({x, y}, chart()->series().value(0));
  }
  QColor colourOf(int index) const {
    return theme->series[static_cast<std::size_t>(index) % theme->series.size()];
  }
};

void SmallChart::Impl::rebuild() {
  chart()->removeAllSeries();
  for (auto* axis : chart()->axes()) {
    chart()->removeAxis(axis);
    delete axis;
  }
  if (!bars.isEmpty()) buildBars();
  if (!points.isEmpty()) buildPoints();
  applyTheme(*theme);
}

void SmallChart::Impl::buildBars() {
  // A stack of one set a colour, each of them zero where another has the bar.
  auto* series = new QHorizontalStackedBarSeries;
  series->setBarWidth(0.7);
  std::map<int, QBarSet*> sets;
  for (const auto& bar : bars) {
    auto& set = sets[bar.colour];
    if (set == nullptr) set = new QBarSet(QString::number(bar.colour));
  }
  const QFontMetrics metrics(font());
  const int widest = kNameWidth * metrics.averageCharWidth();
  QStringList names;
  double most = 0;
  double least = 0;
  for (auto bar = bars.crbegin(); bar != bars.crend(); ++bar) {
    for (const auto& [colour, set] : sets) set->append(colour == bar->colour ? bar->value : 0);
    // A category axis drops names that it has.
    QString name = metrics.elidedText(bar->label, Qt::ElideRight, widest);
    while (names.contains(name.toHtmlEscaped())) name += QChar(0x200b);
    // Labels of axes are rich text, and cells are written with < and >.
    names << name.toHtmlEscaped();
    most = std::max({most, bar->value, std::isfinite(bar->high) ? bar->high : 0});
    least = std::min({least, bar->value, std::isfinite(bar->low) ? bar->low : 0});
  }
  for (const auto& [colour, set] : sets) series->append(set);
  chart()->addSeries(series);
  auto* categories = new QBarCategoryAxis;
  categories->append(names);
  categories->setTruncateLabels(false);
  chart()->addAxis(categories, Qt::AlignLeft);
  series->attachAxis(categories);
  auto* values = new QValueAxis;
  // Room for the numbers behind the bars.
  values->setRange(least < 0 ? -roundedUp(-least) : 0, roundedUp(1.15 * most));
  values->setTickCount(3);
  values->setLabelFormat(u"%g"_s);
  values->setTitleText(xLabel.toHtmlEscaped());
  chart()->addAxis(values, Qt::AlignBottom);
  series->attachAxis(values);
}

void SmallChart::Impl::buildPoints() {
  std::map<int, QList<QPointF>> byColour;
  double left = std::numeric_limits<double>::infinity(), bottom = left;
  double right = -left, top = -left;
  for (const auto& point : points) {
    byColour[point.colour] << QPointF(point.x, point.y);
    left = std::min(left, point.x);
    right = std::max(right, point.x);
    bottom = std::min({bottom, point.y, std::isfinite(point.low) ? point.low : point.y});
    top = std::max({top, point.y, std::isfinite(point.high) ? point.high : point.y});
  }
  auto* xs = new QValueAxis;
  auto* ys = new QValueAxis;
  const auto padded = [](QValueAxis* axis, double least, double most) {
    const double room = most > least ? 0.15 * (most - least) : std::max(1e-3, 0.1 * std::abs(most));
    // What can't be negative has no negative part of an axis.
    axis->setRange(least >= 0 ? std::max(0., least - room) : least - room, most + room);
    axis->applyNiceNumbers();
    axis->setLabelFormat(u"%g"_s);
  };
  padded(xs, left, right);
  padded(ys, bottom, top);
  xs->setTitleText(xLabel.toHtmlEscaped());
  ys->setTitleText(yLabel.toHtmlEscaped());
  chart()->addAxis(xs, Qt::AlignBottom);
  chart()->addAxis(ys, Qt::AlignLeft);
  for (const auto& [colour, places] : byColour) {
    auto* series = new QScatterSeries;
    series->setName(QString::number(colour));
    series->setMarkerSize(kMarkerSize);
    series->replace(places);
    chart()->addSeries(series);
    series->attachAxis(xs);
    series->attachAxis(ys);
    connect(series, &QScatterSeries::hovered, this, [this](const QPointF& place, bool isOver) {
      const auto found = std::find_if(points.begin(), points.end(), [&](const ChartPoint& point) {
        return QPointF(point.x, point.y) == place;
      });
      if (!isOver || found == points.end()) return QToolTip::hideText();
      QToolTip::showText(QCursor::pos(),
                         u"%1: %2, %3"_s.arg(found->label, number(found->x), number(found->y)),
                         this);
    });
  }
}

void SmallChart::Impl::applyTheme(const Theme& now) {
  theme = &now;
  chart()->setBackgroundBrush(theme->surface);
  setBackgroundBrush(theme->surface);
  for (auto* axis : chart()->axes()) {
    axis->setLabelsBrush(theme->mutedText);
    axis->setTitleBrush(theme->mutedText);
    axis->setLabelsFont(font());
    axis->setTitleFont(font());
    axis->setLinePen(QPen(theme->border, 0));
    axis->setGridLinePen(QPen(theme->grid, 0));
    if (qobject_cast<QBarCategoryAxis*>(axis) != nullptr) axis->setGridLineVisible(false);
  }
  for (auto* series : chart()->series()) {
    if (auto* scatter = qobject_cast<QScatterSeries*>(series)) {
      scatter->setColor(colourOf(scatter->name().toInt()));
      scatter->setBorderColor(theme->surface);
    } else if (auto* stack = qobject_cast<QHorizontalStackedBarSeries*>(series)) {
      for (auto* set : stack->barSets()) {
        set->setColor(colourOf(set->label().toInt()));
        set->setPen(Qt::NoPen);
      }
    }
  }
}

void SmallChart::Impl::drawForeground(QPainter* painter, const QRectF&) {
  if (chart()->series().isEmpty()) return;
  const QFontMetricsF metrics(font());
  painter->setFont(font());
  const QPen spread(theme->text, 1.2);
  const auto line = [&](const QPointF& a, const QPointF& b, const QPointF& cap) {
    painter->setPen(spread);
    painter->drawLine(a, b);
    painter->drawLine(a - cap, a + cap);
    painter->drawLine(b - cap, b + cap);
  };
  for (qsizetype i = 0; i < bars.size(); ++i) {
    const ChartBar& bar = bars[i];
    const auto row = static_cast<double>(bars.size() - 1 - i);
    double end = bar.value;
    if (hasSpread(bar.low, bar.high)) {
      line(at(bar.low, row), at(bar.high, row), {0, kCap});
      end = std::max(end, bar.high);
    }
    const QPointF place = at(end, row) + QPointF(0.4 * metrics.height(), 0.35 * metrics.ascent());
    painter->setPen(theme->text);
    painter->drawText(place, number(bar.value));
  }
  std::vector<QRectF> taken;
  for (const auto& point : points) {
    const QPointF middle = at(point.x, point.y);
    if (hasSpread(point.low, point.high)) {
      line(at(point.x, point.low), at(point.x, point.high), {kCap, 0});
    }
    taken.emplace_back(middle - QPointF(kMarkerSize / 2, kMarkerSize / 2),
                       QSizeF(kMarkerSize, kMarkerSize));
  }
  const QRectF area = chart()->plotArea();
  painter->setPen(theme->text);
  for (const auto& point : points) {
    const QPointF middle = at(point.x, point.y);
    const QSizeF size(metrics.horizontalAdvance(point.label), metrics.height());
    const double gap = kMarkerSize / 2 + 2;
    for (const QPointF& corner :
         {QPointF(gap, -size.height() / 2), QPointF(-gap - size.width(), -size.height() / 2),
          QPointF(-size.width() / 2, -gap - size.height()), QPointF(-size.width() / 2, gap)}) {
      const QRectF box(middle + corner, size);
      const bool isFree = area.contains(box) &&
                          std::none_of(taken.begin(), taken.end(),
                                       [&](const QRectF& other) { return other.intersects(box); });
      if (!isFree) continue;
      painter->drawText(box, Qt::AlignCenter, point.label);
      taken.push_back(box);
      break;
    }
  }
}

SmallChart::SmallChart(QWidget* parent) : Plot(parent) {
  impl_ = std::make_unique<Impl>(this);
  setCanvas(impl_.get());
  setTitle(tr("Chart"));
  setMinimumSize(10 * fontMetrics().height(), 7 * fontMetrics().height());
}

SmallChart::~SmallChart() = default;

void SmallChart::setBars(const QString& label, const QList<ChartBar>& bars) {
  impl_->points.clear();
  impl_->bars = bars.first(std::min<qsizetype>(bars.size(), kMostPoints));
  impl_->xLabel = label;
  impl_->rebuild();
}

void SmallChart::setPoints(const QString& xLabel, const QString& yLabel,
                           const QList<ChartPoint>& points) {
  impl_->bars.clear();
  impl_->points = points.first(std::min<qsizetype>(points.size(), kMostPoints));
  impl_->xLabel = xLabel;
  impl_->yLabel = yLabel;
  impl_->rebuild();
}

DataTable SmallChart::dataTable() const {
  DataTable table;
  table.title = title();
  const auto spread = [](double value) {
    return std::isfinite(value) ? QVariant(value) : QVariant();
  };
  if (!impl_->bars.isEmpty()) {
    table.columns = {tr("Name"), impl_->xLabel, tr("Least"), tr("Greatest")};
    for (const auto& bar : impl_->bars) {
      table.rows << QVariantList{bar.label, bar.value, spread(bar.low), spread(bar.high)};
    }
  } else {
    table.columns = {tr("Name"), impl_->xLabel, impl_->yLabel, tr("Least"), tr("Greatest")};
    for (const auto& point : impl_->points) {
      table.rows << QVariantList{point.label, point.x, point.y, spread(point.low),
                                 spread(point.high)};
    }
  }
  return table;
}

void SmallChart::applyTheme(const Theme& theme) {
  impl_->applyTheme(theme);
  impl_->viewport()->update();
}

void SmallChart::drawPicture(QPaintDevice& device, const QSize& size, double scale, bool) {
  QPainter painter(&device);
  painter.setRenderHint(QPainter::Antialiasing);
  painter.scale(scale, scale);
  impl_->render(&painter, QRectF(QPointF(), size), impl_->viewport()->rect());
}

}  // namespace attelier::widgets
