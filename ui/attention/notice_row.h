#pragma once

#include <QLabel>
#include <QWidget>

#include <functional>

class QProgressBar;
class QPushButton;

namespace attelier::ui {

/// One line of text that is cut off with dots where it does not fit; whole in its tool tip.
class OneLineLabel : public QLabel {
  Q_OBJECT

 public:
  explicit OneLineLabel(QWidget* parent = nullptr);
  void setWhole(const QString& text);

 protected:
  void paintEvent(QPaintEvent* event) override;
};

/// What is going on, with its progress and one button. Hidden while nothing is.
class NoticeRow : public QWidget {
  Q_OBJECT

 public:
  explicit NoticeRow(QWidget* parent = nullptr);

  /// `of` below 0: no progress; 0: nobody knows how long. No button without a text for it.
  void tell(const QString& text, int done, int of, const QString& button,
            std::function<void()> action);
  void clear();

 private:
  OneLineLabel* text_;
  QProgressBar* progress_;
  QPushButton* button_;
  std::function<void()> action_;
};

}  // namespace attelier::ui
