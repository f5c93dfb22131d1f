#pragma once

#include <QLabel>
#include <QPushButton>
#include <QVariantAnimation>
#include <QWidget>

namespace attelier::ui {

/// A text with an arrow that points at a place, and a button to close it.
class HintBubble : public QWidget {
  Q_OBJECT
 public:
  HintBubble(const QString& text, QWidget* window);

  void setText(const QString& text);
  /// Stands beside `target` (in the window's coordinates) where there is room.
  void pointAt(const QRect& target);
  QPushButton* button() const { return button_; }

 Q_SIGNALS:
  void closed();

 protected:
  void paintEvent(QPaintEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void changeEvent(QEvent* event) override;

 private:
  int arrow() const;
  void colour();

  QLabel* label_;
  QPushButton* button_;
  Qt::Edge side_ = Qt::TopEdge;  // where the arrow is
  QPoint tip_;
};

/// A ring around a place; it swells twice when it appears, unless motion is to be reduced.
class HintRing : public QWidget {
  Q_OBJECT
 public:
  HintRing(QWidget* window, bool isStill);

  void surround(const QRect& target);
  bool isPulsing() const { return pulse_.state() == QAbstractAnimation::Running; }

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  void shape();

  QRect target_;
  QVariantAnimation pulse_;
};

}  // namespace attelier::ui
