#pragma once

#include "ui/workspace/window_state.h"

#include <QLabel>

namespace attelier::ui {

/// A sentence with a mark before it, in the colour of its severity: a word of a form, or with
/// `Look::Banner` a strip over the width of a dialog. Hidden while it has nothing to say.
class MessageBar : public QLabel {
  Q_OBJECT
 public:
  enum class Look { Line, Banner };

  explicit MessageBar(Look look, QWidget* parent = nullptr);

  void say(Severity severity, const QString& text);
  void clear();
  Severity severity() const { return severity_; }

 protected:
  void paintEvent(QPaintEvent* event) override;
  void changeEvent(QEvent* event) override;

 private:
  void applyColours();
  QRectF markRect() const;

  Look look_;
  Severity severity_ = Severity::Quiet;
};

}  // namespace attelier::ui
