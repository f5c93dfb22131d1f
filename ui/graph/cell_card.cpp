#include "ui/graph/cell_card.h"

#include "ui/graph/cell_values.h"
#include "ui/graph/elided_label.h"
#include "widgets/base/theme.h"
#include "widgets/plots/flow_layout.h"

#include <QLabel>
#include <QPainter>
#include <QVBoxLayout>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {

namespace {

// One number with its unit in a frame.
class Chip : public QLabel {
 public:
  Chip(const QString& spoken, QWidget* parent) : QLabel(parent) {
    setAccessibleName(spoken);
    const int em = fontMetrics().height();
    setContentsMargins(em / 2, em / 8, em / 2, em / 8);
  }

 protected:
  void paintEvent(QPaintEvent* event) override {
    const widgets::Theme& theme = widgets::Theme::of(palette());
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(theme.border, 1));
    painter.setBrush(theme.raised);
    const double radius = height() / 2.0;
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius);
    painter.end();
    QLabel::paintEvent(event);
  }
};

}  // namespace

CellCard::CellCard(QWidget* parent)
    : QWidget(parent),
      view_(new widgets::CellView(this)),
      text_(new ElidedLabel(this)),
      parameters_(new Chip(tr("Parameters"), this)),
      flops_(new Chip(tr("Operations of one clip"), this)),
      activations_(new Chip(tr("Activation memory of one clip"), this)) {
  parameters_->setObjectName(u"parameters"_s);
  flops_->setObjectName(u"flops"_s);
  activations_->setObjectName(u"activations"_s);
  text_->setObjectName(u"short_text"_s);
  text_->setAccessibleName(tr("The cell in short"));
  flops_->setToolTip(tr("One forward pass of one clip; a multiply-add counts as two"));
  activations_->setToolTip(tr("32-bit results that a training step keeps of one clip"));
  const int em = fontMetrics().height();
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(em / 4);
  column->addWidget(view_, 1);
  column->addWidget(text_);
  auto* chips = new widgets::FlowLayout;
  for (auto* chip : {parameters_, flops_, activations_}) chips->addWidget(chip);
  column->addLayout(chips);
}

void CellCard::setCell(const space::CellDesign& cell, const widgets::CellPicture& drawing,
                       const std::optional<space::CellCost>& cost) {
  view_->setCell(drawing);
  text_->setText(cellText(cell));
  for (auto* chip : {parameters_, flops_, activations_}) chip->setVisible(cost.has_value());
  if (!cost) return;
  parameters_->setText(parametersText(cost->parameters));
  flops_->setText(flopsText(cost->flops));
  activations_->setText(activationText(cost->activationBytes));
}

void CellCard::clear() {
  view_->setCell({});
  text_->clear();
  for (auto* chip : {parameters_, flops_, activations_}) chip->hide();
}

}  // namespace attelier::ui
