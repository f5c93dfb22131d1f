#include "widgets/plots/weight_heat_map.h"

#include "widgets/plots/matrix_canvas.h"

#include <QLayout>
#include <QLocale>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>

using namespace Qt::Literals::StringLiterals;

namespace attelier::widgets {

namespace {

constexpr std::int64_t kMostColumns = 2000;
constexpr std::int64_t kFewestColumns = 200;
constexpr std::int64_t kMostCells = 500'000;

}  // namespace

class WeightHeatMap::Impl {
 public:
  explicit Impl(WeightHeatMap& owner_) : owner(owner_), canvas(owner_) {
    canvas.plot().xAxis->setTicker(QSharedPointer<WholeTicker>::create());
    canvas.plot().xAxis->setLabel(tr("step"));
    canvas.paintCells = [this](QCPPainter& painter) { paintEmpty(painter); };
    canvas.paintCursors = [this](QCPPainter& painter) { paintCursors(painter); };
    canvas.clicked = [this](const QPointF& at) {
      if (!course) return;
      const auto row = rowAt(at.y());
      if (row) chooseRow(*row);
      chooseColumn(columnAt(at.x()));
    };
  }

  std::size_t count() const { return course ? course->steps.size() : 0; }
  float value(int row, std::size_t column) const {
    return course->values[static_cast<std::size_t>(row) * count() + column];
  }
  /// The column of the last stored step at or before a step.
  std::size_t columnAt(double at) const {
    const auto& steps = course->steps;
    const auto next = std::upper_bound(
        steps.begin(), steps.end(), at,
        [](double value, std::int64_t element) { return value < static_cast<double>(element); });
    return next == steps.begin() ? 0 : static_cast<std::size_t>(next - steps.begin()) - 1;
  }
  std::optional<int> rowAt(double y) const {
    const auto shown = std::llround(y);
    if (!course || shown < 0 || shown >= static_cast<std::int64_t>(rows.size())) {
      return std::nullopt;
    }
    return rows[static_cast<std::size_t>(shown)];
  }
  int shownAt(int row) const {
    return static_cast<int>(std::find(rows.begin(), rows.end(), row) - rows.begin());
  }

  void chooseColumn(std::size_t column) {
    step = course->steps[column];
    isLive = false;
    canvas.replotCursors();
    Q_EMIT owner.stepChosen(step);
  }
  void chooseRow(int row) {
    owner.setCurrentRow(row);
    Q_EMIT owner.rowChosen(row);
  }
  void arrange();
  void fill();
  void paintEmpty(QCPPainter& painter) const;
  void paintCursors(QCPPainter& painter) const;
  Readout readoutAt(int row, std::size_t column) const;

