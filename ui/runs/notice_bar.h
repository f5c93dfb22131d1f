#pragma once

#include <QFrame>
#include <QString>

#include <functional>

class QLabel;
class QToolButton;

namespace attelier::ui {

/// One line that says what was done or what went wrong, with at most one thing to do about it.
/// Hidden while it has nothing to say.
class NoticeBar : public QFrame {
  Q_OBJECT
 public:
  enum class Kind { Information, Good, Warning, Bad };

  explicit NoticeBar(QWidget* parent = nullptr);

  void say(Kind kind, const QString& text, const QString& actionText = {},
           std::function<void()> action = {});
  void clear() { hide(); }
  QString text() const;

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  Kind kind_ = Kind::Information;
  QLabel* text_;
  QToolButton* action_;
  QToolButton* close_;
  std::function<void()> run_;
};

}  // namespace attelier::ui
