#include "widgets/plots/legend_strip.h"

#include "widgets/plots/flow_layout.h"

#include <QPainter>
#include <QPixmap>
#include <QSignalBlocker>

#include <algorithm>

namespace attelier::widgets {

namespace {

QIcon sample(const LegendEntry& entry, const QSize& size, double ratio) {
  QPixmap pixmap(size * ratio);
  pixmap.setDevicePixelRatio(ratio);
  pixmap.fill(Qt::transparent);
  QPainter painter(&pixmap);
  painter.setRenderHint(QPainter::Antialiasing);
  QColor colour = entry.colour;
  if (!entry.isShown) colour.setAlphaF(0.3F);
  painter.setPen(QPen(colour, 2, entry.dash));
  const double middle = 0.5 * size.height();
  painter.drawLine(QPointF(1, middle), QPointF(size.width() - 1, middle));
  if (entry.isMarker) painter.drawEllipse(QPointF(0.5 * size.width(), middle), 3, 3);
  return pixmap;
}

}  // namespace

LegendStrip::LegendStrip(QWidget* parent) : QScrollArea(parent), switches_(new QWidget) {
  new FlowLayout(switches_);
  setAccessibleName(tr("Curves shown"));
  setFocusPolicy(Qt::NoFocus);
  setFrameShape(QFrame::NoFrame);
  setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  setWidgetResizable(true);
  setWidget(switches_);
  viewport()->setAutoFillBackground(false);
  switches_->setAutoFillBackground(false);
}

void LegendStrip::fitHeight() {
  if (buttons_.empty()) return;
  const auto* flow = switches_->layout();
  const int two = 2 * buttons_.front()->sizeHint().height() + flow->spacing();
  setFixedHeight(std::min(two, flow->heightForWidth(viewport()->width())));
}

void LegendStrip::resizeEvent(QResizeEvent* event) {
  QScrollArea::resizeEvent(event);
  fitHeight();
}

void LegendStrip::setEntries(const std::vector<LegendEntry>& entries) {
  if (entries == entries_) return;
  while (buttons_.size() > entries.size()) {
    delete buttons_.back();
    buttons_.pop_back();
  }
  while (buttons_.size() < entries.size()) {
    auto* button = new QToolButton(switches_);
    button->setCheckable(true);
    button->setAutoRaise(true);
    button->setFocusPolicy(Qt::TabFocus);
    button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    connect(button, &QToolButton::toggled, this, [this, button](bool isShown) {
      Q_EMIT switched(button->property("curve").toString(), isShown);
    });
    switches_->layout()->addWidget(button);
    button->show();
    buttons_.push_back(button);
  }
  const int height = fontMetrics().height();
  const QSize size(2 * height, height);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const QSignalBlocker quiet(buttons_[i]);
    buttons_[i]->setProperty("curve", entries[i].name);
    buttons_[i]->setText(entries[i].name);
    buttons_[i]->setIconSize(size);
    buttons_[i]->setIcon(sample(entries[i], size, devicePixelRatioF()));
    buttons_[i]->setChecked(entries[i].isShown);
    buttons_[i]->setToolTip(entries[i].isShown ? tr("Hide %1").arg(entries[i].name)
                                               : tr("Show %1").arg(entries[i].name));
  }
  entries_ = entries;
  fitHeight();
}

}  // namespace attelier::widgets