  WeightHeatMap& owner;
  MatrixCanvas canvas;
  std::shared_ptr<const WeightCourse> course;
  std::vector<int> rows;  ///< of the course, in the order shown
  Order order = Order::Graph;
  ColourMap colourMap = ColourMap::Viridis;
  QString emptyText;
  qint64 step = -1;
  bool isLive = true;
  int currentRow = -1;
};

void WeightHeatMap::Impl::arrange() {
  rows.resize(course ? static_cast<std::size_t>(course->names.size()) : 0);
  std::iota(rows.begin(), rows.end(), 0);
  if (order == Order::Weight && count() > 0) {
    std::stable_sort(rows.begin(), rows.end(), [this](int a, int b) {
      return value(a, count() - 1) > value(b, count() - 1);
    });
  }
  QStringList names;
  for (const int row : rows) names << course->names[row];
  canvas.setRowNames(names);
}

void WeightHeatMap::Impl::fill() {
  canvas.map().setVisible(count() > 0 && !rows.empty());
  canvas.bar().setVisible(canvas.map().visible());
  if (count() == 0 || rows.empty()) {
    canvas.replot();
    return;
  }
  const std::int64_t first = course->steps.front();
  const std::int64_t last = course->steps.back();
  std::int64_t spacing = std::max<std::int64_t>(1, last - first);
  for (std::size_t i = 1; i < count(); ++i) {
    spacing = std::min(spacing, std::max<std::int64_t>(1, course->steps[i] - course->steps[i - 1]));
  }
  const auto height = static_cast<std::int64_t>(rows.size());
  const std::int64_t most = std::clamp(kMostCells / height, kFewestColumns, kMostColumns);
  const std::int64_t width = std::min(most, (last - first) / spacing + 1);
  // A column shows the weights from its step on until the next.
  const double size = width > 1 ? static_cast<double>(last - first) / static_cast<double>(width - 1)
                                : static_cast<double>(spacing);
  auto* data = canvas.map().data();
  data->setSize(static_cast<int>(width), static_cast<int>(height));
  data->setRange({static_cast<double>(first) + 0.5 * size, static_cast<double>(last) + 0.5 * size},
                 {0, static_cast<double>(std::max<std::int64_t>(1, height - 1))});
  for (std::int64_t column = 0; column < width; ++column) {
    const double middle = static_cast<double>(first) + (static_cast<double>(column) + 0.5) * size;
    const std::size_t from = columnAt(middle);
    for (std::int64_t row = 0; row < height; ++row) {
      data->setCell(static_cast<int>(column), static_cast<int>(row),
                    static_cast<double>(value(rows[static_cast<std::size_t>(row)], from)));
    }
  }
  canvas.setFull({static_cast<double>(first), static_cast<double>(last) + size},
                 {-0.5, static_cast<double>(height) - 0.5});
}

void WeightHeatMap::Impl::paintEmpty(QCPPainter& painter) const {
  if (count() > 0 || emptyText.isEmpty()) return;
  painter.setFont(canvas.font());
  painter.setPen(canvas.theme().mutedText);
  painter.drawText(canvas.area(), Qt::AlignCenter | Qt::TextWordWrap, emptyText);
}

Readout WeightHeatMap::Impl::readoutAt(int row, std::size_t column) const {
  const QLocale locale;
  Readout readout;
  readout.title = tr("Step %1").arg(locale.toString(static_cast<qlonglong>(course->steps[column])));
  const QString weight = locale.toString(static_cast<double>(value(row, column)), 'g', 4);
  readout.rows << ReadoutRow{{}, {course->names[row], weight}};
  return readout;
}

void WeightHeatMap::Impl::paintCursors(QCPPainter& painter) const {
  if (count() == 0) return;
  const QRect area = canvas.area();
  const Theme& theme = canvas.theme();
  if (currentRow >= 0) {
    const int shown = shownAt(currentRow);
    const double top = canvas.pixelOf(0, shown - 0.5).y();
    const double bottom = canvas.pixelOf(0, shown + 0.5).y();
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(theme.surface, 3));
    painter.drawRect(QRectF(QPointF(area.left() + 1, top), QPointF(area.right() - 1, bottom)));
    painter.setPen(QPen(theme.accent, 1.5));
    painter.drawRect(QRectF(QPointF(area.left() + 1, top), QPointF(area.right() - 1, bottom)));
  }
  if (step >= 0) {
    const double x = std::round(canvas.pixelOf(static_cast<double>(step), 0).x()) + 0.5;
    painter.setPen(QPen(theme.surface, 3));
    painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()));
    painter.setPen(QPen(theme.accent, 1, isLive ? Qt::DashLine : Qt::SolidLine));
    painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()));
  }
  if (const auto at = canvas.pointer()) {
    if (const auto row = rowAt(at->y())) {
      const QPoint anchor = canvas.pixelOf(at->x(), at->y()).toPoint();
      paintReadout(painter, readoutAt(*row, columnAt(at->x())), area, anchor, theme, canvas.font());
    }
  } else if (canvas.plot().hasFocus() && currentRow >= 0 && step >= 0) {
    const QPoint anchor = canvas.pixelOf(static_cast<double>(step), shownAt(currentRow)).toPoint();
    paintReadout(painter, readoutAt(currentRow, columnAt(static_cast<double>(step))), area, anchor,
                 theme, canvas.font());
  }
}

WeightHeatMap::WeightHeatMap(QWidget* parent) : Plot(parent) {
  impl_ = std::make_unique<Impl>(*this);
  setCanvas(&impl_->canvas.plot());
  setTitle(tr("Weights over time"));
  addPlotAction(tr("&Fit"), [this] { fit(); })->setObjectName(u"plot.fit"_s);
  setRange(0, 1);
  setColourMap(impl_->colourMap);
  setMinimumSize(10 * fontMetrics().height(), 6 * fontMetrics().height());
}

WeightHeatMap::~WeightHeatMap() = default;

void WeightHeatMap::setCourse(std::shared_ptr<const WeightCourse> course) {
  if (course == impl_->course) return;
  impl_->course = std::move(course);
  if (impl_->course && impl_->currentRow >= impl_->course->names.size()) impl_->currentRow = -1;
  impl_->arrange();
  impl_->fill();
}

