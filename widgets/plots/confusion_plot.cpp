#include "widgets/plots/confusion_plot.h"

#include "widgets/base/colour_map.h"
#include "widgets/plots/matrix_canvas.h"

#include <QLayout>
#include <QLocale>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

using namespace Qt::Literals::StringLiterals;

namespace attelier::widgets {

namespace {

constexpr double kLeastTint = 0.12;  ///< of a cell with one clip, so that it can be seen

QColor mixed(const QColor& a, const QColor& b, double share) {
  const auto channel = [share](float from, float to) {
    return std::lerp(from, to, static_cast<float>(share));
  };
  return QColor::fromRgbF(channel(a.redF(), b.redF()), channel(a.greenF(), b.greenF()),
                          channel(a.blueF(), b.blueF()));
}

}  // namespace

class ConfusionPlot::Impl {
 public:
  explicit Impl(ConfusionPlot& owner_) : owner(owner_), canvas(owner_) {
    canvas.zoomsBoth = true;
    canvas.plot().xAxis->setLabel(tr("predicted"));
    canvas.plot().yAxis->setLabel(tr("truth"));
    canvas.bar().setLabel(tr("% of truth"));
    canvas.setRange(0, 100);
    canvas.paintCells = [this](QCPPainter& painter) { paintCells(painter); };
    canvas.paintCursors = [this](QCPPainter& painter) { paintCursors(painter); };
    canvas.clicked = [this](const QPointF& at) {
      if (const auto cell = cellAt(at)) choose(*cell);
    };
  }

  int size() const { return static_cast<int>(classes.size()); }
  int count(const Cell& cell) const {
    return counts[static_cast<std::size_t>(cell.truth * size() + cell.predicted)];
  }
  int clipsOf(int truth) const {
    const auto row = counts.begin() + truth * size();
    return std::accumulate(row, row + size(), 0);
  }
  /// Units: percent.
  double share(const Cell& cell) const {
    return 100. * count(cell) / std::max(1, clips[static_cast<std::size_t>(cell.truth)]);
  }
  bool isShown(const Cell& cell) const {
    return count(cell) > 0 && (showsDiagonal || cell.truth != cell.predicted);
  }
  std::optional<Cell> cellAt(const QPointF& at) const {
    const Cell cell{static_cast<int>(std::lround(at.y())), static_cast<int>(std::lround(at.x()))};
    const auto is = [this](int i) { return i >= 0 && i < size(); };
    return is(cell.truth) && is(cell.predicted) ? std::optional(cell) : std::nullopt;
  }
  void choose(const Cell& cell) {
    owner.setCurrentCell(cell);
    Q_EMIT owner.cellChosen(cell.truth, cell.predicted);
  }
  void fill();
  void paintCells(QCPPainter& painter) const;
  void paintCursors(QCPPainter& painter) const;
  Readout readoutOf(const Cell& cell) const;
  QRectF rectOf(const Cell& cell) const;

