#include "ui/runs/evaluation_delegate.h"

#include "ui/runs/evaluation_model.h"
#include "ui/runs/run_texts.h"
#include "ui/runs/sign.h"
#include "widgets/base/theme.h"

#include <QPainter>

#include <algorithm>

namespace attelier::ui {

void EvaluationDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                               const QModelIndex& index) const {
  const int column = index.column();
  if (column != EvaluationModel::State && column != EvaluationModel::Progress) {
    QStyledItemDelegate::paint(painter, option, index);
    return;
  }
  QStyleOptionViewItem blank = option;
  initStyleOption(&blank, index);
  const QString words = blank.text;
  blank.text.clear();
  option.widget->style()->drawControl(QStyle::CE_ItemViewItem, &blank, painter, option.widget);

  RunEntry entry;  // for its colours and signs
  entry.status.phase = static_cast<run::Phase>(index.data(EvaluationModel::PhaseRole).toInt());
  const widgets::Theme& theme = widgets::Theme::of(option.palette);
  const bool isSelected = option.state.testFlag(QStyle::State_Selected);
  const QColor text = option.palette.color(isSelected ? QPalette::HighlightedText : QPalette::Text);
  const QColor colour = isSelected ? text : stateColor(entry, theme);
  const QFontMetrics metrics(option.font);
  const int gap = std::max(3, metrics.height() / 4);
  const QRect inner = option.rect.adjusted(gap, 0, -gap, 0);
  painter->save();
  painter->setFont(option.font);
  painter->setRenderHint(QPainter::Antialiasing);
  if (column == EvaluationModel::State) {
    const int side = metrics.ascent();
    drawSign(*painter, QRect(inner.left(), inner.top(), side, inner.height()), stateIcon(entry),
             colour);
    painter->setPen(colour);
    painter->drawText(inner.adjusted(side + gap, 0, 0, 0), Qt::AlignVCenter, words);
  } else {
    const double share = index.data(EvaluationModel::ShareRole).toDouble();
    const int bar = std::max(2, metrics.height() / 6);
    painter->setPen(text);
    painter->drawText(inner.adjusted(0, 0, 0, -bar), Qt::AlignRight | Qt::AlignVCenter, words);
    if (share >= 0) {
      const QRectF ground(inner.left(), option.rect.bottom() - bar - 1, inner.width(), bar);
      QColor faint = isSelected ? text : theme.mutedText;
      faint.setAlphaF(0.25F);
      painter->setPen(Qt::NoPen);
      painter->setBrush(faint);
      painter->drawRoundedRect(ground, bar / 2.0, bar / 2.0);
      QRectF done = ground;
      done.setWidth(std::max<double>(bar, ground.width() * share));
      painter->setBrush(colour);
      if (share > 0) painter->drawRoundedRect(done, bar / 2.0, bar / 2.0);
    }
  }
  painter->restore();
}

QSize EvaluationDelegate::sizeHint(const QStyleOptionViewItem& option,
                                   const QModelIndex& index) const {
  const QFontMetrics metrics(option.font);
  const int gap = std::max(3, metrics.height() / 4);
  QSize size = QStyledItemDelegate::sizeHint(option, index);
  size.setHeight(metrics.height() + 2 * gap);
  if (index.column() == EvaluationModel::State) size.rwidth() += metrics.ascent() + 2 * gap;
  if (index.column() == EvaluationModel::Progress) size.rwidth() += 2 * gap;
  return size;
}

}  // namespace attelier::ui