void WeightHeatMap::setOrder(Order order) {
  if (order == impl_->order) return;
  impl_->order = order;
  impl_->arrange();
  impl_->fill();
}

void WeightHeatMap::setRange(double least, double most) {
  impl_->canvas.setRange(least, most);
  impl_->canvas.replot();
}

void WeightHeatMap::setColourMap(ColourMap map) {
  impl_->colourMap = map;
  impl_->canvas.setColours(colourTable(map));
  impl_->canvas.replot();
}

void WeightHeatMap::setValueLabel(const QString& text) {
  impl_->canvas.bar().setLabel(text);
  impl_->canvas.replot();
}

void WeightHeatMap::setEmptyText(const QString& text) {
  impl_->emptyText = text;
  impl_->canvas.replot();
}

void WeightHeatMap::setCurrentStep(qint64 step, bool isLive) {
  if (step == impl_->step && isLive == impl_->isLive) return;
  impl_->step = step;
  impl_->isLive = isLive;
  impl_->canvas.replotCursors();
}

void WeightHeatMap::setCurrentRow(int row) {
  if (row == impl_->currentRow) return;
  impl_->currentRow = row;
  impl_->canvas.replotCursors();
}

int WeightHeatMap::currentRow() const { return impl_->currentRow; }

void WeightHeatMap::fit() { impl_->canvas.fit(); }

QPointF WeightHeatMap::positionOf(qint64 step, int row) const {
  return impl_->canvas.plot().pos() +
         impl_->canvas.pixelOf(static_cast<double>(step), impl_->shownAt(row));
}

DataTable WeightHeatMap::dataTable() const {
  DataTable table;
  table.title = title();
  table.columns << tr("Step");
  if (!impl_->course) return table;
  for (const int row : impl_->rows) table.columns << impl_->course->names[row];
  for (std::size_t column = 0; column < impl_->count(); ++column) {
    QVariantList line{QVariant::fromValue<qint64>(impl_->course->steps[column])};
    for (const int row : impl_->rows) line << static_cast<double>(impl_->value(row, column));
    table.rows << line;
  }
  return table;
}

void WeightHeatMap::applyTheme(const Theme& theme) { impl_->canvas.applyTheme(theme, font()); }

void WeightHeatMap::drawPicture(QPaintDevice& device, const QSize& size, double scale,
                                bool isVector) {
  impl_->canvas.drawPicture(device, size, scale, isVector);
}

std::function<void()> WeightHeatMap::keyAction(const QKeyEvent& event) {
  if (event.modifiers() & ~Qt::KeypadModifier || impl_->count() == 0) {
    return Plot::keyAction(event);
  }
  const auto column = [this](int by) {
    return [this, by] {
      const auto now = static_cast<std::int64_t>(impl_->columnAt(static_cast<double>(impl_->step)));
      const auto last = static_cast<std::int64_t>(impl_->count()) - 1;
      impl_->chooseColumn(static_cast<std::size_t>(std::clamp<std::int64_t>(now + by, 0, last)));
    };
  };
  const auto row = [this](int by) {
    return [this, by] {
      const int now = impl_->currentRow < 0 ? -by : impl_->shownAt(impl_->currentRow);
      const int last = static_cast<int>(impl_->rows.size()) - 1;
      const int shown = std::clamp(now + by, 0, last);
      impl_->chooseRow(impl_->rows[static_cast<std::size_t>(shown)]);
    };
  };
  const QPointF centre(static_cast<double>(std::max<qint64>(0, impl_->step)), 0);
  switch (event.key()) {
    case Qt::Key_Left:
      return column(-1);
    case Qt::Key_Right:
      return column(1);
    case Qt::Key_Up:
      return row(-1);
    case Qt::Key_Down:
      return row(1);
    case Qt::Key_Home:
      return [this] { impl_->chooseColumn(0); };
    case Qt::Key_End:
      return [this] { Q_EMIT liveRequested(); };
    case Qt::Key_Plus:
    case Qt::Key_Equal:
      return [this, centre] { impl_->canvas.zoom(0.8, centre); };
    case Qt::Key_Minus:
      return [this, centre] { impl_->canvas.zoom(1.25, centre); };
    default:
      return Plot::keyAction(event);
  }
}

void WeightHeatMap::pointerLeft() { impl_->canvas.leave(); }

void WeightHeatMap::focusChanged() { impl_->canvas.replotCursors(); }

}  // namespace attelier::widgets