  ConfusionPlot& owner;
  MatrixCanvas canvas;
  QStringList classes;
  std::vector<int> counts;
  std::vector<int> clips;  ///< of each true class
  std::array<QRgb, kColourSteps> tints{};
  QString emptyText;
  bool showsDiagonal = true;
  std::optional<Cell> current;
};

void ConfusionPlot::Impl::fill() {
  clips.assign(static_cast<std::size_t>(size()), 0);
  for (int truth = 0; truth < size(); ++truth) {
    clips[static_cast<std::size_t>(truth)] = clipsOf(truth);
  }
  canvas.map().setVisible(size() > 0);
  canvas.bar().setVisible(size() > 0);
  if (size() == 0) {
    canvas.replot();
    return;
  }
  auto* data = canvas.map().data();
  data->setSize(size(), size());
  const double last = std::max(1, size() - 1);
  data->setRange({0, last}, {0, last});
  for (int truth = 0; truth < size(); ++truth) {
    for (int predicted = 0; predicted < size(); ++predicted) {
      const Cell cell{truth, predicted};
      data->setCell(predicted, truth,
                    isShown(cell) ? share(cell) : std::numeric_limits<double>::quiet_NaN());
    }
  }
  const QCPRange full(-0.5, size() - 0.5);
  canvas.setFull(full, full);
}

QRectF ConfusionPlot::Impl::rectOf(const Cell& cell) const {
  return QRectF(canvas.pixelOf(cell.predicted - 0.5, cell.truth - 0.5),
                canvas.pixelOf(cell.predicted + 0.5, cell.truth + 0.5))
      .normalized();
}

void ConfusionPlot::Impl::paintCells(QCPPainter& painter) const {
  painter.setFont(canvas.font());
  if (size() == 0) {
    painter.setPen(canvas.theme().mutedText);
    painter.drawText(canvas.area(), Qt::AlignCenter | Qt::TextWordWrap, emptyText);
    return;
  }
  const QFontMetricsF metrics(canvas.font());
  const QRectF one = rectOf({0, 0});
  const bool hasRoom =
      one.width() >= metrics.horizontalAdvance(u"0000"_s) && one.height() >= metrics.height();
  if (!hasRoom) return;
  const bool hasShares = one.width() >= metrics.horizontalAdvance(u"100 %%"_s) &&
                         one.height() >= 2.2 * metrics.height();
  const QLocale locale;
  for (int truth = 0; truth < size(); ++truth) {
    for (int predicted = 0; predicted < size(); ++predicted) {
      const Cell cell{truth, predicted};
      const QRectF rect = rectOf(cell);
      if (!isShown(cell) || !rect.intersects(canvas.area())) continue;
      const auto step = static_cast<std::size_t>(share(cell) / 100 * (kColourSteps - 1));
      const QColor ground(tints[step]);
      painter.setPen(contrast(ground, Qt::white) > contrast(ground, Qt::black) ? Qt::white
                                                                               : Qt::black);
      QString text = locale.toString(count(cell));
      if (hasShares) text += u'\n' + tr("%1 %").arg(qRound(share(cell)));
      painter.drawText(rect, Qt::AlignCenter, text);
    }
  }
}

Readout ConfusionPlot::Impl::readoutOf(const Cell& cell) const {
  const QLocale locale;
  Readout readout;
  readout.title = cell.truth == cell.predicted
                      ? tr("%1, recognised").arg(classes[cell.truth])
                      : tr("%1, taken for %2").arg(classes[cell.truth], classes[cell.predicted]);
  readout.rows << ReadoutRow{
      {},
      {tr("%1 of %n clip(s), %2 %", nullptr, clips[static_cast<std::size_t>(cell.truth)])
           .arg(locale.toString(count(cell)), locale.toString(share(cell), 'f', 1))}};
  return readout;
}

void ConfusionPlot::Impl::paintCursors(QCPPainter& painter) const {
  if (size() == 0) return;
  const Theme& theme = canvas.theme();
  if (current) {
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(theme.surface, 4));
    painter.drawRect(rectOf(*current));
    painter.setPen(QPen(theme.accent, 2));
    painter.drawRect(rectOf(*current));
  }
  const auto hovered = canvas.pointer() ? cellAt(*canvas.pointer()) : std::nullopt;
  const auto cell = hovered ? hovered : canvas.plot().hasFocus() ? current : std::nullopt;
  if (!cell) return;
  paintReadout(painter, readoutOf(*cell), canvas.area(),
               canvas.pixelOf(cell->predicted, cell->truth).toPoint(), theme, canvas.font());
}

ConfusionPlot::ConfusionPlot(QWidget* parent) : Plot(parent) {
  impl_ = std::make_unique<Impl>(*this);
  setCanvas(&impl_->canvas.plot());
  setTitle(tr("Confusion matrix"));
  addPlotAction(tr("&Fit"), [this] { fit(); })->setObjectName(u"plot.fit"_s);
  auto* diagonal = addPlotAction(tr("Show &right answers"), [] {});
  diagonal->setObjectName(u"plot.diagonal"_s);
  diagonal->setCheckable(true);
  diagonal->setChecked(true);
  connect(diagonal, &QAction::toggled, this, &ConfusionPlot::setShowsDiagonal);
  setMinimumSize(12 * fontMetrics().height(), 10 * fontMetrics().height());
}

ConfusionPlot::~ConfusionPlot() = default;

