#pragma once

#include <QWidget>

namespace attelier::ui {

/// Nought to five stars, by mouse (a click on the last star takes it back) or by arrow and digit
/// keys.
class StarRating : public QWidget {
  Q_OBJECT
 public:
  explicit StarRating(QWidget* parent = nullptr);

  int stars() const { return stars_; }
  void setStars(int stars);  ///< emits nothing
  QSize sizeHint() const override;

 Q_SIGNALS:
  void rated(int stars);

 protected:
  void paintEvent(QPaintEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void leaveEvent(QEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;

 private:
  void rate(int stars);
  int starAt(const QPointF& position) const;

  int stars_ = 0;
  int hovered_ = -1;
};

}  // namespace attelier::ui
