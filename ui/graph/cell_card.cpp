#include "ui/graph/cell_card.h"

#include "ui/graph/cell_values.h"
#include "ui/graph/elided_label.h"
#include "widgets/plots/flow_layout.h"

#include <QLabel>
#include <QVBoxLayout>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {

QLabel* makeChip(const QString& accessibleName, QWidget* parent) {
  auto* chip = new QLabel(parent);
  chip->setAccessibleName(accessibleName);
  chip->setFrameShape(QFrame::StyledPanel);
  const int em = chip->fontMetrics().height();
  chip->setContentsMargins(em / 4, 0, em / 4, 0);
  return chip;
}

CellCard::CellCard(QWidget* parent)
    : QWidget(parent),
      view_(new widgets::CellView(this)),
      text_(new ElidedLabel(this)),
      parameters_(makeChip(tr("Parameters"), this)),
      flops_(makeChip(tr("Operations of one clip"), this)),
      activations_(makeChip(tr("Activation memory of one clip"), this)) {
  parameters_->setObjectName(u"parameters"_s);
  flops_->setObjectName(u"flops"_s);
  activations_->setObjectName(u"activations"_s);
  text_->setObjectName(u"short_text"_s);
  text_->setAccessibleName(tr("The cell in short"));
  text_->setTextInteractionFlags(Qt::TextSelectableByMouse);
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