void ConfusionPlot::setMatrix(const QStringList& classes, std::vector<int> counts) {
  if (classes == impl_->classes && counts == impl_->counts) return;
  if (classes != impl_->classes) {
    impl_->classes = classes;
    impl_->current.reset();
    impl_->canvas.setRowNames(classes);
    impl_->canvas.setColumnNames(classes);
    impl_->canvas.fit();
  }
  impl_->counts = std::move(counts);
  impl_->counts.resize(static_cast<std::size_t>(classes.size() * classes.size()));
  impl_->fill();
}

void ConfusionPlot::setEmptyText(const QString& text) {
  impl_->emptyText = text;
  impl_->canvas.replot();
}

void ConfusionPlot::setShowsDiagonal(bool shows) {
  if (shows == impl_->showsDiagonal) return;
  impl_->showsDiagonal = shows;
  for (auto* action : actions()) {
    if (action->objectName() == u"plot.diagonal"_s) action->setChecked(shows);
  }
  impl_->fill();
}

std::optional<ConfusionPlot::Cell> ConfusionPlot::currentCell() const { return impl_->current; }

void ConfusionPlot::setCurrentCell(const std::optional<Cell>& cell) {
  impl_->current = cell;
  if (cell) impl_->canvas.reveal(QPointF(cell->predicted, cell->truth));
  impl_->canvas.replotCursors();
}

void ConfusionPlot::fit() { impl_->canvas.fit(); }

QPointF ConfusionPlot::positionOf(const Cell& cell) const {
  return impl_->canvas.plot().pos() + impl_->rectOf(cell).center();
}

DataTable ConfusionPlot::dataTable() const {
  DataTable table;
  table.title = title();
  table.columns = {tr("Truth"), tr("Predicted"), tr("Clips"), tr("Share of the truth's clips, %")};
  for (int truth = 0; truth < impl_->size(); ++truth) {
    for (int predicted = 0; predicted < impl_->size(); ++predicted) {
      const Cell cell{truth, predicted};
      if (impl_->count(cell) == 0) continue;
      table.rows << QVariantList{impl_->classes[truth], impl_->classes[predicted],
                                 impl_->count(cell), impl_->share(cell)};
    }
  }
  return table;
}

void ConfusionPlot::applyTheme(const Theme& theme) {
  for (std::size_t i = 0; i < impl_->tints.size(); ++i) {
    const double share = static_cast<double>(i) / (kColourSteps - 1);
    impl_->tints[i] = mixed(theme.surface, theme.series[0], std::lerp(kLeastTint, 1., share)).rgb();
  }
  impl_->canvas.setColours(impl_->tints);
  impl_->canvas.applyTheme(theme, font());
}

void ConfusionPlot::drawPicture(QPaintDevice& device, const QSize& size, double scale,
                                bool isVector) {
  impl_->canvas.drawPicture(device, size, scale, isVector);
}

std::function<void()> ConfusionPlot::keyAction(const QKeyEvent& event) {
  if (event.modifiers() & ~Qt::KeypadModifier || impl_->size() == 0) {
    return Plot::keyAction(event);
  }
  const auto move = [this](int down, int right) {
    return [this, down, right] {
      const int last = impl_->size() - 1;
      const Cell now = impl_->current.value_or(Cell{-down, -right});
      setCurrentCell(
          Cell{std::clamp(now.truth + down, 0, last), std::clamp(now.predicted + right, 0, last)});
    };
  };
  const auto zoom = [this](double factor) {
    return [this, factor] {
      const double middle = 0.5 * (impl_->size() - 1);
      impl_->canvas.zoom(factor, impl_->current
                                     ? QPointF(impl_->current->predicted, impl_->current->truth)
                                     : QPointF(middle, middle));
    };
  };
  switch (event.key()) {
    case Qt::Key_Left:
      return move(0, -1);
    case Qt::Key_Right:
      return move(0, 1);
    case Qt::Key_Up:
      return move(-1, 0);
    case Qt::Key_Down:
      return move(1, 0);
    case Qt::Key_Plus:
    case Qt::Key_Equal:
      return zoom(0.8);
    case Qt::Key_Minus:
      return zoom(1.25);
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_Space:
      if (!impl_->current) return {};
      return [this] { impl_->choose(*impl_->current); };
    default:
      return Plot::keyAction(event);
  }
}

void ConfusionPlot::pointerLeft() { impl_->canvas.leave(); }

void ConfusionPlot::focusChanged() { impl_->canvas.replotCursors(); }

}  // namespace attelier::widgets
