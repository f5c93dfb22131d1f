#pragma once

#include <QWidget>

class QGridLayout;
class QToolButton;

namespace attelier::ui {

/// A titled part of a form that can be folded away.
class Section : public QWidget {
  Q_OBJECT
 public:
  /// A section that can't be folded has a plain heading.
  Section(const QString& title, bool foldable, QWidget* parent = nullptr);

  QWidget* content() const { return content_; }
  bool isFolded() const;
  void setFolded(bool folded);
  /// A word behind the title ("2 changed").
  void setRemark(const QString& remark);
  /// What folds it; null where it can't be folded.
  QToolButton* button() const { return button_; }

 Q_SIGNALS:
  void unfolding();  ///< before its content is shown

 private:
  QString title_;
  QToolButton* button_ = nullptr;
  QWidget* content_ = nullptr;
};

}  // namespace attelier::ui
