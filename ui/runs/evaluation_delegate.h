#pragma once

#include <QStyledItemDelegate>

namespace attelier::ui {

/// Draws the state of an evaluation by sign, word and colour, and its progress as a bar below the
/// words.
class EvaluationDelegate : public QStyledItemDelegate {
  Q_OBJECT
 public:
  using QStyledItemDelegate::QStyledItemDelegate;

  void paint(QPainter* painter, const QStyleOptionViewItem& option,
             const QModelIndex& index) const override;
  QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

}  // namespace attelier::ui
