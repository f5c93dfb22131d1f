#pragma once

#include <QStyledItemDelegate>

#include <filesystem>

namespace attelier::ui {

/// Draws a run in a list: its picture, name and what it was made from, its state by sign, word and
/// colour, its progress as a bar. Compact, everything stands in the column of the name.
class RunListDelegate : public QStyledItemDelegate {
  Q_OBJECT
 public:
  using QStyledItemDelegate::QStyledItemDelegate;

  void setCompact(bool compact) { isCompact_ = compact; }
  bool isCompact() const { return isCompact_; }
  /// The run that is open is marked.
  void setOpenRun(const std::filesystem::path& run) { openRun_ = run; }

  void paint(QPainter* painter, const QStyleOptionViewItem& option,
             const QModelIndex& index) const override;
  QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
  void updateEditorGeometry(QWidget* editor, const QStyleOptionViewItem& option,
                            const QModelIndex& index) const override;

 private:
  bool isCompact_ = false;
  std::filesystem::path openRun_;
};

}  // namespace attelier::ui
