#include "widgets/video/colour_bar.h"

#include <QCoreApplication>
#include <QLocale>
#include <QPainter>

#include <array>
#include <cmath>

using namespace Qt::Literals::StringLiterals;

namespace attelier::widgets {

namespace {

constexpr std::array kTicks{0.0, 0.25, 0.5, 0.75, 1.0};

QString translated(const char* text) {
  return QCoreApplication::translate("attelier::widgets::ColourBar", text);
}

/// Labels at the ticks that fit without touching.
void paintLabels(QPainter& painter, const QRectF& row, const QStringList& labels) {
  const QFontMetricsF metrics(painter.font());
  double widest = 0;
  for (const auto& label : labels) widest = std::max(widest, metrics.horizontalAdvance(label));
  const int stride = widest * 6.6 < row.width() ? 1 : widest * 3.6 < row.width() ? 2 : 4;
  for (int i = 0; i < labels.size(); i += stride) {
    const double width = metrics.horizontalAdvance(labels[i]);
    const double middle = row.left() + kTicks[static_cast<std::size_t>(i)] * row.width();
    const double left = std::clamp(middle - width / 2, row.left(), row.right() - width);
    painter.drawText(QRectF(left, row.top(), width + 1, row.height()),
                     Qt::AlignLeft | Qt::AlignVCenter | Qt::TextDontClip, labels[i]);
  }
}

QImage strip(const OverlayStyle& style, const Theme& theme) {
  OverlayStyle opaque = style;
  opaque.opacity = 1;
  opaque.fadeWeak = false;
  const OverlayTable table = overlayTable(opaque, theme.dark);
  QImage image(kColourSteps, 1, QImage::Format_ARGB32_Premultiplied);
  for (int i = 0; i < kColourSteps; ++i) {
    const auto at = static_cast<std::size_t>(i);
    image.setPixel(i, 0, table.alpha[at] > 0 ? table.colour[at] : qRgba(0, 0, 0, 0));
  }
  return image;
}

}  // namespace

QString valueText(double value) {
  if (std::isnan(value)) return u"–"_s;
  // What rounding left over in the middle of a symmetric range.
  return QLocale().toString(std::abs(value) < 1e-30 ? 0.0 : value, 'g', 3);
}

QString normalisationName(Normalisation normalisation) {
  switch (normalisation) {
    case Normalisation::Frame:
      return translated(QT_TRANSLATE_NOOP("attelier::widgets::ColourBar", "per frame"));
    case Normalisation::Clip:
      return translated(QT_TRANSLATE_NOOP("attelier::widgets::ColourBar", "per clip"));
    case Normalisation::Fixed:
      return translated(QT_TRANSLATE_NOOP("attelier::widgets::ColourBar", "fixed range"));
  }
  return {};
}

int colourBarHeight(const QFontMetrics& metrics) { return metrics.height() * 3; }

void paintColourBar(QPainter& painter, const QRectF& where, const AttentionFrames& frames,
                    int picture, const OverlayStyle& style, const Theme& theme,
                    std::optional<double> marked) {
  const ValueRange range = valueRange(frames, picture, style);
  const double row = where.height() / 3;
  const QRectF colours(where.left(), where.top() + row, where.width(), row);
  painter.setPen(theme.text);
  QStringList numbers, multiples;
  for (const double tick : kTicks) {
    const double value = range.low + tick * (range.high - range.low);
    numbers << valueText(value);
    //: a multiple of uniform attention, as in "3.2×"
    multiples << translated(QT_TRANSLATE_NOOP("attelier::widgets::ColourBar", "%1×"))
                     .arg(valueText(value / frames.uniform));
  }
  paintLabels(painter, {where.left(), where.top(), where.width(), row}, numbers);
  painter.setPen(theme.mutedText);
  const QRectF below(where.left(), where.top() + 2 * row, where.width(), row);
  if (frames.uniform > 0) {
    multiples.last() = translated(QT_TRANSLATE_NOOP("attelier::widgets::ColourBar", "%1× uniform"))
                           .arg(valueText(range.high / frames.uniform));
    paintLabels(painter, below, multiples);
  } else {
    painter.drawText(below, Qt::AlignRight | Qt::AlignVCenter,
                     normalisationName(style.normalisation));
  }
  // What is hidden has no colour: hatched.
  painter.fillRect(colours, theme.surface);
  painter.fillRect(colours, QBrush(theme.mutedText, Qt::BDiagPattern));
  painter.drawImage(colours, strip(style, theme));
  painter.setBrush(Qt::NoBrush);
  painter.setPen(theme.border);
  painter.drawRect(colours.adjusted(0, 0, -1, -1));
  if (style.contours && !style.difference) {
    for (const std::size_t tick : {1U, 2U, 3U}) {
      const double x = colours.left() + std::pow(kTicks[tick], 1 / style.gamma) * colours.width();
      painter.setPen(QPen(theme.text, static_cast<double>(tick)));
      painter.drawLine(QPointF(x, colours.top()), QPointF(x, colours.bottom()));
    }
  }
  if (marked) {
    const double x =
        colours.left() + range.share(*marked, style.difference) * (colours.width() - 1);
    const double half = row / 3;
    painter.setPen(QPen(theme.surface, 1));
    painter.setBrush(theme.text);
    painter.drawPolygon(QPolygonF{
        {x - half, colours.top() - 1}, {x + half, colours.top() - 1}, {x, colours.top() + half}});
    painter.drawPolygon(QPolygonF{
        {x - half, colours.bottom()}, {x + half, colours.bottom()}, {x, colours.bottom() - half}});
  }
}

ColourBar::ColourBar(QWidget* parent) : QWidget(parent) {
  setAccessibleName(tr("Colour bar"));
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void ColourBar::setFrames(FramesPtr frames) {
  if (frames == frames_) return;
  frames_ = std::move(frames);
  describe();
  update();
}

void ColourBar::setOverlay(const OverlayStyle& style) {
  if (style == style_) return;
  style_ = style;
  describe();
  update();
}

void ColourBar::setFrame(int picture) {
  if (picture == picture_) return;
  picture_ = picture;
  if (style_.normalisation == Normalisation::Frame) {
    describe();
    update();
  }
}

void ColourBar::setMarked(std::optional<double> value) {
  if (value == marked_) return;
  marked_ = value;
  update();
}

void ColourBar::describe() {
  if (!frames_ || !frames_->hasMap()) {
    setAccessibleDescription({});
    setToolTip({});
    return;
  }
  const ValueRange range = valueRange(*frames_, picture_, style_);
  const QString colours =
      style_.difference ? tr("blue is less, orange is more") : colourMapName(style_.map);
  const QString text = tr("Weights from %1 to %2, %3, %4")
                           .arg(valueText(range.low), valueText(range.high),
                                normalisationName(style_.normalisation), colours);
  setAccessibleDescription(text);
  setToolTip(text);
}

DataTable ColourBar::dataTable() const {
  DataTable table{tr("Colour bar"), {tr("colour"), tr("weight"), tr("times uniform")}, {}};
  if (!frames_ || !frames_->hasMap()) return table;
  const ValueRange range = valueRange(*frames_, picture_, style_);
  const auto colours = overlayTable(style_, Theme::of(palette()).dark).colour;
  for (const double tick : kTicks) {
    const double value = range.low + tick * (range.high - range.low);
    const QColor colour(colours[static_cast<std::size_t>(tick * (kColourSteps - 1))]);
    table.rows << QVariantList{colour.name(), value,
                               frames_->uniform > 0 ? value / frames_->uniform : QVariant()};
  }
  return table;
}

QSize ColourBar::sizeHint() const {
  return {fontMetrics().horizontalAdvance(u'0') * 40, colourBarHeight(fontMetrics())};
}

QSize ColourBar::minimumSizeHint() const {
  return {fontMetrics().horizontalAdvance(u'0') * 18, colourBarHeight(fontMetrics())};
}

void ColourBar::paintEvent(QPaintEvent*) {
  if (!frames_ || !frames_->hasMap()) return;
  QPainter painter(this);
  paintColourBar(painter, rect(), *frames_, picture_, style_, Theme::of(palette()), marked_);
}

}  // namespace attelier::widgets
