#pragma once

#include "engine/base/field_info.h"

#include <QAbstractSpinBox>

namespace attelier::ui {

/// A number of a field as text with arrows: anything can be typed, so that a wrong value is told of
/// instead of being changed behind one's back. Empty stands for the placeholder.
///
/// Arrow keys step by the last digit that is shown, Page Up and Down by ten times as much.
class NumberBox : public QAbstractSpinBox {
  Q_OBJECT
 public:
  explicit NumberBox(FieldInfo info, QWidget* parent = nullptr);

  QString text() const;
  void setText(const QString& text);
  /// Shown while empty, and what the arrows start from.
  void setPlaceholder(const nlohmann::json& value);

  void stepBy(int steps) override;
  QValidator::State validate(QString& input, int& pos) const override;
  QSize sizeHint() const override;
  QSize minimumSizeHint() const override { return sizeHint(); }

  /// "2,5" of a German desktop as "2.5", so that the engine's own parser can judge it. Text that is
  /// no number here is returned as it is.
  static QString plainNumber(const QString& typed);

 Q_SIGNALS:
  void edited();

 protected:
  StepEnabled stepEnabled() const override;
  void changeEvent(QEvent* event) override;

 private:
  FieldInfo info_;
  nlohmann::json placeholder_;
};

}  // namespace attelier::ui
