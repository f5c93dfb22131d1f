#include "ui/runs/notice_bar.h"

#include "ui/runs/sign.h"
#include "widgets/base/icon.h"
#include "widgets/base/theme.h"

#include <QAccessible>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QToolButton>

using namespace Qt::Literals::StringLiterals;

namespace attelier::ui {

namespace {

QString signOf(NoticeBar::Kind kind) {
  switch (kind) {
    case NoticeBar::Kind::Good:
      return u"check"_s;
    case NoticeBar::Kind::Warning:
      return u"warning"_s;
    case NoticeBar::Kind::Bad:
      return u"error"_s;
    case NoticeBar::Kind::Information:
      break;
  }
  return u"info"_s;
}

QColor colourOf(NoticeBar::Kind kind, const widgets::Theme& theme) {
  switch (kind) {
    case NoticeBar::Kind::Good:
      return theme.good;
    case NoticeBar::Kind::Warning:
      return theme.warning;
    case NoticeBar::Kind::Bad:
      return theme.bad;
    case NoticeBar::Kind::Information:
      break;
  }
  return theme.accent;
}

}  // namespace

NoticeBar::NoticeBar(QWidget* parent)
    : QFrame(parent), text_(new QLabel), action_(new QToolButton), close_(new QToolButton) {
  const int line = fontMetrics().height();
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(line * 2, line / 4, line / 4, line / 4);
  row->addWidget(text_, 1);
  row->addWidget(action_);
  row->addWidget(close_);
  text_->setWordWrap(true);
  text_->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
  text_->setAccessibleName(tr("Message"));
  close_->setIcon(widgets::icon(u"close"_s));
  close_->setAutoRaise(true);
  close_->setToolTip(tr("Close this message"));
  close_->setAccessibleName(tr("Close this message"));
  connect(close_, &QToolButton::clicked, this, &QWidget::hide);
  connect(action_, &QToolButton::clicked, this, [this] {
    hide();
    if (const auto run = std::exchange(run_, {})) run();
  });
  hide();
}

void NoticeBar::say(Kind kind, const QString& text, const QString& actionText,
                    std::function<void()> action) {
  kind_ = kind;
  text_->setText(text);
  text_->setAccessibleDescription(text);
  action_->setText(actionText);
  action_->setAccessibleName(actionText);
  action_->setVisible(!actionText.isEmpty());
  run_ = std::move(action);
  show();
  update();
  QAccessibleEvent event(this, QAccessible::Alert);
  QAccessible::updateAccessibility(&event);
}

QString NoticeBar::text() const { return isHidden() ? QString() : text_->text(); }

void NoticeBar::paintEvent(QPaintEvent*) {
  const widgets::Theme& theme = widgets::Theme::of(palette());
  const QColor colour = colourOf(kind_, theme);
  QPainter painter(this);
  painter.fillRect(rect(), theme.raised);
  const int line = fontMetrics().height();
  painter.fillRect(0, 0, std::max(3, line / 5), height(), colour);
  const QRect sign(line / 2, (height() - line) / 2, line, line);
  drawSign(painter, sign, signOf(kind_), colour);
}

}  // namespace attelier::ui
