#pragma once

#include <QString>
#include <QWidget>

namespace attelier::ui {

/// The choice that would flip first, as a bar: the weight that is dropped, the gap, the weight that
/// is kept. The gap is striped, and drawn as a warning when it is small.
class MarginBar : public QWidget {
 public:
  explicit MarginBar(QWidget* parent = nullptr);

  /// `sentence` is what people who can't see the bar are told.
  void setChoice(double keptWeight, double droppedWeight, const QString& sentence);
  /// Nothing was dropped, or there is no cell.
  void clear(const QString& sentence);

  QSize sizeHint() const override;
  QSize minimumSizeHint() const override;

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  double kept_ = 0, dropped_ = 0;
  bool isSet_ = false;
};

/// A margin under which the order of two weights is as good as chance.
inline constexpr double kSmallMargin = 0.01;

}  // namespace attelier::ui
